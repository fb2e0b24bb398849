"""The languages and the navigation of the site, as `mkdocs.yml` lists them, and the editing of the navigation.

`mkdocs.yml` is the only list of languages: with a second one, a language could be built and not checked. Babel has the
names, directions and rules of each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname
from typing import Any

from babel import Locale, UnknownLocaleError

from handvat.content.problem import Problem, UserError
from handvat.content.yaml_files import Path_, Unreadable, Yaml, parse_yaml

SHARED_LANGUAGE = "en"
"""The language that most readers, and machines, understand besides their own."""

# The codes that the plugin static-i18n accepts and that are safe as names of folders and files.
_CODE = re.compile(r"[a-z]{2}")

_DOUBLE = re.compile(r'"([^"]*)"')
# A quotation within another; an apostrophe that begins a word, as in *'s avonds*, has no mark after it.
_SINGLE = re.compile(r"""(?<![\w<])'(?!\w\b)([\w<][^"“”„«»]*?)'(?!\w)""")
_MARKS = {"ar": ("«", "»", "“", "”"), "de": ("„", "“", "‚", "‘"), "fr": ("«\xa0", "\xa0»", "“", "”"),
          "pl": ("„", "”", "«", "»"), "uk": ("«", "»", "„", "“")}  # fmt: skip


@dataclass(frozen=True)
class Language:
    """A language of the site. `name` is its name in itself, `direction` is `ltr` or `rtl`."""

    code: str
    name: str
    direction: str
    is_default: bool
    is_built: bool = True

    @property
    def prefix(self) -> str:
        """The first part of the address of its pages: `""` for the default, `en/` for English."""
        return "" if self.is_default else f"{self.code}/"

    @cached_property
    def locale(self) -> Locale:
        """Babel's rules for its dates, plurals and names."""
        return Locale.parse(self.code)


def quotation_marks(code: str) -> tuple[str, str, str, str]:
    """Return the marks that a language has around a quotation, and around one within it."""
    return _MARKS.get(code, ("“", "”", "‘", "’"))


def typeset(text: str, code: str) -> str:
    """Return a paragraph with the quotation marks and apostrophes of the language `code` in place of straight ones.

    Each `<` in it is the place of a tag.
    """
    if "'" not in text and '"' not in text:
        return text
    opening, closing, inner, inner_closing = quotation_marks(code)
    text = _SINGLE.sub(rf"{inner}\1{inner_closing}", text)
    return _DOUBLE.sub(rf"{opening}\1{closing}", text).replace("'", "’")


def read_languages(mkdocs_yml: Yaml) -> tuple[tuple[Language, ...], list[Problem]]:
    """Return the languages of the plugin static-i18n in `mkdocs.yml`, the default first, and the problems."""
    problems: list[Problem] = []
    languages: list[Language] = []
    path = _find_i18n(mkdocs_yml.value)

    def complain(number: int, what: str, fix: str) -> None:
        problems.append(mkdocs_yml.problem((*path, number), "languages", what, fix))

    entries = _at(mkdocs_yml.value, path) if path else None
    if not isinstance(entries, list) or not entries:
        what = "no languages are listed for the i18n plugin"
        fix = "list them under plugins: - i18n: languages:"
        return (), [mkdocs_yml.problem(("plugins",), "languages", what, fix)]
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("locale"), str):
            complain(number, "this language has no locale", 'write {locale: nl, name: "…"}')
            continue
        code = entry["locale"]
        try:
            locale = Locale.parse(code if _CODE.fullmatch(code) else "")
        except (UnknownLocaleError, ValueError):
            complain(number, f"{code!r} is not a language code", "use a code of ISO 639-1, as nl")
            continue
        if code in {language.code for language in languages}:
            complain(number, f"the language {code!r} is listed twice", "keep one")
            continue
        languages.append(
            Language(
                code,
                str(entry.get("name") or locale.display_name),
                locale.text_direction,
                entry.get("default") is True,
                entry.get("build") is not False,
            )
        )
    defaults = [language for language in languages if language.is_default]
    if len(defaults) != 1:
        complain(0, f"{len(defaults)} languages are the default", "mark exactly one default: true")
        return (), problems
    languages.sort(key=lambda language: not language.is_default)
    return tuple(languages), problems


def select_languages(languages: Sequence[Language], codes: Collection[str]) -> list[Language]:
    """Return those of `languages` with one of `codes`; all of them where `codes` is empty.

    Raises UserError for an unknown code.
    """
    known = [language.code for language in languages]
    if unknown := [code for code in codes if code not in known]:
        raise UserError(f"there is no language {', '.join(unknown)}; known are {', '.join(known)}")
    return [language for language in languages if not codes or language.code in codes]


def language_at(path: str, languages: Sequence[Language]) -> Language:
    """Return which of `languages`, the default one first, the file or address `path` on the site belongs to."""
    return next((one for one in languages[1:] if path.startswith(one.prefix)), languages[0])


def _find_i18n(value: Any) -> Path_:
    """Return the path of the list of languages; `()` where there is none."""
    plugins = _at(value, ("plugins",))
    for number, plugin in enumerate(plugins if isinstance(plugins, list) else []):
        if isinstance(plugin, dict) and isinstance(plugin.get("i18n"), dict):
            return ("plugins", number, "i18n", "languages")
    return ()


def _at(value: Any, path: Path_) -> Any:
    """Return what is at `path` in lists and mappings; None where it does not exist."""
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


@dataclass(frozen=True)
class NavEntry:
    """A page in the navigation."""

    path: str
    """Its path below a language's folder."""
    folder: str
    """The section of the navigation, `""` for the top."""
    line: int
    """The line of `mkdocs.yml`."""


def read_navigation(mkdocs_yml: Yaml) -> tuple[tuple[NavEntry, ...], list[Problem]]:
    """Return the pages of `nav:` in order: paths, or one level of sections with paths. And the problems."""
    entries: dict[str, NavEntry] = {}
    problems: list[Problem] = []

    def complain(path: Path_, what: str, fix: str) -> None:
        problems.append(mkdocs_yml.problem(path, "navigation", what, fix))

    def add(item: object, folder: str, path: Path_) -> None:
        if isinstance(item, str):
            if item in entries:
                complain(path, f"{item} is in the navigation twice", "keep one")
            else:
                entries[item] = NavEntry(item, folder, mkdocs_yml.line(path))
        elif isinstance(item, dict) and len(item) == 1 and not folder:
            name, children = next(iter(item.items()))
            for number, child in enumerate(children if isinstance(children, list) else []):
                add(child, str(name), (*path, name, number))
        else:
            complain(path, "this is neither a page nor a section", "write `- now/first-hour.md`")

    nav = _at(mkdocs_yml.value, ("nav",))
    if not isinstance(nav, list):
        complain((), "there is no nav:", "list the pages under nav:")
        return (), problems
    for number, item in enumerate(nav):
        add(item, "", ("nav", number))
    return tuple(entries.values()), problems


def edit_navigation(text: str, *, remove: str = "", add: str = "") -> str:
    """Remove the page `remove` from the navigation in the `text` of `mkdocs.yml`, and add the page `add`; return it.

    It is edited by line, and every other byte is preserved: ruamel.yaml would move comments after a last page.
    In the folder of the old page the new one takes its place, in another folder it is the last one. Raises
    UserError where the navigation is written in a way that would be misread afterwards.
    """
    lines = text.splitlines(keepends=True)
    entries = _entries(text)
    old = next((entry for entry in entries if entry.path == remove), None)
    if old and add and dirname(add) == old.folder:
        _indent_of(lines, old)
        lines[old.line - 1] = lines[old.line - 1].replace(remove, add)
    else:
        if old:
            _delete(lines, entries, old)
        if add:
            _insert(lines, _entries("".join(lines)), add)
    after = "".join(lines)
    others = [entry.path for entry in entries if entry.path != remove]
    paths = [entry.path for entry in _entries(after)]
    if [path for path in paths if path != add] != others or (add and add not in paths):
        raise UserError(
            f"the navigation in mkdocs.yml is written in a way that has no place for {add or remove}; "
            "write it as `- section:` with `- section/page.md` lines below, and try again"
        )
    return after


def _entries(text: str) -> tuple[NavEntry, ...]:
    try:
        entries, problems = read_navigation(parse_yaml(text.removeprefix("\ufeff"), "mkdocs.yml"))
    except Unreadable as error:
        raise UserError(f"{error}: the navigation cannot be edited") from None
    if problems:
        raise UserError("\n".join(map(str, problems)))
    return entries


def _insert(lines: list[str], entries: tuple[NavEntry, ...], path: str) -> None:
    """Insert a line for the page `path` after the last one of its folder."""
    folder = dirname(path)
    mine = [entry for entry in entries if entry.folder == folder]
    last = max(mine or entries, key=lambda entry: entry.line)
    indent = _indent_of(lines, last)
    if not mine and last.folder:
        line = lines[_section(lines, last)]
        indent = line[: len(line) - len(line.lstrip())]
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
    """Return the spaces before `entry`. Raises UserError where it is not on a line of its own."""
    item = rf"(\s*)- +([\"']?){re.escape(entry.path)}\2(?:\s+#.*)?"
    if found := re.fullmatch(item, lines[entry.line - 1].rstrip()):
        return found[1]
    raise UserError(
        f"mkdocs.yml:{entry.line}: {entry.path} is not on a line of its own, as "
        f"`- {entry.path}`; write it so, and run the same command again"
    )


def _section(lines: list[str], entry: NavEntry) -> int:
    """Return the index of the line that opens the section of `entry`: the first above it with fewer spaces."""
    depth = len(_indent_of(lines, entry))
    for number in range(entry.line - 2, -1, -1):
        line = lines[number]
        if line.strip().startswith("-") and len(line) - len(line.lstrip()) < depth:
            return number
    return entry.line - 1
