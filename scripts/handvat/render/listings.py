"""Lists made from the data: A to Z, all sources, how complete each language is, what is unverified."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import filterfalse

from babel.numbers import format_decimal

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.models import Term
from handvat.content.offline import find_downloads
from handvat.content.page import Page
from handvat.content.shortcodes import BadShortcode, choose_contacts, parse_shortcode
from handvat.content.translation import LanguageProgress, PageProgress
from handvat.render.citations import describe
from handvat.render.contacts import ContactView, country_name, describe_contact
from handvat.render.views import Link, NumberedSource

GLOSSARY = "glossary.md"
"""The page with `{{ glossary() }}`."""

Letters = list[tuple[str, list[tuple[str, list[Link]]]]]


def link_to(page: Page, language: Language) -> Link:
    """A page as a link on the site of `language`."""
    other = "" if page.language == language.code else page.language
    return Link(page.front.title, language.prefix + page.url, page.front.description, other)


def a_to_z(base: KnowledgeBase, language: Language) -> Letters:
    """Titles, search words and terms of a language by first letter, each with where it leads.

    A term leads to the glossary, which explains it and names what to write instead.
    """
    words: dict[str, dict[str, None]] = {}
    """Word → paths of the pages it leads to, in order."""
    for page in base.pages_in(language.code):
        for word in (page.front.title, *page.front.aliases):
            words.setdefault(_capital(word.strip()), {})[page.path] = None
    has_glossary = base.page(language.code, GLOSSARY) is not None
    for term in base.terms.get(language.code, ()) if has_glossary else ():
        for word in (term.use, *term.search):
            words.setdefault(_capital(word.strip()), {})[GLOSSARY] = None
    letters: dict[str, list[tuple[str, list[Link]]]] = {}
    links_to = {page.path: link_to(page, language) for page in base.pages_in(language.code)}
    for plain, word in sorted(map(_order, words)):
        letter = next((one for one in plain if one.isalnum()), "#")
        letter = "0–9" if letter.isdigit() else letter.upper()
        links = [links_to[path] for path in words[word]]
        letters.setdefault(letter, []).append((word, links))
    return list(letters.items())


def all_sources(
    base: KnowledgeBase, language: Language
) -> Iterator[tuple[NumberedSource, list[Link]]]:
    """Every source by author, with the pages of this language that cite it."""
    citing: dict[str, list[Link]] = {}
    for page in base.pages_in(language.code):
        link = link_to(page, language)
        for key in page.cited:
            citing.setdefault(key, []).append(link)
    strings = base.strings[language.code]
    order = sorted(base.sources.items(), key=lambda item: (_order(item[1].by), item[0]))
    for key, source in order:
        if key in citing:
            yield describe(key, source, strings, base.source_language.code), citing[key]


def in_words(base: KnowledgeBase, page: Page, written: str) -> str:
    """A shortcode within a sentence of `page` as plain words: a contact's name and number, nothing for others.

    Within a text from right to left it is isolated (UAX #9), or its brackets would change sides.
    """
    try:
        name, arguments = parse_shortcode(written)
        if name != "contact":
            return ""
        (contact,) = choose_contacts(arguments, base.contacts, base.country_of(page))
    except BadShortcode:
        return ""
    number = contact.numbers[0].dial if contact.numbers else ""
    more = [number] if number and number not in contact.name else []
    if base.is_foreign(page):
        more.append(country_name(base.country_of(page), base.strings[page.language]))
    words = f"{contact.name} ({', '.join(more)})" if more else contact.name
    direction = base.language(page.language).direction
    return f"\u2068{words}\u2069" if direction == "rtl" else words


def glossary(base: KnowledgeBase, language: Language) -> list[Term]:
    """The terms of a language in alphabetical order."""
    return sorted(base.terms.get(language.code, ()), key=lambda term: _order(term.use))


def cards(
    base: KnowledgeBase, language: Language, paths: Sequence[str]
) -> list[tuple[Link, list[str]]]:
    """For each page its link and the sentences of its `in-short`, in the reader's language.

    A page not yet translated gives its Dutch words: a card is printed, and better than none.
    """
    found = []
    for path in paths:
        page = (
            base.page(language.code, path)
            or base.page(base.default_language.code, path)
            or base.page(base.source_language.code, path)
        )
        if page is None:
            continue
        found.append(
            (
                link_to(page, language),
                page.sentences("in-short", partial(in_words, base, page)),
            )
        )
    return found


@dataclass(frozen=True)
class LanguageStatusView:
    """One language in the table of languages, in the reader's language."""

    language: Language
    progress: LanguageProgress
    missing: tuple[Link, ...]
    """Pages that are not there yet, as the source language has them."""
    behind: tuple[tuple[Link, PageProgress], ...]


def language_status(
    base: KnowledgeBase, reader: Language, progress: Sequence[LanguageProgress]
) -> list[LanguageStatusView]:
    """How far each language is, for a reader of `reader`, whose site may not hold all of them."""
    default = base.source_language

    def link(code: str, path: str) -> Link:
        page = base.page(code, path) or base.page(default.code, path)
        if page is None:
            return Link(path, "")
        language = base.language(page.language)
        url = language.prefix + page.url if language.is_built else ""
        other = "" if page.language == reader.code else page.language
        return Link(page.front.title, url, page.front.description, other)

    return [
        LanguageStatusView(
            language=base.language(row.language),
            progress=row,
            missing=tuple(link(default.code, path) for path in row.missing),
            behind=tuple((link(row.language, page.page), page) for page in row.behind),
        )
        for row in progress
    ]


def unchecked(base: KnowledgeBase, language: Language, today: datetime.date) -> dict[str, object]:
    """How much no person has verified yet, for `partials/unchecked.html`."""
    pages = list(base.pages_in(base.source_language.code))
    translations = [
        page.front.translation
        for page in base.pages.values()
        if page.front.translation and base.language(page.language).is_built
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


@dataclass(frozen=True)
class DownloadView:
    """A file to take along, in the reader's words."""

    title: str
    facts: str
    """What kind of file, how large, of which day."""
    url: str


def downloads(base: KnowledgeBase, language: Language) -> list[DownloadView]:
    """What the host made of this language for readers without internet; often nothing."""
    strings = base.strings[language.code]
    titles = {"zip": "downloads.zip", "pdf": "downloads.handbook"}
    return [
        DownloadView(
            title=strings(titles[found.kind], language=language.name),
            facts=strings(
                "downloads.facts",
                kind=found.kind,
                size=format_decimal(round(found.size / 1e6, 1), locale=language.locale),
                date=found.made,
            ),
            url=found.url,
        )
        for found in find_downloads(base)
        if found.language == language.code
    ]


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _order(word: str) -> tuple[str, str]:
    """A sort key without regard to case, accents and leading punctuation."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    if not plain.isascii():
        plain = "".join(filterfalse(unicodedata.combining, plain))
    return plain.lstrip(" \"'“”‘’„«»-–"), word
