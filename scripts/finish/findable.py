"""Gives search a page without its frame, so that menus are neither found nor read 800 times.

What stands around the text is four fifths of a page, and the same on each: Pagefind leaves it out
in any case, and without it needs two thirds of the time. The words to search by, which readers do not
get (`smaller.py`), are here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

FIELD = re.compile(r"<meta [^<>]*data-pagefind-meta=[^<>]*>")
"""What a page says to search alone (overrides/main.html)."""

_ROOT = re.compile(r"<html\b[^>]*>")
_IGNORED = "data-pagefind-ignore"
_LEFT_OUT = re.compile(rf"<(\w+)\b[^<>]*\s{_IGNORED}\b[^<>]*>")
_TEXT = re.compile(r"<article\b[^>]*\sdata-pagefind-body.*</article>", re.DOTALL)


def findable(page: str) -> str | None:
    """Of the rendered `page` what Pagefind reads; None for a page that search must not find."""
    root, text = _ROOT.search(page), _TEXT.search(page)
    if root is None or text is None:
        return None
    body = "".join(_searched(text[0]))
    fields = "".join(FIELD.findall(page, 0, text.start()))
    return f"<!doctype html>{root[0]}<head>{fields}</head><body>{body}</body></html>"


def _searched(text: str) -> Iterator[str]:
    """`text` in pieces, without what Pagefind is told to leave out.

    It would leave it out by itself. But then a notice that the Dutch is newer, or the table of how far each language is,
    would make another page of it, and a new index of seven languages after a word in the eighth.
    """
    end = at = 0
    # The few with the word, not the hundreds of other elements.
    while (at := text.find(_IGNORED, at)) >= 0:
        if found := _LEFT_OUT.match(text, text.rfind("<", 0, at)):
            yield text[end : found.start()]
            end = at = _end_of(found[1], text, found.end())
        else:
            at += len(_IGNORED)
    yield text[end:]


def _end_of(name: str, text: str, start: int) -> int:
    """Where the element `name` ends in `text` whose content begins at `start`; there, where it does not."""
    depth = 1
    for tag in re.compile(rf"<(/?){name}\b[^<>]*>").finditer(text, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return start
