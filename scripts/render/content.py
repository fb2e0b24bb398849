"""Fills a rendered page: citations get numbers, calls get data, blocks get their label."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from scripts.knowledge import calls
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.clock import build_date
from scripts.knowledge.languages import Language
from scripts.knowledge.page import Page
from scripts.knowledge.progress import STATUS_FILE, LanguageProgress, progress
from scripts.knowledge.strings import Strings
from scripts.knowledge.text import parse_call
from scripts.render import indexes, measured, pictures, qr, staleness
from scripts.render.citations import Citations
from scripts.render.contacts import describe_contact
from scripts.render.kept import kept
from scripts.render.latin_words import mark_latin_words
from scripts.render.safe import cleaned
from scripts.render.view import CardView, NumberedSource

# The exact markup of scripts/render/markdown.py; tests/test_render.py pins it.
_CITE = re.compile(r'\s*<span class="handvat-cite">(.*?)</span>')
_BLOCK_CALL = re.compile(r'<p>\s*<span class="handvat-call">(.*?)</span>\s*</p>')
_CALL = re.compile(r'<span class="handvat-call">(.*?)</span>')
_LABEL = re.compile(r'<p class="block-label">handvat-label-(\w+)</p>')

_LABELLED = Markup('<p class="block-label">{}</p>')


@dataclass(frozen=True)
class Filler:
    """Fills pages of one language. `language` is that of the text: labels and contacts follow it."""

    base: KnowledgeBase
    language: Language
    environment: Environment
    context: Mapping[str, Any]
    """MkDocs' own context of the page: templates need it for relative addresses."""
    address: str
    """Of the site's root, absolute, with a slash at the end: for codes that are read off paper."""
    progress: Callable[[], Sequence[LanguageProgress]] | None = None
    """How far each language is, where somebody knows already."""
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
            stale = staleness.stale_sections(self.base, page)
            content = staleness.mark(content, stale, lambda name: self._stale(page, name))
        country = self.base.country_of(page) if page else self.base.country
        citations = Citations(self.base.sources, strings, self.base.source_language.code)
        content = _BLOCK_CALL.sub(lambda found: self._answer(found.group(1), country), content)
        content = _CALL.sub(lambda found: self._answer(found.group(1), country), content)
        content = _CITE.sub(lambda found: citations.mark(html.unescape(found.group(1))), content)
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
        base, language, strings = self.base, self.language, self.strings
        call = calls.understand(parse_call(html.unescape(written)), base.contacts, country)
        if self._stands_already(call):
            return ""
        match call:
            case calls.ContactCall():
                return self._contact("contact-inline", country, call.id)
            case calls.ContactsCall():
                asked = call.country or country
                chosen = call.choose(base.contacts[asked])
                contacts = [self._contact("contact", asked, contact.id) for contact in chosen]
                return self._template("contacts", contacts=contacts)
            case calls.SourcesCall():
                return self._template(
                    "all-sources",
                    entries=list(indexes.all_sources(base, language)),
                )
            case calls.AZCall():
                return self._template("a-z", letters=indexes.a_to_z(base, language))
            case calls.GlossaryCall():
                return self._template("glossary", terms=indexes.glossary(base, language))
            case calls.FieldCall():
                return self._template("field", field=call)
            case calls.CardsCall():
                return self._template("cards", cards=self._cards(call))
            case calls.PictureCall():
                self.drawn[call.name] += 1
                number = self.drawn[call.name]
                return pictures.draw(call.name, self.environment, strings, number)
            case calls.LanguagesCall():
                return self._template(
                    "language-status",
                    rows=indexes.language_status(base, language, self._progress()),
                    data=STATUS_FILE,
                )
            case calls.KeepCall():
                return self._template("keep", language=language)
            case calls.DownloadsCall():
                return self._template("downloads", downloads=indexes.downloads(base, language))
            case calls.MeasuredCall():
                return self._template("measured", **measured.figures(base, language))
            case _:
                values = indexes.unchecked(base, language, build_date())
                return self._template("unchecked", **values)

    def _contact(self, template: str, country: str, key: str) -> str:
        """A contact as `template` shows it, whatever the page."""

        def render() -> str:
            contact = self.base.contacts[country][key]
            view = describe_contact(contact, self.strings, country, build_date())
            return self._template(template, contact=view)

        return kept(
            self.environment, self.base, (template, self.language.code, country, key), render
        )

    def _progress(self) -> Sequence[LanguageProgress]:
        return self.progress() if self.progress else progress(self.base)

    def _cards(self, call: calls.CardsCall) -> list[CardView]:
        """The cards, each with a code to its page where the site has an address that leads there."""
        is_real = qr.leads_somewhere(self.address)
        return [
            CardView(link, sentences, qr.code_to(self.address + link.url) if is_real else None)
            for link, sentences in indexes.cards(self.base, self.language, call.pages)
        ]

    def _stale(self, page: Page, section: str) -> str:
        default = self.base.source_language
        url = default.prefix + page.url
        return self._template("stale", url=url, section=section, language=default.code)

    def _template(self, name: str, **values: Any) -> str:
        template = self.environment.get_template(f"partials/{name}.html")
        return template.render({**self.context, **values, "t": self.strings}).strip()
