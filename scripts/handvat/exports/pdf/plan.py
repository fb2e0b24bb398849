"""Which pages of the site go into the handbook, and in which order: that of the site's own menu.

What is only of use on a screen stays out. What a reader looks up (words, numbers, sources, the
index) stands at the back, where the back of a book is looked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from handvat.content.knowledge_base import KnowledgeBase

SOURCES = "about/sources.md"
"""The page whose list of sources gets the numbers of the book."""
INDEX = "a-z.md"
"""The page that becomes the index, with page numbers."""

_ABOUT = "about"
_BACK = ("about/how-we-work.md", "glossary.md", "contacts", SOURCES, INDEX)
"""Pages and sections that stand at the back; of the pages about the site these alone are kept."""


@dataclass(frozen=True)
class Chapter:
    """A section of the site: paths of its pages, the opening one first."""

    paths: tuple[str, ...]


def plan(base: KnowledgeBase, starts: Sequence[str] = ()) -> list[Chapter]:
    """The chapters of the book, in order; with `starts` only pages whose path begins so.

    The list of sources is always there: the citations point into it.
    """
    chapters: dict[str, list[str]] = {}
    for entry in base.navigation:
        name = entry.folder or entry.path
        if entry.folder == _ABOUT:
            if entry.path not in _BACK:
                continue
            name = entry.path
        if not starts or entry.path.startswith(tuple(starts)) or entry.path == SOURCES:
            chapters.setdefault(name, []).append(entry.path)
    return [Chapter(tuple(chapters[name])) for name in _ordered(chapters)]


def _ordered(names: Collection[str]) -> Iterator[str]:
    yield from (name for name in names if name not in _BACK)
    yield from (name for name in _BACK if name in names)
