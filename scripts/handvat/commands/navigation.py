"""Add, rename or remove a page in `nav:` of `mkdocs.yml`, by its line: every other byte is preserved.

ruamel.yaml would move the comments behind a section's last page.
"""

from __future__ import annotations

import re

from handvat.content.languages import NavEntry, read_navigation
from handvat.content.problem import UserError
from handvat.content.yaml_files import Unreadable, parse_yaml

_NAME = "mkdocs.yml"
_SPACES = re.compile(r"\s*")


def edit_navigation(text: str, *, remove: str = "", add: str = "") -> str:
    """Remove the page `remove` from the navigation in `text`, and add the page `add`; return the new text.

    In the folder of the old page the new one takes its place, in another folder it is the last one. Raises
    UserError where the navigation is written in a way that would be misread afterwards.
    """
    lines = text.splitlines(keepends=True)
    entries = _read(text)
    old = next((entry for entry in entries if entry.path == remove), None)
    if old and add and _folder(add) == old.folder:
        _indent_of(lines, old)
        lines[old.line - 1] = lines[old.line - 1].replace(remove, add)
    else:
        if old:
            _delete(lines, entries, old)
        if add:
            _insert(lines, _read("".join(lines)), add)
    after = "".join(lines)
    others = [entry.path for entry in entries if entry.path != remove]
    paths = [entry.path for entry in _read(after)]
    if [path for path in paths if path != add] != others or (add and add not in paths):
        raise UserError(
            f"the navigation in {_NAME} is written in a way that has no place for {add or remove}; "
            "write it as `- section:` with `- section/page.md` lines below, and try again"
        )
    return after


def _read(text: str) -> tuple[NavEntry, ...]:
    try:
        entries, problems = read_navigation(parse_yaml(text.removeprefix("\ufeff"), _NAME))
    except Unreadable as error:
        raise UserError(f"{error}: the navigation cannot be edited") from None
    if problems:
        raise UserError("\n".join(map(str, problems)))
    return entries


def _insert(lines: list[str], entries: tuple[NavEntry, ...], path: str) -> None:
    """Insert a line for the page `path` behind the last one of its folder."""
    folder = _folder(path)
    mine = [entry for entry in entries if entry.folder == folder]
    last = max(mine or entries, key=lambda entry: entry.line)
    indent = _indent_of(lines, last)
    if not mine and last.folder:
        indent = _SPACES.match(lines[_section(lines, last)]).group()  # type: ignore[union-attr]
    end = lines[0].removeprefix(lines[0].rstrip("\r\n"))
    lines[last.line - 1] = lines[last.line - 1].rstrip("\r\n") + end
    added = [f"- {path}"] if mine or not folder else [f"- {folder}:", f"    - {path}"]
    lines[last.line : last.line] = [f"{indent}{line}{end}" for line in added]


def _delete(lines: list[str], entries: tuple[NavEntry, ...], old: NavEntry) -> None:
    """Delete the line of the page `old`, and that of its section where no other page is left in it."""
    _indent_of(lines, old)
    is_last = [entry.folder for entry in entries].count(old.folder) == 1
    section = _section(lines, old) if is_last and old.folder else None
    del lines[old.line - 1]
    if section is not None:
        del lines[section]


def _indent_of(lines: list[str], entry: NavEntry) -> str:
    """The spaces before `entry`. Raises UserError where it is not on a line of its own."""
    item = rf"(\s*)- +([\"']?){re.escape(entry.path)}\2(?:\s+#.*)?"
    if found := re.fullmatch(item, lines[entry.line - 1].rstrip()):
        return found[1]
    raise UserError(
        f"{_NAME}:{entry.line}: {entry.path} is not on a line of its own, as "
        f"`- {entry.path}`; write it so, and run the same command again"
    )


def _section(lines: list[str], entry: NavEntry) -> int:
    """The index of the line that opens the section of `entry`: the first above it with fewer spaces."""
    depth = len(_indent_of(lines, entry))
    for number in range(entry.line - 2, -1, -1):
        line = lines[number]
        if line.strip().startswith("-") and len(line) - len(line.lstrip()) < depth:
            return number
    return entry.line - 1


def _folder(path: str) -> str:
    return path.split("/", maxsplit=1)[0] if "/" in path else ""
