"""Warns a reader at exactly the sections whose Dutch text has changed since they were translated."""

from __future__ import annotations

import re
from collections.abc import Callable

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page
from handvat.content.translation import compare

# A section's opening as scripts/handvat/render/html_writer.py writes it, with its heading.
_OPENING = re.compile(
    r'<section [^>]*class="section" data-section="(?P<id>[^"]+)">\s*<h2.*?</h2>', re.DOTALL
)


def stale_sections(base: KnowledgeBase, page: Page) -> tuple[str, ...]:
    """Ids of the sections of `page` that no longer follow their Dutch; none for a Dutch page."""
    source = base.source_of(page)
    if source is None:
        return ()
    return compare(page, source).stale


def mark(content: str, sections: tuple[str, ...], notice: Callable[[str], str]) -> str:
    """`content` with `notice(id)` below the heading of each of `sections`."""
    if not sections:
        return content
    return _OPENING.sub(
        lambda found: found.group() + (notice(found["id"]) if found["id"] in sections else ""),
        content,
    )
