"""Says which sections a page of each type must have, so that no reader misses the one they need."""

from __future__ import annotations

from pydantic import Field

from scripts.knowledge.front_matter import Strict


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
