"""The search document of a rendered page: the parts of its text that the index is made of."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import NamedTuple

_IGNORED = "data-search-ignore"
_LEFT_OUT = re.compile(rf"<(\w+)\b[^<>]*\s{_IGNORED}\b[^<>]*>")
_TEXT = re.compile(r"<article\b[^>]*\sdata-search-body.*</article>", re.DOTALL)
_HEADING = re.compile(r'<h2\b[^>]*\bid="([^"]+)"[^>]*>(.*?)</h2>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_INLINE = re.compile(r"</?(?:bdi|em)\b[^>]*>")


class Part(NamedTuple):
    """A section of a page: the id and text of its heading, and its text."""

    id: str
    title: str
    text: str


class SearchDocument(NamedTuple):
    """What search reads of a page."""

    excerpt: str
    parts: tuple[Part, ...]

    @classmethod
    def from_json(cls, text: str) -> SearchDocument:
        """Return the document that `to_json` wrote."""
        excerpt, parts = json.loads(text)
        return cls(excerpt, tuple(Part(*part) for part in parts))

    def to_json(self) -> str:
        """Return the document as JSON."""
        return json.dumps(self, ensure_ascii=False)


def search_document(page: str, excerpt: str) -> SearchDocument | None:
    """Return what search reads of the rendered `page`, and its `excerpt`; None for a page that search must not find.

    The elements with `data-search-ignore` are left out. A notice that the source page is newer, or the table of each
    language's progress, would change the document: after a changed word in one language, all others needed a new index.
    """
    found = _TEXT.search(page)
    if found is None:
        return None
    pieces = []
    end = at = found.start()
    # Only elements with the attribute: hundreds have none.
    while (at := page.find(_IGNORED, at, found.end())) >= 0:
        ignored = _LEFT_OUT.match(page, page.rfind("<", 0, at))
        at += len(_IGNORED)
        if ignored:
            pieces.append(page[end : ignored.start()])
            end = at = end_of_element(page, ignored) or ignored.end()
    text = "".join([*pieces, page[end : found.end()]])
    # Text before the first heading, then id, heading and text of each section.
    before, *rest = _HEADING.split(text)
    parts = [
        Part(section, _plain(title), _plain(body))
        for section, title, body in zip(rest[::3], rest[1::3], rest[2::3], strict=True)
    ]
    intro = _plain(before.partition("</h1>")[2])
    return SearchDocument(excerpt, (*([Part("", "", intro)] if intro else []), *parts))


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", _INLINE.sub("", html))).split())


def end_of_element(page: str, opening: re.Match[str]) -> int | None:
    """Return the index after the element whose opening tag is `opening`; None where it is not closed.

    Group 1 of `opening` is the name of the element.
    """
    depth = 1
    for tag in re.compile(rf"<(/?){opening[1]}\b[^<>]*>").finditer(page, opening.end()):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return None
