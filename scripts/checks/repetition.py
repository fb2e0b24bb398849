"""Finds paragraphs that stand on two pages: a reader who meets one twice stops reading, and one of
the two is soon out of date.

Alike is measured in words kept in order: twice the words two passages share, by the words of both
(RapidFuzz's normalised Indel similarity). On these texts (192 pages in Dutch and English, 2,900
passages, November 2026) what was told twice measured 0.83 and more. What is only related stayed
below: two notes on what was read of a law 0.72, one study told from two sides 0.72, two sentences
that hold the long name of one organisation 0.74. So `ALIKE` lies between: up to a fifth of the words
may have changed, or a third may have been left out.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, combinations
from sys import intern
from typing import NamedTuple

from rapidfuzz.distance import Indel

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.page import Page
from scripts.knowledge.problem import Problem

SHORTEST = 20
"""Words: shorter ones are alike by chance, and sentences to say may well return."""

ALIKE = 0.8

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_SHARED_RUNS = 3
_COMMON = 30
"""A run of three words that more passages than this share is a turn of phrase, and no reason to compare."""


_RUNS_AT_ONCE = 250_000


class Passage(NamedTuple):
    """Words that stand together, with the line on which they begin."""

    page: Page
    line: int
    words: tuple[str, ...]


class Group(NamedTuple):
    """A list, a table or a `///` block with the parts that are long enough; or a paragraph."""

    whole: Passage
    parts: tuple[Passage, ...]


def repeated_paragraph(base: KnowledgeBase) -> Iterator[Problem]:
    """What stands nearly the same on two pages of a language is read twice and mended once.

    Scenes, sentences to say and what never to do count; headings and contacts do not.
    """
    for language in base.languages_here:
        groups = [group for page in base.pages_in(language.code) for group in groups_of(page)]
        for first, second in _alike(groups):
            yield Problem(
                second.page.file,
                second.line,
                "repeated-paragraph",
                f"these {len(second.words)} words stand nearly the same in "
                f"{first.page.file}:{first.line}",
                "say it on one of the two and link to it, or say what is different here",
            )


def groups_of(page: Page) -> Iterator[Group]:
    """The paragraphs, lists, tables and blocks of `page` that have at least `SHORTEST` words."""
    together: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for paragraph in page.text.paragraphs:
        if paragraph.kind not in {"heading", "title"}:
            together[paragraph.passage].append((paragraph.line, paragraph.text))
    for texts in together.values():
        if sum(len(text) for _, text in texts) < 2 * SHORTEST - len(texts):
            continue  # each word has a letter, and a space between it and the next
        parts = [
            Passage(page, line, tuple(map(intern, _WORD.findall(text.casefold()))))
            for line, text in texts
        ]
        words = tuple(chain.from_iterable(part.words for part in parts))
        if len(words) >= SHORTEST:
            long = [part for part in parts if len(part.words) >= SHORTEST]
            yield Group(Passage(page, parts[0].line, words), tuple(long) if len(parts) > 1 else ())


def _alike(groups: list[Group]) -> Iterator[tuple[Passage, Passage]]:
    """The pairs of passages on two pages that are alike; parts only where the wholes are not.

    Only groups that share some runs of three words are compared: time grows with the text, not
    with the number of pairs.
    """
    # As numbers, and not all at once: runs of words themselves would take ten times the room.
    every = [array("q", _runs(group)) for group in groups]
    turns = 1 + sum(map(len, every)) // _RUNS_AT_ONCE
    holders: dict[int, list[int]] = {}
    for turn in range(turns):
        holder: dict[int, int] = {}
        for number, mine in enumerate(every):
            runs = set(mine) if turns == 1 else {run for run in mine if run % turns == turn}
            again = holder.keys() & runs
            for run in again:
                holders.setdefault(run, [holder[run]]).append(number)
            holder.update(dict.fromkeys(runs - again, number))
    common = Counter(
        chain.from_iterable(
            combinations(numbers, 2) for numbers in holders.values() if len(numbers) <= _COMMON
        )
    )
    for one, other in sorted(pair for pair, shared in common.items() if shared >= _SHARED_RUNS):
        first, second = groups[one], groups[other]
        if first.whole.page is second.whole.page:
            continue
        if _is_alike(first.whole, second.whole):
            yield first.whole, second.whole
            continue
        for ours in (first.whole, *first.parts):
            # Of a shorter one, not all words of the longer can be in it, nor the other way round.
            shortest = len(ours.words) * ALIKE / (2 - ALIKE)
            longest = len(ours.words) * (2 - ALIKE) / ALIKE
            for theirs in (second.whole, *second.parts):
                if shortest <= len(theirs.words) <= longest and _is_alike(ours, theirs):
                    yield ours, theirs


def _runs(group: Group) -> set[int]:
    """Every three words that follow each other in `group`, each as a number."""
    words = group.whole.words
    return set(map(hash, zip(words, words[1:], words[2:], strict=False)))


def _is_alike(one: Passage, other: Passage) -> bool:
    return Indel.normalized_similarity(one.words, other.words, score_cutoff=ALIKE) >= ALIKE
