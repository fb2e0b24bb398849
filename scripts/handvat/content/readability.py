"""Measures how long the sentences of a page are, and how hard its words look to somebody in a hurry.

The reading level is Flesch-Douma, Flesch's formula with weights for Dutch (W.H. Douma, *De
leesbaarheid van landbouwbladen*, Wageningen 1960; his bands as quoted in *Taalbeheersing* 1977). It
counts syllables and words; it knows nothing of meaning, order or tone. A clumsy text of short words
scores well, and a list of fragments better than it reads. So it is reported, and no check asks for it.

Syllables come from Pyphen's hyphenation points, and one more where a word begins with an open
vowel (a-vond), since nobody hyphenates after one letter: on fifty words of these texts, one miss.
textstat has the same formula, but it drops sentences of one or two words ("Klopt."), lacks that
correction and brings 14 MB of nltk; the package readability has no Dutch weights, and counts
`foto` as one syllable.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from itertools import pairwise

import pyphen

from handvat.content.page import Page

BANDS = (
    (90, "very easy"),
    (80, "easy"),
    (70, "fairly easy"),
    (60, "normal"),
    (45, "fairly hard"),
    (30, "hard"),
)
"""Douma's bands: from this score on, the text is …; below the last it is very hard."""

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(]*[A-ZÀ-Þ0-9])")
_OPEN_VOWEL = re.compile(r"^[aeiou][b-df-hj-np-tv-xz][aeiouyéëèï]")


def sentences_of(page: Page) -> list[tuple[str, ...]]:
    """The sentences of the running text of `page`, each as its words.

    Paragraphs, list items and blocks count; headings and table cells do not. A line holds whole
    sentences, as CONTRIBUTING asks; the name of a contact asked for in `{{ … }}` is not counted.
    """
    found = []
    for paragraph in page.text.paragraphs:
        for _, line in paragraph.lines if paragraph.kind == "text" else ():
            starts = [0, *(match.end() for match in _END.finditer(line)), len(line)]
            words = (tuple(_WORD.findall(line[start:end])) for start, end in pairwise(starts))
            found += [sentence for sentence in words if sentence]
    return found


def flesch_douma(sentences: Sequence[Sequence[str]]) -> float | None:
    """The score of Dutch `sentences`: 100 is very easy, 0 very hard. None where there are none."""
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return None
    long = len(words) / len(sentences)
    heavy = sum(map(syllables, words)) / len(words)
    return 206.84 - 0.93 * long - 77 * heavy


def level(score: float) -> str:
    """What Douma called a text with this score."""
    return next((name for least, name in BANDS if score >= least), "very hard")


@functools.cache
def syllables(word: str) -> int:
    """How many syllables a Dutch `word` has, from where it may be hyphenated."""
    places = _hyphenation().positions(word.lower())
    opens = bool(_OPEN_VOWEL.match(word.lower())) and 1 not in places
    return len(places) + 1 + opens


@functools.cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="nl_NL")
