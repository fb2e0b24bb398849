"""Makes `- [ ] text` a box to tick that a screen reader names and a thumb can hit.

The usual way, also the parser's own, makes only the box: it has no name for a screen reader, and its words cannot be
touched. Here the words are the label.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from scripts.render.words import Piece, joined


def tick(words: Sequence[Piece], name: str) -> str:
    """A box with its `words`; `name` is an id for them.

    The words up to the first link are the label: within a label nobody could tell whether a touch
    follows the link or ticks the box. What comes behind stands beside it, and the box is named by
    the whole line.
    """
    inside = list(takewhile(lambda piece: not piece.is_followed, words))
    behind = words[len(inside) :]
    is_named = any(piece.name not in {"", "cite"} for piece in behind)
    named = f'aria-labelledby="{name}" ' if is_named else ""
    # `form` ties it to the button that clears all, which works without a script too.
    box = f'<input {named}autocomplete="off" form="_tool" type="checkbox">'
    label = f"<label>{box} <span>{joined(inside)}</span></label>"
    if not behind:
        return label
    whole = f' id="{name}"' if is_named else ""
    return f"<span{whole}>{label}{joined(behind)}</span>"
