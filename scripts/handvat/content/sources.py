"""Holds every source once, so that a figure can be traced, and fixed in one place when it changes.

Lists what the knowledge base must say at the least, so that nothing essential gets lost.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from handvat.content.front_matter import Date, Strict

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
