"""Pictures in the page's language, and QR codes from paper to the page.

A drawing is a template in `overrides/pictures/`: one for all languages, its words from the language files. It is
within the page, so that it follows the colour scheme and the print style. SVG neither breaks lines nor grows with its
text: in a longer language, words would leave their boxes. So text is measured here, and a drawing sizes its boxes
by the resulting lines.

The QR code of a pocket card opens its page on a phone. Segno makes it at build, so that no service learns who prints
what. A site without a public address has none (`content.urls.is_public`): the code would lead somebody in a hurry to
an error.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator

from jinja2 import Environment

from handvat.content.ui_strings import Strings
from handvat.render.views import Code

QUIET_ZONE = 4
"""Empty modules around the code (ISO/IEC 18004, 9.1): scanners need them to find it."""

TYPEABLE = 48
"""Characters of the longest address that is printed to be typed."""

WIDE = 340
"""The width of every drawing in its own units, about a pixel each on a phone of 360."""

_SOFT_HYPHEN = "\u00ad"
# Characters by their width in Noto Sans, the widest of the system fonts in the style sheet.
_NARROW, _SLIM, _WIDE_LETTERS = "iljI.,:;!|'’‘·", 'ftr()[]-/ "“”„«»', "mwMW%…—–ШЩЮЖФЫшщюжфы"


def text_width(text: str, size: float = 16, bold: bool = False) -> float:
    """Estimate the width of `text` at this font size, rather too wide than too narrow."""
    return sum(map(_share, text)) * size * (1.07 if bold else 1)


@functools.cache
def _share(letter: str) -> float:
    """The width of a character as a share of the font size."""
    if unicodedata.category(letter) in {"Mn", "Cf"}:  # marks and soft hyphens take no room
        return 0
    if letter in _NARROW:
        return 0.28
    if letter in _SLIM:
        return 0.37
    if letter in _WIDE_LETTERS:
        return 0.88
    return 0.67 if letter.isupper() else 0.55


def wrap(text: str, width: float, size: float = 16, bold: bool = False) -> list[str]:
    """Return `text` in the fewest lines that fit into `width`, of about equal length.

    A word breaks at its hyphens and soft hyphens, and elsewhere only where it is wider than a line.
    """
    lines, cuts = _fill(text, width, size, bold)
    limit = width
    while (limit := limit - size / 4) > size * 4:
        tighter, more_cuts = _fill(text, limit, size, bold)
        if len(tighter) > len(lines) or more_cuts > cuts:
            break
        lines = tighter
    return lines


def _fill(text: str, width: float, size: float, bold: bool) -> tuple[list[str], int]:
    """Return `text` in lines, each as full as possible, and the number of breaks within words."""
    lines, line, cuts = [], "", 0
    for word in text.split(" "):
        rest = word
        while rest:
            before = f"{line} " if line else ""
            found = next(((head, tail) for head, tail in _heads(rest)
                          if text_width(before + head, size, bold) <= width), None)  # fmt: skip
            if not found and line:
                lines.append(line)
                line = ""
                continue
            if not found:
                found = next((head, tail) for head, tail in _heads(rest, anywhere=True)
                             if text_width(head, size, bold) <= width or len(tail) == len(rest) - 1)  # fmt: skip
                cuts += 1
            head, rest = found
            line = before + head
            if rest:
                lines.append(line)
                line = ""
    return [*lines, line] if line else lines, cuts


def _heads(word: str, anywhere: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the ways to break `word`, longest first: the end of one line, and the start of the next."""
    yield word.replace(_SOFT_HYPHEN, ""), ""
    for place in range(len(word) - 1, 0, -1):
        if anywhere or word[place - 1] in f"-{_SOFT_HYPHEN}":
            yield word[:place].replace(_SOFT_HYPHEN, "").rstrip("-") + "-", word[place:]


def draw(name: str, environment: Environment, strings: Strings, number: int = 1) -> str:
    """Return the markup of the drawing `name`, mirrored in a language from right to left.

    The variables of the template: `t("key")` for the words of `pictures.<name>` in `data/strings/`, `wrap`,
    `rtl`, `wide`, and `id`, unique for the `number`th of the same drawing on a page.
    """
    # MkDocs' environment does not escape: a word with `<` would become an element.
    escaping = environment.overlay(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return (
        escaping.get_template(f"pictures/{name}.svg")
        .render(
            name=name,
            id=f"_{name}" if number == 1 else f"_{name}-{number}",
            language=strings.language.code,
            t=lambda key: strings(f"pictures.{name}.{key}"),
            wrap=wrap,
            wide=WIDE,
            rtl=strings.language.direction == "rtl",
        )
        .strip()
    )


def code_to(address: str) -> Code:
    """Return the QR code of the absolute `address`.

    Its error correction level is at least M (a card wears in a pocket), higher where the code does not grow.
    """
    import segno  # noqa: PLC0415 - loaded for the one page with cards

    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass=None, lineclass=None)
    letters = address.partition("://")[2].rstrip("/")
    return Code(svg, letters if len(letters) <= TYPEABLE else "")
