"""The last touch to the HTML of a text: quotation marks, marked words of other languages, links to the glossary.

A screen reader in Arabic spells "zorgcoördinator mensenhandel" letter by letter, or skips it, and a French one reads
*aangifte* as French, unless the markup names the language (WCAG 3.1.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from html import escape

from handvat.content.languages import quotation_marks, typeset

_TAG = re.compile(r"(<[^>]*>)")
_INLINE = {"a", "bdi", "br", "cite", "code", "em", "q", "small", "span", "strong", "sup"}
# The index from A to Z has search words too, which may be Latin spellings of the page's language.
_UNTOUCHED = re.compile(r'<(?:code|pre|kbd|svg|textarea|script)\b|.*\s(?:lang=|class="letter")')
# Where a link would be in the way: within another, in a heading, in words to say, in contacts and sources.
_NO_LINK = re.compile(
    r'<(?:a|h\d|label|summary|ul class="contacts|ol class="all-sources|div class="block block-say)\b'
)


def finish(content: str, code: str, foreign: Mapping[str, str], entries: Mapping[str, str]) -> str:
    """Return the HTML `content`, a text in the language `code`, as readers get it.

    `foreign`: word → code of its language. `entries`: such a word → the address of its entry in the glossary,
    which the first in running text links to. Elements with a `lang` of their own, code and pictures stay as they are.
    """
    names = _names(tuple(word for word in foreign if foreign[word] != code or word in entries))
    opening, closing, *_ = quotation_marks(code)
    addresses, pieces = dict(entries), _TAG.split(f"{content}<p>")
    # The text of the paragraph so far, and the closing tags of open elements.
    paragraph = skip_until = no_link_until = ""
    run: list[tuple[int, str]] = []
    """Each text of the paragraph: its index in `pieces`, and `no_link_until` there."""

    def show(found: re.Match[str], no_link: str) -> str:
        word = html = found[0]
        if word not in foreign:
            word = word[0].swapcase() + word[1:]
        if foreign[word] != code:
            html = f'<bdi lang="{escape(foreign[word])}">{html}</bdi>'
        address = addresses.get(word)
        before = f"{paragraph}{found.string[: found.start()]}"
        if not address or no_link or before.count(opening) > before.count(closing):
            return html
        addresses.update((one, "") for one in addresses if addresses[one] == address)
        return f'<a class="word" href="{escape(address)}">{html}</a>'

    for number, piece in enumerate(pieces):
        if not number % 2:
            if not skip_until and piece and not piece.isspace():
                run.append((number, no_link_until))
            continue
        name = piece[1:-1].partition(" ")[0].lstrip("/")
        if skip_until or _UNTOUCHED.match(piece):
            skip_until = "" if piece == skip_until else skip_until or f"</{name}>"
        if run and name not in _INLINE:
            # Templates escape these marks.
            texts = "<".join(pieces[place] for place, _ in run).replace("&#39;", "'")
            texts, paragraph = typeset(texts.replace("&#34;", '"'), code), ""
            for (place, no_link), text in zip(run, texts.split("<"), strict=True):
                pieces[place] = names.sub(partial(show, no_link=no_link), text)
                paragraph += text
            run.clear()
        if no_link_until or _NO_LINK.match(piece):
            no_link_until = "" if piece == no_link_until else no_link_until or f"</{name}>"
    return "".join(pieces[:-2])


@lru_cache(maxsize=32)
def _names(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of `words`, each with a capital or without."""
    endings: dict[str, list[str]] = {}  # by first letter, which is three times as fast
    for word in sorted(words, key=len, reverse=True):
        endings.setdefault(word[0].lower(), []).append(re.escape(word[1:]))
    known = [f"[{one}{one.upper()}](?:{'|'.join(rest)})" for one, rest in endings.items()]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(known) or '(?!)'})(?![\w-])")
