"""Finds the paragraphs whose words are not plainly those of the language that they should be in.

Few are: only these are worth the model that tells languages apart, which takes half a second to load.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from scripts.knowledge.page import Page
from scripts.knowledge.vocabulary import AT_HOME

FEWEST_WORDS = 8
"""In a shorter paragraph one name of a Dutch institution outweighs the rest."""


class Doubt(NamedTuple):
    """A paragraph that may be in another language than its page."""

    file: str
    line: int
    language: str
    """The code of the language of its page."""
    text: str


def doubts(pages: Collection[Page], others: Sequence[Set[str]]) -> Iterator[Doubt]:
    """The paragraphs in doubt of `pages`, all of one language; `others` are the common words of each other language."""
    own = _vocabulary(pages)
    together: Set[str] = frozenset().union(*others)
    for page in pages:
        for paragraph in page.text.paragraphs:
            text = " ".join(line for _, line in paragraph.lines)
            words = text.split()
            if len(words) >= FEWEST_WORDS and not _is_at_home(set(words), own, together, others):
                yield Doubt(page.file, paragraph.line, page.language, text)


def _vocabulary(pages: Iterable[Page]) -> Set[str]:
    """The words that stand on several of `pages`, as they are written there."""
    count: Counter[str] = Counter()
    for page in pages:
        lines = (line for paragraph in page.text.paragraphs for _, line in paragraph.lines)
        count.update(set(" ".join(lines).split()))
    return frozenset(word for word, number in count.items() if number >= AT_HOME)


def _is_at_home(
    words: Set[str], own: Set[str], together: Set[str], others: Sequence[Set[str]]
) -> bool:
    """Whether a third of `words` are `own`, and of every one of the `others` half as many at most."""
    known = len(words & own)
    return 3 * known >= len(words) and (
        # Mostly all others together have too few.
        2 * len(words & together) <= known
        or all(2 * len(words & other) <= known for other in others)
    )
