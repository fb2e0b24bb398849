"""Contacts and places to report as readers need them: what to do first, and any doubt about it.

A reader in danger must see at once which number to dial, whether it answers now, and whether it was verified.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from babel.dates import format_time, get_day_names
from babel.lists import format_list

from handvat.content.contacts import Checked, Contact, Evidence, Number, Opening, Platform, Removal
from handvat.content.ui_strings import Strings

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class ContactView:
    """A contact in the reader's language, for `partials/contact.html`, `contact-inline.html` and `calls.html`."""

    name: str
    name_language: str
    is_crisis: bool
    short: str
    """What a sentence calls it, `{number}` in it; may be empty."""
    label: str
    """The text below its number instead of its name; may be empty."""
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
    abroad = strings.country(country) if is_foreign else ""
    if abroad and contact.numbers:
        abroad = f"{' / '.join(number.dial for number in contact.numbers)}, {abroad}"
    facts = [abroad]
    # A form or a website is never closed.
    if contact.hours != "unknown" or contact.numbers or contact.chat:
        facts.append(describe_hours(contact.hours, strings))
    if contact.numbers and contact.cost != "unknown":
        facts.append(strings(f"contacts.{contact.cost}"))
    # Nobody calls from "the EU": the text of such an entry names the countries.
    if {number.works_from for number in contact.numbers} == {country.upper()} != {"EU"}:
        facts.append(strings("contacts.from_abroad", country=strings.country(country)))
    if code not in contact.languages and contact.languages:
        names = [locale.languages.get(spoken, spoken) for spoken in contact.languages]
        facts.append(strings("contacts.languages", languages=format_list(names, locale=locale)))
    doubt = ""
    if contact.numbers and not contact.crisis:
        doubt = _doubt(contact, strings, today)
    elif contact.numbers and contact.checked:  # a crisis number has two official sources
        doubt = strings("contacts.checked", date=contact.checked)
    short = "" if is_foreign else contact.short.get(code, "")
    label = short.replace("{number}", "").strip(" ()")
    for need in ("suicide", "danger") if contact.crisis else ():
        label = strings(f"search.{need}") if need in contact.needs else label
    return ContactView(
        name=contact.name,
        name_language=contact.languages[0] if contact.languages else "",
        short=short,
        label=label,
        is_crisis=contact.crisis,
        what=contact.what.get(code, ""),
        numbers=() if is_foreign else tuple(contact.numbers),
        abroad=abroad,
        url=contact.url,
        chat=contact.chat,
        facts=tuple(fact for fact in facts if fact),
        note=contact.note.get(code, ""),
        doubt=doubt,
    )


def _doubt(one: Checked, strings: Strings, today: datetime.date) -> str:
    return strings(f"contacts.{one.certainty(today)}", date=one.checked or "")


class Answer(NamedTuple):
    """A question about a platform or a way to have an image taken down, and its answer."""

    question: str
    text: str
    language: str = ""
    """That of the text, where the reader's own has none."""


@dataclass(frozen=True)
class ReportView:
    """A platform or a way to have an image taken down, for `partials/reports.html`."""

    name: str
    name_language: str
    hint: str
    """What a reader must know before anything else."""
    answers: tuple[Answer, ...]
    url: str | None
    url_question: str
    sources: Sequence[Evidence]
    doubt: str


def describe_report(
    one: Platform | Removal, strings: Strings, source: str, today: datetime.date
) -> ReportView:
    """Describe `one` in the language of `strings`, as of `today`; texts that it lacks in the language `source`."""
    if isinstance(one, Platform):
        name, name_language, hint = one.name, "en", ""
        url, url_question = one.web, strings("platforms.web")
        answers = _of_platform(one, strings, source)
    else:
        name, name_language = _text(one.name, strings, source)
        hint = strings(f"removal.hint.{one.leaves}")
        url, url_question = one.url, strings("contacts.site")
        answers = _of_removal(one, strings, source)
    return ReportView(
        name=name,
        name_language=name_language,
        hint=hint,
        answers=tuple(answer for answer in answers if answer.text),
        url=url,
        url_question=url_question,
        sources=one.sources,
        doubt=_doubt(one, strings, today),
    )


def _of_platform(one: Platform, strings: Strings, source: str) -> Iterator[Answer]:
    yield Answer(strings("platforms.app"), *_text(one.app, strings, source))
    yield Answer(strings("platforms.tick"), *_text(one.tick, strings, source))
    notices = {"screenshot": one.screenshot, "reporter": one.reporter, "block": one.block}
    for asked, answer in notices.items():
        if answer:
            question = strings(f"platforms.{asked}.question")
            yield Answer(question, strings(f"platforms.{asked}.{answer}"))
    if one.web is None:
        yield Answer(strings("platforms.web"), strings("platforms.no_web"))


def _of_removal(one: Removal, strings: Strings, source: str) -> Iterator[Answer]:
    def listed(group: str, keys: Sequence[str]) -> str:
        names = [strings(f"removal.{group}.{key}") for key in keys]
        return format_list(names, locale=strings.language.locale)

    yield Answer(strings("removal.what"), *_text(one.what, strings, source))
    yield Answer(strings("removal.leaves.question"), strings(f"removal.leaves.{one.leaves}"))
    yield Answer(strings("removal.for"), listed("ages", one.ages))
    yield Answer(strings("removal.who"), listed("by", one.by))
    yield Answer(strings("removal.needed"), listed("needs", one.needs))
    is_local = one.country != "anywhere"
    where = strings.country(one.country) if is_local else strings("removal.anywhere")
    yield Answer(strings("removal.where"), where)
    yield Answer(strings("removal.how_long"), *_text(one.how_long, strings, source))


def _text(texts: Mapping[str, str], strings: Strings, source: str) -> tuple[str, str]:
    """Return the text in the language of `strings`, else that in `source` with its code."""
    code = strings.language.code
    return (texts[code], "") if code in texts else (texts.get(source, ""), source)


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
