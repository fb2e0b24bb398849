"""Words and pieces of words, cut in the same way when an index is built and in the browser (overrides/search/engine.js).

Accents, capitals and the ways to write one letter do not count. A word is also cut into pieces of four letters: they
match other endings, compounds and slips of the finger in every language, where a stemmer serves one (McNamee and
Mayfield, Information Retrieval 7, 2004).

Some readers' keyboards lack the letters of their language: on a Dutch office machine, somebody types *shantazh*. Cyrillic has
rules for that, and the engine turns such words round. Arabic in Latin letters follows no rule (each writer adds
vowels of their own), so there the search words and questions contain the usual spellings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PIECE = 4
"""Letters of a piece."""

_WORD = re.compile(r"[^\W_]+")
# Article, with a conjunction or preposition before it, as in "light" Arabic stemmers (Larkey, Ballesteros and Connell, 2007).
_ARTICLE = re.compile(r"^(?:[وفبكل]?ال|لل)(?=\w{3})")
_BEFORE_ARABIC = "\u0600"
_SAME_LETTER = {"ı": "i", "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ى": "ي", "ة": "ه", "ـ": ""}  # fmt: skip
_MARKS = (chr(code) for code in range(0x300, 0x3100) if unicodedata.category(chr(code))[0] == "M")
_MARK = re.compile(f"[{''.join(_MARKS)}]+")


def fold(text: str) -> str:
    """Return `text` in lower case, without accents and with one spelling for each letter."""
    if text.isascii():
        return text.lower()
    text = _MARK.sub("", unicodedata.normalize("NFD", text.lower()))
    for letter, same in _SAME_LETTER.items():  # three times as fast as str.translate
        text = text.replace(letter, same)
    return text


def words(text: str) -> list[str]:
    """Return the words of `text`, folded, in their order."""
    found = _WORD.findall(fold(text))
    return [_ARTICLE.sub("", word) if word[0] > _BEFORE_ARABIC else word for word in found]


LETTERS = {"uk": {
    "shch": "щ", "zh": "ж", "kh": "х", "ch": "ч", "sh": "ш", "ts": "ц", "yu": "ю", "ya": "я", "ye": "є", "ju": "ю", "ja": "я", "je": "є",
    "yi": "і", "a": "а", "b": "б", "c": "ц", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "г", "i": "і", "j": "и", "k": "к", "l": "л",
    "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "х", "y": "и", "z": "з"}}  # fmt: skip
"""Language → Latin spelling (the longest first), as in passports and as it sounds → letter, folded."""


@lru_cache(maxsize=1 << 16)
def word_features(word: str) -> tuple[str, ...]:
    """Return a folded `word` as `=word`, and its pieces; in these, `^` and `$` are its beginning and end."""
    whole = f"^{word}$"
    return f"={word}", *(whole[at : at + PIECE] for at in range(max(1, len(whole) - PIECE + 1)))
