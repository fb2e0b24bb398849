"""Remembers what of a project an organisation laid over it, so that a message names the file they wrote.

A site of an organisation is built from a project that is put together for it (`scripts/handvat/overlay/apply.py`):
the shipped pages, and those of the organisation in their places. What the two are, stands in a file
beside them. The shipped project has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from handvat.content.problem import Problem

NAME = "composed.json"
"""In the folder of a project that was put together."""


Name = tuple[str, int, tuple[int, ...]]
"""The file that the organisation wrote, as its messages name it; how many lines of it stand in the project
before what is ours; and of each line of ours, where it stands in the file that is shipped, empty where
nothing of ours follows."""


@dataclass(frozen=True)
class Composed:
    """What an organisation added or replaced."""

    organisation: str = ""
    """The file of its settings, as messages name it; `""` in the project itself."""
    own: frozenset[str] = frozenset()
    """Its pages, by their place in the project: `docs/de/now/first-hour.md`."""
    names: Mapping[str, Name] = field(default_factory=dict)
    """Place in the project → what of it the organisation wrote."""

    def named(self, problem: Problem) -> Problem:
        """`problem` at the file that somebody can mend."""
        name, own, ours = self.names.get(problem.file, ("", 0, ()))
        if problem.line <= own:
            return replace(problem, file=name)
        number = problem.line - own - 1
        return replace(problem, line=ours[number]) if number < len(ours) else problem


def read_composed(root: Path) -> Composed:
    """What was laid over the project in the folder `root`; nothing where it is the project itself."""
    if not (root / NAME).is_file():
        return Composed()
    said = json.loads((root / NAME).read_text(encoding="utf-8"))
    return Composed(
        said["organisation"],
        frozenset(said["own"]),
        {place: (name, own, tuple(ours)) for place, (name, own, ours) in said["names"].items()},
    )


def write_composed(root: Path, composed: Composed) -> None:
    """Leaves word in the folder `root` of what was laid over it."""
    said = {
        "organisation": composed.organisation,
        "own": sorted(composed.own),
        "names": dict(composed.names),
    }
    (root / NAME).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
