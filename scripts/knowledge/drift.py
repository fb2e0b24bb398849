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

_DIGITS = re.compile(r"\d(?:[\d.,٫\u00a0\u202f ]*\d)?")
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
    model_of = {model.id: (model, hanging) for model, hanging in reversed(_hanging(source))}
    for section, ours in _hanging(page):
        model, theirs = model_of.get(section.id, (None, {}))
        if model is None:
            continue
        for kind, found in ours.items():
            if found == theirs[kind]:
                continue
            missing, extra = theirs[kind] - found, found - theirs[kind]
            yield Difference(
                section,
                model,
                kind,
                tuple(sorted(missing.elements())),
                tuple(sorted(extra.elements())),
            )


def figures(text: str) -> Counter[str]:
    """The numbers in `text`, however the language groups and writes them: 1.200 and 1,200 are one."""
    # Few lines hold a figure: these alone, each with the sign before it, are looked at closely.
    near = "\n".join(text[max(0, at.start() - 1) : at.end()] for at in _DIGITS.finditer(text))
    plain = _GROUPED.sub("", near.translate(_ARABIC_DIGITS))
    return Counter(found.replace(",", ".") for found in _FIGURE.findall(plain))


def _hanging(page: Page) -> list[tuple[Section, dict[str, Counter[str]]]]:
    """What hangs on the words of each section, by kind."""
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
    by_kind = {kind: map(Counter, page.by_section(found)) for kind, found in written.items()}
    prose = page.by_section((piece.line, piece.text) for piece in text.prose)
    by_kind["figures"] = map(figures, map(" ".join, prose))
    return [
        (section, {kind: next(counted) for kind, counted in by_kind.items()})
        for section in page.sections
    ]


def _place(page: Page, address: str) -> str:
    """Where a link leads, whatever the language of the page it is on."""
    place = None if "://" in address else page.leads_to(address)
    if place is None:
        return address
    return f"{place.path}#{place.fragment}" if place.fragment else place.path
