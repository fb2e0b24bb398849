"""Leads the pencil of a page to the right file, whoever keeps the repository.

Each forge writes the address of its editor in its own way, and a wrong one ends at "page not found":
where somebody who wanted to mend a sentence gives up.
"""

from __future__ import annotations

from urllib.parse import urlsplit

_GITHUB_FORM = "edit/"
_GITLAB_FORM = "-/edit/"
_FORGEJO_FORM = "_edit/"
_FORGEJO_NAMES = ("codeberg", "forgejo", "gitea")


def edit_address(repo_url: str | None, edit_uri: str | None) -> str | None:
    """The address below which the editor opens the file of that path in `docs/`.

    `edit_uri` is in GitHub's form, `edit/<branch>/docs/`, which becomes that of GitLab and of Forgejo
    or Gitea where the host's name tells them; any other form is taken as it is. None where there is
    no repository: then there is no pencil.
    """
    if not repo_url or not edit_uri:
        return None
    host = (urlsplit(repo_url).hostname or "").lower()
    below = edit_uri.strip("/") + "/"
    if below.startswith(_GITHUB_FORM):
        below = _form_of(host) + below.removeprefix(_GITHUB_FORM)
    return f"{repo_url.rstrip('/').removesuffix('.git')}/{below}"


def _form_of(host: str) -> str:
    if "gitlab" in host:
        return _GITLAB_FORM
    return _FORGEJO_FORM if any(name in host for name in _FORGEJO_NAMES) else _GITHUB_FORM
