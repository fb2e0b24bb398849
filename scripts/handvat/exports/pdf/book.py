"""The document of a book: which pages in which order, and the numbers of sources, links and index across them.

Paper cannot be clicked: a link becomes the number of a page, a source has one number wherever it is cited, and A–Z
becomes an index. What a reader looks up (glossary, contacts, sources, index) is at the back, as in any book.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html
from lxml.html import HtmlElement
from lxml.html.builder import CLASS, E

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.exports.built_site import below_root, by_class, remove, replace, site_address, words
from handvat.exports.pdf.pages import BookPage, read_page, set_directions, short_address
from handvat.exports.pdf.pictures import prepare_drawings, read_colours

_SOURCES = "about/sources.md"
"""The page whose list becomes that of the book."""
_INDEX = "a-z.md"
"""The page that becomes the index, with page numbers."""

_ABOUT = "about"
_BACK = ("about/how-we-work.md", "glossary.md", "contacts", _SOURCES, _INDEX)
"""Pages and sections at the back; of the pages about the site the book has these alone, and the imprint."""


class Book(NamedTuple):
    """A book before its layout in pages."""

    language: Language
    markup: str
    """The whole document as HTML."""
    template: Path
    """The template of the markup: addresses in it are relative to this file."""


def gather(
    base: KnowledgeBase,
    site: Path,
    language: Language,
    today: datetime.date,
    starts: Sequence[str],
) -> Book:
    """Return the book of `language`, from the built `site`; `starts` limits it to pages whose path begins so, if any.

    `today` is the day on the title page. Raises UserError.
    """
    strings = base.strings[language.code]
    chapters = [
        [
            read_page(site, language, path, opens_chapter=number == 0)
            for number, path in enumerate(paths)
        ]
        for paths in plan(base, starts)
    ]
    pages = [*chain.from_iterable(chapters)]
    site_url = site_address(site)
    theme = base.root / "overrides"
    colours = read_colours(theme / "inline" / "handvat.css", theme / "inline" / "pictures.css")
    listed = _number_sources(pages, base, language)
    _settle_links(pages, site_url)
    for page in pages:
        if page.path == _SOURCES:
            # After the links of pages: its own lead into the book.
            own = by_class(page.body, "all-sources")
            replace(own[0], listed) if own else page.body.append(listed)
        if page.path == _INDEX:
            _make_index(page.body, {other.key for other in pages})
        set_directions(page.body)
        prepare_drawings(page.body, colours)
    template = theme / "paper" / "handbook.html"
    environment = Environment(
        loader=FileSystemLoader(template.parent), autoescape=True, undefined=StrictUndefined
    )
    markup = environment.get_template(template.name).render(
        t=strings,
        language=language,
        today=today,
        address=site_url + language.prefix,
        shown_address=short_address(site_url + language.prefix),
        preview=base.edition == "preview",
        footer=base.host.footer.get(language.code, ""),
        chapters=chapters,
        markup=partial(html.tostring, encoding="unicode", with_tail=False),
        palette=colours.palette,
        # JSON quotes a text as CSS does.
        number_text=[
            json.dumps(text, ensure_ascii=False)
            for text in strings("handbook.page").split("{number}")
        ],
    )
    return Book(language, markup, template)


def plan(base: KnowledgeBase, starts: Sequence[str] = ()) -> list[list[str]]:
    """Return the chapters of the book, each the paths of its pages, the opening one first.

    With `starts` only pages whose path begins so, and the list of sources, into which the citations lead.
    """
    back = (*_BACK[:-2], base.host.imprint, *_BACK[-2:])
    chapters: dict[str, list[str]] = {}
    for entry in base.navigation:
        if entry.folder == _ABOUT and entry.path not in back:
            continue
        if not starts or entry.path.startswith(tuple(starts)) or entry.path == _SOURCES:
            name = entry.path if entry.folder in {"", _ABOUT} else entry.folder
            chapters.setdefault(name, []).append(entry.path)
    names = [name for name in chapters if name not in back]
    return [chapters[name] for name in (*names, *back) if name in chapters]


def _number_sources(
    pages: Iterable[BookPage], base: KnowledgeBase, language: Language
) -> HtmlElement:
    """Give every citation in `pages` its number in the book, in the order of first use.

    Return the list: each source once, with its address, the day it was seen, its note, and the pages that cite it.
    """
    strings, notes = base.strings[language.code], base.source_language
    described = {(one.title, one.url): one for one in base.sources.values()}
    entries: dict[str, HtmlElement] = {}
    citing: dict[str, list[str]] = {}
    for page in pages:
        numbers = {}
        for entry in page.citations:
            plain = _without_links(entry)
            name = words(plain)
            entries.setdefault(name, plain)
            citing.setdefault(name, []).append(page.key)
            numbers[f"#{entry.get('id')}"] = list(entries).index(name) + 1
        for link in chain.from_iterable(by_class(page.body, "cite")):
            number = numbers[link.get("href")]
            link.set("href", f"#source-{number}")
            link.attrib.pop("id", None)
            link.text = str(number)
    listed = E.ol(CLASS("book-sources"))
    for number, (name, entry) in enumerate(entries.items(), 1):
        (title,) = entry.iterchildren("cite")
        url = next((link.get("href") for link in title), None)
        if source := described.get((title.text_content(), url)):
            entry.append(E.span(f" · {strings('sources.seen', date=source.seen)}. "))
            note = {"lang": notes.code, "dir": notes.direction}
            entry.append(E.span(CLASS("source-note"), note, source.note or ""))
        entry.set("id", f"source-{number}")
        cited_on = f"{strings('sources.cited_on')}: "
        entry.append(E.span(CLASS("cited-on"), cited_on, *_page_numbers(citing[name])))
        listed.append(entry)
    return listed


def _without_links(entry: HtmlElement) -> HtmlElement:
    """Return a copy of an entry without its arrows back, its address written after the title."""
    plain = deepcopy(entry)
    plain.attrib.clear()
    plain.tail = None
    remove(by_class(plain, "source-back"))
    for link in plain.xpath(".//cite/a"):
        plain.append(E.span(CLASS("address"), short_address(link.get("href")), dir="ltr"))
    return plain


def _page_numbers(keys: Sequence[str]) -> Iterable[HtmlElement]:
    """Yield a link to each page of the book with one of `keys`; the style sheet prints its number."""
    for position, key in enumerate(keys, 1):
        link = E.a(CLASS("number"), href=f"#{key}")
        link.tail = ", " if position < len(keys) else None
        yield link


def _make_index(body: HtmlElement, keys: Collection[str]) -> None:
    """Put page numbers in the place of titles, and leave out words that lead to no page of the book (`keys`)."""
    for letter in by_class(body, "letter"):
        for entry in letter.xpath("./ul/li"):
            targets = [link.get("href", "")[1:] for link in entry.iter("a")]
            word = E.bdi((entry.text or entry.findtext("a") or "").strip().removesuffix(":"))
            word.tail = "\u2002"
            entry.clear()
            entry.extend([word, *_page_numbers([key for key in targets if key in keys])])
            if len(entry) == 1:
                entry.drop_tree()
        if not letter.xpath("./ul/li"):
            letter.drop_tree()


def _settle_links(pages: Iterable[BookPage], site_url: str) -> None:
    """Make ids unique within the book, and links lead to its pages; to other pages of the site by their full address.

    Links to sources are left alone. The style sheet prints the number of the page after a link within the book.
    """
    places = {page.address: page for page in pages}
    for page in places.values():
        for one in page.body.iterdescendants():
            if one.get("id"):
                one.set("id", f"{page.key}--{one.get('id')}")
    ids = {one.get("id") for page in places.values() for one in page.body.iter() if one.get("id")}
    for page in places.values():
        for link in page.body.xpath(".//a[@href and not(starts-with(@href, '#source-'))]"):
            below = below_root(page.address, link.get("href"))
            if below is None:
                continue
            target = places.get(urlsplit(below).path)
            if target is None:
                link.set("href", site_url + below)
                continue
            wanted = f"{target.key}--{urlsplit(below).fragment}"
            link.set("href", f"#{wanted if wanted in ids else target.key}")
            link.classes.add("inside")
