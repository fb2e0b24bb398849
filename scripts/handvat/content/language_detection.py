"""Finds the paragraphs whose words are not plainly those of the language that they should be in.

Only these are worth the model that tells languages apart, which takes half a second to load. Of 21,000 paragraphs in
eight languages (November 2026) none was in doubt where it belongs. Of the same laid into each of the other seven all
were but one: a list of Turkish nouns, none of which stands anywhere else.

Tells languages apart with the model of py3langid, which takes half a second to load, and a millisecond to ask.

It is asked about what `doubts.py` leaves open: on a site where all is well, nothing.

Lists the words of a language, by which a paragraph that strayed into another language shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from handvat.content.page import Page

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier
import re

FEWEST_WORDS = 8
"""In a shorter paragraph one name of a Dutch institution outweighs the rest."""

TELLING = 1_000
"""So many common words, as some forty pages have, must each other language have: that a paragraph has none of them
then tells as much as that it has a third of those of its own."""


class Doubt(NamedTuple):
    """A paragraph that may be in another language than its page."""

    file: str
    line: int
    language: str
    """The code of the language of its page."""
    text: str


def doubts(pages: Sequence[Page], own: Set[str], others: Sequence[Set[str]]) -> list[Doubt]:
    """The paragraphs in doubt of `pages`, all of one language.

    `own` are the common words of that language, `others` those of each other one.
    """
    found = [
        Doubt(page.file, paragraph.line, page.language, paragraph.text)
        for page in pages
        for paragraph in page.text.paragraphs
    ]
    found = list(_in_doubt(found, own, others))
    if found:
        # Few, and each costs more to ask about than all pages to go through for words that stand in marks of Markdown.
        found = list(_in_doubt(found, own | _words_without_marks(pages), others))
    return found


def _in_doubt(
    paragraphs: Iterable[Doubt], own: Set[str], others: Sequence[Set[str]]
) -> Iterator[Doubt]:
    together: Set[str] = frozenset().union(*others)
    is_telling = all(len(other) >= TELLING for other in others)
    for paragraph in paragraphs:
        words = paragraph.text.split()
        if len(words) < FEWEST_WORDS:
            continue
        different = set(words)
        known = len(different & own)
        if not (is_telling or 3 * known >= len(different)) or not (
            # Mostly all others together have too few.
            _is_at_home(different, known, together)
            or all(_is_at_home(different, known, other) for other in others)
        ):
            yield paragraph


def _words_without_marks(pages: Iterable[Page]) -> Set[str]:
    """The words that stand on several of `pages`, as they are read and not as they are written."""
    count: Counter[str] = Counter()
    for page in pages:
        count.update({word for one in page.text.paragraphs for word in one.text.split()})
    return {word for word, number in count.items() if number >= AT_HOME}


def _is_at_home(words: Set[str], known: int, other: Set[str]) -> bool:
    """Whether of `words` so many are `known` in their own language, and so few in the `other`, that nobody need ask."""
    theirs = len(words & other)
    return 3 * theirs <= 2 * known or (theirs < known and 2 * known >= len(words))


SURE = 0.9
"""How probable another language must be before we call it one; mixed sentences stay below."""


class Asked(NamedTuple):
    """Which language each of `texts` is in, written by somebody who believes that it is `language`."""

    codes: tuple[str, ...]
    """Of the languages of the site: Dutch against German is hard enough without all others."""
    language: str
    texts: tuple[str, ...]


def identify(asked: Asked) -> list[str]:
    """For each text the code of the other language that it surely is in; `""` where it is in none."""
    if not asked.texts:
        return []
    identifier = _knowing(asked.codes)
    if asked.language not in identifier.labels:
        return [""] * len(asked.texts)  # Tigrinya, for one, it has not learnt
    answers = map(identifier.classify, asked.texts)
    return [
        str(code) if code != asked.language and probability >= SURE else ""
        for code, probability in answers
    ]


@lru_cache(maxsize=1)
def _knowing(codes: tuple[str, ...]) -> LanguageIdentifier:
    identifier = _model()
    identifier.set_languages()
    identifier.set_languages([code for code in codes if code in identifier.labels])
    return identifier


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - few need it

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


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
