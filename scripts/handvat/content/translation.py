"""Tells which sections of a translation no longer follow the Dutch, so that nobody trusts old words.

A translation records the fingerprint of each Dutch section it was made from. The
states are named as the field names them: a section is fresh, stale, missing or orphaned.

Keeps of a page what its translations are held against, so that it need not be read again for each of them.

Of a whole page that is a tenth: the sections with their fingerprints, and what hangs on their words.

Tells where a translation and its Dutch page differ in what hangs on the words.

Words differ between languages; citations, links, calls, blocks and figures do not. Whoever reads
only one language cannot see that the other says 16 where this one says 18.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from handvat.content.page import KEPT, Page


@dataclass(frozen=True)
class TranslationState:
    """How a translation stands to its Dutch page; each field holds section ids in page order."""

    stale: tuple[str, ...]
    """Made from another version of the Dutch section, or not recorded at all."""
    missing: tuple[str, ...]
    orphaned: tuple[str, ...]
    """No longer in the Dutch page."""

    @property
    def is_fresh(self) -> bool:
        """Whether every section follows the Dutch of today."""
        return not (self.stale or self.missing or self.orphaned)


def fingerprints(source: Page) -> dict[str, str]:
    """What a translation of `source` records today: section id → fingerprint."""
    return {section.id: section.fingerprint for section in source.sections}


def compare(translation: Page, source: Page) -> TranslationState:
    """How `translation` stands to `source`, its page in the default language."""
    there = [section.id for section in translation.sections]
    return state_of(translation, there, fingerprints(source))


def state_of(
    translation: Page, there: Sequence[str], wanted: Mapping[str, str]
) -> TranslationState:
    """The same by what is known of both: the ids of its own sections, and the Dutch fingerprints."""
    recorded = translation.front.translation.sections if translation.front.translation else {}
    return TranslationState(
        stale=tuple(key for key in there if key in wanted and recorded.get(key) != wanted[key]),
        missing=tuple(key for key in wanted if key not in there),
        orphaned=tuple(key for key in there if key not in wanted),
    )


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
            (one.line, one.name if one.name == "field" else "".join(one.written.split()))
            for one in text.shortcodes
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


KINDS = (
    "citations",
    "links",
    "contacts, pictures and tools",
    "blocks",
    "headings",
    "figures",
)
"""What hangs on words, as `Part.hanging` names it."""


@dataclass(frozen=True)
class Difference:
    """What one section lacks, or has too much of, against its Dutch section."""

    section: Part
    model: Part
    """The Dutch section."""
    kind: str
    """One of `KINDS`."""
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(
            f"{name} {', '.join(some)}"
            for name, some in (("missing", self.missing), ("too much", self.extra))
            if some
        )


def differences(ours: Sequence[Part], theirs: Sequence[Part]) -> Iterator[Difference]:
    """Where a page differs from its Dutch page in the sections that both have, by their outlines."""
    model_of = {model.id: model for model in reversed(theirs)}
    for section in ours:
        model = model_of.get(section.id)
        if model is None or section.hanging == model.hanging:
            continue
        for kind in KINDS:
            found, wanted = (Counter(part.hanging.get(kind, {})) for part in (section, model))
            if found == wanted:
                continue
            yield Difference(
                section,
                model,
                kind,
                tuple(sorted((wanted - found).elements())),
                tuple(sorted((found - wanted).elements())),
            )
