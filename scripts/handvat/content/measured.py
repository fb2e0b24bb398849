"""What `make bench SAVE=1` measured last, so that a page tells how heavy the site is, and from when.

A figure without its day and its machine says nothing: times differ from machine to machine. So the
file holds both, and a page that shows the figures shows them too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pydantic import Field, ValidationInfo, field_validator

from handvat.content.front_matter import Date, Strict
from handvat.content.problem import Problem, did_you_mean
from handvat.content.yaml_reader import Path_, Yaml

NAME = "data/measured.yml"


class Spread(Strict):
    """What several runs gave, in milliseconds."""

    median: int = Field(ge=0)
    least: int = Field(ge=0)
    most: int = Field(ge=0)

    @field_validator("most")
    @classmethod
    def _in_order(cls, value: int, info: ValidationInfo) -> int:
        if not info.data.get("least", 0) <= info.data.get("median", 0) <= value:
            raise ValueError("least, median and most do not go up")
        return value


class Machine(Strict):
    """What the browser ran on. It has no name: nobody needs to know whose it is."""

    cores: int = Field(ge=1)
    memory: int = Field(ge=1)
    """Gigabytes, rounded."""
    system: str = Field(min_length=1)
    chromium: str = Field(min_length=1)


class Profile(Strict):
    """What the machine was slowed down to, to be like a phone."""

    kilobits: int = Field(ge=1)
    """In a second, to the phone."""
    round_trip: int = Field(ge=0)
    """Milliseconds that an answer needs at the least."""
    slower: int = Field(ge=1)
    """How many times slower the processor is made."""
    runs: int = Field(ge=1)


class Bytes(Strict):
    """Bytes on the wire, compressed and with the headers of the answers, by what they are for."""

    document: int = Field(ge=0)
    style: int = Field(ge=0)
    script: int = Field(ge=0)
    image: int = Field(ge=0)
    other: int = Field(ge=0)

    @property
    def total(self) -> int:
        """All of them."""
        return self.document + self.style + self.script + self.image + self.other


class Size(Strict):
    """How large the site was on which something was measured."""

    pages: int = Field(ge=1)
    """In each language."""
    languages: int = Field(ge=1)
    is_generated: bool
    """Whether the pages were made up, to see what a site of that size costs."""


class LoadedPage(Strict):
    """What it costs to open a page when nothing is cached."""

    page: str = Field(min_length=1)
    """Its path below the language's folder."""
    language: str
    site: Size
    requests: int = Field(ge=1)
    bytes: Bytes
    first_paint: Spread
    """First Contentful Paint: until the first words or drawing."""
    largest_paint: Spread
    """Largest Contentful Paint: until the largest piece of text or picture on the screen."""
    blocking: Spread
    """Total Blocking Time: how long the page would not answer a finger."""
    shift: float = Field(ge=0)
    """Cumulative Layout Shift of the worst run: how much moved under the reader's eyes."""


class Searched(Strict):
    """What it costs to search for the first time, from opening the window to the first result."""

    language: str
    query: str = Field(min_length=1)
    site: Size
    requests: int = Field(ge=1)
    bytes: int = Field(ge=1)
    time: Spread
    """From the first letter typed."""


class Helped(Strict):
    """How soon somebody who types that there is danger sees who to call, from the first letter."""

    language: str
    query: str = Field(min_length=1)
    time: Spread


class Measured(Strict):
    """The whole of `data/measured.yml`."""

    date: Date
    machine: Machine
    profile: Profile
    pages: list[LoadedPage]
    search: list[Searched]
    help: list[Helped]


def check_measured(measured: Measured, document: Yaml, codes: Collection[str]) -> Iterator[Problem]:
    """A problem for each figure of a language that is not one of `codes`, those of the site."""
    for name in ("pages", "search", "help"):
        for number, figure in enumerate(getattr(measured, name)):
            if figure.language not in codes:
                path: Path_ = (name, number, "language")
                what = f"the site has no language {figure.language!r}"
                mend = did_you_mean(figure.language, codes)
                yield Problem(document.file, document.line(path), "data", what, mend)
