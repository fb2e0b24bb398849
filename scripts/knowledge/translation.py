"""Tells which sections of a translation no longer follow the Dutch, so that nobody trusts old words.

A translation records the fingerprint of each Dutch section it was made from. The
states are named as the field names them: a section is fresh, stale, missing or orphaned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.knowledge.page import Page


@dataclass(frozen=True)
class TranslationState:
    """How a translation stands to its Dutch page; each field holds section ids in page order."""

    stale: tuple[str, ...]
    """Made from another version of the Dutch section, or not recorded at all."""
    missing: tuple[str, ...]
    orphaned: tuple[str, ...]
    """No longer in the Dutch page."""

    @property
    def is_fresh(self) -> bool:
        """Whether every section follows the Dutch of today."""
        return not (self.stale or self.missing or self.orphaned)


def fingerprints(source: Page) -> dict[str, str]:
    """What a translation of `source` records today: section id → fingerprint."""
    return {section.id: section.fingerprint for section in source.sections}


def compare(translation: Page, source: Page) -> TranslationState:
    """How `translation` stands to `source`, its page in the default language."""
    there = [section.id for section in translation.sections]
    return state_of(translation, there, fingerprints(source))


def state_of(
    translation: Page, there: Sequence[str], wanted: Mapping[str, str]
) -> TranslationState:
    """The same by what is known of both: the ids of its own sections, and the Dutch fingerprints."""
    recorded = translation.front.translation.sections if translation.front.translation else {}
    return TranslationState(
        stale=tuple(key for key in there if key in wanted and recorded.get(key) != wanted[key]),
        missing=tuple(key for key in wanted if key not in there),
        orphaned=tuple(key for key in there if key not in wanted),
    )
