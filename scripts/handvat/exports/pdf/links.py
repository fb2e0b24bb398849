"""Turns links of the site into places in the book: paper cannot be clicked, and says the page.

A link to a page of the book gets its id, and the style sheet prints the number of the page behind
it. A link to a page that is not in the book gets its full address on the site.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from handvat.exports.pdf.leaf import Leaf
from handvat.exports.pdf.markup import add_class

_ROOT = "https://site.invalid/"  # stands for the site, wherever it was built for (RFC 2606)


def settle(leaves: Iterable[Leaf], site_url: str) -> None:
    """Makes the ids of all `leaves` unique within the book, and their links lead to them.

    `site_url` is the address of the site. Links to sources are left alone.
    """
    places = {leaf.address: leaf for leaf in leaves}
    ids = {leaf.key: _make_unique(leaf) for leaf in places.values()}
    for leaf in places.values():
        for link in leaf.body.iter("a"):
            if link.get("href") and not link.get("href").startswith("#source-"):
                _lead(link, leaf, places, ids, site_url)


def _make_unique(leaf: Leaf) -> set[str]:
    """Puts the key of the page before each id in it; returns the ids as they are now."""
    for one in leaf.body.iterdescendants():
        if one.get("id"):
            one.set("id", f"{leaf.key}--{one.get('id')}")
    return {one.get("id") for one in leaf.body.iter() if one.get("id")}


def _lead(
    link: HtmlElement,
    leaf: Leaf,
    places: Mapping[str, Leaf],
    ids: Mapping[str, set[str]],
    site_url: str,
) -> None:
    address = urljoin(_ROOT + leaf.address, link.get("href"))
    if not address.startswith(_ROOT):
        return
    below = address.removeprefix(_ROOT)
    target = places.get(urlsplit(below).path)
    if target is None:
        link.set("href", site_url + below)
        return
    wanted = f"{target.key}--{urlsplit(below).fragment}"
    link.set("href", f"#{wanted if wanted in ids[target.key] else target.key}")
    add_class(link, "inside")
