"""Finds misspelt words: a reader who meets one trusts the sentence less, and search misses the word.

The words are Debian's dictionary (OpenTaal's, for Dutch) and those of this field in
`data/words/<language>.txt`. It stands apart from the other rules, in `make spelling` and `make
test`: it takes over half a second, and what is right may not depend on whether a machine has the
dictionary.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.page import Page
from scripts.knowledge.problem import Problem
from scripts.knowledge.words import word_file


@dataclass(frozen=True)
class Dictionary:
    """What a language is checked with: the name of the dictionary, Debian's package of it, and a
    word that it surely has: one half of a dictionary opens too, and would know no word at all.
    """

    tag: str
    package: str
    sure: str


DICTIONARIES = {"nl": Dictionary("nl_NL", "hunspell-nl", sure="het")}
"""Language code → its dictionary. A further language is an entry here, and its package in CI."""

_WORD = re.compile(r"(?<!\w)(?:['’](?=[a-z]\b))?[^\W_]+(?:['’\-‑][^\W_]+)*")
_OF_A_NAME = re.compile(r"^([A-Z].*?)['’]?s$")
_SUGGESTIONS = 3


class NoDictionary(Exception):
    """There is no dictionary on this machine; the message says how to get it."""


class Speller:
    """Knows which words are right in one language, and what a wrong one may have meant."""

    def __init__(self, dictionary: Dictionary, own: Iterable[str]) -> None:
        entries = set(own)
        names = sorted(entry for entry in entries if " " in entry)
        self._own = entries.difference(names)
        self._names = re.compile("|".join(map(re.escape, names))) if names else None
        self._dictionary = _open(dictionary)

    def words(self, text: str) -> list[str]:
        """The words of `text`, without those of names that our list knows as a whole."""
        return _WORD.findall(self._names.sub(" ", text) if self._names else text)

    def knows(self, word: str) -> bool:
        """Whether `word` is right: as it stands, stressed, as a name's possessive, or in its parts."""
        word = word.replace("’", "'").replace("‑", "-")
        if self._has(word) or self._has(_without_stress(word)):
            return True
        name = _OF_A_NAME.match(word)
        if name and self._has(name.group(1)) and not self._has(name.group(1).lower()):
            return True
        parts = [part for part in word.split("-") if not part.isdigit()]
        return parts != [word] and all(self._has(part) for part in parts)

    def suggest(self, word: str) -> list[str]:
        """The nearest right words, best first."""
        return list(self._dictionary.suggest(word)[:_SUGGESTIONS])

    def _has(self, word: str) -> bool:
        return (
            word in self._own
            or word[:1].lower() + word[1:] in self._own
            or any(sign.isdigit() for sign in word)
            or bool(self._dictionary.check(word))
        )


def word_lists(base: KnowledgeBase) -> Iterator[Problem]:
    """In a list that is out of order a word stands twice, and nobody finds what is there already."""
    for language in base.languages:
        before = ""
        for number, word in base.words.get(language.code, ()):
            if _order(word) <= _order(before):
                what = "stands here twice" if word == before else f"stands behind {before!r}"
                yield Problem(
                    word_file(language.code), number, "word-list", f"{word!r} {what}",
                    "keep the words in the order of the alphabet, each once",
                )  # fmt: skip
            before = word


def spelling(base: KnowledgeBase) -> Iterator[Problem]:
    """Every word of titles, descriptions and texts stands in the dictionary or in our list.

    Quotations too; not aliases, citations, calls, addresses and code. Raises `NoDictionary`.
    """
    for language in base.languages:
        dictionary = DICTIONARIES.get(language.code)
        if dictionary is None:
            continue
        own = (word for _, word in base.words.get(language.code, ()))
        yield from _check(base.pages_in(language.code), Speller(dictionary, own), language.code)


def _pieces(page: Page) -> Iterator[tuple[int, str]]:
    """Every line of words that a reader of `page` sees, with its number, as the file has them."""
    for key in ("title", "description"):
        yield page.head.line((key,)), str(getattr(page.front, key))
    for paragraph in page.text.paragraphs:
        yield from paragraph.lines


def _check(pages: Iterable[Page], speller: Speller, code: str) -> Iterator[Problem]:
    wrong: dict[str, str] = {}
    right: set[str] = set()
    for page in pages:
        words = ((line, word) for line, text in _pieces(page) for word in speller.words(text))
        for line, word in words:
            if word in right:
                continue
            if word not in wrong and speller.knows(word):
                right.add(word)
                continue
            if word not in wrong:
                near = speller.suggest(word)
                meant = f"did you mean {' or '.join(map(repr, near))}? Or " if near else ""
                wrong[word] = f"{meant}add it to {word_file(code)}"
            yield Problem(
                page.file, line, "spelling", f"{word!r} is not in the dictionary", wrong[word]
            )


def _without_stress(word: str) -> str:
    """`word` without the accents that may stand on any word for stress: dóén, jóú."""
    bare = unicodedata.normalize("NFD", word).replace("\N{COMBINING ACUTE ACCENT}", "")
    return unicodedata.normalize("NFC", bare)


def _order(word: str) -> tuple[str, str]:
    return word.casefold(), word


def _open(dictionary: Dictionary) -> Any:
    """The dictionary, read by Hunspell. Raises `NoDictionary`."""
    how = f"install it (Debian, Ubuntu: apt install libenchant-2-2 {dictionary.package})"
    # Without this, words that this machine's user once added elsewhere would count as right.
    os.environ["ENCHANT_CONFIG_DIR"] = os.devnull
    try:
        import enchant  # noqa: PLC0415 - needs a library of the machine, which only this check uses
    except (ImportError, OSError) as error:
        raise NoDictionary(f"spelling is not checked: Enchant is missing; {how}") from error
    broker = enchant.Broker()
    broker.set_ordering("*", "hunspell")  # others know no Dutch compounds
    if broker.dict_exists(dictionary.tag):
        found = broker.request_dict(dictionary.tag)
        if found.check(dictionary.sure):
            return found
    raise NoDictionary(f"spelling is not checked: there is no dictionary {dictionary.tag}; {how}")
