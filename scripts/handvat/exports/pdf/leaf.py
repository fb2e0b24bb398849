"""Takes from a finished page what a reader of paper needs, and leaves the buttons behind.

The site is read as it was built, so the book says what the site says: the same text, the same
notices, the same state of review.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lxml import etree, html
from lxml.html import HtmlElement

from handvat.content.languages import Language
from handvat.content.page import url_of
from handvat.content.problem import UserError
from handvat.exports.pdf.markup import add_class, element, remove, words


class NotOnTheSite(UserError):
    """The built site lacks what the book needs; the text says what, and how to make it."""


@dataclass
class Leaf:
    """A page of the site on its way into the book."""

    path: str
    """As in the navigation: `now/first-hour.md`."""
    key: str
    """Its id in the book: `now-first-hour`. Ids within it begin with it: `now-first-hour--steps`."""
    address: str
    """Where it stands below the root of the site: `en/now/first-hour/`."""
    title: str
    kind: str
    """The type of the page, as the site gives it: `act-now`, `tool`."""
    body: HtmlElement
    """A `section` with heading, notices, text and state of review."""
    citations: list[HtmlElement]
    """The entries of its list of sources, in order."""


def key_of(path: str) -> str:
    """The id of a page in the book."""
    return url_of(path).strip("/").replace("/", "-") or "home"


def file_of(site: Path, language: Language, path: str) -> Path:
    """Where the built `site` has the page `path` of a language."""
    return site / language.prefix / url_of(path) / "index.html"


def read(site: Path, language: Language, path: str) -> HtmlElement:
    """A page of the built `site`, parsed. Raises NotOnTheSite."""
    file = file_of(site, language, path)
    try:
        return html.fromstring(file.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    except (OSError, etree.ParserError) as error:
        raise NotOnTheSite(
            f"{file}: this page is not there, or is empty. The site is older than the texts, or "
            "was built without this language: run make build, then handvat export pdf again."
        ) from error


def take(site: Path, language: Language, path: str, *, opens: bool) -> Leaf:
    """The page `path` made ready for the book; `opens` says that its title is that of a chapter.

    Headings move a step down below a chapter, so that no level is left out. Raises NotOnTheSite.
    """
    page = read(site, language, path)
    main = page.get_element_by_id("_main", None)
    article = page.find(".//article")
    if main is None or article is None:
        raise NotOnTheSite(
            f"{file_of(site, language, path)}: no text is found in this page. "
            "Was it built by this version? Run make build, then handvat export pdf again."
        )
    citations = main.xpath("./section[contains(@class, 'sources')]/ol/li")
    heading = article.find("h1")
    kind = main.get("class").split("page-")[-1]
    body = element("section", class_=f"leaf leaf-{kind}", id=key_of(path))
    heading.drop_tree()
    body.append(heading)
    body.extend(main.xpath("./p[contains(@class, 'notice')][following-sibling::article]"))
    text = element("div", class_="text")
    for name in ("lang", "dir", "data-tool"):
        if article.get(name):
            text.set(name, article.get(name))
    text.text = article.text
    text.extend(list(article))
    body.append(text)
    body.extend(main.xpath("./nav[contains(@class, 'children')]"))
    body.extend(main.xpath("./p[contains(@class, 'notice-jurisdiction')]"))
    body.extend(main.xpath("./div[@class='review']"))
    _clear(body)
    _set_headings(body, opens)
    return Leaf(
        path=path,
        key=key_of(path),
        address=language.prefix + url_of(path),
        title=words(heading),
        kind=kind,
        body=body,
        citations=citations,
    )


def _clear(body: HtmlElement) -> None:
    """Takes out what works only on a screen, and attributes that mean nothing on paper."""
    for name in ("contents-fold", "letters", "visually-hidden", "tool"):
        remove(body.find_class(name))
    remove(body.xpath(".//div[@class='review']/p[a]"))  # "improve this page"
    for one in body.iter(etree.Element):
        for name in list(one.attrib):
            if name.startswith(("aria-", "data-pagefind", "data-part")) or name in {
                "autocomplete", "form", "rel", "role", "tabindex",
            }:  # fmt: skip
                del one.attrib[name]


def _set_headings(body: HtmlElement, opens: bool) -> None:
    names = {1: "leaf-title", 2: "section-title", 3: "part-title"}
    for level in (3, 2, 1):
        for heading in body.iter(f"h{level}"):
            if "set" not in heading.attrib:
                heading.set("set", "")
                heading.tag = f"h{level if opens else level + 1}"
                add_class(heading, "chapter-title" if opens and level == 1 else names[level])
    for heading in body.xpath(".//*[@set]"):
        del heading.attrib["set"]
