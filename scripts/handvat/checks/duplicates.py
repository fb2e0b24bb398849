"""The rule about paragraphs that are nearly the same on two pages.

Similarity is twice the words that two passages have in common, in the same order, divided by the words of both
(RapidFuzz's normalised Indel similarity). On these texts (192 pages in Dutch and English, 2,900
passages, November 2026) repetitions measured 0.83 and more. Passages that are only related stayed
below: two notes on the reading of a law 0.72, one study described from two sides 0.72, two sentences
with the long name of one organisation 0.74. So `ALIKE` is between: up to a fifth of the words
may have changed, or a third may have been left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, combinations, product
from typing import NamedTuple

from rapidfuzz.distance import Indel

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.problem import Problem

SHORTEST = 20
"""Words: shorter passages are alike by chance, and sentences to say may well return."""

ALIKE = 0.8

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_SHARED_RUNS = 3
_COMMON = 30
"""A run of three words that more passages than this share is a turn of phrase, and no reason to compare."""


class Passage(NamedTuple):
    """Consecutive words of a page, with the line on which they begin."""

    page: Page
    line: int
    words: tuple[str, ...]


class Group(NamedTuple):
    """A list, a table or a `///` block with the parts that are long enough; or a paragraph."""

    whole: Passage
    parts: tuple[Passage, ...]


def repeated_paragraph(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A reader who meets a paragraph twice stops reading, and one of the two is soon out of date.

    Scenes, sentences to say and what never to do count; headings and contacts do not.
    """
    groups = [group for page in base.pages_in(language.code) for group in _groups_of(page)]
    for first, second in _alike(groups):
        yield Problem(
            second.page.file,
            second.line,
            "repeated-paragraph",
            f"these {len(second.words)} words are nearly the same in "
            f"{first.page.file}:{first.line}",
            "say it on one of the two and link to it, or say what is different here",
            # Upstream may have renamed what an organisation replaced: that must not stop its build.
            is_error=base.is_own(first.page) == base.is_own(second.page),
        )


def _groups_of(page: Page) -> Iterator[Group]:
    """The paragraphs, lists, tables and blocks of `page` that have at least `SHORTEST` words."""
    together: dict[int, list[Passage]] = defaultdict(list)
    for paragraph in page.text.paragraphs:
        if paragraph.kind not in {"heading", "title"}:
            words = tuple(_WORD.findall(paragraph.text.casefold()))
            together[paragraph.passage].append(Passage(page, paragraph.line, words))
    for parts in together.values():
        whole = Passage(page, parts[0].line, tuple(word for part in parts for word in part.words))
        if len(whole.words) >= SHORTEST:
            long = [part for part in parts if len(part.words) >= SHORTEST]
            yield Group(whole, tuple(long) if len(parts) > 1 else ())


def _alike(groups: list[Group]) -> Iterator[tuple[Passage, Passage]]:
    """The pairs of passages on two pages that are alike; parts only where the wholes are not.

    Only groups that share some runs of three words are compared: time grows with the text, not
    with the number of pairs.
    """
    first_with: dict[int, int] = {}
    holders: dict[int, list[int]] = {}
    for number, group in enumerate(groups):
        words = group.whole.words
        # As numbers, and in a list only from the second on: the runs of a language take a lot of memory.
        for run in set(map(hash, zip(words, words[1:], words[2:], strict=False))):
            first = first_with.setdefault(run, number)
            if first != number:
                holders.setdefault(run, [first]).append(number)
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


def _is_alike(one: Passage, other: Passage) -> bool:
    lengths = len(one.words), len(other.words)
    if 2 * min(lengths) / sum(lengths) < ALIKE:  # most pairs, which need no look at the words
        return False
    return Indel.normalized_similarity(one.words, other.words, score_cutoff=ALIKE) >= ALIKE
