"""Cuts the search document out of a rendered page: its text and its fields, without notices and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

FIELD = re.compile(r"<meta [^<>]*data-pagefind-meta=[^<>]*>")
"""A field of a page that only search reads (overrides/main.html)."""

_ROOT = re.compile(r"<html\b[^>]*>")
_IGNORED = "data-pagefind-ignore"
_LEFT_OUT = re.compile(rf"<(\w+)\b[^<>]*\s{_IGNORED}\b[^<>]*>")
_TEXT = re.compile(r"<article\b[^>]*\sdata-pagefind-body.*</article>", re.DOTALL)


def search_document(page: str) -> str | None:
    """Return the part of the rendered `page` that Pagefind reads; None for a page that search must not find."""
    root, text = _ROOT.search(page), _TEXT.search(page)
    if root is None or text is None:
        return None
    body = "".join(_searched(text[0]))
    fields = "".join(FIELD.findall(page, 0, text.start()))
    return f"<!doctype html>{root[0]}<head>{fields}</head><body>{body}</body></html>"


def _searched(text: str) -> Iterator[str]:
    """Yield `text` without the elements that Pagefind is to ignore.

    It would ignore them by itself. But a notice that the source page is newer, or the table of each language's
    progress, would change the document: after a changed word in one language, all others needed a new index.
    """
    end = at = 0
    # Only elements with the attribute: hundreds have none.
    while (at := text.find(_IGNORED, at)) >= 0:
        if found := _LEFT_OUT.match(text, text.rfind("<", 0, at)):
            yield text[end : found.start()]
            end = at = end_of(found[1], text, found.end())
        else:
            at += len(_IGNORED)
    yield text[end:]


def end_of(name: str, text: str, start: int) -> int:
    """Return the end of the element `name` in `text` whose content begins at `start`; `start` if it is not closed."""
    depth = 1
    for tag in re.compile(rf"<(/?){name}\b[^<>]*>").finditer(text, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return start
