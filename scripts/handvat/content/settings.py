"""The settings that a host decides, below `extra:` in `mkdocs.yml` or in an `organisation.yml`.

A misspelt setting is an error: ignored, it could publish what the host meant to hide, as the title of a page in the
preview of a link. `editor:` switches on the editor in the browser (Decap CMS), where each save becomes a pull request;
each forge has its own way to log in, and a missing setting would only be noticed at the first login.
"""

from __future__ import annotations

import difflib
import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from handvat.content.colour import check
from handvat.content.models import Strict
from handvat.content.problem import Problem
from handvat.content.yaml_files import Yaml, keys_of, validate

_GITHUB = "https://github.com"


class Repository(Strict):
    """The address of a repository: `origin` is `https://forge.example`, `path` is `owner/name`."""

    origin: str
    path: str


def read_repository(address: str) -> Repository | None:
    """Return the repository at `address`, as in a browser; None for another kind of address."""
    parts = urlsplit(address)
    path = parts.path.strip("/").removesuffix(".git")
    if parts.scheme != "https" or not parts.hostname or "/" not in path or parts.query:
        return None
    return Repository(origin=f"https://{parts.netloc}", path=path)


class EditorSettings(Strict):
    """The settings of the editor, with the names of Decap CMS where it has them."""

    backend: Literal["github", "gitlab", "forgejo"]
    """The kind of forge. Decap's backend for Gitea is left out: it commits without a pull request."""
    repository: str = ""
    """The address of the repository, `""` for that of "improve this page"."""
    branch: str = Field(default="main", min_length=1)
    base_url: str = ""
    """GitHub: the OAuth client, since GitHub gives a browser no token by itself."""
    app_id: str = ""
    """GitLab and Forgejo: the id of the editor as an OAuth application."""
    auth_scope: Literal["public_repo", "repo"] = "public_repo"
    """GitHub: the scope of the token; `repo` for a repository that is not public."""
    open_authoring: bool = False
    """Whether people without write access may propose changes, from a fork."""
    pages: str = ""
    """The folder of the organisation's own pages in the repository, `""` for none."""

    @field_validator("repository")
    @classmethod
    def _is_a_repository(cls, value: str) -> str:
        if value and read_repository(value) is None:
            raise ValueError(f"{value!r} is not a repository: write https://forge/owner/name")
        return value

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme != "https" or not parts.hostname or parts.path.strip("/")):
            raise ValueError(
                f"{value!r} is not the address of a helper: write https://login.example.org, and no folder"
            )
        return value.rstrip("/")

    @model_validator(mode="after")
    def _lets_people_in(self) -> EditorSettings:
        if self.backend == "github" and not self.base_url:
            raise ValueError(
                "GitHub needs a helper to log in: set up one (an OAuth client for Git-based CMSs) "
                "and name it, base_url: https://login.example.org"
            )
        if self.backend != "github" and not self.app_id:
            raise ValueError(
                "the editor must be registered on the forge: add it there as an application with the address "
                "of the site and edit/ as redirect URI, not confidential, and write its id, app_id: …"
            )
        if self.backend == "gitlab" and self.open_authoring:
            raise ValueError(
                "on GitLab the editor is for people who may write to the repository: "
                "take open_authoring out"
            )
        return self

    def misfit(self, repository: Repository) -> str:
        """Return why this backend cannot log in at `repository`; `""` where it can."""
        is_github = repository.origin == _GITHUB
        if is_github != (self.backend == "github") and (is_github or "gitlab" in repository.origin):
            return f"{repository.origin}/{repository.path} is on another kind of forge than {self.backend}"
        return ""

    def api(self, repository: Repository) -> str:
        """Return the address of the API of the forge."""
        if self.backend == "github":
            is_shared = repository.origin == _GITHUB
            return "https://api.github.com" if is_shared else f"{repository.origin}/api/v3"
        return f"{repository.origin}/api/{'v4' if self.backend == 'gitlab' else 'v1'}"

    def reached(self, repository: Repository) -> tuple[str, ...]:
        """Return the hosts that the editor connects to, for its Content-Security-Policy."""
        if self.backend == "github" and repository.origin == _GITHUB:
            # Decap reads the second to explain errors of the first.
            return "https://api.github.com", "https://www.githubstatus.com"
        return (repository.origin,)

    def pictured(self, repository: Repository) -> tuple[str, ...]:
        """Return the hosts of the avatars of users."""
        if self.backend == "github" and repository.origin == _GITHUB:
            return ("https://avatars.githubusercontent.com",)
        return (repository.origin,)


# A line break would begin another line of security.txt.
_SECURITY_CONTACT = re.compile(r"(?:https://|mailto:|tel:)[!-~]+")


class HostSettings(Strict):
    """The settings, each optional."""

    previews: Literal["full", "discreet"] = "full"
    """The preview of a link in a chat: title and description of the page, or only the name of the site."""
    security_contact: str | None = None
    """The address for reports of vulnerabilities (RFC 9116, 2.5.3); None for the page of the repository for them."""
    exit: str | dict[str, str] = Field(default_factory=dict)
    """Target of quick exit, an ordinary page that loads quickly: an address, or language code → address.

    Empty for that of each language (`exit.target` in `data/strings/`)."""
    colour: str = ""
    """The accent colour, `#rrggbb`, refused where its contrast is too low; `""` for the shipped one."""
    logo: str = ""
    """The logo in the bar, below the root of the site; `""` for the shipped one."""
    notice: dict[str, str] = Field(default_factory=dict)
    """Language code → text above every page."""
    footer: dict[str, str] = Field(default_factory=dict)
    """Language code → text at the foot of every page."""
    privacy: dict[str, str] = Field(default_factory=dict)
    """Language code → text about the logs of the host's server, for the page about privacy."""
    imprint: str = ""
    """The page that names who is responsible, linked at the foot: `about/imprint.md`."""
    editor: EditorSettings | None = None
    """The editor in the browser, at `edit/`; None for a site without."""

    @field_validator("security_contact")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and not _SECURITY_CONTACT.fullmatch(value):
            raise ValueError(
                f"{value!r} is not an address: write mailto:somebody@example.org, "
                "https://… or tel:+31-… (RFC 9116)"
            )
        return value

    @field_validator("colour")
    @classmethod
    def _can_be_read(cls, value: str) -> str:
        if value:
            check(value)
        return value

    @field_validator("exit")
    @classmethod
    def _leads_away(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        for address in [value] if isinstance(value, str) else value.values():
            if not address.startswith("https://") or " " in address or not address.isprintable():
                raise ValueError(
                    f"{address!r} is not an address to leave for: write https://…, a page that loads "
                    "quickly and draws no attention"
                )
        return value

    def exit_target(self, language: str) -> str:
        """Return the target of quick exit in `language`; `""` for the default one."""
        return self.exit if isinstance(self.exit, str) else self.exit.get(language, "")

    @property
    def is_discreet(self) -> bool:
        """Whether the preview of a link must not show the subject of a page."""
        return self.previews == "discreet"


def read_host(mkdocs_yml: Yaml) -> tuple[HostSettings, list[Problem]]:
    """Return the settings in `mkdocs.yml`, and their problems.

    Keys below `extra:` that resemble none of the settings are ignored: plugins have theirs there. Where there is a
    problem, previews are discreet, so that a mistake publishes nothing.
    """
    whole = mkdocs_yml.value if isinstance(mkdocs_yml.value, dict) else {}
    extra = whole.get("extra")
    extra = extra if isinstance(extra, dict) else {}
    known = keys_of(HostSettings)
    mine = {key: extra[key] for key in known if key in extra}
    found, problems = validate(HostSettings, mkdocs_yml, mine, ("extra",), "host")
    for key in map(str, extra):
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.8)
        if near and key not in known:
            what, fix = f"unknown setting {key!r}", f"did you mean {near[0]!r}?"
            problems.append(mkdocs_yml.problem(("extra", key), "host", what, fix))
    return (found if found and not problems else HostSettings(previews="discreet")), problems
