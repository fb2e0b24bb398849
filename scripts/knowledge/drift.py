"""Tells where a translation and its Dutch page differ in what hangs on the words.

Words differ between languages; citations, links, calls, blocks and figures do not. Whoever reads
only one language cannot see that the other says 16 where this one says 18.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.knowledge.page import Page, Section

_GROUPED = re.compile(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3}(?!\d))")
_FIGURE = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)?")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")


@dataclass(frozen=True)
class Difference:
    """What one section lacks, or has too much of, against its Dutch section."""

    section: Section
    model: Section
    """The Dutch section."""
    kind: str
    """`citations`, `links`, `contacts, pictures and tools`, `blocks`, `figures` or `headings`."""
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(
            f"{name} {', '.join(some)}"
            for name, some in (("missing", self.missing), ("too much", self.extra))
            if some
        )


def differences(page: Page, source: Page) -> Iterator[Difference]:
    """Where `page` differs from `source`, its Dutch page, in the sections that both have."""
    for section in page.sections:
        model = source.section(section.id)
        if model is None:
            continue
        ours, theirs = _hanging(page, section), _hanging(source, model)
        for kind, found in ours.items():
            missing, extra = theirs[kind] - found, found - theirs[kind]
            if missing or extra:
                yield Difference(
                    section,
                    model,
                    kind,
                    tuple(sorted(missing.elements())),
                    tuple(sorted(extra.elements())),
                )


def figures(text: str) -> Counter[str]:
    """The numbers in `text`, however the language groups and writes them: 1.200 and 1,200 are one."""
    plain = _GROUPED.sub("", text.translate(_ARABIC_DIGITS))
    return Counter(found.replace(",", ".") for found in _FIGURE.findall(plain))


def _hanging(page: Page, section: Section) -> dict[str, Counter[str]]:
    """What hangs on the words of a section, by kind."""
    here = page.lines_of(section)
    text = page.text
    return {
        "citations": Counter(str(item.key) for item in text.citations if item.line in here),
        "links": Counter(_place(page, item.address) for item in text.targets if item.line in here),
        "contacts, pictures and tools": Counter(
            call.name if call.name == "field" else "".join(call.written.split())
            for call in text.calls
            if call.line in here
        ),
        "blocks": Counter(block.kind for block in text.blocks if block.line in here),
        "headings": Counter(
            f"{'#' * heading.level} {heading.id or ''}".strip()
            for heading in text.headings
            if heading.line in here
        ),
        "figures": figures(" ".join(piece.text for piece in text.prose if piece.line in here)),
    }


def _place(page: Page, address: str) -> str:
    """Where a link leads, whatever the language of the page it is on."""
    place = None if "://" in address else page.leads_to(address)
    if place is None:
        return address
    return f"{place.path}#{place.fragment}" if place.fragment else place.path
