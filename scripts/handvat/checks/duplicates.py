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
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from sys import intern
from typing import NamedTuple

from rapidfuzz.distance import Indel

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.problem import Problem

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


def repeated_paragraph(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """What stands nearly the same on two pages of a language is read twice and fixed once.

    Scenes, sentences to say and what never to do count; headings and contacts do not.
    """
    groups = [group for page in base.pages_in(language.code) for group in groups_of(page)]
    for first, second in _alike(groups):
        yield Problem(
            second.page.file,
            second.line,
            "repeated-paragraph",
            f"these {len(second.words)} words stand nearly the same in "
            f"{first.page.file}:{first.line}",
            "say it on one of the two and link to it, or say what is different here",
            # Upstream may have renamed what an organisation replaced: that must not stop its build.
            is_error=base.is_own(first.page) == base.is_own(second.page),
        )


def groups_of(page: Page) -> Iterator[Group]:
    """The paragraphs, lists, tables and blocks of `page` that have at least `SHORTEST` words."""
    together: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for paragraph in page.text.paragraphs:
        if paragraph.kind not in {"heading", "title"}:
            together[paragraph.passage].append((paragraph.line, paragraph.text))
    for texts in together.values():
        whole = _passage(page, texts)
        if whole:
            parts = [_passage(page, [text]) for text in texts] if len(texts) > 1 else ()
            yield Group(whole, tuple(filter(None, parts)))


def _passage(page: Page, texts: Sequence[tuple[int, str]]) -> Passage | None:
    """What stands in `texts`, lines and words; None where that is too short."""
    text = " ".join([words for _, words in texts])
    if len(text) < 2 * SHORTEST - 1:
        return None  # each word has a letter, and a space between it and the next
    words = _WORD.findall(text.casefold())
    if len(words) < SHORTEST:
        return None
    return Passage(page, texts[0][0], tuple(map(intern, words)))


def _alike(groups: list[Group]) -> Iterator[tuple[Passage, Passage]]:
    """The pairs of passages on two pages that are alike; parts only where the wholes are not.

    Only groups that share some runs of three words are compared: time grows with the text, not
    with the number of pairs.
    """
    # As numbers, and not all at once: runs of words themselves would take ten times the room.
    turns = 1 + sum(len(group.whole.words) for group in groups) // _RUNS_AT_ONCE
    holders: dict[int, list[int]] = {}
    for turn in range(turns):
        first_with: dict[int, int] = {}
        for number, group in enumerate(groups):
            for run in _runs(group):
                if run % turns == turn:
                    before = first_with.setdefault(run, number)
                    if before != number:
                        holders.setdefault(run, [before]).append(number)
    common = Counter(
        chain.from_iterable(
            combinations(numbers, 2) for numbers in holders.values() if len(numbers) <= _COMMON
        )
    )
    for one, other in sorted(pair for pair, shared in common.items() if shared >= _SHARED_RUNS):
        first, second = groups[one], groups[other]
        if first.whole.page is second.whole.page:
            continue
        wholes, *others = product((first.whole, *first.parts), (second.whole, *second.parts))
        if _is_alike(*wholes):
            yield wholes
        else:
            yield from (pair for pair in others if _is_alike(*pair))


def _runs(group: Group) -> set[int]:
    """Every three words that follow each other in `group`, each as a number."""
    words = group.whole.words
    return set(map(hash, zip(words, words[1:], words[2:], strict=False)))


def _is_alike(one: Passage, other: Passage) -> bool:
    # Of a shorter one, not all words of the longer can be in it. RapidFuzz says so too, once it has read all of both:
    # without this line the check of a language takes a tenth longer.
    if 2 * min(len(one.words), len(other.words)) < ALIKE * (len(one.words) + len(other.words)):
        return False
    return Indel.normalized_similarity(one.words, other.words, score_cutoff=ALIKE) >= ALIKE
