"""`handvat report status`: how far the knowledge base is, and how its pages read. Prints, and judges nothing.

For each page of the source language: words, sentences, median and longest sentence (in words), the reading
level, citations, claims, and who reviewed it. Then the totals, and what `handvat translations status` prints.

The reading level (`scripts/handvat/content/readability.py`) can point at a page that is harder than its
neighbours. It cannot tell whether a page is right, clear, kind or in a good order, and it must not become a gate:
who writes for a number writes badly.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from handvat.commands import options
from handvat.commands.project import load_edition
from handvat.commands.translations import Change, changes, status_lines
from handvat.console import table
from handvat.content import readability as reading
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page
from handvat.content.progress import LanguageProgress, progress

CAVEAT = (
    "Reading level: Flesch-Douma, 0 (very hard) to 100 (very easy). It counts syllables and words;",
    "it knows nothing of meaning, order or tone. It can point at a page that is harder than its",
    "neighbours; it cannot say whether a page is clear. It is no gate. Fragments in lists count as",
    "sentences; headings and tables are left out.",
)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What can be counted of a text. `median` and `longest` are words in a sentence."""

    words: int
    sentences: int
    median: float
    longest: int
    score: float | None
    level: str | None
    """The score in words; both None where the language has no measure, or there is no text."""
    citations: int
    claims: int


@dataclass(frozen=True, kw_only=True)
class PageStatus(Figures):
    """One page of the source language."""

    page: str
    review: str | None
    """Who checked the content, and when."""


@dataclass(frozen=True, kw_only=True)
class Totals(Figures):
    """All pages of the source language together. `map` is how many pages the navigation lists."""

    pages: int
    map: int
    reviewed: int


@dataclass(frozen=True)
class Status:
    """All that `handvat report status` says."""

    pages: tuple[PageStatus, ...]
    totals: Totals
    languages: tuple[LanguageProgress, ...]
    changes: tuple[Change, ...]


def status(base: KnowledgeBase) -> Status:
    """How far `base` is. `base` has at least one language."""
    code = base.source_language.code
    pages = list(base.pages_in(code))
    sentences = [reading.sentences_of(page) for page in pages]
    rows = tuple(map(_page_status, pages, sentences))
    every = [sentence for mine in sentences for sentence in mine]
    totals = Totals(
        **_of_sentences(code, every),
        pages=len(pages),
        map=len(base.navigation),
        citations=sum(row.citations for row in rows),
        claims=len({claim for page in pages for claim in page.front.claims}),
        reviewed=sum(row.review is not None for row in rows),
    )
    languages = progress(base)
    return Status(rows, totals, languages, tuple(changes(base, languages)))


def _page_status(page: Page, sentences: Sequence[Sequence[str]]) -> PageStatus:
    review = page.front.review
    return PageStatus(
        **_of_sentences(page.language, sentences),
        page=page.path,
        citations=len(page.text.citations),
        claims=len(page.front.claims),
        review=f"{review.by}, {review.date}" if review else None,
    )


def _of_sentences(language: str, sentences: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The figures that depend on nothing but the `sentences`."""
    score, level = _score(language, sentences)
    return {
        "words": sum(map(len, sentences)),
        "sentences": len(sentences),
        "median": _median(sentences),
        "longest": max(map(len, sentences), default=0),
        "score": score,
        "level": level,
    }


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
    yield from table(heads, [*rows, last], left={"page", "level", "reviewed"})
    yield ""
    yield from status_lines(found.languages, found.changes)
    yield ""
    yield f"The map (nav: in mkdocs.yml) has {total.map} pages, {total.pages} are there."
    yield f"The median sentence has {total.median:g} words."
    yield from CAVEAT


@options.command("status", "report status")
@options.organisation
@click.option("--json", "wants_json", is_flag=True, help="Print it as JSON.")
def command(*, wants_json: bool) -> None:
    """Report words, sentences, reading level, citations and reviews by page, and the progress of each language."""
    found = status(load_edition())
    if wants_json:
        data = {
            **asdict(found),
            "languages": [row.as_data() for row in found.languages],
            "measure": " ".join(CAVEAT),
        }
        print(json.dumps(data, ensure_ascii=False))
    else:
        print("\n".join(_lines(found)))
