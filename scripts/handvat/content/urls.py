"""Keeps an address that leads nowhere, or runs something, out of every page: those of the site and its repository.

`site_url`, `repo_url` and `edit_uri` become links of all pages and lines of the files beside them. MkDocs
takes whatever has a scheme and two slashes, `javascript://x/` as well; and an address with a name and a
password in it would be published.

Leads the pencil of a page to the right file, whoever keeps the repository.

Each forge writes the address of its editor in its own way, and a wrong one ends at "page not found":
where somebody who wanted to mend a sentence gives up.

Keeps old addresses alive: a link in somebody's protocol must not die because we renamed a page.

`data/redirects.yml` maps the path of a page that is gone to the one that took its place, the same
in every language.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from handvat.content.problem import Problem, did_you_mean
from handvat.content.yaml_reader import Yaml

LONGEST = 2_000
"""Signs. It stands in each page many times, and paths are added to it; RFC 9110, 4.1 asks for 8,000."""

# RFC 3986: scheme, host and port, and a path of ordinary signs; no name, no query, no fragment.
_PATH = r"[A-Za-z0-9._~!$&()*+,;=:@%-]"
_ADDRESS = re.compile(
    rf"https?://(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{{1,5}})?(?:/{_PATH}+)*/?"
)
# A path, or a query that ends in one, as some forges have it. What begins otherwise, or has no slash,
# YAML takes for something else when it comes from the environment.
_EDIT_URI = re.compile(
    r"[A-Za-z0-9_/?-][A-Za-z0-9._~!$&()*+,;=@%?-]*/[A-Za-z0-9._~!$&()*+,;=@%/?-]*|/"
)
_UP = re.compile(r"(?:^|[/?])(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


def refusal(address: str) -> str:
    """Why `address` can be that of no site or repository, and what to write; empty where it can."""
    if len(address) > LONGEST:
        return f"it has {len(address):,} signs, more than {LONGEST:,}: write a shorter one"
    if not address.startswith(("https://", "http://")):
        return "it is no address that a browser opens: write https://…"
    if not address.isascii():
        return "it has letters that servers do not get: write xn--… or %…, as the address bar copies it"
    if not _ADDRESS.fullmatch(address):
        return "write https://, the host and a path, without name, password, ?, # or quotes"
    if _UP.search(address):
        return "a path with . or .. in it leads elsewhere: write where it leads"
    return ""


def check_addresses(mkdocs_yml: Yaml) -> Iterator[Problem]:
    """What is wrong with the addresses in `mkdocs.yml`, those from the environment included."""
    whole = mkdocs_yml.value if isinstance(mkdocs_yml.value, dict) else {}
    for key, why in (("site_url", refusal), ("repo_url", refusal), ("edit_uri", _edit_refusal)):
        variable, value = _said(whole.get(key), os.environ)
        if value is None or value == "":
            continue  # a site without a repository; that of the site itself a build asks for
        cause = why(value) if isinstance(value, str) else "it is no text: write it in quotes"
        if cause:
            what = f"{variable or key} is {str(value)[:80]!r}"
            yield Problem(mkdocs_yml.file, mkdocs_yml.line((key,)), "addresses", what, cause)


def _edit_refusal(written: str) -> str:
    if len(written) > LONGEST or not _EDIT_URI.fullmatch(written) or _UP.search(written):
        return "write the path of your forge's editor below the repository, as edit/main/docs/"
    return ""


def _said(value: object, environment: Mapping[str, str]) -> tuple[str, object]:
    """The variable that decides, where one does, and the value: `!ENV [SITE_URL, "https://…"]` is read as a list.

    As MkDocs does it: the first variable that is set, else what stands last (waylan/pyyaml-env-tag).
    """
    if not isinstance(value, list) or not value:
        return "", value
    *names, default = value if len(value) > 1 else (*value, None)
    name = next((name for name in names if isinstance(name, str) and name in environment), "")
    return name, environment[name] if name else default


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


NAME = "data/redirects.yml"

_PAGE = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*\.md")


def read_redirects(document: Yaml) -> tuple[dict[str, str], list[Problem]]:
    """Old path → new path, as written, and what is wrong with the file itself."""
    value = document.value or {}
    if not isinstance(value, Mapping):
        return {}, [Problem(NAME, 1, "redirects", "expected old paths with new ones",
                            "write now/old.md: now/new.md")]  # fmt: skip
    return {str(old): str(new) for old, new in value.items()}, []


def check_redirects(
    redirects: Mapping[str, str], document: Yaml, paths: set[str], codes: set[str]
) -> list[Problem]:
    """Problems of redirects that hide a page, or lead to none.

    `paths` are the Dutch pages, `codes` the languages.
    """
    problems = []
    for old, new in redirects.items():
        line = document.line((old,))
        # A file is written there: nowhere but where a page could have been.
        if not _PAGE.fullmatch(old) or old.split("/")[0] in codes:
            problems.append(Problem(NAME, line, "redirects", f"{old!r} is no path of a page",
                                    "write it as it was below the language's folder: now/old.md"))  # fmt: skip
        if old in paths:
            problems.append(Problem(NAME, line, "redirects", f"{old} is a page that exists",
                                    "take the redirect out"))  # fmt: skip
        if new not in paths:
            problems.append(Problem(NAME, line, "redirects", f"{new} is no page",
                                    did_you_mean(new, paths)))  # fmt: skip
    return problems
