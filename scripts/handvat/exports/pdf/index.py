"""Makes the site's A to Z the index of the book: a word, and the pages where it is dealt with."""

from __future__ import annotations

from collections.abc import Collection

from lxml.html import HtmlElement

from handvat.exports.pdf.markup import element


def to_page_numbers(body: HtmlElement, keys: Collection[str]) -> None:
    """Puts numbers in the place of titles, and leaves out words that lead to no page of the book.

    `keys` are the ids of its pages; the numbers themselves are the style sheet's.
    """
    for letter in body.find_class("letter"):
        for entry in letter.xpath("./ul/li"):
            links = [link for link in entry.iter("a") if link.get("href", "")[1:] in keys]
            word = element("bdi", (entry.text or "").strip().removesuffix(":"))
            entry.clear()  # words that stand between links that are left out, too
            entry.append(word)
            word.tail = "\u2002"
            for link in links:
                entry.append(element("a", class_="number", href=link.get("href")))
                entry[-1].tail = ", " if link is not links[-1] else None
            if not links:
                entry.drop_tree()
        if not letter.xpath("./ul/li"):
            letter.drop_tree()
