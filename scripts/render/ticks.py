"""Makes `- [ ] text` a box to tick that a screen reader names and a thumb can hit.

pymdownx.tasklist, the library for this, makes only the box a label: it has no name for a screen
reader, and its words cannot be touched. Here the words are the label.
"""

from __future__ import annotations

import re
from itertools import takewhile
from xml.etree.ElementTree import Element, SubElement

BOX = re.compile(r"\s*\[ \]\s+")
"""What opens an item that can be ticked."""

_BLOCKS = {"ul", "ol", "p", "div", "table", "blockquote", "pre"}
_CITATION = "handvat-cite"
_CALL = "handvat-call"


def make_ticks(root: Element) -> None:
    """Turns every list item below `root` that opens with `[ ]` into a box with its words.

    The words up to the first link are the label: within a label nobody could tell whether a touch
    follows the link or ticks the box. What comes behind stands beside it, and the box is named by
    the whole line.
    """
    number = 0
    for item in root.iter("li"):
        # In a list with blank lines the words of an item stand in a paragraph.
        is_loose = len(item) > 0 and item[0].tag == "p" and not (item.text or "").strip()
        line = item[0] if is_loose else item
        if not BOX.match(line.text or ""):
            continue
        number += 1
        item.set("class", "tick")
        line.text = BOX.sub("", line.text or "", count=1)
        _label(line, f"_tick-{number}")


def _label(line: Element, name: str) -> None:
    words = list(takewhile(lambda child: child.tag not in _BLOCKS, line))
    inside = list(takewhile(lambda child: not _can_be_followed(child), words))
    behind = words[len(inside) :]
    label = Element("label")
    # `form` ties it to the button that clears all, which works without a script too.
    box = SubElement(label, "input", {"type": "checkbox", "autocomplete": "off", "form": "_tool"})
    box.tail = " "
    text = SubElement(label, "span")
    text.text, line.text = line.text, None
    for child in words:
        line.remove(child)
    text.extend(inside)
    whole = label
    if behind:
        whole = Element("span")
        whole.append(label)
        whole.extend(behind)
        if any(child.get("class") != _CITATION for child in behind):
            whole.set("id", name)
            box.set("aria-labelledby", name)
    line.insert(0, whole)


def _can_be_followed(element: Element) -> bool:
    """Whether `element` is a link, holds one, or becomes one when the page is known."""
    return any(
        inner.tag == "a" or inner.get("class") in {_CITATION, _CALL} for inner in element.iter()
    )
