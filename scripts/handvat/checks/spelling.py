"""Finds misspelt words: a reader who meets one trusts the sentence less, and search misses the word.

The words are Debian's dictionary (OpenTaal's, for Dutch) and those of this field in
`data/words/<language>.txt`. Names and institutions keep their Dutch form in every language, so a
translation may also use every Dutch word; that a whole sentence stayed Dutch, another rule finds.
It stands apart from the other rules, in `handvat check --spelling` and `make
test`: it takes over half a second, and what is right may not depend on whether a machine has the
dictionary.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.models import word_file
from handvat.content.page import Page
from handvat.content.problem import Problem, UserError


def _as_written(text: str) -> str:
    return text


def _without_vowel_signs(text: str) -> str:
    """Arabic words as they usually stand: short vowels and lengthening strokes are left out."""
    return re.sub("[\u064b-\u0652\u0670\u0640]", "", text)


def _without_circumflex(text: str) -> str:
    """Turkish words as its dictionary has them; the language council writes kâğıt, the list kağıt."""
    return text.translate(str.maketrans("âîûÂÎÛ", "aiuAİU"))


_VERB_AND_OBJECT = re.compile(
    r"(?P<you>.*تم)و(?:ه|ها|هم|ني|نا)|(?P<verb>.+و)(?P<n>ن?)(?:ه|ها|هم|كم|ني|نا)"
)
_PREFIX_TO_LATIN = re.compile(r"(?:و?ال|[وفبلك])(?=[A-Za-z])")


def _arabic_bases(word: str) -> Iterator[str]:
    """The verb without its object (افعلوه, تفعلونه, فعلتموه), which the dictionary joins to the singular
    only; and a name in Latin letters without what is joined to it (وCKM).
    """
    found = _VERB_AND_OBJECT.fullmatch(word)
    if found:
        yield found["you"] or found["verb"] + (found["n"] or "ا")
    latin = _PREFIX_TO_LATIN.match(word)
    if latin:
        yield word[latin.end() :]


def _no_bases(_word: str) -> Iterator[str]:
    yield from ()


@dataclass(frozen=True)
class Dictionary:
    """What a language is checked with: the name of the dictionary, Debian's package of it, and a
    word that it surely has: one half of a dictionary opens too, and would know no word at all.
    """

    tag: str
    package: str
    sure: str
    spell: Callable[[str], str] = _as_written
    """Makes a text as this dictionary spells it."""
    bases: Callable[[str], Iterator[str]] = _no_bases
    """Words of which one must be right for this one to be: what the dictionary's own rules lack."""
    names_take_endings: bool = False
    """Whether an ending may follow a word behind an apostrophe: Hollanda'da, Bram's, there'll."""


DICTIONARIES = {
    "nl": Dictionary("nl_NL", "hunspell-nl", sure="het"),
    "en": Dictionary("en_GB", "hunspell-en-gb", sure="the", names_take_endings=True),
    "de": Dictionary("de_DE", "hunspell-de-de", sure="und"),
    "fr": Dictionary("fr_FR", "hunspell-fr", sure="les"),
    "tr": Dictionary("tr_TR", "hunspell-tr", "ve", _without_circumflex, names_take_endings=True),
    "ar": Dictionary("ar", "hunspell-ar", "من", _without_vowel_signs, _arabic_bases),
    "pl": Dictionary("pl_PL", "hunspell-pl", sure="nie"),
    "uk": Dictionary("uk_UA", "hunspell-uk", sure="що"),
}
"""Language code → its dictionary. A further language is an entry here, and its package in CI."""

_WORD = re.compile(r"(?<!\w)(?:['’](?=[a-z]\b))?[^\W_]+(?:['’\-‑][^\W_]+)*")
_OF_A_NAME = re.compile(r"^([A-Z].*?)['’]?s$")
_SUGGESTIONS = 3
_PROVIDER = "hunspell"
"""Enchant's backend for every language: others know other words, and no Dutch compounds."""


class NoDictionary(UserError):
    """There is no dictionary on this machine; the message says how to get it."""


class Speller:
    """Knows which words are right in one language, and what a wrong one may have meant.

    `own` are the entries of our list; one that ends in `*` stands for all words that begin with it.
    `other` knows the words of another language that may stand in this one.
    """

    def __init__(
        self, dictionary: Dictionary, own: Iterable[str], other: Speller | None = None
    ) -> None:
        entries = set(own)
        names = sorted(entry for entry in entries if " " in entry)
        self._own = {entry for entry in entries if " " not in entry and entry[-1:] != "*"}
        self._stems = tuple(entry[:-1] for entry in entries if entry[-1:] == "*")
        self._names = re.compile(rf"(?:{'|'.join(map(re.escape, names))})(?!\w)") if names else None
        self._kind = dictionary
        self._dictionary = _open(dictionary)
        self._other = other

    def words(self, text: str) -> list[str]:
        """The words of `text`, without those of names that our lists know as a whole."""
        return _WORD.findall(self._kind.spell(self._without_names(text)))

    def knows(self, word: str) -> bool:
        """Whether `word` is right: as it stands, stressed, as a name's possessive, or in its parts."""
        word = word.replace("’", "'").replace("ʼ", "'").replace("‑", "-")
        if self._has(word) or self._has(_without_stress(word)):
            return True
        name = _OF_A_NAME.match(word)
        if name and self._has(name.group(1)) and not self._has(name.group(1).lower()):
            return True
        stem, apostrophe, _ending = word.partition("'")
        if self._kind.names_take_endings and apostrophe and (not stem or self._has(stem)):
            return True  # no stem: what stands before was a name of several words
        if any(map(self._has, self._kind.bases(word))):
            return True
        parts = [part for part in word.split("-") if not part.isdigit()]
        return parts != [word] and all(self._has(part) for part in parts)

    def suggest(self, word: str) -> list[str]:
        """The nearest right words, best first."""
        return list(self._dictionary.suggest(word)[:_SUGGESTIONS])

    def _without_names(self, text: str) -> str:
        if self._other:
            text = self._other._without_names(text)
        return self._names.sub(" ", text) if self._names else text

    def _has(self, word: str) -> bool:
        small = word[:1].lower() + word[1:]
        return (
            word in self._own
            or small in self._own
            or word.startswith(self._stems)
            or small.startswith(self._stems)
            or any(sign.isdigit() for sign in word)
            or bool(self._dictionary.check(word))
            or bool(self._other and self._other.knows(word))
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
    source: Speller | None = None
    for language in base.languages:  # the source language first
        dictionary = DICTIONARIES.get(language.code)
        if dictionary is None:
            continue
        own = (word for _, word in base.words.get(language.code, ()))
        speller = Speller(dictionary, own, source)
        source = source or speller
        yield from _check(base.pages_in(language.code), speller, language.code)


def _pieces(page: Page) -> Iterator[tuple[int, str]]:
    """Every line of words that a reader of `page` sees, with its number, as the file has them."""
    head = page.head
    for key in ("title", "description"):
        yield head.line((key,)), str(getattr(page.front, key))
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
    # By tag: an order for "*" yields to Enchant's own for a language, which prefers Aspell for English.
    broker.set_ordering(dictionary.tag, _PROVIDER)
    if not broker.dict_exists(dictionary.tag):
        raise NoDictionary(
            f"spelling is not checked: there is no dictionary {dictionary.tag}; {how}"
        )
    found = broker.request_dict(dictionary.tag)
    if found.provider.name == _PROVIDER and found.check(dictionary.sure):
        return found
    raise NoDictionary(
        f"spelling is not checked: the dictionary {dictionary.tag}, from {found.provider.name}, "
        f"is not that of {_PROVIDER} or does not know {dictionary.sure!r}; {how}"
    )
