"""The search document of a rendered page: its text and its fields, without notices and lists."""

from __future__ import annotations

import re

FIELD = re.compile(r"<meta [^<>]*data-pagefind-meta=[^<>]*>")
"""A field of a page that only search reads (overrides/main.html)."""

_ROOT = re.compile(r"<html\b[^>]*>")
_IGNORED = "data-pagefind-ignore"
_LEFT_OUT = re.compile(rf"<(\w+)\b[^<>]*\s{_IGNORED}\b[^<>]*>")
_TEXT = re.compile(r"<article\b[^>]*\sdata-pagefind-body.*</article>", re.DOTALL)


def search_document(page: str) -> str | None:
    """Return the part of the rendered `page` that Pagefind reads; None for a page that search must not find.

    The elements that Pagefind ignores are left out. A notice that the source page is newer, or the table of each
    language's progress, would change the document: after a changed word in one language, all others needed a new index.
    """
    root, text = _ROOT.search(page), _TEXT.search(page)
    if root is None or text is None:
        return None
    fields = "".join(FIELD.findall(page, 0, text.start()))
    pieces = [f"<!doctype html>{root[0]}<head>{fields}</head><body>"]
    end = at = text.start()
    # Only elements with the attribute: hundreds have none.
    while (at := page.find(_IGNORED, at, text.end())) >= 0:
        found = _LEFT_OUT.match(page, page.rfind("<", 0, at))
        at += len(_IGNORED)
        if found:
            pieces.append(page[end : found.start()])
            end = at = end_of_element(page, found) or found.end()
    return "".join([*pieces, page[end : text.end()], "</body></html>"])


def end_of_element(page: str, opening: re.Match[str]) -> int | None:
    """Return the index behind the element whose opening tag is `opening`; None where it is not closed.

    Group 1 of `opening` is the name of the element.
    """
    depth = 1
    for tag in re.compile(rf"<(/?){opening[1]}\b[^<>]*>").finditer(page, opening.end()):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return None
