"""A rule about sections that are far too short or too long for a translation of their Dutch.

Half a section left out has no mark of its own when nothing hangs on it; its length gives it away.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.problem import Problem

SHORTEST = 150
"""Signs of a Dutch section from which on its length says anything."""

BOUNDS = {
    "ar": (0.55, 1.65),
    "de": (0.8, 2.1),
    "en": (0.7, 1.7),
    "fr": (0.85, 2.0),
    "pl": (0.75, 2.05),
    "tr": (0.75, 1.75),
    "uk": (0.75, 2.0),
}
"""Signs for each Dutch sign, at the least and at the most: what 519 sections of each language have,
with some room on both sides. The middle is 0.88 in Arabic, 1.2 in German and French, and 1.03 to
1.07 elsewhere; the longest are short sections that explain a Dutch institution."""

ANY_OTHER = (0.5, 2.2)


def length(base: KnowledgeBase) -> Iterator[Problem]:
    """A section is about as long as its Dutch: neither cut short nor filled with something else."""
    for page in base.pages.values():
        source = base.source_of(page)
        if source is None:
            continue
        low, high = BOUNDS.get(page.language, ANY_OTHER)
        models = {model.id: model for model in reversed(base.outline(source))}
        for section in base.outline(page):
            model = models.get(section.id)
            if model is None or model.signs < SHORTEST:
                continue
            ratio = section.signs / model.signs
            if not low <= ratio <= high:
                yield Problem(
                    page.file,
                    section.line,
                    "translation-length",
                    f"{section.id!r} is {ratio:.2f} times as long as its Dutch "
                    f"({source.file}:{model.line}); {low} to {high} is usual",
                    "is something left out, or too much? Mend it, then run "
                    f"make translated PAGE={page.file}",
                )
