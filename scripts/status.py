"""`make status`: how far the knowledge base is, and how its pages read. Prints, and judges nothing.

    python -m scripts.status [--json]

For each page of the source language: words, sentences, median and longest sentence (in words), the
reading level, citations, claims, and who reviewed it. Then the totals, and what each language has.

The reading level (`scripts/knowledge/reading.py` says how it is made) can point at a page that is
harder than its neighbours. It cannot tell whether a page is right, clear, kind or in a good order,
and it must not become a gate: who writes for a number writes badly.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.knowledge import reading, translation
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.languages import Language
from scripts.knowledge.page import Page

CAVEAT = (
    "Reading level: Flesch-Douma, 0 (very hard) to 100 (very easy). It counts syllables and words;",
    "it knows nothing of meaning, order or tone. It can point at a page that is harder than its",
    "neighbours; it cannot say whether a page is clear. It is no gate. Fragments in lists count as",
    "sentences; headings and tables are left out.",
)


@dataclass(frozen=True)
class PageStatus:
    """One page of the source language. `median` and `longest` are words in a sentence."""

    page: str
    words: int
    sentences: int
    median: float
    longest: int
    score: float | None
    level: str | None
    """The score in words; both None where the language has no measure, or the page no text."""
    citations: int
    claims: int
    review: str | None
    """Who checked the content, and when."""


@dataclass(frozen=True)
class Totals:
    """All pages of the source language together. `map` is how many pages the navigation lists."""

    pages: int
    map: int
    words: int
    sentences: int
    median: float
    longest: int
    score: float | None
    level: str | None
    citations: int
    claims: int
    reviewed: int


@dataclass(frozen=True)
class LanguageStatus:
    """What a language has of the map. `stale` counts sections whose Dutch has changed since."""

    language: str
    pages: int
    missing: int
    stale: int


@dataclass(frozen=True)
class Status:
    """All that `make status` says."""

    pages: tuple[PageStatus, ...]
    totals: Totals
    languages: tuple[LanguageStatus, ...]


def status(base: KnowledgeBase) -> Status:
    """How far `base` is. `base` has at least one language."""
    code = base.default_language.code
    pages = list(base.pages_in(code))
    sentences = [reading.sentences_of(page) for page in pages]
    rows = tuple(map(_page_status, pages, sentences))
    every = [sentence for mine in sentences for sentence in mine]
    score, level = _score(code, every)
    totals = Totals(
        pages=len(pages),
        map=len(base.navigation),
        words=sum(row.words for row in rows),
        sentences=len(every),
        median=_median(every),
        longest=max((row.longest for row in rows), default=0),
        score=score,
        level=level,
        citations=sum(row.citations for row in rows),
        claims=len({claim for page in pages for claim in page.front.claims}),
        reviewed=sum(row.review is not None for row in rows),
    )
    return Status(rows, totals, tuple(_language_status(base, item) for item in base.languages))


def main() -> int:
    """Prints the status of the project in the current folder. 0, or 1 where it has no language."""
    parser = argparse.ArgumentParser(prog="python -m scripts.status", description="How far we are.")
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    wants_json = parser.parse_args().json
    base = KnowledgeBase.load(Path.cwd())
    if not base.languages:
        print("\n".join(map(str, base.problems)))
        return 1
    found = status(base)
    if wants_json:
        print(json.dumps({**asdict(found), "measure": " ".join(CAVEAT)}, ensure_ascii=False))
    else:
        print("\n".join(_lines(found)))
    return 0


def _page_status(page: Page, sentences: Sequence[Sequence[str]]) -> PageStatus:
    score, level = _score(page.language, sentences)
    review = page.front.review
    return PageStatus(
        page=page.path,
        words=sum(map(len, sentences)),
        sentences=len(sentences),
        median=_median(sentences),
        longest=max(map(len, sentences), default=0),
        score=score,
        level=level,
        citations=len(page.text.citations),
        claims=len(page.front.claims),
        review=f"{review.by}, {review.date}" if review else None,
    )


def _language_status(base: KnowledgeBase, language: Language) -> LanguageStatus:
    default = base.default_language.code
    listed = {entry.path for entry in base.navigation}
    pages = list(base.pages_in(language.code))
    stale = 0
    for page in pages:
        source = base.page(default, page.path)
        if not language.is_default and source:
            stale += len(translation.compare(page, source).stale)
    missing = len(listed - {page.path for page in pages})
    return LanguageStatus(language.code, len(pages), missing, stale)


def _median(sentences: Sequence[Sequence[str]]) -> float:
    return float(statistics.median(map(len, sentences))) if sentences else 0.0


def _score(code: str, sentences: Sequence[Sequence[str]]) -> tuple[float | None, str | None]:
    """Score and level; the measure is made for Dutch alone."""
    score = reading.flesch_douma(sentences) if code == "nl" else None
    return (None, None) if score is None else (round(score, 1), reading.level(score))


def _lines(found: Status) -> Iterator[str]:
    heads = ("page", "words", "sent.", "median", "longest", "score", "level", "cited", "claims",
             "reviewed")  # fmt: skip
    total = found.totals
    rows = [
        (row.page, row.words, row.sentences, row.median, row.longest, row.score, row.level,
         row.citations, row.claims, row.review)
        for row in found.pages
    ]  # fmt: skip
    last = (f"all {total.pages}", total.words, total.sentences, total.median, total.longest,
            total.score, total.level, total.citations, total.claims, total.reviewed)  # fmt: skip
    yield from _table(heads, [*rows, last])
    yield ""
    yield from _table(
        ("language", "pages", "missing", "stale sections"),
        [(row.language, row.pages, row.missing, row.stale) for row in found.languages],
    )
    yield ""
    yield f"The map (nav: in mkdocs.yml) has {total.map} pages, {total.pages} are there."
    yield f"The median sentence has {total.median:g} words."
    yield from CAVEAT


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of a table: words to the left, numbers to the right, `–` for nothing."""
    cells = [heads, *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        pieces = [
            cell.ljust(width) if head in {"page", "level", "reviewed", "language"}
            else cell.rjust(width)
            for cell, width, head in zip(row, widths, heads, strict=True)
        ]  # fmt: skip
        yield "  ".join(pieces).rstrip()


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


if __name__ == "__main__":
    raise SystemExit(main())
