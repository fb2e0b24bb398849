"""The models of front matter and of the files in `data/`: whatever they do not describe is refused.

A misspelt key would be lost without a word, an address without a scheme would become a link that leads nowhere.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from babel.core import Locale, get_global
from pydantic import BaseModel, ConfigDict, Field, field_validator

from handvat.content.problem import Problem
from handvat.content.yaml_files import Yaml, read_text, stay_inside

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
            raise ValueError(f"{value!r} is not a country: write its two capital letters, as NL")
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


KEY = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"


def https_or_http(value: str | None) -> str | None:
    """Refuses an address that is not a web address: it would become a link on every page."""
    if value is not None and not value.startswith(("https://", "http://")):
        raise ValueError("begins with https:// (or http:// where the site has no https)")
    return value


class Source(Strict):
    """An entry of `data/sources.yml`; its key there is what a page cites."""

    title: str = Field(min_length=1)
    by: str = Field(min_length=1)
    """Author or organisation."""
    year: int | None
    """Of publication; null where the page bears none."""
    url: str | None
    language: str = Field(pattern=r"^[a-z]{2}$")
    seen: Date
    """The day on which somebody read it."""
    kind: Literal["primary", "secondary", "expert", "law"]
    note: str | None = None
    """What it is and what it does not say, in Dutch."""

    _web = field_validator("url")(https_or_http)


class Claim(Strict):
    """An entry of `data/claims.yml`. `part` is the folder in which a reader looks for it."""

    id: str = Field(pattern=KEY)
    part: str
    says: str = Field(min_length=1)


class Term(Strict):
    """An entry of `data/terms.yml`, under its language."""

    use: str = Field(min_length=1)
    avoid: list[str] = Field(default=[])
    """Words that must not stand in a text, whole words, in any case of letters."""
    why: str | None = None
    search: list[str] = Field(default=[])
    """Words that people type: kept for search only."""
    meaning: str = Field(min_length=1)
    """One plain sentence for the glossary."""

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Finds any of the words to avoid; None when there are none."""
        if not self.avoid:
            return None
        words = "|".join(re.escape(word) for word in sorted(self.avoid, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


DANGER = "data/danger.yml"


def read_danger(document: Yaml) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """Language code → the beginnings of words, as written, and what is wrong with the file."""
    value = document.value or {}
    if not isinstance(value, Mapping):
        return {}, [Problem(DANGER, 1, "danger", "expected languages with lists of words",
                            "write nl: [zelfmoord, …]")]  # fmt: skip
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for language, words in value.items():
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            problems.append(Problem(DANGER, document.line((language,)), "danger",
                                    f"the words of {language!r} are not a list of texts",
                                    'write [zelfmoord, "113"], numbers in quotes'))  # fmt: skip
            continue
        found[str(language)] = tuple(words)
    return found, problems


def word_file(language: str) -> str:
    """Where the words of a language stand, below the project's folder."""
    return f"data/words/{language}.txt"


def read_words(root: Path, language: str) -> tuple[tuple[int, str], ...]:
    """Line number and word for each entry, in the order of the file; nothing where there is no file.

    One word, or one name of several words, stands on a line; `Wout*` is every word that begins so;
    `#` begins a comment. Raises `Unreadable`.
    """
    path = root / word_file(language)
    if not path.is_file():
        return ()
    stay_inside(path, root)
    lines = read_text(path, word_file(language)).split("\n")
    words = ((number, line.partition("#")[0].strip()) for number, line in enumerate(lines, 1))
    return tuple((number, word) for number, word in words if word)
