"""The built site as the exports read it, and the small tools of HTML trees that they share."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree, html
from lxml.html import HtmlElement

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language, select_languages
from handvat.content.problem import UserError
from handvat.overlay.apply import load_edition

_SITEMAP = "Sitemap: "
_ROOT = "https://site.invalid/"  # for the root of the site, whatever its address (RFC 2606)


def edition_of(root: Path, site: Path) -> KnowledgeBase:
    """Return the knowledge base of the project `root`, of which `site` was built. Raises UserError where it was not."""
    if not (site / "index.html").is_file():
        raise UserError(f"There is no site in {site}: run handvat build first.")
    base = load_edition(root)
    wrong = [one for one in base.problems if one.is_error and not one.file.startswith("docs/")]
    if wrong:
        raise UserError("\n".join(str(base.overlay.located(one)) for one in wrong))
    manifest = site / "manifest.webmanifest"
    built = json.loads(manifest.read_bytes())["name"] if manifest.is_file() else ""
    name = base.strings[base.default_language.code]("site.name")
    if built not in {"", name}:
        raise UserError(
            f"{site} is the site of {built!r}, and these settings are those of {name!r}: "
            "run handvat build first, or name the same organisation.yml (ORGANISATION)."
        )
    return base


def built_languages(
    languages: Iterable[Language], site: Path, codes: Collection[str]
) -> list[Language]:
    """Return the languages with the `codes`, or all that the built `site` has. Raises UserError for one that it lacks."""
    wanted = select_languages([*languages], codes)
    built = [language for language in wanted if (site / language.prefix / "index.html").is_file()]
    if codes and (missing := [language.code for language in wanted if language not in built]):
        raise UserError(f"{site} was built without {', '.join(missing)}: run handvat build first.")
    return built


def site_address(site: Path) -> str:
    """Return the address that `site` was built for, with a slash at the end, from its `robots.txt`; `""` without one."""
    file = site / "robots.txt"
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        if line.startswith(_SITEMAP):
            return line.removeprefix(_SITEMAP).removesuffix("sitemap.xml")
    return ""


def below_root(page: str, link: str) -> str | None:
    """Return the address below the root of the site that `link` leads to on the page at `page`, quoted, with its fragment.

    `page` is an address below the root as well. None for what is outside the site: other hosts, phone numbers.
    """
    address = urljoin(_ROOT + page, link)
    return address.removeprefix(_ROOT) if address.startswith(_ROOT) else None


def read_html(file: Path) -> HtmlElement:
    """Return a page as a tree. Raises UserError for one that is missing or empty.

    lxml does not parse as browsers do, but reads and writes all pages of the site without a change to an element,
    attribute or text, as tests/exports/test_zip.py finds with a parser after the HTML standard (tinyhtml5).
    """
    try:
        return html.document_fromstring(file.read_bytes(), html.HTMLParser(encoding="utf-8"))
    except (OSError, etree.ParserError) as error:
        raise UserError(
            f"{file}: this page is missing or empty. The site is older than the texts: run handvat build first."
        ) from error


def by_class(root: HtmlElement, *names: str) -> list[HtmlElement]:
    """Return the elements in `root` with one of the classes `names`, of the first before those of the second.

    Write `names` as literals: tests/exports/test_pdf.py finds each in the built site, so that a class that is renamed in
    a template fails a test on every machine.
    """
    return [element for name in names for element in root.find_class(name)]


def replace(old: HtmlElement, new: HtmlElement) -> None:
    """Put `new` in the place of `old`, before the text that follows it."""
    new.tail = old.tail
    old.getparent().replace(old, new)


def remove(elements: Iterable[HtmlElement]) -> None:
    """Remove elements with their content, but not the text that follows them."""
    for one in [*elements]:
        one.drop_tree()


def words(root: HtmlElement) -> str:
    """Return the text of an element, with single spaces."""
    return " ".join(root.text_content().split())
