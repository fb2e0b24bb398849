"""What each call in a page is answered with: the partial that shows it, and everything that it shows.

Nothing else of the knowledge base reaches a page through a call. So whoever keeps a finished page
(`scripts/handvat/build/inputs.py`) knows by its answers what it depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handvat.content import shortcodes as calls
from handvat.content.build_date import build_date
from handvat.content.front_matter import Strict
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import parse_call
from handvat.content.progress import STATUS_FILE, LanguageProgress
from handvat.content.urls import is_public
from handvat.render import listings as indexes
from handvat.render import qr
from handvat.render.contacts import describe_contact
from handvat.render.views import CardView


@dataclass(frozen=True)
class Answer:
    """What to show for a call."""

    call: Strict
    partial: str
    """The template in `overrides/partials/`, without its ending; `""` for a picture, which has its own."""
    values: Mapping[str, Any]
    """What the template knows besides the site's words."""


def answer(
    base: KnowledgeBase,
    language: Language,
    written: str,
    country: str,
    *,
    address: str,
    progress: Callable[[], Sequence[LanguageProgress]],
) -> Answer:
    """The answer to the call `written`, for a text in `language` about `country`.

    `address` is that of the site's root, with a slash at the end; `progress` gives how far each language is, for which
    all pages may have to be read. Raises BadCall.
    """
    strings = base.strings[language.code]
    call = calls.understand(parse_call(written), base.contacts, country)
    partial, values = "", dict[str, Any]()
    match call:
        case calls.PictureCall():
            pass
        case calls.ContactCall():
            contact = base.contacts[country][call.id]
            partial = "contact-inline"
            values = {"contact": describe_contact(contact, strings, country, build_date())}
        case calls.ContactsCall():
            asked = call.country or country
            partial = "contacts"
            values["contacts"] = [
                describe_contact(contact, strings, asked, build_date())
                for contact in call.choose(base.contacts[asked])
            ]
        case calls.SourcesCall():
            partial, values = "all-sources", {"entries": list(indexes.all_sources(base, language))}
        case calls.AZCall():
            partial, values = "a-z", {"letters": indexes.a_to_z(base, language)}
        case calls.GlossaryCall():
            partial, values = "glossary", {"terms": indexes.glossary(base, language)}
        case calls.FieldCall():
            partial, values = "field", {"field": call}
        case calls.CardsCall():
            partial, values = "cards", {"cards": _cards(base, language, call, address)}
        case calls.LanguagesCall():
            rows = indexes.language_status(base, language, progress())
            partial, values = "language-status", {"rows": rows, "data": STATUS_FILE}
        case calls.KeepCall():
            partial, values = "keep", {"language": language}
        case calls.DownloadsCall():
            partial, values = "downloads", {"downloads": indexes.downloads(base, language)}
        case _:
            partial, values = "unchecked", indexes.unchecked(base, language, build_date())
    return Answer(call, partial, values)


def _cards(
    base: KnowledgeBase, language: Language, call: calls.CardsCall, address: str
) -> list[CardView]:
    """The cards, each with a code to its page where the site has an address that leads there."""
    is_real = is_public(address)
    return [
        CardView(link, sentences, qr.code_to(address + link.url) if is_real else None)
        for link, sentences in indexes.cards(base, language, call.pages)
    ]
