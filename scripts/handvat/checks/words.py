"""Rules about words: terms to avoid, the word lists, and spelling.

The words are Debian's dictionary (OpenTaal's, for Dutch) and those of this field in
`data/words/<language>.txt`. Names and institutions keep their Dutch form in every language, so a
translation may also use every Dutch word; `language.right_language` finds a whole sentence that stayed Dutch.
`spelling` is not one of `RULES`: `handvat check --spelling` and `make test` run it. It takes over half a second,
and the result of a build may not depend on whether a machine has the dictionary.
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
from handvat.content.problem import Finding, Problem, UserError


def terms_to_avoid(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """Words that blame or belittle wound the person whom they should protect (Terminology Guidelines, second edition).

    They are allowed in `aliases`, where people search with them, between quotation marks, in a
    block quotation, and where a law is cited: `*kinderpornografie*{ .law }`.
    """
    # A line of the text, or a key of the front matter, whose line takes longer to find.
    pieces: list[tuple[int | str, str]] = [
        (piece.line, piece.text) for piece in page.text.prose if not piece.is_quoted
    ]
    pieces += [(key, str(getattr(page.front, key))) for key in ("title", "description")]
    whole = "\n".join(text for _, text in pieces).casefold()
    for term in base.terms.get(page.language, ()):
        # Few pages have any of these words: the pattern, which is slow, reads only those.
        if term.pattern is None or not any(word.casefold() in whole for word in term.avoid):
            continue
        reason = f" ({term.why})" if term.why else ""
        for place, text in pieces:
            if found := term.pattern.search(text):
                yield Finding(
                    page.head.line((place,)) if isinstance(place, str) else place,
                    f"{found.group()!r} is a word to avoid{reason}",
                    f"write {term.use!r}, or put it between quotation marks",
                )


def word_lists(base: KnowledgeBase) -> Iterator[Problem]:
    """In a list that is out of order a word is listed twice, and nobody finds what is there already."""
    for language in base.languages:
        before = ""
        for number, word in base.words.get(language.code, ()):
            if (word.casefold(), word) <= (before.casefold(), before):
                what = "is here twice" if word == before else f"is after {before!r}"
                fix = "keep the words in the order of the alphabet, each once"
                yield Problem(
                    word_file(language.code), number, "word-list", f"{word!r} {what}", fix
                )
            before = word


def spelling(base: KnowledgeBase) -> Iterator[Problem]:
    """A reader who meets a misspelt word trusts the sentence less, and search misses the word.

    Every word of titles, descriptions and texts must be in the dictionary or in our list; those of quotations
    too, not those of aliases, citations, shortcodes, addresses and code. Raises NoDictionary.
    """
    source: Speller | None = None
    # The source language first: an edition may have another one at its root.
    for language in sorted(base.languages, key=lambda one: one != base.source_language):
        dictionary = DICTIONARIES.get(language.code)
        if dictionary is None:
            continue
        own = {word for _, word in base.words.get(language.code, ())}
        speller = Speller(dictionary, own, source)
        source = source or speller
        advice: dict[str, str] = {}
        """Word → how to fix it, `""` for a right one."""
        for page in base.pages_in(language.code):
            for line, text in _lines(page):
                for word in speller.words(text):
                    if word not in advice:
                        advice[word] = _advise(speller, word, word_file(language.code))
                    if advice[word]:
                        what = f"{word!r} is not in the dictionary"
                        yield Problem(page.file, line, "spelling", what, advice[word])


def _lines(page: Page) -> Iterator[tuple[int, str]]:
    """Every line of words that a reader of `page` sees, with its number in the file."""
    for key in ("title", "description"):
        yield page.head.line((key,)), str(getattr(page.front, key))
    for paragraph in page.text.paragraphs:
        yield from paragraph.lines


def _advise(speller: Speller, word: str, file: str) -> str:
    """Return the fix of `word`; `""` where it is right."""
    if speller.is_right(word):
        return ""
    near = speller.suggest(word)
    meant = f"did you mean {' or '.join(map(repr, near))}? Or " if near else ""
    return f"{meant}add it to {file}"


def _without_vowel_signs(text: str) -> str:
    """Arabic words as they are usually written: without short vowels and lengthening strokes."""
    return re.sub("[\u064b-\u0652\u0670\u0640]", "", text)


def _without_circumflex(text: str) -> str:
    """Turkish words as its dictionary spells them; the language council writes kâğıt, the dictionary kağıt."""
    return text.translate(str.maketrans("âîûÂÎÛ", "aiuAİU"))


_VERB_AND_OBJECT = re.compile(
    r"(?P<you>.*تم)و(?:ه|ها|هم|ني|نا)|(?P<verb>.+و)(?P<n>ن?)(?:ه|ها|هم|كم|ني|نا)"
)
_PREFIX_TO_LATIN = re.compile(r"(?:و?ال|[وفبلك])(?=[A-Za-z])")


def _arabic_bases(word: str) -> Iterator[str]:
    """The verb without its object (افعلوه, تفعلونه, فعلتموه), which the dictionary has for the singular
    only; and a name in Latin letters without its prefix (وCKM).
    """
    if found := _VERB_AND_OBJECT.fullmatch(word):
        yield found["you"] or found["verb"] + (found["n"] or "ا")
    if latin := _PREFIX_TO_LATIN.match(word):
        yield word[latin.end() :]


@dataclass(frozen=True)
class Dictionary:
    """The dictionary of a language."""

    tag: str
    """Its name: `nl_NL`."""
    package: str
    """Debian's package of it."""
    sure: str
    """A word that it surely has: half a dictionary can be opened too, and has no word at all."""
    spell: Callable[[str], str] = str
    """Text → the text as this dictionary spells it."""
    bases: Callable[[str], Iterable[str]] = lambda _word: ()
    """Word → other words; one of them in the dictionary makes it right: for what its own rules lack."""
    names_take_endings: bool = False
    """Whether an ending may follow a word after an apostrophe: Hollanda'da, Bram's, there'll."""


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
"""Enchant's backend for every language: others have other words, and no Dutch compounds."""


class NoDictionary(UserError):
    """The machine lacks a dictionary; the message has the command that installs it."""


class Speller:
    """The right words of one language, and the nearest to a wrong one. Raises NoDictionary.

    Args:
        dictionary: The dictionary of the language.
        own: The entries of our word list; one that ends in `*` is every word that begins with it.
        other: The words of another language that are right in this one too.
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
        """The words of `text`, without those of names of several words in our lists."""
        return _WORD.findall(self._kind.spell(self._without_names(text)))

    def is_right(self, word: str) -> bool:
        """Return whether `word` is right: as written, stressed, as a name's possessive, or in its parts."""
        word = word.replace("’", "'").replace("ʼ", "'").replace("‑", "-")
        if self._has(word) or self._has(_without_stress(word)):
            return True
        name = _OF_A_NAME.match(word)
        if name and self._has(name.group(1)) and not self._has(name.group(1).lower()):
            return True
        stem, apostrophe, _ending = word.partition("'")
        if self._kind.names_take_endings and apostrophe and (not stem or self._has(stem)):
            return True  # no stem: it follows a name of several words
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
            or any(character.isdigit() for character in word)
            or bool(self._dictionary.check(word))
            or bool(self._other and self._other.is_right(word))
        )


def _without_stress(word: str) -> str:
    """`word` without accents that mark stress, possible on any word: dóén, jóú."""
    bare = unicodedata.normalize("NFD", word).replace("\N{COMBINING ACUTE ACCENT}", "")
    return unicodedata.normalize("NFC", bare)


def _open(dictionary: Dictionary) -> Any:
    """Enchant's dictionary, read by Hunspell. Raises NoDictionary."""
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
        f"is not that of {_PROVIDER} or does not have the word {dictionary.sure!r}; {how}"
    )
