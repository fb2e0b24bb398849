"""What each shortcode shows: a template of `overrides/partials/`, and the values that the template gets.

Nothing else of the knowledge base reaches a page through a shortcode.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.shortcodes import (
    CardsArguments,
    ContactArguments,
    ContactsArguments,
    choose_contacts,
)
from handvat.content.translation import STATUS_FILE, LanguageProgress
from handvat.content.urls import is_public
from handvat.render import listings
from handvat.render.contacts import describe_contact
from handvat.render.pictures import code_to
from handvat.render.views import CardView
from handvat.site_output import build_date


class Scope(NamedTuple):
    """The surroundings of a shortcode: all that it can show comes from here."""

    kb: KnowledgeBase
    language: Language
    """Of the text."""
    country: str
    """Whose numbers the page gives."""
    address: str
    """Of the site's root, with a slash at the end."""
    progress: Callable[[], Sequence[LanguageProgress]]
    """Gives how complete each language is, for which all pages may have to be read."""
    fragments: dict[tuple[str, str, str], str]
    """HTML that is the same on several pages, by all that it depends on: rendered once for a build."""


@dataclass(frozen=True)
class Kind:
    """What one kind of shortcode shows."""

    template: str
    """In `overrides/`."""
    values: Callable[[Any, Scope], Mapping[str, Any]] = lambda _arguments, _scope: {}
    """Arguments and scope → what the template knows besides the site's words."""
    style: str = ""
    """What it needs beside the style of every page: `pictures` or `lists`."""
    is_single: bool = False
    """Whether only the first on a page is shown: its ids are not its own."""
    is_same_everywhere: bool = False
    """Whether it shows the same on every page of a language and a country: it has no link to a page."""


def _contact(arguments: ContactArguments, scope: Scope) -> dict[str, Any]:
    (contact,) = choose_contacts(arguments, scope.kb.contacts, scope.country)
    strings = scope.kb.strings[scope.language.code]
    is_foreign = scope.country != scope.kb.country
    return {
        "contact": describe_contact(
            contact, strings, scope.country, build_date(), is_foreign=is_foreign
        )
    }


def _contacts(arguments: ContactsArguments, scope: Scope) -> dict[str, Any]:
    country = arguments.country or scope.country
    strings, today = scope.kb.strings[scope.language.code], build_date()
    chosen = choose_contacts(arguments, scope.kb.contacts, country)
    # A page that names a country itself, as that of help abroad does, says whose numbers they are.
    is_foreign = arguments.country is None and country != scope.kb.country
    return {
        "contacts": [
            describe_contact(one, strings, country, today, is_foreign=is_foreign) for one in chosen
        ]
    }


def _cards(arguments: CardsArguments, scope: Scope) -> dict[str, Any]:
    """The cards, each with a code to its page where the site has an address that leads there."""
    is_real = is_public(scope.address)
    cards = [
        CardView(link, sentences, code_to(scope.address + link.url) if is_real else None)
        for link, sentences in listings.cards(scope.kb, scope.language, arguments.pages)
    ]
    return {"cards": cards}


def _languages(_: object, scope: Scope) -> dict[str, Any]:
    rows = listings.language_status(scope.kb, scope.language, scope.progress())
    return {"rows": rows, "data": STATUS_FILE}


KINDS: dict[str, Kind] = {
    "contacts": Kind("partials/contacts.html", _contacts, is_same_everywhere=True),
    "contact": Kind("partials/contact-inline.html", _contact, is_same_everywhere=True),
    "sources": Kind(
        "partials/all-sources.html",
        lambda _, scope: {"entries": list(listings.all_sources(scope.kb, scope.language))},
        style="lists",
        is_single=True,
    ),
    "a_z": Kind(
        "partials/a-z.html",
        lambda _, scope: {"letters": listings.a_to_z(scope.kb, scope.language)},
        style="lists",
        is_single=True,
    ),
    "glossary": Kind(
        "partials/glossary.html",
        lambda _, scope: {"terms": listings.glossary(scope.kb, scope.language)},
    ),
    "field": Kind("partials/field.html", lambda arguments, _: {"field": arguments}),
    "picture": Kind("", lambda arguments, _: {"name": arguments.name}, style="pictures"),
    "cards": Kind("partials/cards.html", _cards, is_single=True),
    "unchecked": Kind(
        "partials/unchecked.html",
        lambda _, scope: listings.unchecked(scope.kb, scope.language, build_date()),
    ),
    "languages": Kind("partials/language-status.html", _languages, style="lists"),
    "keep": Kind(
        "partials/keep.html", lambda _, scope: {"language": scope.language}, style="lists"
    ),
    "downloads": Kind(
        "partials/downloads.html",
        lambda _, scope: {"downloads": listings.downloads(scope.kb, scope.language)},
        style="lists",
    ),
}
"""Name → what it shows. Its arguments: `handvat.content.shortcodes.SHORTCODES`."""
