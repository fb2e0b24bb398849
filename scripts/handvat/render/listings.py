"""Lists made from the data and from other pages: A to Z, sources, cards, translation progress, what is unverified."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import filterfalse
from operator import itemgetter
from typing import TypeVar

from babel.numbers import format_decimal

from handvat.content.contacts import Contact
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language, typeset
from handvat.content.markdown import SHORTCODE, plain_lines
from handvat.content.models import Term
from handvat.content.offline import find_downloads
from handvat.content.page import Page
from handvat.content.shortcodes import BadShortcode, choose_contacts, parse_shortcode
from handvat.content.translation import LanguageProgress
from handvat.render.contacts import describe_contact
from handvat.render.views import Link, NumberedSource, SourcePlace

GLOSSARY, INDEX = "glossary.md", "a-z.md"
"""The pages with `{{ glossary() }}` and `{{ a_z() }}`."""

Letters = list[tuple[str, list[tuple[str, list[Link]]]]]
"""Letter → word → the pages that it leads to, in alphabetical order."""

Item = TypeVar("Item")


def link_to(page: Page, language: Language) -> Link:
    """Return `page` as a link on the site of `language`."""
    other = "" if page.language == language.code else page.language
    return Link(page.front.title, language.prefix + page.url, page.front.description, other)


def a_to_z(base: KnowledgeBase, language: Language) -> Letters:
    """Return titles, search words and terms of a language by first letter, each with its pages.

    A term leads to the glossary, which explains it and names what to write instead.
    """
    links_to = {page.path: link_to(page, language) for page in base.pages_in(language.code)}
    named = [
        (page.path, (page.front.title, *page.front.aliases))
        for page in base.pages_in(language.code)
        if page.path != INDEX
    ]
    if GLOSSARY in links_to:
        terms = base.terms.get(language.code, ())
        named += [(GLOSSARY, (term.use, *term.search)) for term in terms]
    words: dict[str, dict[str, None]] = {}
    """Word → paths of its pages, in order."""
    for path, names in named:
        for word in map(str.strip, names):
            shown = typeset(word[:1].upper() + word[1:], language.code)
            words.setdefault(shown, {})[path] = None
    linked = [(word, [links_to[path] for path in paths]) for word, paths in words.items()]
    return _by_letter(linked, lambda entry: entry[0])


def all_sources(
    base: KnowledgeBase, language: Language
) -> Iterator[tuple[NumberedSource, list[Link]]]:
    """Yield every cited source by author, with the pages of `language` that cite it."""
    citing: dict[str, list[Link]] = {}
    for page in base.pages_in(language.code):
        for key in page.cited:
            citing.setdefault(key, []).append(link_to(page, language))
    for key in sorted(base.sources, key=lambda key: (_order(base.sources[key].by), key)):
        if key in citing:
            entries = base.sources[key].entries
            yield describe_source(base, language, key, entries=entries), citing[key]


def describe_source(
    base: KnowledgeBase,
    language: Language,
    key: str,
    *,
    number: int = 0,
    back: Iterable[str] = (),
    entries: Iterable[str] = (),
) -> NumberedSource:
    """Describe the source `key` in `language`.

    `number` is that of its citations on a page, `back` are the ids of these, `entries` those of its entries to show.
    """
    source, strings = base.sources[key], base.strings[language.code]
    notes = base.source_language.code
    return NumberedSource(
        number=number,
        key=key,
        title=typeset(source.title, source.language),
        by=typeset(source.by, notes),
        year=str(source.year) if source.year else strings("sources.no_year"),
        url=source.url,
        language=source.language,
        kind=strings(f"sources.kind.{source.kind}"),
        note=typeset(source.note or "", notes),
        note_language="" if language.code == notes else notes,
        seen=strings("sources.seen", date=source.seen),
        back=tuple(back),
        entries=tuple(
            SourcePlace(
                *(typeset(text, notes) for text in (one.says, one.where, one.about or "")),
                strings("sources.read", date=one.read),
            )
            for one in (source.entries[entry] for entry in entries)
        ),
    )


def glossary(base: KnowledgeBase, language: Language) -> list[tuple[str, list[Term]]]:
    """Return the terms of a language by first letter."""
    return _by_letter(base.terms.get(language.code, ()), lambda term: term.use)


def in_words(base: KnowledgeBase, page: Page, written: str) -> str:
    """Return a shortcode within a sentence of `page` as plain text: a contact's name and number, `""` for others.

    In a right-to-left text it is isolated (UAX #9), so that its brackets stay on their sides.
    """
    contact = _contact(base, page, written)
    if contact is None:
        return ""
    number = contact.numbers[0].dial if contact.numbers else ""
    short = contact.short.get(page.language, "").replace("{number}", number)
    more = [number] if number and number not in contact.name else []
    if base.is_foreign(page):
        more.append(base.strings[page.language].country(base.country_of(page)))
        short = ""
    words = short or (f"{contact.name} ({', '.join(more)})" if more else contact.name)
    direction = base.language(page.language).direction
    return f"\u2068{words}\u2069" if direction == "rtl" else words


def _contact(base: KnowledgeBase, page: Page, written: str) -> Contact | None:
    """Return the contact of a shortcode within a sentence of `page`; None for other shortcodes."""
    try:
        name, arguments = parse_shortcode(written)
        if name != "contact":
            return None
        return choose_contacts(arguments, base.contacts, base.country_of(page))[0]
    except BadShortcode:
        return None


def cards(
    base: KnowledgeBase, language: Language, paths: Sequence[str], calls: Mapping[str, list[str]]
) -> Iterator[tuple[Link, list[str], list[Contact]]]:
    """Yield the link of each page, the sentences of its section `in-short`, and the contacts that these name.

    A page not yet translated gives those of the source language: a card is printed, and better than none.
    Where they name nobody of the site's country, it is those for when a life is in danger.
    """
    for path in paths:
        if page := _page_or_source(base, language, path):
            section = page.section("in-short")
            short = section.markdown if section else ""
            shown = (_contact(base, page, written) for written in SHORTCODE.findall(short))
            found = [contact for contact in shown if contact]
            ids = {*calls.get(path, ()), *(one.id for one in found)}
            named = [one for key, one in base.own_contacts.items() if key in ids and one.numbers]
            lines = plain_lines(short, partial(in_words, base, page))
            yield link_to(page, language), lines, named or base.danger_contacts


def cover(
    base: KnowledgeBase, language: Language, path: str, ids: Sequence[str]
) -> list[list[str]]:
    """Return the first four sentences to say of the page at `path`, and the contacts `ids` with their numbers."""
    page = _page_or_source(base, language, path)
    section = page.section("say-this") if page else None
    if not page or not section:
        return []
    numbers = [in_words(base, page, f'contact("{one}")') for one in ids]
    return [plain_lines(section.markdown)[:4], [*filter(None, numbers)]]


def _page_or_source(base: KnowledgeBase, language: Language, path: str) -> Page | None:
    codes = (language.code, base.default_language.code, base.source_language.code)
    return next(filter(None, (base.page(code, path) for code in codes)), None)


@dataclass(frozen=True)
class LanguageStatusView:
    """A row of the table of languages, in the reader's language."""

    language: Language
    progress: LanguageProgress
    missing: tuple[Link, ...]
    """Pages that are not translated yet, in the source language."""
    behind: tuple[Link, ...]
    """Pages whose translation does not follow the source text."""


def language_status(
    base: KnowledgeBase, reader: Language, progress: Sequence[LanguageProgress]
) -> list[LanguageStatusView]:
    """Return the progress of each language, for a reader of `reader`; the site may lack some of them."""
    source = base.source_language.code

    def link(code: str, path: str) -> Link:
        page = base.page(code, path) or base.page(source, path)
        if page is None:
            return Link(path, "")
        language = base.language(page.language)
        other = "" if page.language == reader.code else page.language
        url = language.prefix + page.url if language.is_built else ""
        return Link(page.front.title, url, page.front.description, other)

    return [
        LanguageStatusView(
            language=base.language(row.language),
            progress=row,
            missing=tuple(link(source, path) for path in row.missing),
            behind=tuple(link(row.language, page.page) for page in row.behind),
        )
        for row in progress
    ]


def unchecked(base: KnowledgeBase, language: Language, today: datetime.date) -> dict[str, object]:
    """Return how much no person has verified yet: the values of `partials/unchecked.html`."""
    pages = list(base.pages_in(base.source_language.code))
    translations = [
        page.front.translation
        for page in base.pages.values()
        if page.front.translation and base.language(page.language).is_built
    ]
    contacts = base.own_contacts.values()
    return {
        "pages_unchecked": sum(page.front.review is None for page in pages),
        "pages_all": len(pages),
        "translations_unchecked": sum(record.reviewed is None for record in translations),
        "translations_all": len(translations),
        "contacts": [
            describe_contact(contact, base.strings[language.code], base.country, today)
            for contact in contacts
            if contact.checked is None
        ],
        "contacts_all": len(contacts),
    }


def downloads(base: KnowledgeBase, language: Language) -> list[Link]:
    """Return the downloads of `language` that the host made, each with its kind, size and date; often none."""
    strings = base.strings[language.code]
    titles = {"zip": "downloads.zip", "pdf": "downloads.handbook"}
    return [
        Link(
            title=strings(titles[found.kind], language=language.name),
            url=found.url,
            description=strings(
                "downloads.facts",
                kind=found.kind,
                size=format_decimal(round(found.size / 1e6, 1), locale=language.locale),
                date=found.made,
            ),
        )
        for found in find_downloads(base)
        if found.language == language.code
    ]


def _by_letter(items: Iterable[Item], word: Callable[[Item], str]) -> list[tuple[str, list[Item]]]:
    """Return the items by the first letter of their words, in alphabetical order."""
    letters: dict[str, list[Item]] = {}
    for order, item in sorted(((_order(word(item)), item) for item in items), key=itemgetter(0)):
        letter = next((one for one in order[0] if one.isalnum()), "#")
        letters.setdefault("0–9" if letter.isdigit() else letter.upper(), []).append(item)
    return list(letters.items())


def _order(word: str) -> tuple[str, str]:
    """Return a sort key without regard to case, accents and leading punctuation."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    if not plain.isascii():
        plain = "".join(filterfalse(unicodedata.combining, plain))
    return plain.lstrip(" \"'“”‘’„«»-–"), word
