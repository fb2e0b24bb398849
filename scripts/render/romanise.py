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
_LATIN = {chr(sign): anyascii(chr(sign)) for sign in range(0x400, 0x500)}
"""Letter by letter, as anyascii has them: so a whole word is one step."""

# Letters that passports (resolution 55 of the Ukrainian cabinet, 2010) write in one way and those who
# are used to Russian in another: people mix the two, so all are found.
_EITHER_WAY = tuple(
    str.maketrans({**_LATIN, "г": g, "Г": g.upper(), "и": y, "И": y.upper()})
    for g in ("h", "g")
    for y in ("y", "i")
)


def in_latin_letters(words: Iterable[str]) -> list[str]:
    """The usual Latin spellings of those of `words` that are Cyrillic, each once, in lower case."""
    found: dict[str, None] = {}
    for word in words:
        if _CYRILLIC.search(word):
            for spelling in _EITHER_WAY:
                found[anyascii(word.translate(spelling)).lower().replace("'", "")] = None
    return list(found)
