"""The settings of the editor in the browser (Decap CMS), where each save becomes a pull request.

`editor:` in `organisation.yml` (or below `extra:` in `mkdocs.yml`) switches it on; without it the site has none. Each
forge has its own way to log in, and a missing setting would show only when somebody tries to.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from handvat.content.front_matter import Strict

_GITHUB = "https://github.com"


class Repository(Strict):
    """The place of a repository: `origin` is `https://forge.example`, `path` is `owner/name`."""

    origin: str
    path: str


def read_repository(address: str) -> Repository | None:
    """The repository at `address`, as a browser shows it; None for another kind of address."""
    parts = urlsplit(address)
    path = parts.path.strip("/").removesuffix(".git")
    if parts.scheme != "https" or not parts.hostname or "/" not in path or parts.query:
        return None
    return Repository(origin=f"https://{parts.netloc}", path=path)


class EditorSettings(Strict):
    """The settings, by the names that Decap CMS has for them where it has one."""

    backend: Literal["github", "gitlab", "forgejo"]
    """The kind of forge. Decap's backend for Gitea is left out: it commits without a pull request."""
    repository: str = ""
    """The address of the repository, `""` for the one that "improve this page" leads to."""
    branch: str = Field(default="main", min_length=1)
    base_url: str = ""
    """GitHub: the OAuth client, since GitHub gives a browser no token by itself."""
    app_id: str = ""
    """GitLab and Forgejo: the id of the editor as an OAuth application."""
    auth_scope: Literal["public_repo", "repo"] = "public_repo"
    """GitHub: the scope of the token; `repo` for a repository that is not public."""
    open_authoring: bool = False
    """Whether people without write access may propose, from a fork."""
    pages: str = ""
    """The folder of the organisation's own pages in the repository, `""` for none."""

    @field_validator("repository")
    @classmethod
    def _is_a_repository(cls, value: str) -> str:
        if value and read_repository(value) is None:
            raise ValueError(f"{value!r} is no repository: write https://forge/owner/name")
        return value

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme != "https" or not parts.hostname or parts.path.strip("/")):
            raise ValueError(
                f"{value!r} is no address of a helper: write https://login.example.org, and no folder"
            )
        return value.rstrip("/")

    @model_validator(mode="after")
    def _lets_people_in(self) -> EditorSettings:
        if self.backend == "github" and not self.base_url:
            raise ValueError(
                "GitHub lets nobody in without a helper: set up one (an OAuth client for Git-based CMSs) "
                "and name it, base_url: https://login.example.org"
            )
        if self.backend != "github" and not self.app_id:
            raise ValueError(
                "the forge must know the editor: add it there as an application with the address "
                "of the site and edit/ as redirect URI, not confidential, and write its id, app_id: …"
            )
        if self.backend == "gitlab" and self.open_authoring:
            raise ValueError(
                "on GitLab the editor is for people who may write to the repository: "
                "take open_authoring out"
            )
        return self

    def misfit(self, repository: Repository) -> str:
        """Why this backend cannot log in at `repository`; `""` where it can."""
        is_github = repository.origin == _GITHUB
        if is_github != (self.backend == "github") and (is_github or "gitlab" in repository.origin):
            return f"{repository.origin}/{repository.path} is on another kind of forge than {self.backend}"
        return ""

    def api(self, repository: Repository) -> str:
        """The address of the forge's API."""
        if self.backend == "github":
            is_shared = repository.origin == _GITHUB
            return "https://api.github.com" if is_shared else f"{repository.origin}/api/v3"
        return f"{repository.origin}/api/{'v4' if self.backend == 'gitlab' else 'v1'}"

    def reached(self, repository: Repository) -> tuple[str, ...]:
        """The hosts that the editor connects to, for its Content-Security-Policy."""
        if self.backend == "github" and repository.origin == _GITHUB:
            # The second tells whether the first is out of order; GitHub's own.
            return "https://api.github.com", "https://www.githubstatus.com"
        return (repository.origin,)

    def pictured(self, repository: Repository) -> tuple[str, ...]:
        """The hosts of the avatars of those who log in."""
        if self.backend == "github" and repository.origin == _GITHUB:
            return ("https://avatars.githubusercontent.com",)
        return (repository.origin,)
