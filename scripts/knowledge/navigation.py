"""Reads the order of the pages from `mkdocs.yml`, without titles: those stand in the pages."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.knowledge.problem import Problem
from scripts.knowledge.yaml_file import Path_, Yaml


@dataclass(frozen=True)
class NavEntry:
    """A page's place: its path below a language's folder, and the line in `mkdocs.yml`."""

    path: str
    folder: str
    """The section it stands in, `""` at the top."""
    line: int


def read_navigation(mkdocs_yml: Yaml) -> tuple[tuple[NavEntry, ...], list[Problem]]:
    """The pages of `nav:` in order: page paths, or one level of sections with page paths."""
    entries: dict[str, NavEntry] = {}
    problems: list[Problem] = []

    def complain(path: Path_, what: str, mend: str) -> None:
        problems.append(Problem(mkdocs_yml.file, mkdocs_yml.line(path), "navigation", what, mend))

    def add(item: object, folder: str, path: Path_) -> None:
        if isinstance(item, str):
            if item in entries:
                complain(path, f"{item} stands in the navigation twice", "keep one")
            else:
                entries[item] = NavEntry(item, folder, mkdocs_yml.line(path))
        elif isinstance(item, dict) and len(item) == 1 and not folder:
            name, children = next(iter(item.items()))
            for number, child in enumerate(children if isinstance(children, list) else []):
                add(child, str(name), (*path, name, number))
        else:
            complain(path, "this is no page and no section", "write `- now/first-hour.md`")

    nav = mkdocs_yml.value.get("nav") if isinstance(mkdocs_yml.value, dict) else None
    if not isinstance(nav, list):
        complain((), "there is no nav:", "list the pages under nav:")
        return (), problems
    for number, item in enumerate(nav):
        add(item, "", ("nav", number))
    return tuple(entries.values()), problems
