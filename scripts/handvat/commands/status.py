"""`handvat report status`: how far the knowledge base is, and how its pages read. Prints, and judges nothing.

    python -m handvat.commands.status [--json]

For each page of the source language: words, sentences, median and longest sentence (in words), the
reading level, citations, claims, and who reviewed it. Then the totals, what each language has, and
for each page that is behind, what it lacks; for a stale section, what changed in the Dutch.

The reading level (`scripts/handvat/content/readability.py` says how it is made) can point at a page that is
harder than its neighbours. It cannot tell whether a page is right, clear, kind or in a good order,
and it must not become a gate: who writes for a number writes badly.
"""

from __future__ import annotations

import difflib
import json
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from handvat.commands import options
from handvat.content import readability as reading
from handvat.content.git_history import NoHistory, sections_ever
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page
from handvat.content.problem import UserError
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
class Change:
    """What changed in one section of the source since some languages translated it."""

    page: str
    section: str
    languages: tuple[str, ...]
    difference: tuple[str, ...]
    """Lines taken out (`- …`) and put in (`+ …`)."""
    unknown: str
    """Why there is no difference: no history, or a fingerprint of no version; else `""`."""


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
    return Status(rows, totals, languages, tuple(_changes(base, languages)))


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


def _changes(base: KnowledgeBase, languages: Sequence[LanguageProgress]) -> Iterator[Change]:
    """For each stale section what the Dutch said when it was translated, and says today."""
    followed: dict[tuple[str, str, str], list[str]] = {}
    for language in languages:
        for behind in language.behind:
            page = base.page(language.language, behind.page)
            record = page.front.translation if page else None
            for section in behind.stale:
                was = record.sections.get(section, "") if record else ""
                followed.setdefault((behind.page, section, was), []).append(language.language)
    for (path, section, fingerprint), codes in followed.items():
        source = base.page(base.source_language.code, path)
        today = source.section(section) if source else None
        if source is None or today is None:
            continue
        lines: tuple[str, ...] = ()
        unknown = ""
        try:
            before = sections_ever(base.root, source).get((section, fingerprint))
        except NoHistory as error:
            before, unknown = None, str(error)
        if before:
            lines = tuple(_difference(before, today.words))
        elif not unknown:
            unknown = (
                f"{fingerprint!r} is the fingerprint of no version in the history"
                if fingerprint
                else "nothing is recorded for this section"
            )
        yield Change(path, section, tuple(codes), lines, unknown)


def _difference(before: str, after: str) -> Iterator[str]:
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line.startswith(("- ", "+ ")) and line[2:].strip():
            yield line


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
    yield from _translation_lines(found)
    yield ""
    yield f"The map (nav: in mkdocs.yml) has {total.map} pages, {total.pages} are there."
    yield f"The median sentence has {total.median:g} words."
    yield from CAVEAT


def _translation_lines(found: Status) -> Iterator[str]:
    """How far each language is, then what it lacks, then what changed in the source text."""
    yield from _table(
        ("language", "complete", "pages", "sections", "missing", "stale", "adrift", "orphaned",
         "reviewed"),
        [(row.language + ("" if row.is_built else " (not shown)"), f"{row.percentage} %",
          f"{row.pages}/{row.of}", f"{row.sections}/{row.of_sections}", len(row.missing), row.stale,
          row.adrift, len(row.orphaned), row.reviewed) for row in found.languages],
    )  # fmt: skip
    for row in found.languages:
        yield from _behind(row)
    for change in found.changes:
        yield from _change(change, found.languages[0].language)


def _behind(language: LanguageProgress) -> Iterator[str]:
    """What one language still lacks, a page on a line, with the command that mends it."""
    code = language.language
    if language.missing:
        yield ""
        yield f"{code}: not there yet ({len(language.missing)}): {', '.join(language.missing)}"
    if language.orphaned:
        yield ""
        yield f"{code}: the source page is gone: {', '.join(language.orphaned)}"
    for page in language.behind:
        yield ""
        for name, sections in (("stale", page.stale), ("missing", page.missing),
                               ("orphaned", page.orphaned), ("adrift", page.adrift)):  # fmt: skip
            if sections:
                yield f"docs/{code}/{page.page}: {name}: {', '.join(sections)}"
        yield f"    when it follows again: handvat translations mark-current docs/{code}/{page.page}"


def _change(change: Change, source: str) -> Iterator[str]:
    file = f"docs/{source}/{change.page}"
    yield ""
    yield f"{file}, {change.section}: changed since {', '.join(change.languages)} followed it"
    yield from (f"    {line}" for line in change.difference)
    if change.unknown:
        yield f"    what changed is not known: {change.unknown}"
    yield f"    means the same? handvat translations mark-unchanged {file}"


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


def _load() -> KnowledgeBase:
    base = KnowledgeBase.load(Path.cwd())
    if not base.languages:
        raise UserError("\n".join(map(str, base.problems)))
    return base


@options.command("status")
@click.option("--json", "wants_json", is_flag=True, help="Print it as JSON.")
def command(*, wants_json: bool) -> None:
    """Report words, sentences, reading level, citations and reviews by page, and each language's progress."""
    found = status(_load())
    if wants_json:
        data = {
            **asdict(found),
            "languages": [row.as_data() for row in found.languages],
            "measure": " ".join(CAVEAT),
        }
        print(json.dumps(data, ensure_ascii=False))
    else:
        print("\n".join(_lines(found)))


@options.command("status")
@click.option("--json", "wants_json", is_flag=True, help="Print it as JSON.")
def translations(*, wants_json: bool) -> None:
    """List by language what is missing or out of date, and what changed in the source text since."""
    found = status(_load())
    if wants_json:
        print(json.dumps([row.as_data() for row in found.languages], ensure_ascii=False))
    else:
        print("\n".join(_translation_lines(found)))
