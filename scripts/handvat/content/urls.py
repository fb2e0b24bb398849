"""Addresses of the site and its repository, and redirects from old addresses: none may lead nowhere, or run something.

`site_url`, `repo_url` and `edit_uri` become links of all pages and lines of the files beside them. MkDocs accepts
whatever has a scheme and two slashes, `javascript://x/` as well; a name and a password in an address would be
published; the pencil of a page would end at "page not found", where somebody who wanted to fix a sentence gives up.

`data/redirects.yml` maps the path of a page that is gone to the one that replaces it, the same in every language: a
link in somebody's protocol must not die because a page was renamed.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from handvat.content.problem import Problem, did_you_mean
from handvat.content.yaml_files import Yaml

LONGEST = 2_000
"""Characters. An address is in each page many times, and paths are added to it; RFC 9110, 4.1 asks for 8,000."""

# RFC 3986: scheme, host and port, and a path of ordinary characters; no user, no query, no fragment.
_PATH = r"[A-Za-z0-9._~!$&()*+,;=:@%-]"
_ADDRESS = re.compile(
    rf"https?://(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{{1,5}})?(?:/{_PATH}+)*/?"
)
# A path, or a query that ends in one, as some forges have it. What begins otherwise, or has no slash,
# YAML reads as something else when it comes from the environment.
_EDIT_URI = re.compile(
    r"[A-Za-z0-9_/?-][A-Za-z0-9._~!$&()*+,;=@%?-]*/[A-Za-z0-9._~!$&()*+,;=@%/?-]*|/"
)
_UP = re.compile(r"(?:^|[/?])(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)

_RESERVED = {"example", "home.arpa", "invalid", "local", "localhost", "test"} | {
    f"example.{ending}" for ending in ("com", "net", "org")
}
"""Domains without a public site: RFC 2606 and 6761 (examples, tests), 6762 (`.local`), 8375 (home networks)."""


def is_public(address: str) -> bool:
    """Return whether a phone elsewhere can ever reach `address`: no reserved name, no private IP address (RFC 1918).

    A QR code or a link on paper or on a USB stick to any other address would end in an error, far from who made it.
    """
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.split(".")
        domains = {".".join(labels[-count:]) for count in (1, 2)}
        return len(labels) > 1 and not domains & _RESERVED


def refusal(address: str) -> str:
    """Return why `address` cannot be that of a site or repository, and what to write; `""` where it can."""
    if len(address) > LONGEST:
        return f"it has {len(address):,} characters, more than {LONGEST:,}: write a shorter one"
    if not address.startswith(("https://", "http://")):
        return "it is no address that a browser opens: write https://…"
    if not address.isascii():
        return "it has letters that servers do not get: write xn--… or %…, as the address bar copies it"
    if not _ADDRESS.fullmatch(address) or not _has_host(address):
        return "write https://, the host and a path, without name, password, ?, # or quotes"
    if _UP.search(address):
        return "a path with . or .. in it leads elsewhere: write where it leads"
    return ""


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:  # `[:::]` is no IPv6 address
        return False


def check_addresses(mkdocs_yml: Yaml) -> Iterator[Problem]:
    """Yield a problem for each bad address in `mkdocs.yml`, those from the environment included."""
    whole = mkdocs_yml.value if isinstance(mkdocs_yml.value, dict) else {}
    for key, why in (("site_url", refusal), ("repo_url", refusal), ("edit_uri", _edit_refusal)):
        variable, value = value_in_use(whole.get(key), os.environ)
        if value is None or value == "":
            continue  # no repository; a build demands the address of the site itself
        cause = why(value) if isinstance(value, str) else "it is no text: write it in quotes"
        if cause:
            what = f"{variable or key} is {str(value)[:80]!r}"
            yield Problem(mkdocs_yml.file, mkdocs_yml.line((key,)), "addresses", what, cause)


def _edit_refusal(written: str) -> str:
    if len(written) > LONGEST or not _EDIT_URI.fullmatch(written) or _UP.search(written):
        return "write the path of your forge's editor below the repository, as edit/main/docs/"
    return ""


def value_in_use(value: object, environment: Mapping[str, str]) -> tuple[str, object]:
    """Return the name of the variable that sets a value (`""` for none), and the value.

    `!ENV [SITE_URL, "https://…"]` is read as a list: the first variable that is set, else the last item, as MkDocs
    does it (waylan/pyyaml-env-tag).
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
    """Return the address to which the path of a file in `docs/` is added to edit it; None without a repository.

    `edit_uri` in GitHub's form, `edit/<branch>/docs/`, becomes that of GitLab, Forgejo or Gitea where the name of the
    host tells them; any other form is used as it is.
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


REDIRECTS = "data/redirects.yml"

_PAGE = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*\.md")


def read_redirects(document: Yaml) -> tuple[dict[str, str], list[Problem]]:
    """Return old path → new path, as written, and problems of the file itself."""
    value = document.value or {}
    if not isinstance(value, Mapping):
        return {}, [Problem(REDIRECTS, 1, "redirects", "expected old paths with new ones",
                            "write now/old.md: now/new.md")]  # fmt: skip
    return {str(old): str(new) for old, new in value.items()}, []


def check_redirects(
    redirects: Mapping[str, str], document: Yaml, paths: set[str], codes: set[str]
) -> list[Problem]:
    """Return problems of redirects that hide a page, or lead to none.

    `paths` are the pages of the source language, `codes` the languages.
    """
    problems = []
    for old, new in redirects.items():
        line = document.line((old,))
        # A build writes a file there: only where a page could have been.
        if not _PAGE.fullmatch(old) or old.split("/")[0] in codes:
            problems.append(Problem(REDIRECTS, line, "redirects", f"{old!r} is no path of a page",
                                    "write it as it was below the language's folder: now/old.md"))  # fmt: skip
        if old in paths:
            problems.append(Problem(REDIRECTS, line, "redirects", f"{old} is a page that exists",
                                    "take the redirect out"))  # fmt: skip
        if new not in paths:
            problems.append(Problem(REDIRECTS, line, "redirects", f"{new} is no page",
                                    did_you_mean(new, paths)))  # fmt: skip
    return problems
