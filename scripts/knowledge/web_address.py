"""Keeps an address that leads nowhere, or runs something, out of every page: those of the site and its repository.

`site_url`, `repo_url` and `edit_uri` become links of all pages and lines of the files beside them. MkDocs
takes whatever has a scheme and two slashes, `javascript://x/` as well; and an address with a name and a
password in it would be published.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from scripts.knowledge.problem import Problem
from scripts.knowledge.yaml_file import Yaml

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
