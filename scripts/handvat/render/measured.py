"""The figures of `data/measured.yml` as a reader reads them: their own page titles, numbers and date."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from babel.numbers import format_decimal

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.render.listings import link_to
from handvat.render.views import Link


@dataclass(frozen=True)
class Loading:
    """One page in the table of first loads; the numbers are written as the reader's language does."""

    page: Link
    language: Language
    size: str
    requests: str
    first: str
    largest: str
    blocking: str
    shift: str


@dataclass(frozen=True)
class Searching:
    """One language in the table of first searches; `pages` says if they were made up."""

    language: Language
    pages: str
    languages: str
    size: str
    requests: str
    result: str


def figures(base: KnowledgeBase, reader: Language) -> dict[str, object]:
    """What `partials/measured.html` shows, with `when` empty where nothing was measured yet."""
    measured, say = base.measured, base.strings[reader.code]
    if measured is None:
        return {"when": ""}
    number = partial(format_decimal, locale=reader.locale)

    machine, profile = measured.machine, measured.profile
    slowest = max((one.time.median for one in measured.help), default=None)
    return {
        "when": say("measured.when", date=measured.date, **machine.model_dump()),
        "phone": say(
            "measured.phone",
            speed=number(profile.kilobits / 1000, format="0.##"),
            wait=profile.round_trip,
            slower=profile.slower,
            runs=profile.runs,
        ),
        "loads": [
            Loading(
                page=_title(base, reader, one.page),
                language=base.language(one.language),
                size=number(one.bytes.total / 1000, format="0.0"),
                requests=number(one.requests),
                first=number(one.first_paint.median / 1000, format="0.0"),
                largest=number(one.largest_paint.median / 1000, format="0.0"),
                blocking=number(one.blocking.median),
                shift=number(one.shift, format="0.##"),
            )
            for one in measured.pages
            if not one.site.is_generated
        ],
        "searches": [
            Searching(
                language=base.language(one.language),
                pages=say("measured.generated", pages=number(one.site.pages))
                if one.site.is_generated
                else number(one.site.pages),
                languages=number(one.site.languages),
                size=number(one.bytes / 1000, format="0.0"),
                requests=number(one.requests),
                result=number(one.time.median / 1000, format="0.0"),
            )
            for one in measured.search
        ],
        "has_growth": any(one.site.is_generated for one in measured.search),
        "help": say("measured.help", seconds=number(slowest / 1000, format="0.0"))
        if slowest
        else "",
    }


def _title(base: KnowledgeBase, reader: Language, path: str) -> Link:
    """The page as a link for the reader; its path where it has moved since."""
    page = base.page(reader.code, path) or base.page(base.default_language.code, path)
    return link_to(page, reader) if page else Link(path, "")
