"""Keeps every Arabic letter in what is copied, searched and read aloud from a PDF.

WeasyPrint 70 notes for each glyph the text of the place where it is drawn first. Where a letter
carries a mark, the mark gets both and the letter nothing, and so it stays in the whole book: somebody
who listens to it hears words without their first letter (Kozea/WeasyPrint#2841, still open). Here a
mark gets only the mark, and a letter that got nothing is asked again at the next place.
"""

from __future__ import annotations

import unicodedata
from typing import Any


class Fonts(dict[str, Any]):
    """Stands in for `Document.fonts`: each font that comes in gets a careful list of letters."""

    def __setitem__(self, key: str, font: Any) -> None:
        font.to_unicode = Letters()
        super().__setitem__(key, font)


class Letters(dict[int, str]):
    """Stands in for `Font.to_unicode`: glyph → text. Says of a glyph without text that it lacks it."""

    def __contains__(self, glyph: object) -> bool:
        return bool(self.get(glyph))  # type: ignore[call-overload]  # only glyphs are asked for

    def __setitem__(self, glyph: int, text: str) -> None:
        super().__setitem__(glyph, _own_part(text))


def _own_part(text: str) -> str:
    """The marks alone, where a letter that runs from right to left carries any."""
    if not text or unicodedata.bidirectional(text[0]) not in {"R", "AL"}:
        return text
    return "".join(sign for sign in text if unicodedata.combining(sign)) or text
