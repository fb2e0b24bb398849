"""Latin spellings of search words, for readers whose keyboard lacks the letters of their language.

Accents need no help: Pagefind finds *ifşa* for *ifsa*. Cyrillic does: somebody on a Dutch office
machine types *shantazh*. Arabic in Latin letters follows no rule that could be reckoned out (each
writer puts in vowels of their own), so there the pages' own search words hold the usual spellings.

Marks Dutch names and terms in an Arabic or Ukrainian text as Dutch (WCAG 3.1.2).

A screen reader in Arabic spells "zorgcoördinator mensenhandel" letter by letter, or skips it, unless
the markup names its language. Where the letters of a language are not Latin, Latin words
that follow each other are a quotation from the source language, or a name as it is used there, but for the few
English ones listed here. One word alone may be of any language (*WhatsApp*) and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from anyascii import anyascii

from handvat.content.languages import Language

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = {chr(code): anyascii(chr(code)) for code in range(0x400, 0x500)}
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


# A word begins with a letter; an ampersand may be between two.
_WORD = r"[A-Za-zÀ-ɏ](?:[A-Za-zÀ-ɏ0-9'’./-]*[A-Za-zÀ-ɏ0-9])?"
_WORDS = re.compile(rf"{_WORD}(?:\s+(?:&amp;\s+)?{_WORD})+")
_ENGLISH = {
    "Child Focus",
    "Commit changes",
    "Create pull request",
    "Defence for Children",
    "Propose changes",
    "Sticky Keys",
    "Take It Down",
    "trusted flagger",
}
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([\w-]+)")
# The index from A to Z also has words of the page's language as somebody types them without its letters.
_SET_APART = re.compile(r'\slang=|\sclass="letter"')
_UNTOUCHED = {"code", "pre", "kbd", "svg", "textarea", "script"}


def mark_latin_words(content: str, source: Language) -> str:
    """The HTML `content` in other than Latin letters, its Latin words marked as those of `source`.

    What has a language of its own, the index, code and pictures are left alone.
    """
    pieces = _TAG.split(content)
    outer, depth = "", 0
    for number, piece in enumerate(pieces):
        if not number % 2:
            if not depth:
                pieces[number] = _WORDS.sub(lambda words: _marked(words[0], source), piece)
            continue
        found = _NAME.match(piece)
        name = found[1] if found else ""
        is_end = piece.startswith("</")
        if depth and name == outer:
            depth += -1 if is_end else 1
        elif not depth and not is_end and (name in _UNTOUCHED or _SET_APART.search(piece)):
            outer, depth = name, 1
    return "".join(pieces)


def _marked(words: str, source: Language) -> str:
    code = "en" if words in _ENGLISH else source.code
    return f'<bdi lang="{code}">{words}</bdi>'
