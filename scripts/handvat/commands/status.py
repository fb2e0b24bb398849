"""`handvat report status`: the length and reading level of each page, and the progress of each language.

For each page of the source language: words, sentences, median and longest sentence (in words), reading level,
citations, claims, and the reviewer. Then the totals, and what `handvat translations status` prints.

The reading level is Flesch-Douma, Flesch's formula with weights for Dutch (W.H. Douma, *De leesbaarheid van
landbouwbladen*, Wageningen 1960; his bands as quoted in *Taalbeheersing* 1977). It counts syllables and words, so a
clumsy text of short words scores well, and a list of fragments better than it reads. It can point at a page that is
harder than the others, but must not become a check: authors would write for the number, and write badly.

Pyphen's hyphenation points give the syllables, with one more where a word begins with an open vowel (a-vond), since
no word is hyphenated after one letter. textstat drops sentences of one or two words ("Klopt."), lacks that correction
and brings 14 MB of nltk; the package readability has no weights for Dutch, and counts `foto` as one syllable.
"""

from __future__ import annotations

import functools
import json
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import click
import pyphen

from handvat.commands import options
from handvat.commands.translations import Change, changes, status_lines
from handvat.console import table
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page
from handvat.content.search_data import questions_file, read_questions
from handvat.content.translation import LanguageProgress, progress

CAVEAT = (
    "Reading level: Flesch-Douma, 0 (very hard) to 100 (very easy). It counts syllables and words,",
    "nothing of meaning, order or tone. It can point at a page that is harder than its neighbours;",
    "it cannot say whether a page is clear. It is no gate. Fragments in lists count as sentences;",
    "headings and tables are left out.",
)

BANDS = (
    (90, "very easy"),
    (80, "easy"),
    (70, "fairly easy"),
    (60, "normal"),
    (45, "fairly hard"),
    (30, "hard"),
)
"""Douma's bands: the lowest score of each, and its name; below the last a text is very hard."""

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(]*[A-ZÀ-Þ0-9])")
_OPEN_VOWEL = re.compile(r"^[aeiou][b-df-hj-np-tv-xz][aeiouyéëèï]")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of a text. `median` and `longest` are words in a sentence."""

    words: int
    sentences: int
    median: float
    longest: int
    score: float | None
    level: str | None
    """The name of the score's band; both None in a language without a measure, and without text."""
    citations: int
    placed: int
    """Citations that name an entry of their source."""
    claims: int


@dataclass(frozen=True, kw_only=True)
class PageStatus(Figures):
    """One page of the source language."""

    page: str
    review: str | None
    """The reviewer of the content, and the date."""


@dataclass(frozen=True, kw_only=True)
class Totals(Figures):
    """All pages of the source language together. `map` is the number of pages in the navigation."""

    pages: int
    map: int
    reviewed: int


@dataclass(frozen=True)
class Status:
    """The content of `handvat report status`."""

    pages: tuple[PageStatus, ...]
    totals: Totals
    folders: dict[str, float]
    """Folder → words in its median sentence."""
    levels: dict[str, int]
    """Reading level → pages."""
    unplaced: dict[str, int]
    """Source without a note that it could not be read → its citations without an entry, most first."""
    unused: tuple[str, ...]
    """Entries of sources that no page of the source language cites: `key:entry`."""
    unasked: dict[str, tuple[str, ...]]
    """Language → pages without a way to ask for them in `data/questions/`."""
    languages: tuple[LanguageProgress, ...]
    changes: tuple[Change, ...]


def status(base: KnowledgeBase) -> Status:
    """Return the status of `base`, which has at least one language."""
    code = base.source_language.code
    pages = list(base.pages_in(code))
    sentences = [sentences_of(page) for page in pages]
    rows = tuple(map(_page_status, pages, sentences))
    totals = Totals(
        **_count(code, [sentence for of_page in sentences for sentence in of_page]),
        pages=len(pages),
        map=len(base.navigation),
        citations=sum(row.citations for row in rows),
        placed=sum(row.placed for row in rows),
        claims=len({claim for page in pages for claim in page.front.claims}),
        reviewed=sum(row.review is not None for row in rows),
    )
    by_folder: dict[str, list[Sequence[str]]] = {}
    for page, mine in zip(pages, sentences, strict=True):
        by_folder.setdefault(page.folder or "/", []).extend(mine)
    cited = Counter((item.key, item.entry) for page in pages for item in page.text.citations)
    unread = {key for key, source in base.sources.items() if source.unread is not None}
    entries = {(key, entry) for key, source in base.sources.items() for entry in source.entries}
    languages = progress(base)
    return Status(
        rows,
        totals,
        {folder: _count(code, mine)["median"] for folder, mine in by_folder.items()},
        dict(Counter(row.level for row in rows if row.level)),
        {
            key: count
            for (key, entry), count in cited.most_common()
            if key and not entry and key not in unread
        },
        tuple(sorted(f"{key}:{entry}" for key, entry in entries - cited.keys())),
        {
            language.code: unasked
            for language in base.languages
            if (unasked := unasked_pages(base, language.code))
        },
        languages,
        tuple(changes(base, languages)),
    )


def unasked_pages(base: KnowledgeBase, language: str) -> tuple[str, ...]:
    """Return the pages of the source language that no question in `language` asks for, in the order of the navigation."""
    asked = {key.partition("#")[0] for key in read_questions(base.root, language)[1]}
    pages = base.pages_in(base.source_language.code)
    return tuple(page.path for page in pages if page.path not in asked)


def _page_status(page: Page, sentences: Sequence[Sequence[str]]) -> PageStatus:
    review = page.front.review
    return PageStatus(
        **_count(page.language, sentences),
        page=page.path,
        citations=len(page.text.citations),
        placed=sum(bool(item.entry) for item in page.text.citations),
        claims=len(page.front.claims),
        review=f"{review.by}, {review.date}" if review else None,
    )


def _count(language: str, sentences: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return the fields of `Figures` that depend on nothing but the `sentences`."""
    lengths = [len(sentence) for sentence in sentences]
    score = flesch_douma(sentences) if language == "nl" else None
    return {
        "words": sum(lengths),
        "sentences": len(lengths),
        "median": float(statistics.median(lengths or [0])),
        "longest": max(lengths, default=0),
        "score": None if score is None else round(score, 1),
        "level": None if score is None else level(score),
    }


def _lines(found: Status) -> Iterator[str]:
    total = found.totals
    heads = ("page", "words", "sent.", "median", "longest", "score", "level", "cited", "placed", "claims",
             "reviewed")  # fmt: skip
    rows = [_row(row.page, row, row.review) for row in found.pages]
    rows.append(_row(f"all {total.pages}", total, total.reviewed))
    yield from table(heads, rows, left={"page", "level", "reviewed"})
    yield ""
    yield from status_lines(found.languages, found.changes)
    yield ""
    yield f"The map (nav: in mkdocs.yml) has {total.map} pages, {total.pages} are there."
    yield f"The median sentence has {total.median:g} words."
    yield f"By folder: {_listed(found.folders)}."
    if found.levels:
        yield f"Pages by reading level: {_listed(found.levels)}."
    yield f"{total.placed} of {total.citations} citations name their place in the source."
    if found.unplaced:
        yield f"Sources cited without a place: {_listed(found.unplaced)}."
    if found.unused:
        yield f"Entries that no page cites: {', '.join(found.unused)}."
    for language, paths in found.unasked.items():
        yield f"Pages without questions in {questions_file(language)}: {', '.join(paths)}."
    yield from CAVEAT


def _row(name: str, row: Figures, reviewed: object) -> tuple[object, ...]:
    return (name, row.words, row.sentences, row.median, row.longest, row.score, row.level,
            row.citations, row.placed, row.claims, reviewed)  # fmt: skip


def _listed(counts: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {count:g}" for name, count in counts.items())


@options.command("status", "report status")
@options.organisation
@click.option("--json", "wants_json", is_flag=True, help="Print it as JSON.")
def command(*, wants_json: bool) -> None:
    """Report words, sentences, reading level, citations and reviews by page, and the progress of each language."""
    found = status(options.load_edition())
    if wants_json:
        data = {
            **asdict(found),
            "languages": [row.as_data() for row in found.languages],
            "measure": " ".join(CAVEAT),
        }
        print(json.dumps(data, ensure_ascii=False))
    else:
        print("\n".join(_lines(found)))


def sentences_of(page: Page) -> list[tuple[str, ...]]:
    """Return the sentences of the running text of `page`, each as its words.

    Paragraphs, list items and blocks count; headings and table cells do not. A line holds whole sentences
    (CONTRIBUTING.md); the name of a contact in `{{ … }}` is not counted.
    """
    found = []
    for paragraph in page.text.paragraphs:
        for _, line in paragraph.lines if paragraph.kind == "text" else ():
            starts = [0, *(match.end() for match in _END.finditer(line)), len(line)]
            words = (tuple(_WORD.findall(line[start:end])) for start, end in pairwise(starts))
            found += [sentence for sentence in words if sentence]
    return found


def flesch_douma(sentences: Sequence[Sequence[str]]) -> float | None:
    """Return the score of Dutch `sentences`: 100 is very easy, 0 very hard. None where there are none."""
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return None
    words_in_sentence = len(words) / len(sentences)
    syllables_in_word = sum(map(syllables, words)) / len(words)
    return 206.84 - 0.93 * words_in_sentence - 77 * syllables_in_word


def level(score: float) -> str:
    """Return the name of Douma's band for a score."""
    return next((name for least, name in BANDS if score >= least), "very hard")


@functools.cache
def syllables(word: str) -> int:
    """Return the number of syllables of a Dutch `word`."""
    points = pyphen.Pyphen(lang="nl_NL").positions(word.lower())  # which caches its dictionaries
    has_open_vowel = bool(_OPEN_VOWEL.match(word.lower())) and 1 not in points
    return len(points) + 1 + has_open_vowel
