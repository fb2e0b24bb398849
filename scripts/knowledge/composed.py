"""Remembers what of a project an organisation laid over it, so that a message names the file they wrote.

A site of an organisation is built from a project that is put together for it (`scripts/compose.py`):
the shipped pages, and those of the organisation in their places. What the two are, stands in a file
beside them. The shipped project has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scripts.knowledge.problem import Problem

NAME = "composed.json"
"""In the folder of a project that was put together."""


@dataclass(frozen=True)
class Composed:
    """What an organisation added or replaced."""

    organisation: str = ""
    """The file of its settings, as messages name it; `""` in the project itself."""
    own: frozenset[str] = frozenset()
    """Its pages, by their place in the project: `docs/de/now/first-hour.md`."""
    names: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Place in the project → the file that the organisation wrote, as its messages name it, and how
    many lines of it stand there before what is ours."""

    def named(self, problem: Problem) -> Problem:
        """`problem` at the file that somebody can mend."""
        name, lines = self.names.get(problem.file, ("", 0))
        return replace(problem, file=name) if problem.line <= lines else problem


def read_composed(root: Path) -> Composed:
    """What was laid over the project in the folder `root`; nothing where it is the project itself."""
    if not (root / NAME).is_file():
        return Composed()
    said = json.loads((root / NAME).read_text(encoding="utf-8"))
    return Composed(
        said["organisation"],
        frozenset(said["own"]),
        {key: tuple(value) for key, value in said["names"].items()},
    )


def write_composed(root: Path, composed: Composed) -> None:
    """Leaves word in the folder `root` of what was laid over it."""
    said = {
        "organisation": composed.organisation,
        "own": sorted(composed.own),
        "names": dict(composed.names),
    }
    (root / NAME).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
