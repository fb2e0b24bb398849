"""Contacts as readers need them: number first, opening hours, and any doubt about the number.

A reader in danger must see at once which number to dial, whether it answers now, and whether it was verified.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from babel.dates import format_time, get_day_names
from babel.lists import format_list

from handvat.content.contacts import STALE_AFTER, Contact, Number, Opening
from handvat.content.page import Page
from handvat.content.ui_strings import Strings

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class ContactView:
    """A contact in the reader's language, for `partials/contact.html` and `partials/contact-inline.html`."""

    name: str
    name_language: str
    is_crisis: bool
    what: str
    numbers: tuple[Number, ...]
    """The numbers to dial; empty for a contact of another country than the site's."""
    abroad: str
    """Instead of them, numbers and country as plain text: a reader must not dial them by mistake."""
    url: str | None
    chat: str | None
    facts: tuple[str, ...]
    """Hours, cost, from where the number works, languages: short phrases."""
    note: str
    doubt: str
    """How certain the numbers are: the day of the last check, or that there was none; may be empty."""


def describe_contact(
    contact: Contact,
    strings: Strings,
    country: str,
    today: datetime.date,
    *,
    is_foreign: bool = False,
) -> ContactView:
    """Describe `contact` of `country` (`nl`) in the language of `strings`, as of `today`.

    `is_foreign`: the page describes the law of another country than the site's.
    """
    code, locale = strings.language.code, strings.language.locale
    abroad = country_name(country, strings) if is_foreign else ""
    if abroad and contact.numbers:
        abroad = f"{' / '.join(number.dial for number in contact.numbers)}, {abroad}"
    facts = [abroad, describe_hours(contact.hours, strings)]
    if contact.numbers and contact.cost != "unknown":
        facts.append(strings(f"contacts.{contact.cost}"))
    # Nobody calls from "the EU": the text of such an entry names the countries.
    if {number.works_from for number in contact.numbers} == {country.upper()} != {"EU"}:
        facts.append(strings("contacts.from_abroad", country=country_name(country, strings)))
    if code not in contact.languages and contact.languages:
        names = [locale.languages.get(spoken, spoken) for spoken in contact.languages]
        facts.append(strings("contacts.languages", languages=format_list(names, locale=locale)))
    doubt = ""
    if contact.numbers and contact.checked:
        is_stale = not contact.crisis and today - contact.checked > STALE_AFTER
        doubt = "stale" if is_stale else "checked"
    elif contact.numbers and not contact.crisis:  # two official sources vouch for a crisis number
        doubt = "unchecked"
    return ContactView(
        name=contact.name,
        name_language=contact.languages[0] if contact.languages else "",
        is_crisis=contact.crisis,
        what=contact.what.get(code, ""),
        numbers=() if is_foreign else tuple(contact.numbers),
        abroad=abroad,
        url=contact.url,
        chat=contact.chat,
        facts=tuple(fact for fact in facts if fact),
        note=contact.note.get(code, ""),
        doubt=strings(f"contacts.{doubt}", date=contact.checked or "") if doubt else "",
    )


def describe_hours(hours: str | list[Opening], strings: Strings) -> str:
    """Return opening hours in the language of `strings`: `ma–vr 09:00–17:00`."""
    if isinstance(hours, str):
        return strings("contacts.always" if hours == "always" else "contacts.hours_unknown")
    locale = strings.language.locale
    names = get_day_names("abbreviated", locale=locale)

    def clock(text: str) -> str:
        hour, minute = text.split(":")
        if text == "24:00":
            return text
        return format_time(datetime.time(int(hour), int(minute)), "short", locale=locale)

    pieces = []
    for opening in hours:
        days = [DAYS.index(day) for day in opening.days]
        if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
            when = f"{names[days[0]]}–{names[days[-1]]}"
        else:
            when = ", ".join(names[day] for day in days)
        pieces.append(f"{when} {clock(opening.from_)}–{clock(opening.to)}")
    return "; ".join(pieces)


def country_name(country: str, strings: Strings) -> str:
    """Return the name of `country` in the language of `strings`; its code where CLDR has no name."""
    return strings.language.locale.territories.get(country.upper(), country.upper())


def jurisdiction_notice(page: Page, strings: Strings) -> str:
    """Return the sentence that names the country whose law and help `page` describes."""
    return strings(
        "notice.jurisdiction", country=country_name(str(page.front.jurisdiction), strings)
    )
