"""Leaves out of pages what no reader needs: a phone has to fetch all of it.

Comments, indents and the words that a page is searched by go. The words are in the index, which gets them by
itself (`findable.py`); in the page they would weigh a kilobyte, and tell whoever looks at its source what readers
ask.
"""

from __future__ import annotations

import re

from scripts.finish.findable import FIELD

# What Material's frame has for its own menu, search and notices; ours are links and <details>. A test
# sees to it that nothing of them is left, should a later Material write them otherwise.
_FRAME = re.compile(
    r'<input class="md-toggle"[^>]*>|<label class="md-overlay"[^>]*></label>'
    r'|<div data-md-component="(?:skip|announce)">(?:\s*<a [^>]*class="md-skip">[^<]*</a>)?\s*</div>'
    r'|<div class="md-dialog"[^>]*>\s*<div [^>]*></div>\s*</div>'
)
_INDENT = re.compile(r"\n\s+")
# Where a space is one. Scripts and styles of a page are known by their hash. It goes from `<` to `<`:
# sign by sign through the style took longer than all else here.
_AS_WRITTEN = re.compile(r"(<(pre|textarea|script|style)\b[^<]*+(?:<(?!/\2>)[^<]*+)*+</\2>)")


def smaller_page(text: str) -> str:
    """The page `text` as a reader needs it."""
    # Every third part is the name of an element that stays as it is, in the part before it.
    parts = _AS_WRITTEN.split(text)
    for number in range(0, len(parts), 3):
        parts[number] = _INDENT.sub("\n", _FRAME.sub("", FIELD.sub("", parts[number])))
    return "".join(part for number, part in enumerate(parts) if number % 3 != 2)
