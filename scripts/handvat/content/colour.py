"""The colour scheme of an organisation, derived from one colour, that of links and buttons.

A colour with too little contrast is refused: WCAG 2.2 requires 4.5 to 1 for text against its background (1.4.3) and 3
to 1 for the edge of a button (1.4.11). Washes, lines and the dark scheme are lighter or darker in OKLCH, which
preserves the hue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coloraide import Color

AA = 4.5
_AAA = 7.0
# The backgrounds in overrides/inline/handvat.css; tests/overlay/test_edition.py compares them.
PAPER, DARK_PAPER = "#fbf8f2", "#141a1b"
_WHITE, _BLACK = "#ffffff", "#000000"
_STEPS = 200
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def check(colour: str) -> None:
    """Raise ValueError for what is not a colour, or has too little contrast."""
    if not _HEX.fullmatch(colour):
        raise ValueError(f'{colour!r} is not a colour: write it as "#0e5a5a", in quotes')
    worst = _worst(_colour(colour))
    if worst < AA:
        raise ValueError(
            f"{colour} has a contrast of {worst:.2f} to 1 with our pages or with white letters on it, "
            f"and WCAG AA requires {AA}; the nearest colour that passes is {nearest(colour)}"
        )


def nearest(colour: str) -> str:
    """Return the nearest darker colour of the same hue that passes `check`."""
    return _hex(next(shade for shade in _shades(_colour(colour), 0) if _worst(shade) >= AA))


def style(colour: str) -> str:
    """Return CSS with `colour`, which passes `check`, for links and buttons in the light and the dark scheme."""
    light = _colour(colour)
    dark = next(
        shade for shade in _shades(light, 1) if shade.contrast(DARK_PAPER, method="wcag21") >= _AAA
    )
    bright = (
        f"--act:{_hex(light)};--on-act:{_WHITE};--act-wash:{_wash(light)};"
        f"--act-line:{_hex(light.mix(PAPER, 0.65, space='oklab'))}"
    )
    dim = (
        f"--act:{_hex(dark)};--on-act:{_hex(dark.mix(_BLACK, 0.85, space='oklab'))};"
        f"--act-wash:{_hex(dark.mix(DARK_PAPER, 0.88, space='oklab'))};"
        f"--act-line:{_hex(dark.mix(DARK_PAPER, 0.65, space='oklab'))}"
    )
    return (
        f":root{{{bright}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-scheme=light]){{{dim}}}}}"
        f"@media screen{{:root[data-scheme=dark]{{{dim}}}}}"
    )


def _colour(written: str) -> Color:
    from coloraide import Color  # noqa: PLC0415 - slow to load, and few sites have a colour of their own

    return Color(written)


def _worst(colour: Color) -> float:
    """Return the lowest contrast of text in `colour` on paper and on its wash, and of white text on it."""
    return min(
        colour.contrast(ground, method="wcag21") for ground in (PAPER, _WHITE, _wash(colour))
    )


def _wash(colour: Color) -> str:
    return _hex(colour.mix(PAPER, 0.9, space="oklab"))


def _shades(colour: Color, lightness: float) -> Iterator[Color]:
    """Yield colours of the same hue in steps from `colour` to `lightness`: 0 is black, 1 white."""
    start = colour.convert("oklch")
    for step in range(_STEPS + 1):
        between = start["lightness"] + (lightness - start["lightness"]) * step / _STEPS
        yield _colour(_hex(start.clone().set("lightness", between)))


def _hex(colour: Color) -> str:
    return str(colour.convert("srgb").fit(method="oklch-chroma").to_string(hex=True, fit=True))
