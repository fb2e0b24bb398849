"""Renders the text of a page in its language: shortcodes, numbered citations, labels of blocks, notices."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup, escape

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.markdown import Event
from handvat.content.page import Page
from handvat.content.shortcodes import parse_shortcode
from handvat.content.translation import compare
from handvat.render import pictures
from handvat.render.citations import Citations
from handvat.render.html_writer import write_html
from handvat.render.shortcodes import KINDS, Scope
from handvat.render.transliteration import mark_latin_words
from handvat.render.views import Link, NumberedSource

_ANCHOR = Markup('<a href="{}">{}</a>')


class PageContent(NamedTuple):
    """The text of a page as readers get it."""

    html: str
    contents: list[dict[str, Any]]
    """Its headings, as `markdown.extensions.toc` has them."""
    sources: tuple[NumberedSource, ...]
    """What it cites."""
    styles: frozenset[str]
    """What it needs beside the style of every page: `pictures`, `lists`."""


def stale_sections(kb: KnowledgeBase, page: Page) -> tuple[str, ...]:
    """Ids of the sections of `page` that no longer follow their Dutch; none for a Dutch page."""
    source = kb.source_of(page)
    return compare(page, source).stale if source else ()


@dataclass
class ContentRenderer:
    """Renders one text."""

    scope: Scope
    environment: Environment
    context: Mapping[str, Any]
    """MkDocs' own context of the page: templates need it for relative addresses."""
    page: Page | None = None
    stale: Collection[str] = ()
    """Ids of its sections that no longer follow their Dutch: readers are warned at exactly these."""
    _shown: Counter[str] = field(default_factory=Counter, init=False)
    """How often each kind of shortcode, and each picture, is on the page so far: ids must differ."""

    def __post_init__(self) -> None:
        kb, language = self.scope.kb, self.scope.language
        self._strings = kb.strings[language.code]
        self._citations = Citations(kb.sources, self._strings, kb.source_language.code)

    def render(self, events: Iterable[Event], leads_to: Callable[[str], str]) -> PageContent:
        """The text of `events`; `leads_to` gives the address on the site for one as it is written.

        Raises BadShortcode, jinja2.TemplateError.
        """
        show = {
            "Shortcode": self._shortcode,
            "Citation": self._citations.mark,
            "Label": lambda kind: str(escape(self._strings(f"block.{kind}"))),
            "Section": self._stale_notice,
        }
        html, contents = write_html(events, leads_to, show)
        if self.scope.language.script != "Latn":
            html = mark_latin_words(html, self.scope.kb.source_language)
        styles = frozenset(KINDS[name].style for name in self._shown if name in KINDS) - {""}
        return PageContent(html, contents, self._citations.numbered(), styles)

    def _shortcode(self, written: str) -> str:
        scope = self.scope
        name, arguments = parse_shortcode(written)
        kind = KINDS[name]
        self._shown[name] += 1
        if kind.is_single and self._shown[name] > 1:
            return ""
        if name == "picture":
            return self._picture(arguments.name)
        key = (scope.language.code, scope.country, written)
        if kind.is_same_everywhere and key in scope.fragments:
            return scope.fragments[key]
        html = self._template(kind.template, kind.values(arguments, scope))
        if kind.is_same_everywhere:
            scope.fragments[key] = html
        return html

    def _picture(self, name: str) -> str:
        self._shown[f"picture {name}"] += 1
        number = self._shown[f"picture {name}"]
        key = (self.scope.language.code, "picture", f"{name} {number}")
        if key not in self.scope.fragments:
            drawing = pictures.draw(name, self.environment, self._strings, number)
            self.scope.fragments[key] = drawing
        return self.scope.fragments[key]

    def _stale_notice(self, section: str) -> str:
        if self.page is None or section not in self.stale:
            return ""
        source = self.scope.kb.source_language
        values = {
            "url": source.prefix + self.page.url,
            "section": section,
            "language": source.code,
        }
        return self._template("partials/stale.html", values)

    def _template(self, name: str, values: Mapping[str, Any]) -> str:
        given = {**self.context, **values, "t": self._strings, "anchor": self._anchors()}
        return self.environment.get_template(name).render(given).strip()

    def _anchors(self) -> Callable[[Link], Markup]:
        """Gives links as elements, each made once: the index leads to a page from dozens of words."""
        url = self.environment.filters["url"]
        return functools.cache(lambda link: _ANCHOR.format(url(self.context, link.url), link.title))
