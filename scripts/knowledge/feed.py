"""Which pages changed last in a language: what its feed tells, and whether there is one at all."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.history import NoHistory, last_changes
from scripts.knowledge.languages import Language
from scripts.knowledge.page import Page

FEED = "feed.xml"
"""Its name at the root of each language."""

NEWEST = 50
"""Entries in a feed: some weeks of work, and small enough to be asked for every hour."""


@dataclass(frozen=True)
class Change:
    """A page, and when the last commit that touched it was made (UTC)."""

    page: Page
    time: datetime.datetime


def newest_changes(base: KnowledgeBase, language: Language) -> list[Change]:
    """The pages of `language` that changed last, newest first, those of one commit by path.

    Empty where none of its pages is committed yet. Raises NoHistory.
    """
    times = last_changes(base.root)
    changes = [
        Change(page, times[page.file])
        for page in base.pages_in(language.code)
        if page.file in times
    ]
    changes.sort(key=lambda change: change.page.path)
    changes.sort(key=lambda change: change.time, reverse=True)
    return changes[:NEWEST]


def has_feed(base: KnowledgeBase, language: Language) -> bool:
    """Whether a link to the feed of `language` leads somewhere."""
    try:
        return bool(newest_changes(base, language))
    except NoHistory:
        return False
