"""Says of each name and number which way it runs: WeasyPrint does not work it out.

A browser isolates `<bdi>` and takes its direction from the first letter (HTML, 15.3.5). WeasyPrint
gives it the direction of the page: in an Arabic book `0800 0432` then reads `0432 0800`, and somebody
in danger dials a number that is not there.
"""

from __future__ import annotations

import unicodedata

from lxml.html import HtmlElement

_RIGHT_TO_LEFT = {"R", "AL"}
_STRONG = {"L", *_RIGHT_TO_LEFT}


def direction_of(text: str) -> str:
    """`ltr` or `rtl`, after the first letter; digits alone run from left to right."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in _STRONG:
            return "rtl" if kind in _RIGHT_TO_LEFT else "ltr"
    return "ltr"


def set_directions(body: HtmlElement) -> None:
    """Gives every `<bdi>` and every `<cite>` in `body`, which the site isolates, its direction."""
    for one in body.iter("bdi", "cite"):
        if not one.get("dir"):
            one.set("dir", direction_of(one.text_content()))
