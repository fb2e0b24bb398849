"""Draws pictures in the page's language, and QR codes from paper to the page.

A drawing is a template in `overrides/pictures/`: one for all languages, its words from the language files. It is
within the page, so that it follows the colour scheme and the print style. SVG neither breaks lines nor grows with its
words: a longer language would run out of its boxes. So words are measured here, and a drawing sets its boxes after
the lines that came out.

A pocket card has the first sentences of a page; its QR code opens the rest on a phone. Segno makes it at build, so
that no service learns who prints what. A site without a public address gets none (`content.urls.is_public`): its code
would lead somebody in a hurry to an error.
"""

from __future__ import annotations

import functools
import io
import unicodedata
from collections.abc import Iterator

from jinja2 import Environment

from handvat.content.ui_strings import Strings
from handvat.render.views import Code

QUIET_ZONE = 4
"""Empty modules around the code (ISO/IEC 18004, 9.1): readers need them to find it."""

TYPEABLE = 48
"""Characters of the longest address to type from a card; a longer one is for a camera alone."""

WIDE = 340
"""Width of every drawing in its own units: one pixel each on a phone of about 360."""

_SOFT_HYPHEN = "\u00ad"
# Shares of the font size, after Noto Sans, the widest of the system fonts that the style sheet names.
_NARROW, _SLIM, _WIDE_LETTERS = "iljI.,:;!|'’‘·", 'ftr()[]-/ "“”„«»', "mwMW%…—–ШЩЮЖФЫшщюжфы"


@functools.lru_cache(maxsize=4096)  # the same words are tried in narrower and narrower lines
def text_width(text: str, size: float = 16, bold: bool = False) -> float:
    """About how wide `text` is at this font size: a little more rather than less."""
    return sum(map(_share, text)) * size * (1.07 if bold else 1)


@functools.cache
def _share(letter: str) -> float:
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
    """`text` in as few lines as fit into `width`, and these about equally long.

    A word breaks at its hyphens and soft hyphens, and elsewhere only when nothing else helps.
    """
    lines, cuts = _fill(text, width, size, bold)
    limit = width
    while (limit := limit - size / 4) > size * 4:
        if max((text_width(line, size, bold) for line in lines), default=0) <= limit:
            continue  # they fit into this as well: the same words would end them
        tighter, more_cuts = _fill(text, limit, size, bold)
        if len(tighter) > len(lines) or more_cuts > cuts:
            break
        lines = tighter
    return lines


def _fill(text: str, width: float, size: float, bold: bool) -> tuple[list[str], int]:
    """`text` in lines, each as full as it may be, and how many words had to be cut."""
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
    """What of `word` may end a line, the longest first, and what then begins the next one."""
    yield word.replace(_SOFT_HYPHEN, ""), ""
    for place in range(len(word) - 1, 0, -1):
        if anywhere or word[place - 1] in f"-{_SOFT_HYPHEN}":
            yield word[:place].replace(_SOFT_HYPHEN, "").rstrip("-") + "-", word[place:]


def draw(name: str, environment: Environment, strings: Strings, number: int = 1) -> str:
    """The markup of the drawing `name`, mirrored where the language runs right to left.

    The template knows `t("key")` for the words of `pictures.<name>` in `data/strings/`, `wrap`,
    `rtl`, `wide` and `id`, which differs for the `number`th of the same drawing on a page.
    """

    def words(key: str) -> str:
        return strings(f"pictures.{name}.{key}")

    template = _careful(environment).get_template(f"pictures/{name}.svg")
    return template.render(
        name=name,
        id=f"_{name}" if number == 1 else f"_{name}-{number}",
        language=strings.language.code,
        t=words,
        wrap=wrap,
        wide=WIDE,
        rtl=strings.language.direction == "rtl",
    ).strip()


@functools.lru_cache(maxsize=1)  # each language has its own, one after the other
def _careful(environment: Environment) -> Environment:
    """MkDocs' environment, but one that escapes: a word with `<` must not become an element."""
    return environment.overlay(autoescape=True, trim_blocks=True, lstrip_blocks=True)


def code_to(address: str) -> Code:
    """Return the code for the absolute `address`.

    Error correction level M at least (a card wears in a pocket), higher where that makes the code no larger.
    """
    import segno  # noqa: PLC0415 - loaded for the one page with cards

    written = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        written,
        kind="svg",
        border=QUIET_ZONE,
        omitsize=True,
        xmldecl=False,
        svgns=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    letters = address.partition("://")[2].rstrip("/")
    return Code(
        address, written.getvalue().decode("utf-8"), letters if len(letters) <= TYPEABLE else ""
    )
