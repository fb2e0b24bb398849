"""Addresses of the site and its repository, and redirects from old addresses.

`site_url`, `repo_url` and `edit_uri` become links on all pages. MkDocs accepts any scheme with two slashes,
`javascript://x/` too; a name and a password in an address would be published; a wrong edit link loses the reader who
wanted to fix a sentence.

`data/redirects.yml` maps the path of a removed page to that of its replacement, the same in every language: links in
documents of organisations must not break when a page is renamed.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping, Set
from urllib.parse import urlsplit

from handvat.content.problem import Problem, did_you_mean
from handvat.content.yaml_files import Yaml

LONGEST = 2_000
"""Characters. Paths are added to an address, and servers must accept 8,000 (RFC 9110, 4.1)."""

# RFC 3986: scheme, host and port, and a path of ordinary characters; no user, no query, no fragment.
_PATH = r"[A-Za-z0-9._~!$&()*+,;=:@%-]"
_ADDRESS = re.compile(
    rf"https?://(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{{1,5}})?(?:/{_PATH}+)*/?"
)
# A path, or a query that ends in one, as on some forges. Values from the environment are parsed as YAML: any other
# first character, or a value without a slash, might not be a text.
_EDIT_URI = re.compile(
    r"[A-Za-z0-9_/?-][A-Za-z0-9._~!$&()*+,;=@%?-]*/[A-Za-z0-9._~!$&()*+,;=@%/?-]*|/"
)
_UP = re.compile(r"(?:^|[/?])(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)

_RESERVED = {"example", "home.arpa", "invalid", "local", "localhost", "test"} | {
    f"example.{ending}" for ending in ("com", "net", "org")
}
"""Domains without a public site: RFC 2606 and 6761 (examples, tests), 6762 (`.local`), 8375 (home networks)."""


def is_public(address: str) -> bool:
    """Return whether `address` is reachable from the internet: no reserved name or private IP address (RFC 1918).

    A QR code or a link on paper or on a USB stick to another address would end in an error.
    """
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.split(".")
        domains = {".".join(labels[-count:]) for count in (1, 2)}
        return len(labels) > 1 and not domains & _RESERVED


def refusal(address: str) -> str:
    """Return why `address` is not valid for a site or repository, and the fix; `""` where it is valid."""
    if len(address) > LONGEST:
        return f"it has {len(address):,} characters, more than {LONGEST:,}: write a shorter one"
    if not address.startswith(("https://", "http://")):
        return "it is not an address that a browser opens: write https://…"
    if not address.isascii():
        return "it has letters that are not ASCII: write xn--… or %…, as the address bar copies it"
    if not _ADDRESS.fullmatch(address) or not _has_host(address):
        return "write https://, the host and a path, without name, password, ?, # or quotes"
    if _UP.search(address):
        return "a path with . or .. in it leads elsewhere: write where it leads"
    return ""


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:  # for `[:::]`
        return False


def check_addresses(mkdocs_yml: Yaml) -> Iterator[Problem]:
    """Yield a problem for each bad address in `mkdocs.yml`, those from the environment included."""
    whole = mkdocs_yml.value if isinstance(mkdocs_yml.value, dict) else {}
    for key, why in (("site_url", refusal), ("repo_url", refusal), ("edit_uri", _edit_refusal)):
        variable, value = _value_in_use(whole.get(key))
        if value is None or value == "":
            continue  # no repository; a build without the address of the site fails later
        cause = why(value) if isinstance(value, str) else "it is not a text: write it in quotes"
        if cause:
            what = f"{variable or key} is {str(value)[:80]!r}"
            yield mkdocs_yml.problem((key,), "addresses", what, cause)


def _edit_refusal(written: str) -> str:
    if len(written) > LONGEST or not _EDIT_URI.fullmatch(written) or _UP.search(written):
        return "write the path of your forge's editor below the repository, as edit/main/docs/"
    return ""


def _value_in_use(value: object) -> tuple[str, object]:
    """Return the environment variable that sets a value (`""` for none), and the value.

    `!ENV [SITE_URL, "https://…"]` is a list in `content/yaml_files.py`: the first variable that is set, else the last
    item, as in MkDocs (waylan/pyyaml-env-tag).
    """
    if not isinstance(value, list) or not value:
        return "", value
    *names, default = value if len(value) > 1 else (*value, None)
    name = next((name for name in names if isinstance(name, str) and name in os.environ), "")
    return name, os.environ[name] if name else default


_GITHUB_FORM = "edit/"
_OTHER_FORMS = {"gitlab": "-/edit/"} | dict.fromkeys(("codeberg", "forgejo", "gitea"), "_edit/")
"""Part of the name of a host → the form of its addresses to edit a file."""


def edit_address(repo_url: str | None, edit_uri: str | None) -> str | None:
    """Return the base address for editing files of `docs/`, to which their path is added; None without a repository.

    `edit_uri` in GitHub's form, `edit/<branch>/docs/`, is changed into that of GitLab, Forgejo or Gitea where the name
    of the host contains theirs; any other form is used as it is.
    """
    if not repo_url or not edit_uri:
        return None
    host = (urlsplit(repo_url).hostname or "").lower()
    below = edit_uri.strip("/") + "/"
    if below.startswith(_GITHUB_FORM):
        form = next((form for name, form in _OTHER_FORMS.items() if name in host), _GITHUB_FORM)
        below = form + below.removeprefix(_GITHUB_FORM)
    return f"{repo_url.rstrip('/').removesuffix('.git')}/{below}"


REDIRECTS = "data/redirects.yml"

_PAGE = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*\.md")


def read_redirects(document: Yaml) -> tuple[dict[str, str], list[Problem]]:
    """Return old path → new path, as written, and the problem of a file of another form."""
    value = document.value or {}
    if not isinstance(value, Mapping):
        what, fix = "expected old paths with new ones", "write now/old.md: now/new.md"
        return {}, [Problem(REDIRECTS, 1, "redirects", what, fix)]
    return {str(old): str(new) for old, new in value.items()}, []


def check_redirects(
    redirects: Mapping[str, str], document: Yaml, paths: Set[str], codes: Set[str]
) -> list[Problem]:
    """Return problems of redirects from a page that exists, or to one that does not.

    `paths` are those of the pages in the source language, `codes` those of the languages.
    """
    problems = []
    for old, new in redirects.items():
        found = []
        # A build writes a file there: only where a page could have been.
        if not _PAGE.fullmatch(old) or old.split("/")[0] in codes:
            fix = "write it as it was below the language's folder: now/old.md"
            found.append((f"{old!r} is not the path of a page", fix))
        if old in paths:
            found.append((f"{old} is a page that exists", "take the redirect out"))
        if new not in paths:
            found.append((f"{new} is not a page", did_you_mean(new, paths)))
        problems += [document.problem((old,), "redirects", what, fix) for what, fix in found]
    return problems
