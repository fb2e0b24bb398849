"""Refuses a page whose head says something nobody reads: a misspelt key would be lost in silence.

Says which sections a page of each type must have, so that no reader misses the one they need.
"""

from __future__ import annotations

import datetime
import re
from functools import cache

from babel.core import Locale, get_global
from pydantic import BaseModel, ConfigDict, Field, field_validator

MAX_TITLE = 90
MAX_DESCRIPTION = 160
"""Characters that search engines and link previews show whole."""

Date = datetime.date

_FINGERPRINT = re.compile(r"[0-9a-f]{12}")


# Codes of CLDR that are no country of ISO 3166-1: unions, outlying parts, places to test with.
_NO_COUNTRY = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


@cache
def countries() -> frozenset[str]:
    """The countries of ISO 3166-1 (alpha-2), and Kosovo, which has a code of its own use."""
    codes = Locale("en").territories
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRY


def explain_country(code: str) -> str:
    """How to fix the `country` of a site; `""` where `code` is that of a country, in small letters."""
    if code.islower() and code.upper() in countries():
        return ""
    alias = get_global("territory_aliases").get(code.upper(), [code.upper()])[0]
    if alias in countries():
        return f"did you mean {alias.lower()!r}?"
    return "write two small letters (ISO 3166-1), as nl: data/contacts/nl.yml holds its contacts"


class Strict(BaseModel):
    """A model that takes no unknown key, and no value of another type."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, populate_by_name=True, allow_inf_nan=False
    )


class Review(Strict):
    """Who checked the content of a page, and when."""

    by: str = Field(min_length=1)
    date: Date


class TranslationRecord(Strict):
    """What a translation was made from: the fingerprint of each Dutch section.

    `by` is who translated (null: made without a person), `reviewed` who checked the language.
    """

    by: str | None = None
    reviewed: Review | None = None
    sections: dict[str, str] = {}

    @field_validator("sections", mode="before")
    @classmethod
    def _quoted(cls, value: object) -> object:
        if isinstance(value, dict):
            for section, fingerprint in value.items():
                if not isinstance(fingerprint, str):
                    raise ValueError(
                        f"the fingerprint of {section!r} is not a text: "
                        'an all-digit fingerprint needs "quotes"; '
                        "handvat translations mark-current … writes it"
                    )
                if not _FINGERPRINT.fullmatch(fingerprint):
                    raise ValueError(
                        f"{fingerprint!r}, recorded for {section!r}, is no fingerprint: "
                        "never write one by hand, handvat translations mark-current … does"
                    )
        return value


class FrontMatter(Strict):
    """The head of a page, as `CONTRIBUTING.md` explains it to contributors."""

    title: str = Field(min_length=1, max_length=MAX_TITLE)
    description: str = Field(min_length=1)
    type: str
    aliases: list[str] = []
    claims: list[str] = []
    review: Review | None
    jurisdiction: str | None = None
    """The country whose law and help it tells, in capital letters (ISO 3166-1)."""
    translation: TranslationRecord | None = None
    replaces: str | None = None
    """Of an organisation's page: the version of the shipped page that it was adapted from."""

    @field_validator("title", "description")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if value != value.strip() or "\n" in value:
            raise ValueError("stands on one line, without spaces around it")
        return value

    @field_validator("jurisdiction")
    @classmethod
    def _is_a_country(cls, value: str | None) -> str | None:
        if value is not None and value not in countries():
            raise ValueError(f"{value!r} is no country: write its two capital letters, as NL")
        return value


class SectionType(Strict):
    """A required section, as a contributor meets it in a new page."""

    heading: str = Field(min_length=1)
    """How it is usually headed in the source language."""
    hint: str = Field(min_length=1)
    """What belongs in it."""


class PageType(Strict):
    """A type of page, as `data/page_types.yml` describes it to contributors."""

    purpose: str = Field(min_length=1)
    """One sentence: what such a page is for."""
    sections: dict[str, SectionType]
    """The required sections by id, in order."""
    own_sections: int = 0
    """How many more sections of its own a page of this type has at the least."""
