"""Keeps of a page what its translations are held against, so that it need not be read again for each of them.

Of a whole page that is a tenth: the sections with their fingerprints, and what hangs on their words.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from scripts.knowledge.page import KEPT, Page

_DIGITS = re.compile(r"\d(?:[\d.,٫\u00a0\u202f ]*\d)?")
_GROUPED = re.compile(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3}(?!\d))")
_FIGURE = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)?")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")


class Part(NamedTuple):
    """One section of a page."""

    id: str
    line: int
    fingerprint: str
    signs: int
    """Of the words in it that a reader sees."""
    hanging: dict[str, dict[str, int]]
    """What hangs on its words, by kind, and how often: `citations`, `links`, `contacts, pictures and
    tools`, `blocks`, `headings`, `figures`. Kinds of which it has none are left out."""


@lru_cache(maxsize=KEPT)
def outline(page: Page) -> tuple[Part, ...]:
    """The sections of `page` in their order."""
    text = page.text
    written = {
        "citations": ((item.line, str(item.key)) for item in text.citations),
        "links": ((item.line, _place(page, item.address)) for item in text.targets),
        "contacts, pictures and tools": (
            (call.line, call.name if call.name == "field" else "".join(call.written.split()))
            for call in text.calls
        ),
        "blocks": ((block.line, block.kind) for block in text.blocks),
        "headings": (
            (heading.line, f"{'#' * heading.level} {heading.id or ''}".strip())
            for heading in text.headings
        ),
    }
    by_kind = {kind: page.by_section(found) for kind, found in written.items()}
    prose = page.by_section((piece.line, piece.text) for piece in text.prose)
    by_kind["figures"] = [list(figures(" ".join(lines)).elements()) for lines in prose]
    seen = page.by_section(line for paragraph in text.paragraphs for line in paragraph.lines)
    return tuple(
        Part(
            section.id,
            section.line,
            section.fingerprint,
            sum(map(len, seen[number])),
            {
                kind: dict(Counter(found[number]))
                for kind, found in by_kind.items()
                if found[number]
            },
        )
        for number, section in enumerate(page.sections)
    )


def figures(text: str) -> Counter[str]:
    """The numbers in `text`, however the language groups and writes them: 1.200 and 1,200 are one."""
    # Few lines hold a figure: these alone, each with the sign before it, are looked at closely.
    near = "\n".join(text[max(0, at.start() - 1) : at.end()] for at in _DIGITS.finditer(text))
    plain = _GROUPED.sub("", near.translate(_ARABIC_DIGITS))
    return Counter(found.replace(",", ".") for found in _FIGURE.findall(plain))


def _place(page: Page, address: str) -> str:
    """Where a link leads, whatever the language of the page it is on."""
    place = None if "://" in address else page.leads_to(address)
    if place is None:
        return address
    return f"{place.path}#{place.fragment}" if place.fragment else place.path
