"""Tells where a translation and its Dutch page differ in what hangs on the words.

Words differ between languages; citations, links, calls, blocks and figures do not. Whoever reads
only one language cannot see that the other says 16 where this one says 18.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.knowledge.outline import Part

KINDS = (
    "citations",
    "links",
    "contacts, pictures and tools",
    "blocks",
    "headings",
    "figures",
)
"""What hangs on words, as `Part.hanging` names it."""


@dataclass(frozen=True)
class Difference:
    """What one section lacks, or has too much of, against its Dutch section."""

    section: Part
    model: Part
    """The Dutch section."""
    kind: str
    """One of `KINDS`."""
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(
            f"{name} {', '.join(some)}"
            for name, some in (("missing", self.missing), ("too much", self.extra))
            if some
        )


def differences(ours: Sequence[Part], theirs: Sequence[Part]) -> Iterator[Difference]:
    """Where a page differs from its Dutch page in the sections that both have, by their outlines."""
    model_of = {model.id: model for model in reversed(theirs)}
    for section in ours:
        model = model_of.get(section.id)
        if model is None or section.hanging == model.hanging:
            continue
        for kind in KINDS:
            found, wanted = (Counter(part.hanging.get(kind, {})) for part in (section, model))
            if found == wanted:
                continue
            yield Difference(
                section,
                model,
                kind,
                tuple(sorted((wanted - found).elements())),
                tuple(sorted((found - wanted).elements())),
            )
