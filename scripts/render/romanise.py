"""Lets a reader without the letters of their language on the keyboard search with those it has.

Accents need no help: Pagefind finds *ifşa* for *ifsa*. Cyrillic does: somebody on a Dutch office
machine types *shantazh*. Arabic in Latin letters follows no rule that could be reckoned out (each
writer puts in vowels of their own), so there the pages' own search words hold the usual spellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from anyascii import anyascii

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")

# As Ukrainian is written in passports (resolution 55 of its cabinet, 2010) where that differs from
# how the same letters are read in Russian, which many type out of habit. Both are found.
_UKRAINIAN = str.maketrans({"г": "h", "Г": "H", "и": "y", "И": "Y"})


def in_latin_letters(words: Iterable[str]) -> list[str]:
    """The usual Latin spellings of those of `words` that are Cyrillic, each once, in lower case."""
    found: dict[str, None] = {}
    for word in words:
        if _CYRILLIC.search(word):
            for spelling in (word.translate(_UKRAINIAN), word):
                found[anyascii(spelling).lower().replace("'", "")] = None
    return list(found)
