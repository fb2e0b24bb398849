"""One list of sources for the whole book: the same source has one number wherever it is cited.

On the site each page numbers its own sources. A reader of paper looks them up at the back, where a
number that stands on three pages must not mean three things.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from lxml.html import HtmlElement

from handvat.content.languages import Language
from handvat.content.ui_strings import Strings
from handvat.exports.pdf.contacts import written
from handvat.exports.pdf.leaf import Leaf
from handvat.exports.pdf.markup import element, remove, words


def number_sources(leaves: Sequence[Leaf], strings: Strings, notes: Language) -> HtmlElement:
    """Gives every citation in `leaves` its number in the book, in the order of first use.

    Returns the list: each source once, with its address written out and the pages that cite it.
    `notes` is the language that the notes on sources are written in.
    """
    entries: dict[str, HtmlElement] = {}
    cited_on: dict[str, list[str]] = {}
    for leaf in leaves:
        numbers = {}
        for entry in leaf.citations:
            kept = _plain(entry)
            name = words(kept)
            entries.setdefault(name, kept)
            cited_on.setdefault(name, []).append(leaf.key)
            numbers[f"#{entry.get('id')}"] = list(entries).index(name) + 1
        for link in leaf.body.xpath(".//sup[@class='cite']/a"):
            number = numbers[link.get("href")]
            link.set("href", f"#source-{number}")
            link.attrib.pop("id", None)
            link.text = str(number)
    found = element("ol", class_="book-sources")
    for number, (name, entry) in enumerate(entries.items(), 1):
        for note in entry.find_class("source-note"):
            note.set("lang", notes.code)
            note.set("dir", notes.direction)
        entry.set("id", f"source-{number}")
        entry.append(_pages(cited_on[name], strings))
        found.append(entry)
    return found


def _plain(entry: HtmlElement) -> HtmlElement:
    """A copy of an entry without its arrows back, its address written behind the title."""
    kept = deepcopy(entry)
    kept.attrib.clear()
    kept.tail = None
    remove(kept.find_class("source-back"))
    for link in kept.xpath(".//cite/a"):
        address = element("span", written(link.get("href")), class_="address", dir="ltr")
        kept.append(address)
    return kept


def _pages(keys: Sequence[str], strings: Strings) -> HtmlElement:
    """The line "used on", with a link for each page; the numbers are the style sheet's."""
    line = element("span", f"{strings('sources.cited_on')}: ", class_="cited-on")
    for number, key in enumerate(keys):
        link = element("a", class_="number", href=f"#{key}")
        link.tail = ", " if number + 1 < len(keys) else None
        line.append(link)
    return line
