"""Lists the words that a language uses most, by which a paragraph that strayed into another language shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from scripts.knowledge.page import Page

AT_HOME = 3
"""On so many pages of a language a word must stand to be one of its words: a paragraph that strayed
into a page does not make its words common there."""

OFTEN = 10
"""One page in so many has a word that is frequent: these are the words that no text does without, and a
change of one page seldom makes another of them."""

_BLOCK_MARK = re.compile(r"^///.*$", re.MULTILINE)
"""Written in English on pages of all languages."""


def frequent_words(pages: Collection[Page]) -> frozenset[str]:
    """The words that stand on many of `pages`, as they are written there: marks of Markdown go with them.

    The pages are not parsed: whoever looks at one language needs those of all others.
    """
    count: Counter[str] = Counter()
    for page in pages:
        count.update(set(_BLOCK_MARK.sub("", page.body).split()))
    least = max(AT_HOME, len(pages) // OFTEN)
    return frozenset(word for word, number in count.items() if number >= least)
