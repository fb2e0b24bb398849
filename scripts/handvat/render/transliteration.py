"""Dutch words in a text in another script.

Dutch names and terms in an Arabic or Ukrainian text are marked as Dutch (WCAG 3.1.2): a screen reader in Arabic spells
"zorgcoördinator mensenhandel" letter by letter, or skips it, unless the markup names its language. Consecutive Latin
words are taken for a quotation from the source language, or a name used there, except for the English ones listed here.
A single word may be of any language (*WhatsApp*) and stays as it is.
"""

from __future__ import annotations

import re

from handvat.content.languages import Language

# Words of which the first character is a letter, with an ampersand between them at most.
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
# The index from A to Z has search words too, which may be Latin spellings of the page's language.
_SET_APART = re.compile(r'\slang=|\sclass="letter"')
_UNTOUCHED = {"code", "pre", "kbd", "svg", "textarea", "script"}


def mark_latin_words(content: str, source: Language) -> str:
    """Return the HTML `content`, whose letters are not Latin, with its Latin words marked as those of `source`.

    Elements with a `lang` of their own, the index, code and pictures stay as they are.
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
