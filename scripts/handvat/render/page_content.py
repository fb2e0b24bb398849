"""Fills a rendered page: citations get numbers, calls get data, blocks get their label."""

from __future__ import annotations

import functools
import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from handvat.content import shortcodes as calls
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.ui_strings import Strings
from handvat.render import pictures
from handvat.render import stale_notice as staleness
from handvat.render.citations import Citations
from handvat.render.contacts import ContactView
from handvat.render.sanitize import cleaned
from handvat.render.shortcodes import Answer
from handvat.render.template_cache import kept
from handvat.render.transliteration import mark_latin_words
from handvat.render.views import Link, NumberedSource

# The exact markup of scripts/handvat/render/html_writer.py; tests/test_render.py pins it.
_CITE = re.compile(r'<span class="handvat-cite">(.*?)</span>')
_BLOCK_CALL = re.compile(r'<p>\s*<span class="handvat-call">(.*?)</span>\s*</p>')
_CALL = re.compile(r'<span class="handvat-call">(.*?)</span>')
_LABEL = re.compile(r'<p class="block-label">handvat-label-(\w+)</p>')

_ANCHOR = Markup('<a href="{}">{}</a>')
_LABELLED = Markup('<p class="block-label">{}</p>')


@dataclass(frozen=True)
class Filler:
    """Fills pages of one language. `language` is that of the text: labels and contacts follow it."""

    base: KnowledgeBase
    language: Language
    environment: Environment
    context: Mapping[str, Any]
    """MkDocs' own context of the page: templates need it for relative addresses."""
    answer: Callable[[Language, str, str], Answer]
    """Gives the answer to a call, for a text in a language, about a country."""
    behind: Callable[[Page], tuple[str, ...]]
    """Ids of the sections of a page that no longer follow their Dutch."""
    drawn: Counter[str] = field(default_factory=Counter)
    """How often each picture stands on the page so far: ids must differ."""

    @property
    def strings(self) -> Strings:
        """The site's own words in the language of the text."""
        return self.base.strings[self.language.code]

    def fill(
        self, content: str, page: Page | None = None
    ) -> tuple[str, tuple[NumberedSource, ...]]:
        """The finished HTML of `content`, and the sources it cites, numbered.

        With its `page`, sections that no longer follow their Dutch text say so.
        """
        strings = self.strings
        content = cleaned(content)
        if page is not None:
            content = staleness.mark(
                content, self.behind(page), lambda name: self._stale(page, name)
            )
        country = self.base.country_of(page) if page else self.base.country
        citations = Citations(self.base.sources, strings, self.base.source_language.code)
        content = _BLOCK_CALL.sub(lambda found: self._answer(found.group(1), country), content)
        content = _CALL.sub(lambda found: self._answer(found.group(1), country), content)
        content = "".join(_cited(content, citations))
        content = _LABEL.sub(
            lambda found: str(_LABELLED.format(strings(f"block.{found[1]}"))), content
        )
        content = mark_latin_words(content, self.language, self.base.source_language)
        return content, citations.numbered()

    def _stands_already(self, call: object) -> bool:
        """Whether a list that may stand on a page once, for its ids, stands there."""
        if not isinstance(call, (calls.AZCall, calls.SourcesCall, calls.CardsCall)):
            return False
        self.drawn[call.__class__.__name__] += 1
        return self.drawn[call.__class__.__name__] > 1

    def _answer(self, written: str, country: str) -> str:
        """What a call becomes: the partial that belongs to it, with what it asks for of `country`."""
        found = self.answer(self.language, html.unescape(written), country)
        if self._stands_already(found.call):
            return ""
        match found.call:
            case calls.PictureCall(name=name):
                self.drawn[name] += 1
                number = self.drawn[name]
                return kept(
                    self.environment,
                    self.base,
                    ("picture", self.language.code, name, number),
                    lambda: pictures.draw(name, self.environment, self.strings, number),
                )
            case calls.ContactCall():
                return self._contact("contact-inline", country, found.values["contact"])
            case calls.ContactsCall():
                asked = found.call.country or country
                contacts = found.values["contacts"]
                contacts = [self._contact("contact", asked, contact) for contact in contacts]
                return self._template("contacts", contacts=contacts)
            case _:
                return self._template(found.partial, **found.values)

    def _contact(self, template: str, country: str, contact: ContactView) -> str:
        """A contact as `template` shows it, whatever the page."""
        return kept(
            self.environment,
            self.base,
            (template, self.language.code, country, contact.id),
            lambda: self._template(template, contact=contact),
        )

    def _stale(self, page: Page, section: str) -> str:
        default = self.base.source_language
        url = default.prefix + page.url
        return self._template("stale", url=url, section=section, language=default.code)

    def _template(self, name: str, **values: Any) -> str:
        template = self.environment.get_template(f"partials/{name}.html")
        given = {"t": self.strings, "anchor": self._anchors()}
        return template.render({**self.context, **values, **given}).strip()

    def _anchors(self) -> Callable[[Link], Markup]:
        """Gives links as elements, each made once: the index leads to a page from dozens of words."""
        url = self.environment.filters["url"]
        return functools.cache(lambda link: _ANCHOR.format(url(self.context, link.url), link.title))


def _cited(content: str, citations: Citations) -> Iterator[str]:
    """`content` in pieces, with the marks of its citations, each close behind the word before it."""
    end = 0
    for found in _CITE.finditer(content):
        yield content[end : found.start()].rstrip()
        yield citations.mark(html.unescape(found[1]))
        end = found.end()
    yield content[end:]
