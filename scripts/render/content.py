"""Fills a rendered page: citations get numbers, calls get data, blocks get their label."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.calls import (
    AZCall,
    ContactCall,
    ContactsCall,
    SourcesCall,
    UncheckedCall,
    understand,
)
from scripts.knowledge.languages import Language
from scripts.knowledge.text import parse_call
from scripts.render import indexes
from scripts.render.citations import Citations
from scripts.render.clock import build_date
from scripts.render.contacts import describe_contact
from scripts.render.view import NumberedSource

# The exact markup of scripts/render/markdown.py; tests/test_render.py pins it.
_CITE = re.compile(r'\s*<span class="handvat-cite">(.*?)</span>')
_BLOCK_CALL = re.compile(r'<p>\s*<span class="handvat-call">(.*?)</span>\s*</p>')
_CALL = re.compile(r'<span class="handvat-call">(.*?)</span>')
_LABEL = re.compile(r"handvat-label-(\w+)")


@dataclass(frozen=True)
class Filler:
    """Fills pages of one language. `language` is that of the text: labels and contacts follow it."""

    base: KnowledgeBase
    language: Language
    environment: Environment
    context: Mapping[str, Any]
    """MkDocs' own context of the page: templates need it for relative addresses."""

    def fill(self, content: str) -> tuple[str, tuple[NumberedSource, ...]]:
        """The finished HTML of `content`, and the sources it cites, numbered."""
        strings = self.base.strings[self.language.code]
        citations = Citations(self.base.sources, strings)
        content = _BLOCK_CALL.sub(lambda found: self._answer(found.group(1)), content)
        content = _CALL.sub(lambda found: self._answer(found.group(1)), content)
        content = _CITE.sub(lambda found: citations.mark(html.unescape(found.group(1))), content)
        content = _LABEL.sub(
            lambda found: str(Markup.escape(strings(f"block.{found[1]}"))), content
        )
        return content, citations.numbered()

    def _answer(self, written: str) -> str:
        base, language = self.base, self.language
        strings = base.strings[language.code]
        today = build_date()
        call = understand(parse_call(html.unescape(written)), base.own_contacts)
        if isinstance(call, ContactCall):
            contact = describe_contact(base.own_contacts[call.id], strings, base.country, today)
            return self._template("contact-inline", contact=contact).strip()
        if isinstance(call, ContactsCall):
            contacts = [
                describe_contact(contact, strings, base.country, today)
                for contact in call.choose(base.own_contacts)
            ]
            return self._template("contacts", contacts=contacts)
        if isinstance(call, SourcesCall):
            entries = list(indexes.all_sources(base, language))
            note_language = base.default_language.code
            return self._template("all-sources", entries=entries, note_language=note_language)
        if isinstance(call, AZCall):
            return self._template("a-z", letters=indexes.a_to_z(base, language))
        assert isinstance(call, UncheckedCall)
        return self._template("unchecked", **indexes.unchecked(base, language, today))

    def _template(self, name: str, **values: Any) -> str:
        template = self.environment.get_template(f"partials/{name}.html")
        strings = self.base.strings[self.language.code]
        return template.render({**self.context, **values, "t": strings})
