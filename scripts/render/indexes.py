"""Lists that no hand could keep right: A to Z, all sources, and what nobody has verified yet."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterator

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.languages import Language
from scripts.knowledge.page import Page
from scripts.render.citations import describe
from scripts.render.contacts import ContactView, describe_contact
from scripts.render.view import Link, NumberedSource

Letters = list[tuple[str, list[tuple[str, list[Link]]]]]


def link_to(page: Page, language: Language) -> Link:
    """A page as a link on the site of `language`."""
    other = "" if page.language == language.code else page.language
    return Link(page.front.title, language.prefix + page.url, page.front.description, other)


def a_to_z(base: KnowledgeBase, language: Language) -> Letters:
    """Titles and search words of a language by first letter, each with the pages it leads to."""
    words: dict[str, dict[str, Page]] = {}
    for page in base.pages_in(language.code):
        for word in (page.front.title, *page.front.aliases):
            words.setdefault(_capital(word.strip()), {})[page.path] = page
    letters: dict[str, list[tuple[str, list[Link]]]] = {}
    for word in sorted(words, key=_order):
        letter = next((sign for sign in _order(word)[0] if sign.isalnum()), "#")
        letter = "0–9" if letter.isdigit() else letter.upper()
        links = [link_to(page, language) for page in words[word].values()]
        letters.setdefault(letter, []).append((word, links))
    return list(letters.items())


def all_sources(
    base: KnowledgeBase, language: Language
) -> Iterator[tuple[NumberedSource, list[Link]]]:
    """Every source by author, with the pages of this language that cite it."""
    pages = list(base.pages_in(language.code))
    strings = base.strings[language.code]
    order = sorted(base.sources.items(), key=lambda item: (_order(item[1].by), item[0]))
    for key, source in order:
        citing = [
            link_to(page, language)
            for page in pages
            if any(citation.key == key for citation in page.text.citations)
        ]
        if citing:
            yield describe(key, source, strings), citing


def unchecked(base: KnowledgeBase, language: Language, today: datetime.date) -> dict[str, object]:
    """How much no person has verified yet, for `partials/unchecked.html`."""
    pages = list(base.pages_in(base.default_language.code))
    translations = [
        page.front.translation for page in base.pages.values() if page.front.translation
    ]
    views: list[ContactView] = [
        describe_contact(contact, base.strings[language.code], base.country, today)
        for contact in base.own_contacts.values()
        if contact.checked is None
    ]
    return {
        "pages_unchecked": sum(page.front.review is None for page in pages),
        "pages_all": len(pages),
        "translations_unchecked": sum(record.reviewed is None for record in translations),
        "translations_all": len(translations),
        "contacts": views,
        "contacts_all": len(base.own_contacts),
    }


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _order(word: str) -> tuple[str, str]:
    """Sorts without regard to case, accents and leading signs."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return plain.lstrip(" \"'“”‘’„«»-–"), word
