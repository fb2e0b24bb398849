"""How complete each language is, so that no reader and no translator has to guess.

`handvat report status` prints it, the page about languages shows it, and the site carries it as JSON.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.translation import compare, differences, outline

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
