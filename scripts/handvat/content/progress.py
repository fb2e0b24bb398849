"""Tells how far each language is, so that no reader and no translator has to guess.

One description, used three times: `handvat report status` prints it, the page about languages shows it, the
site carries it as JSON.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.translation import differences

STATUS_FILE = "about/languages/status.json"
"""Where the site carries it, below its root, for whoever wants to reckon with it."""


@dataclass(frozen=True)
class PageProgress:
    """What is not right yet with one page in one language; section ids in the order of the page."""

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
    """How far one language is. Of the source language only `missing` and `reviewed` can differ."""

    language: str
    is_built: bool
    pages: int
    """Pages of the map that are there."""
    of: int
    """Pages that there should be: those of the source language, and of the map."""
    sections: int
    of_sections: int
    complete: int
    """Pages with nothing missing, stale, orphaned or adrift."""
    missing: tuple[str, ...]
    """Paths of pages that are not there yet."""
    orphaned: tuple[str, ...]
    """Paths of translations whose Dutch page is gone."""
    behind: tuple[PageProgress, ...]
    """Pages that are there and not complete."""
    reviewed: int
    """Pages that a person has read: a professional the source, a native speaker a translation."""

    @property
    def is_complete(self) -> bool:
        """Whether every page is there and follows the source."""
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
        """Complete pages of all, rounded down: 100 is said only where nothing is left."""
        return 100 * self.complete // self.of if self.of else 100

    def as_data(self) -> dict[str, object]:
        """All of it in plain values, for JSON."""
        sums = {"percentage": self.percentage, "stale": self.stale, "adrift": self.adrift}
        return {**asdict(self), **sums}


def from_data(data: dict[str, Any]) -> LanguageProgress:
    """What `dataclasses.asdict` made of a `LanguageProgress`, after it was JSON."""
    behind = (
        PageProgress(
            **{key: value if key == "page" else tuple(value) for key, value in row.items()}
        )
        for row in data["behind"]
    )
    lists = {key: tuple(data[key]) for key in ("missing", "orphaned")}
    return LanguageProgress(**{**data, **lists, "behind": tuple(behind)})


def progress(base: KnowledgeBase) -> tuple[LanguageProgress, ...]:
    """How far every language of `base` is, in the order of `mkdocs.yml`."""
    return tuple(language_progress(base, language) for language in base.languages)


def language_progress(base: KnowledgeBase, language: Language) -> LanguageProgress:
    """How far one language is. It looks at its pages and at those of the source language, at no others."""
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
            sections += len(base.outline(page))
            continue
        state = base.state_of(page, source)
        ours, theirs = base.outline(page), base.outline(source)
        adrift = dict.fromkeys(found.section.id for found in differences(ours, theirs))
        sections += len(theirs) - len(state.missing)
        if adrift or not state.is_fresh:
            behind.append(
                PageProgress(path, state.stale, state.missing, state.orphaned, tuple(adrift))
            )
    of_sections = sum(len(base.outline(page)) for page in base.pages_in(base.source_language.code))
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
