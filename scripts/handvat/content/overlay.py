"""An organisation's edition over the shipped files: which file replaces which, and where each entry comes from.

`handvat.overlay.apply` makes the `Overlay` from an `organisation.yml`. The knowledge base looks up each file here first,
then in the project. Shipped files are not changed, and a message names the file that the organisation can edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from handvat.content.languages import Language, NavEntry
from handvat.content.problem import Problem
from handvat.content.yaml_files import Path_, Yaml

ICON = "assets/favicon.svg"
"""Below the theme's folder, and below the root of the site: the icon in the browser's tab and of a stored copy."""


@dataclass(frozen=True)
class Overlay:
    """The files and settings of an organisation; empty, and false, for the shipped edition."""

    settings: Yaml = field(default_factory=lambda: Yaml("", {}))
    """The `organisation.yml`."""
    name: str = ""
    """The name of the site; `""` for the shipped name."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Place of a page or picture in the project (`docs/de/help/our-team.md`) → the organisation's file."""
    documents: Mapping[str, Yaml] = field(default_factory=dict)
    """Name of a data file (`data/sources.yml`) → the organisation's entries and the shipped ones."""
    origins: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Place or name → the organisation's file, and the number of its lines: the shipped ones follow."""
    left_out: frozenset[str] = frozenset()
    """Paths of shipped pages that are not in the edition."""
    changed: frozenset[str] = frozenset()
    """Places of pages adapted from a shipped one."""
    languages: tuple[Language, ...] = ()
    """The languages of the edition, and the source language; the default one first."""
    source: str = ""
    """Code of the language that the shipped texts are written in; `""` for the default one."""
    navigation: tuple[NavEntry, ...] = ()
    country: str = ""
    edition: str = ""
    host: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `HostSettings` → the organisation's values."""
    mkdocs: Mapping[str, Any] = field(default_factory=dict)
    """Settings of MkDocs: name and address of the site, and the repository."""
    assets: Mapping[str, Path] = field(default_factory=dict)
    """Place on the site → file of the logo or icon."""
    notes: tuple[str, ...] = ()
    """Messages for the organisation: shipped pages that changed or moved since they were replaced."""
    digest: str = ""
    """A hash of all but the pages and data, for cache keys."""

    def __bool__(self) -> bool:
        return bool(self.settings.file)

    def place(self, file: str, line: int) -> tuple[str, int]:
        """Return the file and line that the organisation can edit, for a line of a file with its entries."""
        name, own = self.origins.get(file, ("", 0))
        return (name, line) if line <= own else (file, line - own)

    def located(self, problem: Problem) -> Problem:
        """Return `problem` at its `place`."""
        file, line = self.place(problem.file, problem.line)
        return replace(problem, file=file, line=line)


@dataclass
class Merged(Yaml):
    """The entries of an organisation, then the shipped ones that they do not replace, with the lines of both files.

    The lines of `shipped` are counted from the last line of `own`.
    """

    own: Yaml = field(kw_only=True)
    shipped: Yaml = field(kw_only=True)
    remaining: Mapping[Any, Any] = field(kw_only=True)
    """Key or index of each shipped entry in `value` → its key or index in `shipped`."""

    def line(self, path: Path_) -> int:
        """The line of `path`, or of its nearest parent in the document."""
        if path and path[0] in self.remaining:
            return self.own.line_count + self.shipped.line((self.remaining[path[0]], *path[1:]))
        return self.own.line(path)


def merge(name: str, own: Yaml, shipped: Yaml) -> Merged:
    """Return the entries of `own`, then those of `shipped` with another key (of mappings) or id (of lists)."""
    remaining: dict[Any, Any]
    value: Any
    if isinstance(own.value, dict):
        remaining = {key: key for key in shipped.value if key not in own.value}
        value = own.value | {key: shipped.value[key] for key in remaining}
    else:
        ids = [entry.get("id") for entry in own.value if isinstance(entry, dict)]
        others = [
            number
            for number, entry in enumerate(shipped.value)
            if not isinstance(entry, dict) or entry.get("id") not in ids
        ]
        remaining = dict(enumerate(others, len(own.value)))
        value = [*own.value, *(shipped.value[number] for number in others)]
    text = f"{own.text}\n{shipped.text}"
    return Merged(name, value, text=text, own=own, shipped=shipped, remaining=remaining)
