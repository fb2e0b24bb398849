"""A page of the built site as a page of the book: the text for a reader of paper, without buttons.

The built site is read, so the book has the same text, notices and state of review. What can be tapped or typed on a
screen is written out, or becomes lines and boxes for a pen.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement
from lxml.html.builder import CLASS, E

from handvat.content.languages import Language
from handvat.content.page import url_of
from handvat.content.problem import UserError
from handvat.exports.built_site import by_class, read_html, remove, replace, words

_SCREEN_ATTRIBUTES = {"autocomplete", "form", "rel", "role", "tabindex"}


@dataclass
class BookPage:
    """A page of the site for the book."""

    path: str
    """As in the navigation: `now/first-hour.md`."""
    key: str
    """Its id in the book: `now-first-hour`."""
    address: str
    """Below the root of the site: `en/now/first-hour/`."""
    title: str
    body: HtmlElement
    """A `section` with heading, notices and text."""
    citations: list[HtmlElement]
    """The entries of its list of sources, in order."""


def read_page(site: Path, language: Language, path: str, *, opens_chapter: bool) -> BookPage:
    """Read the page `path` of the built `site` for the book.

    `opens_chapter` makes its title that of the chapter; the headings of other pages move a level down, so that no level
    is skipped. Raises UserError.
    """
    file = site / language.prefix / url_of(path) / "index.html"
    page = read_html(file)
    main = page.get_element_by_id("_main", None)
    article = page.find(".//article")
    if main is None or article is None:
        raise UserError(f"{file}: no text is found in this page: run handvat build first.")
    key = url_of(path).strip("/").replace("/", "-") or "home"
    heading = article.find("h1")
    heading.drop_tree()
    kind = main.get("class").split("page-")[-1]
    body = E.section(CLASS(f"book-page book-page-{kind}"), heading, id=key)
    after = by_class(main, "children", "notice-jurisdiction")
    notices = [one for one in by_class(main, "notice") if one.getparent() is main]
    body.extend(one for one in notices if one not in after)
    names = ("lang", "dir", "data-tool")
    attributes = {name: article.get(name) for name in names if article.get(name)}
    body.append(E.div(CLASS("text"), attributes, article.text or "", *article))
    body.extend(after)
    citations = [entry for each in by_class(main, "sources") for entry in each.iter("li")]
    title = words(heading)
    _write_out_contacts(body)
    _remove_buttons(body)
    _set_headings(body, opens_chapter)
    _draw_fields(body)
    return BookPage(path, key, language.prefix + url_of(path), title, body, citations)


def _remove_buttons(body: HtmlElement) -> None:
    """Remove elements that work only on a screen, and attributes without a meaning on paper."""
    remove(by_class(body, "contents-fold", "letters", "to-letters", "visually-hidden"))
    remove(by_class(body, "tool", "tool-start", "calls-now", "to-steps"))
    for one in body.iter(etree.Element):
        for name in [*one.attrib]:
            if name in _SCREEN_ATTRIBUTES or name.startswith(("aria-", "data-search", "data-part")):
                del one.attrib[name]


def _set_headings(body: HtmlElement, opens_chapter: bool) -> None:
    names = {1: "page-title", 2: "section-title", 3: "part-title"}
    if opens_chapter:
        names[1] = "chapter-title"
    for level in (3, 2, 1):
        for heading in [*body.iter(f"h{level}")]:
            heading.tag = f"h{level if opens_chapter else level + 1}"
            heading.classes.add(names[level])


def short_address(address: str) -> str:
    """Return an address as readers type it: `www.113.nl` for `https://www.113.nl/`."""
    return address.split("://", 1)[-1].rstrip("/")


def _write_out_contacts(body: HtmlElement) -> None:
    """Put the numbers of each contact beside its name, and its chat and site in words below."""
    for card in by_class(body, "contact"):
        remove(by_class(card, "contact-word", "contact-toggle"))
        (name,), numbers = by_class(card, "contact-name"), by_class(card, "contact-numbers")
        for link in by_class(card, "contact-link"):
            address = link.get("href")
            short = E.a(short_address(address), href=address, dir="ltr")
            replace(link, E.span(f"{link.text}: ", short))
        for folded in by_class(card, "contact-more"):
            folded.drop_tag()
        name.tag = "p"
        head = E.div(CLASS("contact-head"))
        replace(name, head)
        head.extend([name, *numbers])


def _draw_fields(body: HtmlElement) -> None:
    """Replace text fields by lines, as many as they had rows, and check boxes by empty squares."""
    for field in body.xpath(".//input[@type='checkbox']"):
        replace(field, E.span(CLASS("box")))
    for field in body.xpath(".//input[@type='text']"):
        replace(field, E.span(CLASS("line")))
    for field in body.xpath(".//textarea"):
        lines = (E.span(CLASS("line")) for _ in range(int(field.get("rows", "1"))))
        replace(field, E.span(CLASS("lines"), *lines))
    for label in body.xpath(".//label"):
        label.tag = "span" if label.getparent().tag in {"li", "span"} else "p"


def set_directions(body: HtmlElement) -> None:
    """Give every `<bdi>` and `<cite>` in `body`, which the site isolates, its direction.

    A browser isolates `<bdi>` and takes its direction from the first letter (HTML, 15.3.5). WeasyPrint gives it the
    direction of the page: in an Arabic book `0800 0432` then reads `0432 0800`, and a reader in danger dials a number
    that does not exist.
    """
    for one in body.iter("bdi", "cite"):
        if not one.get("dir"):
            one.set("dir", direction_of(one.text_content()))


def direction_of(text: str) -> str:
    """Return `ltr` or `rtl`, after the first letter; digits alone run from left to right."""
    kinds = map(unicodedata.bidirectional, text)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    return "ltr" if first == "L" else "rtl"
