"""The comparison of translations with their source pages, and how complete each language is.

A translation records the fingerprint of each source section that it was made from: a section is fresh, stale, missing
or orphaned. Words differ between languages; citations, links, shortcodes, blocks and figures do not: a reader of one
language cannot see that the other says 16 where this one says 18. `handvat report status` prints the progress of each
language, the page about languages shows it, and the site has it as JSON.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page

STATUS_FILE = "about/languages/status.json"
"""The progress of all languages, below the root of the site."""

_DIGITS = re.compile(r"\d(?:[\d.,٫\u00a0\u202f ]*\d)?")
_GROUPED = re.compile(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3}(?!\d))")
_FIGURE = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)?")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")


@dataclass(frozen=True)
class PageProgress:
    """The sections of a translated page that need work, by id, in the order of the page."""

    page: str
    """Its path below the language's folder."""
    stale: tuple[str, ...] = ()
    """Translated from another version of the source section, or without a record of it."""
    missing: tuple[str, ...] = ()
    """Sections that only the source page has."""
    orphaned: tuple[str, ...] = ()
    """Sections that the source page no longer has."""
    adrift: tuple[str, ...] = ()
    """Sections with other headings, links, citations, contacts, pictures, tools or figures."""


def fingerprints(source: Page) -> dict[str, str]:
    """Return the record of a translation of `source`: section id → fingerprint."""
    return {section.id: section.fingerprint for section in source.sections}


def compare(translation: Page, source: Page) -> PageProgress:
    """Compare the record of `translation` with the sections of its `source` page; `adrift` is left empty."""
    ids = [section.id for section in translation.sections]
    wanted = fingerprints(source)
    recorded = translation.front.translation.sections if translation.front.translation else {}
    return PageProgress(
        translation.path,
        stale=tuple(key for key in ids if key in wanted and recorded.get(key) != wanted[key]),
        missing=tuple(key for key in wanted if key not in ids),
        orphaned=tuple(key for key in ids if key not in wanted),
    )


class SectionOutline(NamedTuple):
    """The facts of one section of a page, which do not depend on its language."""

    id: str
    line: int
    length: int
    """The number of characters of its visible text."""
    facts: dict[str, Counter[str]]
    """Kind of fact (`KINDS`) → fact → number of occurrences."""


KINDS = ("citations", "links", "contacts, pictures and tools", "blocks", "headings", "figures")
"""The kinds of facts that a section and its translation must have in common."""


@lru_cache(maxsize=4_096)
def outline(page: Page) -> tuple[SectionOutline, ...]:
    """Return the outline of each section of `page`. The result is shared: do not change it."""
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
    """Return the numbers in `text`, in one notation: 1.200 and 1,200 are the same number."""
    # The slower patterns run only on the digits, each with the character before it.
    near = "\n".join(text[max(0, at.start() - 1) : at.end()] for at in _DIGITS.finditer(text))
    plain = _GROUPED.sub("", near.translate(_ARABIC_DIGITS))
    return Counter(found.replace(",", ".") for found in _FIGURE.findall(plain))


def _destination(page: Page, address: str) -> str:
    """Return the target of a link without its language."""
    place = None if "://" in address else page.leads_to(address)
    if place is None:
        return address
    return f"{place.path}#{place.fragment}" if place.fragment else place.path


@dataclass(frozen=True)
class Difference:
    """Facts of one kind that a section lacks, or has in excess, compared with its source section."""

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
    """Yield the differences between the outlines of two pages, for the sections that both have."""
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


@dataclass(frozen=True)
class LanguageProgress:
    """The progress of one language. The source language can only lack pages (`missing`) and reviews."""

    language: str
    is_built: bool
    pages: int
    """The number of pages, without orphaned ones."""
    of: int
    """The number of pages of the source language and the navigation."""
    sections: int
    of_sections: int
    complete: int
    """The number of pages with nothing missing, stale, orphaned or adrift."""
    missing: tuple[str, ...]
    """Paths of pages that do not exist yet."""
    orphaned: tuple[str, ...]
    """Paths of translations without a source page."""
    behind: tuple[PageProgress, ...]
    """The incomplete pages."""
    reviewed: int
    """The number of pages that a person has reviewed: a professional the source, a native speaker a translation."""

    @property
    def stale(self) -> int:
        """The number of stale sections."""
        return sum(len(page.stale) for page in self.behind)

    @property
    def adrift(self) -> int:
        """The number of sections adrift."""
        return sum(len(page.adrift) for page in self.behind)

    @property
    def percentage(self) -> int:
        """Complete pages per hundred, rounded down: 100 only when nothing is left."""
        return 100 * self.complete // self.of if self.of else 100

    def as_data(self) -> dict[str, object]:
        """Return all fields and sums as plain values for JSON."""
        sums = {"percentage": self.percentage, "stale": self.stale, "adrift": self.adrift}
        return {**asdict(self), **sums}


def progress(base: KnowledgeBase) -> tuple[LanguageProgress, ...]:
    """Return the progress of every language of `base`."""
    return tuple(language_progress(base, language) for language in base.languages)


class PageState(NamedTuple):
    """The part that one page has in the progress of its language."""

    sections: int
    """The number of sections that it has of its source page, or of its own where it has none."""
    behind: PageProgress | None
    """Its progress where it is incomplete."""


def page_state(page: Page, source: Page | None) -> PageState:
    """Return the state of `page`, whose source page is `source`."""
    if source is None:
        return PageState(len(page.sections), None)
    state = compare(page, source)
    adrift = dict.fromkeys(
        found.section.id for found in differences(outline(page), outline(source))
    )
    behind = replace(state, adrift=tuple(adrift))
    is_complete = behind == PageProgress(page.path)
    return PageState(len(source.sections) - len(state.missing), None if is_complete else behind)


def language_progress(
    base: KnowledgeBase,
    language: Language,
    states: Mapping[tuple[str, str | None], PageState] | None = None,
) -> LanguageProgress:
    """Return the progress of one language, from its pages and those of the source language.

    `states`: code of the language and path → state of a page, where they are known.
    """
    source_pages = list(base.pages_in(base.source_language.code))
    wanted = dict.fromkeys(page.path for page in source_pages)
    wanted.update(dict.fromkeys(entry.path for entry in base.navigation))
    there = {page.path: page for page in base.pages_in(language.code)}
    is_source = language == base.source_language
    of_pages = {
        page: states[page.language, page.path] if states else page_state(page, base.source_of(page))
        for page in (*source_pages, *there.values())
    }
    reviewed = 0
    for page in there.values():
        record = page.front.translation
        person = page.front.review if is_source else record and record.reviewed
        reviewed += person is not None
    behind = [state.behind for page in there.values() if (state := of_pages[page]).behind]
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
        sections=sum(of_pages[page].sections for page in there.values()),
        of_sections=sum(of_pages[page].sections for page in source_pages),
        complete=pages - len(behind),
        missing=tuple(path for path in wanted if path not in there),
        orphaned=tuple(orphaned),
        behind=tuple(behind),
        reviewed=reviewed,
    )
