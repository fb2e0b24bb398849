"""The models of front matter and of the files in `data/`: whatever they do not describe is refused.

Otherwise a misspelt key would be ignored, and an address without a scheme would become a broken link.
"""

from __future__ import annotations

import datetime
import re
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

from anyascii import anyascii
from babel.core import Locale, get_global
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from handvat.content.yaml_files import read_text, stay_inside

MAX_TITLE = 90
MAX_DESCRIPTION = 160
"""Characters that search engines and link previews show."""
MAX_ENTRY_WORDS = 40


def _not_to_come(day: datetime.date) -> datetime.date:
    """Refuse the day of a check or a review that nobody can have done yet."""
    if day > datetime.date.today() + datetime.timedelta(days=1):  # noqa: DTZ011 - a day for time zones
        raise ValueError(f"{day} is still to come")
    return day


Date = Annotated[datetime.date, AfterValidator(_not_to_come)]

_FINGERPRINT = re.compile(r"[0-9a-f]{12}")

# Codes of CLDR that are not countries of ISO 3166-1: unions, outlying parts, codes for tests.
_NO_COUNTRY = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


@cache
def countries() -> frozenset[str]:
    """Return the countries of ISO 3166-1 (alpha-2), and Kosovo, with the code XK that CLDR uses."""
    codes = Locale("en").territories
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRY


def explain_country(code: str) -> str:
    """Return the fix for the `country` of a site; `""` where `code` is that of a country, in small letters."""
    if code.islower() and code.upper() in countries():
        return ""
    alias = get_global("territory_aliases").get(code.upper(), [code.upper()])[0]
    if alias in countries():
        return f"did you mean {alias.lower()!r}?"
    return "write two small letters (ISO 3166-1), as nl: data/contacts/nl.yml holds its contacts"


class Strict(BaseModel):
    """A model that refuses unknown keys and values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Review(Strict):
    """The reviewer of a page or a translation, and the date."""

    by: str = Field(min_length=1)
    date: Date


class TranslationRecord(Strict):
    """The source of a translation: section id → fingerprint of the source section.

    `by` is the translator (null for a machine), `reviewed` the reviewer of the language.
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
                        f"{fingerprint!r}, recorded for {section!r}, is not a fingerprint: "
                        "do not write one by hand, handvat translations mark-current … does"
                    )
        return value


class FrontMatter(Strict):
    """The front matter of a page, as `CONTRIBUTING.md` explains it."""

    title: str = Field(min_length=1, max_length=MAX_TITLE)
    description: str = Field(min_length=1)
    type: str
    aliases: list[str] = []
    claims: list[str] = []
    review: Review | None
    jurisdiction: str | None = None
    """The country whose law and help the page describes, in capital letters (ISO 3166-1)."""
    translation: TranslationRecord | None = None
    replaces: str | None = None
    """On an organisation's page: the version of the shipped page that it was adapted from."""

    @field_validator("title", "description")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if value != value.strip() or "\n" in value:
            raise ValueError("must be one line, without spaces around it")
        if re.search(r"\*\*|\{\{", value):
            raise ValueError("has markup, which readers see as it is written: use plain words")
        return value

    @field_validator("jurisdiction")
    @classmethod
    def _is_a_country(cls, value: str | None) -> str | None:
        if value is not None and value not in countries():
            raise ValueError(f"{value!r} is not a country: write its two capital letters, as NL")
        return value


class SectionType(Strict):
    """A required section, as `handvat new` writes it into a page."""

    heading: str = Field(min_length=1)
    """Its usual heading in the source language."""
    hint: str = Field(min_length=1)
    """A hint for the writer about its content."""


class PageType(Strict):
    """A type of page, as `data/page_types.yml` describes it to contributors."""

    purpose: str = Field(min_length=1)
    """One sentence about the use of such a page."""
    sections: dict[str, SectionType]
    """The required sections by id, in order."""
    own_sections: int = 0
    """The least number of other sections."""


KEY = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"


def https_or_http(value: str | None) -> str | None:
    """Raise ValueError for an address that is not a web address: it would become a link on every page."""
    if value is not None and not value.startswith(("https://", "http://")):
        raise ValueError("must begin with https:// (or http:// where the site has no https)")
    return value


class Entry(Strict):
    """A place in a source, cited as `[@key:id]`: what it says there in our own words, never in those of the source."""

    says: str = Field(min_length=1)
    """In the source language, with the figures of the sentences that cite it; at most `MAX_ENTRY_WORDS` words."""
    where: str = Field(min_length=1)
    """Heading, page, paragraph or article."""
    about: str | None = None
    """Population, country and year of the data; null for law and advice."""
    read: Date
    """The day on which that place was read."""

    @field_validator("says")
    @classmethod
    def _is_short(cls, value: str) -> str:
        """Refuse a summary: a reader looks for the statement that supports the citation."""
        if (length := len(value.split())) > MAX_ENTRY_WORDS:
            raise ValueError(f"has {length} words; say it in {MAX_ENTRY_WORDS}")
        return value


class Source(Strict):
    """An entry of `data/sources.yml`, which a page cites by its key."""

    title: str = Field(min_length=1)
    by: str = Field(min_length=1)
    """Author or organisation."""
    year: int | None
    """The year of publication; null where the source has none."""
    url: str | None
    language: str = Field(pattern=r"^[a-z]{2}$", examples=["nl"])
    seen: Date
    """The day on which a person read it."""
    kind: Literal["primary", "secondary", "expert", "law"]
    note: str | None = None
    """What the source is and what it does not support, in Dutch."""
    entries: dict[str, Entry] = Field(default_factory=dict)
    """Places in it, by id."""
    unread: str | None = None
    """Why no entry can be written: the source is gone or behind a wall, or only its beginning could be read."""

    _web = field_validator("url")(https_or_http)


class Claim(Strict):
    """An entry of `data/claims.yml`: content that must not get lost. `part` is the folder of the page that has it."""

    id: str = Field(pattern=KEY, examples=["small-letters-2"])
    part: str
    says: str = Field(min_length=1)


class Term(Strict):
    """An entry of `data/terms.yml`, under its language."""

    use: str = Field(min_length=1)
    avoid: list[str] = Field(default=[])
    """Words that are refused in texts, as whole words, in any case of letters."""
    why: str | None = None
    search: list[str] = Field(default=[])
    """Words that people type, for search only."""
    dutch: list[str] = Field(default=[])
    """Words that texts in every language use for it: the first on a page leads to the entry."""
    meaning: str = Field(min_length=1)
    """One plain sentence for the glossary."""

    @property
    def id(self) -> str:
        """The id of its entry on the page of the glossary, in all languages that of the first Dutch word."""
        words = re.findall(r"\w+", anyascii([*self.dutch, self.use][0]).lower())
        return "-".join(["_term", *words])

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """A pattern of the words to avoid; None where there are none."""
        if not self.avoid:
            return None
        words = "|".join(re.escape(word) for word in sorted(self.avoid, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def word_file(language: str) -> str:
    """Return the file of the spelling exceptions of a language, relative to the project."""
    return f"data/words/{language}.txt"


def read_words(root: Path, language: str) -> tuple[tuple[int, str], ...]:
    """Return line number and word of each spelling exception; empty where there is no file.

    A line has one word, or one name of several words; `Wout*` is every word that begins with it; `#` begins a
    comment. Raises `Unreadable`.
    """
    path = root / word_file(language)
    if not path.is_file():
        return ()
    stay_inside(path, root)
    lines = read_text(path, word_file(language)).split("\n")
    words = ((number, line.partition("#")[0].strip()) for number, line in enumerate(lines, 1))
    return tuple((number, word) for number, word in words if word)
