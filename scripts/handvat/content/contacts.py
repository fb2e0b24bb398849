"""Keeps each number to call and each place to report in one file, so that no page keeps an outdated one.

Site language and country are independent: an Arabic page on a Dutch site shows Dutch numbers. So contacts are read
per country, and only their explanations are per language.
"""

from __future__ import annotations

import datetime
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from handvat.content.models import KEY, Date, Strict, https_or_http

Audience = Literal["youth", "parents", "professionals"]
Need = Literal[
    "danger", "suicide", "police", "images", "remove-images", "report-images", "child-protection",
    "talk", "sexual-violence", "trafficking", "forced-offending", "radicalisation", "victim-support", "money",
    "own-behaviour", "missing", "school", "anonymous-tip", "rights",
]  # fmt: skip
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_CLOCK = r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"

STALE_AFTER = datetime.timedelta(days=183)
"""What was checked longer ago than half a year says so."""

Certainty = Literal["checked", "stale", "unchecked"]
"""The end of the key of the string that says it: `contacts.stale`."""


class Number(Strict):
    """A number as it is dialled; a short one has no international form (anchors: E.164 trap)."""

    dial: str = Field(pattern=r"^\+?[0-9][0-9 ]+[0-9]$", examples=["0800 2000"])
    """Spaces are for legibility; a `tel:` address has none (RFC 3966)."""
    kind: Literal["short", "national", "international"]
    works_from: str = Field(pattern=r"^(?:[A-Z]{2}|anywhere)$", examples=["NL", "anywhere"])


class Opening(Strict):
    """Days on which a contact is open, with opening and closing time (24-hour clock, local time)."""

    days: list[Day] = Field(min_length=1)
    from_: str = Field(alias="from", pattern=_CLOCK, examples=["09:30"])
    to: str = Field(pattern=_CLOCK, examples=["09:30"])


class Evidence(Strict):
    """A page that shows number and purpose. `official`: published by the body itself or a public one."""

    url: str
    by: str = Field(min_length=1)
    seen: Date
    official: bool

    _web = field_validator("url")(https_or_http)

    @property
    def site(self) -> str:
        """The host without `www.`."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")


class Checked(Strict):
    """What goes out of date: where it was found, and the day on which a person last tried it."""

    sources: list[Evidence]
    checked: Date | None

    def certainty(self, today: Date) -> Certainty:
        """Return how far a reader may rely on it on the day `today`."""
        if self.checked is None:
            return "unchecked"
        return "stale" if today - self.checked > STALE_AFTER else "checked"


class Contact(Checked):
    """Who to call, for whom, for what, when: an entry of `data/contacts/<country>.yml`."""

    id: str = Field(pattern=KEY, examples=["small-letters-2"])
    name: str = Field(min_length=1)
    audiences: list[Audience] = Field(min_length=1)
    needs: list[Need] = Field(min_length=1)
    numbers: list[Number]
    url: str | None
    chat: str | None
    hours: Literal["always", "unknown"] | list[Opening]
    cost: Literal["free", "local", "paid", "unknown"]
    languages: list[str]
    crisis: bool
    what: dict[str, str]
    """Language code → a sentence: the purpose of a call."""
    note: dict[str, str] = Field(default={})
    short: dict[str, str] = Field(default={})
    """What a sentence calls it instead of its name: `{number} (police, not urgent)`."""

    _web = field_validator("url", "chat")(https_or_http)

    @model_validator(mode="after")
    def _crisis_is_proven(self) -> Contact:
        official = [source for source in self.sources if source.official]
        # Two pages of one site, or two names for one body, are one source.
        independent = min(
            len({source.by for source in official}), len({source.site for source in official})
        )
        if self.crisis and self.numbers and independent < 2:
            raise ValueError(
                f"the crisis number of {self.id!r} needs two independent official sources, "
                f"it has {independent}"
            )
        return self


class Platform(Checked):
    """Where to report on a platform, and what the other person notices: an entry of `data/platforms.yml`.

    A text is a dict, language code → text. `unknown` is an honest answer, and shown with the advice to expect the worst.
    """

    id: str = Field(pattern=KEY, examples=["small-letters-2"])
    name: str = Field(min_length=1)
    app: dict[str, str]
    """The way to the report in the app."""
    web: str | None
    """The address for somebody without an account."""
    tick: dict[str, str] = Field(default={})
    """What to choose, and what a report sends along."""
    reporter: Literal["not-named", "unknown"]
    """Whether the platform names the reporter to the other person."""
    screenshot: Literal["notified", "sometimes", "unknown"] | None
    """Whether the sender sees that somebody took one; null where nothing is sent to one person."""
    block: Literal["noticeable", "unknown"]
    sources: list[Evidence] = Field(min_length=1)

    _web = field_validator("web")(https_or_http)


class Removal(Checked):
    """A way to have an image taken down: an entry of `data/removal.yml`."""

    id: str = Field(pattern=KEY, examples=["small-letters-2"])
    name: dict[str, str]
    url: str | None
    ages: list[Literal["under-18", "adult"]] = Field(min_length=1)
    """The age at which somebody is on the image."""
    country: str = Field(pattern=r"^(?:[A-Z]{2}|anywhere)$", examples=["NL", "anywhere"])
    by: list[Audience] = Field(min_length=1)
    """Who may do it."""
    needs: list[Literal["image-on-device", "web-address", "account", "contact-details", "nothing"]]
    leaves: Literal["stays", "copy", "not-needed", "unknown"]
    """Whether the image leaves the phone: `copy` where the service gets one."""
    what: dict[str, str]
    how_long: dict[str, str] = Field(default={})
    sources: list[Evidence] = Field(min_length=1)

    _web = field_validator("url")(https_or_http)
