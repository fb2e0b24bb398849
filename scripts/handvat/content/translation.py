"""The comparison of translations with their source pages, and how complete each language is.

A translation records the fingerprint of each source section that it was made from: a section is fresh, stale, missing
or orphaned. Words differ between languages; citations, links, shortcodes, blocks and figures do not: a reader of one
language cannot see that the other says 16 where this one says 18. `handvat report status` prints the progress of each
language, the page about languages shows it, and the site has it as JSON.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import NamedTuple

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
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


STATUS_FILE = "about/languages/status.json"
"""The file on the site, below its root."""


@dataclass(frozen=True)
class PageProgress:
    """Section ids of one translated page that need work, in the order of the page."""

    page: str
    """Its path below the language's folder."""
    stale: tuple[str, ...] = ()
    """Sections whose Dutch has changed since they were translated."""
    missing: tuple[str, ...] = ()
    """Sections that only the Dutch page has."""
    orphaned: tuple[str, ...] = ()
    """Sections that the Dutch page no longer has."""
    adrift: tuple[str, ...] = ()
    """Sections with other headings, links, citations, contacts, pictures, tools or figures."""


@dataclass(frozen=True)
class LanguageProgress:
    """How complete one language is. The source language can only lack pages (`missing`) and reviews."""

    language: str
    is_built: bool
    pages: int
    """Pages that exist, orphaned ones excepted."""
    of: int
    """Pages that should exist: those of the source language, and those of the navigation."""
    sections: int
    of_sections: int
    complete: int
    """Pages with nothing missing, stale, orphaned or adrift."""
    missing: tuple[str, ...]
    """Paths of pages that do not exist yet."""
    orphaned: tuple[str, ...]
    """Paths of translations without a source page."""
    behind: tuple[PageProgress, ...]
    """Pages that exist and are not complete."""
    reviewed: int
    """Pages that a person has reviewed: a professional the source, a native speaker a translation."""

    @property
    def is_complete(self) -> bool:
        """Whether every page exists and follows the source."""
        return self.complete == self.of and not self.orphaned

    @property
    def stale(self) -> int:
        """How many sections are stale."""
        return sum(len(page.stale) for page in self.behind)

    @property
    def adrift(self) -> int:
        """How many sections are adrift."""
        return sum(len(page.adrift) for page in self.behind)

    @property
    def percentage(self) -> int:
        """Complete pages of all, rounded down: 100 only when nothing is left."""
        return 100 * self.complete // self.of if self.of else 100

    def as_data(self) -> dict[str, object]:
        """All fields, and the sums, as plain values for JSON."""
        sums = {"percentage": self.percentage, "stale": self.stale, "adrift": self.adrift}
        return {**asdict(self), **sums}


def progress(base: KnowledgeBase) -> tuple[LanguageProgress, ...]:
    """The progress of every language of `base`, in the order of `mkdocs.yml`."""
    return tuple(language_progress(base, language) for language in base.languages)


def language_progress(base: KnowledgeBase, language: Language) -> LanguageProgress:
    """The progress of one language, from its pages and those of the source language."""
    wanted = dict.fromkeys(page.path for page in base.pages_in(base.source_language.code))
    wanted.update(dict.fromkeys(entry.path for entry in base.navigation))
    there = {page.path: page for page in base.pages_in(language.code)}
    is_source = language == base.source_language
    behind: list[PageProgress] = []
    sections = reviewed = 0
    for path, page in there.items():
        record = page.front.translation
        person = page.front.review if is_source else record and record.reviewed
        reviewed += person is not None
        source = base.source_of(page)
        if source is None:
            sections += len(outline(page))
            continue
        state = compare(page, source)
        ours, theirs = outline(page), outline(source)
        adrift = dict.fromkeys(found.section.id for found in differences(ours, theirs))
        sections += len(theirs) - len(state.missing)
        if adrift or not state.is_fresh:
            behind.append(
                PageProgress(path, state.stale, state.missing, state.orphaned, tuple(adrift))
            )
    of_sections = sum(len(outline(page)) for page in base.pages_in(base.source_language.code))
    orphaned = [
        path
        for path, page in there.items()
        if path not in wanted and not (is_source or base.is_own(page))
    ]
    pages = len(there) - len(orphaned)
    return LanguageProgress(
        language=language.code,
        is_built=language.is_built,
        pages=pages,
        of=len(wanted),
        sections=sections,
        of_sections=of_sections,
        complete=pages - len(behind),
        missing=tuple(path for path in wanted if path not in there),
        orphaned=tuple(orphaned),
        behind=tuple(behind),
        reviewed=reviewed,
    )
