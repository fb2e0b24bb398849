"""Gathers the pages of one language into one document: title page, contents, chapters, back matter."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html
from lxml.html import HtmlElement

from handvat.content.downloads import site_address
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.ui_strings import Strings
from handvat.exports.pdf import contacts, direction, forms, index, links, pictures, sources
from handvat.exports.pdf.leaf import Leaf, read, take
from handvat.exports.pdf.plan import INDEX, SOURCES, plan

OVERRIDES = Path(__file__).resolve().parents[2] / "overrides"
"""Where template, style sheet and the colours of the site stand."""


@dataclass(frozen=True)
class Book:
    """A book before it is set in pages."""

    language: Language
    title: str
    markup: str
    """The whole document as HTML; `overrides/paper/handbook.css` and `style` go with it."""
    style: str
    """Style sheet with what depends on the language, and with the colours of the site."""


def gather(
    base: KnowledgeBase,
    site: Path,
    language: Language,
    today: datetime.date,
    starts: Sequence[str] = (),
) -> Book:
    """The book of `language`, from the built `site`; `starts` limits it to pages whose path begins so.

    `today` is the day it is made, as the title page tells. Raises NotOnTheSite.
    """
    strings = base.strings[language.code]
    chapters = [
        [take(site, language, path, opens=number == 0) for number, path in enumerate(each.paths)]
        for each in plan(base, starts)
    ]
    leaves = list(chain.from_iterable(chapters))
    site_url = site_address(site)
    _make_ready(leaves, site_url, strings, base.default_language)
    colours = pictures.read_colours(
        OVERRIDES / "inline" / "handvat.css", OVERRIDES / "inline" / "pictures.css"
    )
    for leaf in leaves:
        pictures.make_ready(leaf.body, colours)
    environment = Environment(
        loader=FileSystemLoader(OVERRIDES), autoescape=True, undefined=StrictUndefined
    )
    title = f"{strings('site.name')} · {strings('handbook.title')}"
    address = site_url + language.prefix
    markup = environment.get_template("paper/handbook.html").render(
        t=strings,
        language=language,
        title=title,
        today=today,
        address=address,
        shown_address=contacts.written(address),
        preview=_preview(site, language),
        chapters=chapters,
        markup=_markup,
    )
    return Book(language, title, markup, _style(colours, strings))


def _make_ready(leaves: Sequence[Leaf], site_url: str, strings: Strings, default: Language) -> None:
    """Numbers the sources, then settles links, then makes the rest fit for a pen."""
    listed = sources.number_sources(leaves, strings, default)
    links.settle(leaves, site_url)
    for leaf in leaves:
        if leaf.path == SOURCES:
            _put_list(leaf.body, listed)  # whose own links lead into the book already
        contacts.write_out(leaf.body)
        forms.to_write_on(leaf.body)
        if leaf.path == INDEX:
            index.to_page_numbers(leaf.body, {other.key for other in leaves})
        direction.set_directions(leaf.body)


def _put_list(body: HtmlElement, listed: HtmlElement) -> None:
    """Puts the numbered list in the place of the site's own, or at the end where there is none."""
    for own in body.find_class("all-sources"):
        own.getparent().replace(own, listed)
        return
    body.append(listed)


def _preview(site: Path, language: Language) -> str:
    """The notice of a preview as it stands on the site; nothing in a release."""
    for notice in read(site, language, "index.md").find_class("notice-preview"):
        return (notice.text or "").strip()
    return ""


def _markup(one: HtmlElement) -> str:
    return html.tostring(one, encoding="unicode", with_tail=False)


def _style(colours: pictures.Colours, strings: Strings) -> str:
    """The colours as variables, and the words that the style sheet prints with page numbers."""
    palette = "".join(f"{name}:{value};" for name, value in colours.palette.items())
    before, after = (_quoted(part) for part in strings("handbook.page").split("{number}"))
    number = f"{before} target-counter(attr(href url), page) {after}"
    return f':root{{{palette}}}\n.inside::after{{content:"\\A0(" {number} ")"}}\n'


def _quoted(text: str) -> str:
    """A text as CSS writes it."""
    return '"' + "".join(f"\\{ord(sign):x} " for sign in text) + '"'
