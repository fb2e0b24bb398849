"""An edition's own files over the shipped ones: what replaces what, and where each entry was written.

`handvat.overlay.apply` works it out from an `organisation.yml`. The knowledge base looks here first, then in the
project: nothing of an organisation's is written into a shipped file, and a message names the file that they can edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from handvat.content.languages import Language, NavEntry
from handvat.content.problem import Problem
from handvat.content.yaml_files import Path_, Yaml


@dataclass(frozen=True)
class Overlay:
    """What an organisation adds, replaces, leaves out and sets; empty for the shipped edition."""

    settings: Yaml = field(default_factory=lambda: Yaml("", {}))
    """Its `organisation.yml`."""
    name: str = ""
    """What it calls the site, `""` where it keeps the shipped name."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Place of a page or picture in the project (`docs/de/help/our-team.md`) → its own file."""
    documents: Mapping[str, Yaml] = field(default_factory=dict)
    """Name of a data file (`data/sources.yml`) → the organisation's entries and the shipped ones."""
    origins: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Place or name → the file that it wrote, and how many lines of that come before the shipped ones."""
    left_out: frozenset[str] = frozenset()
    """Paths of shipped pages that the edition does not have."""
    changed: frozenset[str] = frozenset()
    """Places of pages whose text it adapted from a shipped one."""
    languages: tuple[Language, ...] = ()
    """Those of the edition, and the source language; the default one first."""
    source: str = ""
    """Code of the language that the shipped texts are written in."""
    navigation: tuple[NavEntry, ...] = ()
    country: str = ""
    edition: str = ""
    host: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `HostSettings` that it sets."""
    mkdocs: Mapping[str, Any] = field(default_factory=dict)
    """Settings of MkDocs that it decides: name and address of the site, and the repository."""
    assets: Mapping[str, Path] = field(default_factory=dict)
    """Place on the site → its logo and icon."""
    notes: tuple[str, ...] = ()
    """What it should know of: shipped pages that changed or moved since it replaced them."""
    digest: str = ""
    """Changes with what it says beside its pages and data, for cache keys."""

    def __bool__(self) -> bool:
        return bool(self.settings.file)

    def located(self, problem: Problem) -> Problem:
        """`problem` at the file and line that somebody can edit."""
        name, own = self.origins.get(problem.file, ("", 0))
        if problem.line <= own:
            return replace(problem, file=name)
        return replace(problem, line=problem.line - own)


@dataclass
class Merged(Yaml):
    """Entries of an organisation, then the shipped ones that they do not replace.

    A line below the last of `theirs` is one of `ours`, counted on.
    """

    theirs: Yaml = field(kw_only=True)
    ours: Yaml = field(kw_only=True)
    kept: Mapping[Any, Any] = field(kw_only=True)
    """Key or index of a shipped entry here → the one it has in `ours`."""

    def line(self, path: Path_) -> int:
        """The line of `path`, or of the nearest parent that has one."""
        if path and path[0] in self.kept:
            return self.theirs.line_count + self.ours.line((self.kept[path[0]], *path[1:]))
        return self.theirs.line(path)


def merge(name: str, theirs: Yaml, ours: Yaml) -> Merged:
    """The entries of `theirs`, and those of `ours` (both lists with ids, or mappings) that have another id or key."""
    own, shipped = theirs.value, ours.value
    text = f"{theirs.text}\n{ours.text}"
    if isinstance(own, dict):
        kept = {key: key for key in shipped if key not in own}
        value = {**own, **{key: shipped[key] for key in kept}}
        return Merged(name, value, text=text, theirs=theirs, ours=ours, kept=kept)
    ids = [entry.get("id") for entry in own if isinstance(entry, dict)]
    rest = [
        number
        for number, entry in enumerate(shipped)
        if not isinstance(entry, dict) or entry.get("id") not in ids
    ]
    return Merged(name, [*own, *(shipped[number] for number in rest)], text=text,
                  theirs=theirs, ours=ours, kept=dict(enumerate(rest, len(own))))  # fmt: skip
