"""Keeps old addresses alive: a link in somebody's protocol must not die because we renamed a page.

`data/redirects.yml` maps the path of a page that is gone to the one that took its place, the same
in every language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scripts.knowledge.problem import Problem, did_you_mean
from scripts.knowledge.yaml_file import Yaml

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
