"""Lists the words of a language, by which a paragraph that strayed into another language shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Set
from typing import NamedTuple

from scripts.knowledge.page import Page

AT_HOME = 3
"""On so many pages of a language a word must stand to be one of its words: a paragraph that strayed
into a page does not make its words common there."""

_BLOCK_MARK = re.compile(r"^///.*$", re.MULTILINE)
"""Written in English on pages of all languages."""


class Vocabulary(NamedTuple):
    """The words of a language, as they are written: marks of Markdown go with them."""

    common: Set[str]
    """Those that stand on several pages."""
    every: Set[str]


def vocabulary(pages: Iterable[Page]) -> Vocabulary:
    """The words of `pages`. They are not parsed: whoever looks at one language needs those of all others."""
    count: Counter[str] = Counter()
    for page in pages:
        body = page.body
        if "///" in body:
            body = _BLOCK_MARK.sub("", body)
        count.update(set(body.split()))
    return Vocabulary({word for word, number in count.items() if number >= AT_HOME}, count.keys())
