"""Compares a translation with its source page, so that nobody trusts words that are out of date or wrong.

A translation records the fingerprint of each source section that it was made from: a section is fresh,
stale, missing or orphaned. Words differ between languages; citations, links, shortcodes, blocks and
figures do not. Whoever reads only one language cannot see that the other says 16 where this one says 18.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from handvat.content.page import Page

_CACHED_PAGES = 4_096

_DIGITS = re.compile(r"\d(?:[\d.,٫\u00a0\u202f ]*\d)?")
_GROUPED = re.compile(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3}(?!\d))")
_FIGURE = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)?")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")


@dataclass(frozen=True)
class TranslationState:
    """Section ids of a translation, compared with its source page; each field is in page order."""

    stale: tuple[str, ...]
    """Made from another version of the source section, or without a record."""
    missing: tuple[str, ...]
    orphaned: tuple[str, ...]
    """No longer in the source page."""

    @property
    def is_fresh(self) -> bool:
        """Whether every section follows the source page."""
        return not (self.stale or self.missing or self.orphaned)


def fingerprints(source: Page) -> dict[str, str]:
    """What a translation of `source` records: section id → fingerprint."""
    return {section.id: section.fingerprint for section in source.sections}


def compare(translation: Page, source: Page) -> TranslationState:
    """Compare the sections of `translation` with those of `source`, its page in the source language."""
    ids = [section.id for section in translation.sections]
    wanted = fingerprints(source)
    recorded = translation.front.translation.sections if translation.front.translation else {}
    return TranslationState(
        stale=tuple(key for key in ids if key in wanted and recorded.get(key) != wanted[key]),
        missing=tuple(key for key in wanted if key not in ids),
        orphaned=tuple(key for key in ids if key not in wanted),
    )


class SectionOutline(NamedTuple):
    """One section of a page without its words."""

    id: str
    line: int
    length: int
    """Characters of the words in it that a reader sees."""
    facts: dict[str, Counter[str]]
    """Kind of fact (`KINDS`) → each fact of the section, and how often."""


KINDS = (
    "citations",
    "links",
    "contacts, pictures and tools",
    "blocks",
    "headings",
    "figures",
)
"""What a section and its translation must have alike."""


@lru_cache(maxsize=_CACHED_PAGES)
def outline(page: Page) -> tuple[SectionOutline, ...]:
    """The sections of `page` in their order. The result is shared: do not change it."""
    text = page.text
    found = {
        "citations": ((item.line, str(item.key)) for item in text.citations),
        "links": ((item.line, _destination(page, item.address)) for item in text.targets),
        "contacts, pictures and tools": (
            (one.line, one.name if one.name == "field" else "".join(one.written.split()))
            for one in text.shortcodes
        ),
        "blocks": ((block.line, block.kind) for block in text.blocks),
        "headings": (
            (heading.line, f"{'#' * heading.level} {heading.id or ''}".strip())
            for heading in text.headings
        ),
    }
    by_kind = {kind: list(map(Counter, page.by_section(facts))) for kind, facts in found.items()}
    prose = page.by_section((piece.line, piece.text) for piece in text.prose)
    by_kind["figures"] = [figures(" ".join(lines)) for lines in prose]
    words = page.by_section(line for paragraph in text.paragraphs for line in paragraph.lines)
    return tuple(
        SectionOutline(
            section.id,
            section.line,
            sum(map(len, words[number])),
            {kind: by_kind[kind][number] for kind in KINDS},
        )
        for number, section in enumerate(page.sections)
    )


def figures(text: str) -> Counter[str]:
    """The numbers in `text`, in one notation: 1.200 and 1,200 are the same number."""
    # Few lines hold a figure: the patterns below run on these alone, each with the character before it.
    near = "\n".join(text[max(0, at.start() - 1) : at.end()] for at in _DIGITS.finditer(text))
    plain = _GROUPED.sub("", near.translate(_ARABIC_DIGITS))
    return Counter(found.replace(",", ".") for found in _FIGURE.findall(plain))


def _destination(page: Page, address: str) -> str:
    """Where a link leads, without the language of the page that it is on."""
    place = None if "://" in address else page.leads_to(address)
    if place is None:
        return address
    return f"{place.path}#{place.fragment}" if place.fragment else place.path


@dataclass(frozen=True)
class Difference:
    """Facts of one kind that a section lacks, or has too many of, compared with its source section."""

    section: SectionOutline
    source: SectionOutline
    kind: str
    """One of `KINDS`."""
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(
            f"{name} {', '.join(facts)}"
            for name, facts in (("missing", self.missing), ("too much", self.extra))
            if facts
        )


def differences(
    translation: Sequence[SectionOutline], source: Sequence[SectionOutline]
) -> Iterator[Difference]:
    """The differences between the facts of the sections that both pages have, by their outlines."""
    source_of = {section.id: section for section in reversed(source)}
    for section in translation:
        original = source_of.get(section.id)
        if original is None or section.facts == original.facts:
            continue
        for kind in KINDS:
            found, wanted = section.facts[kind], original.facts[kind]
            if found != wanted:
                yield Difference(
                    section,
                    original,
                    kind,
                    tuple(sorted((wanted - found).elements())),
                    tuple(sorted((found - wanted).elements())),
                )
