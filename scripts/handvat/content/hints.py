"""Hints tell who writes a new page what belongs where; none may ever reach a reader.

`handvat new` writes them: as comments below the headings, and as values and headings that begin with
`hint:`. A check refuses a page that still has one, and no comment of any kind is rendered.
"""

from __future__ import annotations

import re

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
"""Any comment in a page."""

_MARK = "hint:"
_OWN_ID = re.compile(r"hint-\d+")
_IN_COMMENT = re.compile(r"<!--\s*hint:\s*(.*?)\s*-->", re.DOTALL | re.IGNORECASE)


def as_comment(hint: str) -> str:
    """`hint` as it stands in a page, unseen; a `--` in it would end the comment early."""
    return f"<!-- {_MARK} {re.sub('-{2,}', '–', hint)} -->"


def as_value(hint: str) -> str:
    """`hint` where a title, a description or a heading will stand."""
    return f"{_MARK} {hint}"


def own_id(number: int) -> str:
    """The id of a section that its writer has yet to name."""
    return f"hint-{number}"


def is_hint(written: str) -> bool:
    """Whether a value, a heading or an id is still the hint."""
    return written.strip().lower().startswith(_MARK) or bool(_OWN_ID.fullmatch(written))


def hint_in(markdown: str) -> str:
    """The first hint that stands as a comment in `markdown`, without its mark; else `""`."""
    found = _IN_COMMENT.search(markdown)
    return " ".join(found.group(1).split()) if found else ""


def without_hints(markdown: str) -> str:
    """`markdown` without its hints, each line where it was: what they show is no part of the page."""
    return _IN_COMMENT.sub(lambda found: "\n" * found.group().count("\n"), markdown)


def without_comments(markdown: str) -> str:
    """`markdown` as a reader gets it: comments are not rendered."""
    return COMMENT.sub("", markdown)
