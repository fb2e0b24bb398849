"""Puts an organisation's own edition together, so that nothing of theirs is ever lost in ours.

What they wrote stays where it is, beside their `organisation.yml`; what we ship stays as it is. A
project is made of both in a folder of its own, and everything that follows (checks, rendering, finishing
steps) works on that as on any project. Without an `organisation.yml` the project is used itself.

A page of theirs that takes the place of one of ours names the version that it replaces. When ours has
changed since, the build goes on with theirs, and shows the difference.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from handvat.console import FULL
from handvat.content.languages import read_languages, read_navigation
from handvat.content.page import PAGE_PATH, SAFETY_CRITICAL, parse_page
from handvat.content.problem import Problem, UserError, did_you_mean
from handvat.content.source_map import Composed, Name, write_composed
from handvat.content.translation import fingerprints
from handvat.content.yaml_reader import (
    Unreadable,
    Yaml,
    leads_out,
    parse_yaml,
    read_text,
    read_yaml,
    stay_inside,
)
from handvat.overlay.organisation import (
    NAME,
    NEEDED,
    UPSTREAM,
    VARIABLE,
    Organisation,
    read_organisation,
)

_COPIED = ("docs", "data")
_OWN_THEME = "overrides"
_LINKED = (".git", "downloads", "scripts")
_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_REPLACES = re.compile(r"^replaces:.*$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\(([^)\s]+)\)")
_CARDS = re.compile(r"(\{\{ *cards\(\[)([^\]]*)(\])")
_NAME = re.compile(r"\"[^\"]+\"")
_JURISDICTION = re.compile(r"^jurisdiction: *(\w+)", re.MULTILINE)
_LOCALE = re.compile(
    r"^( *- \{locale: )(\w+)(,.*?)(?:, default: \w+)?(?:, build: \w+)?\}\n", re.MULTILINE
)
_THEME = re.compile(r"^( +custom_dir: )(\S+)$", re.MULTILINE)
_HOOKS = re.compile(r"^( +- )(\S*scripts/hooks\.py)$", re.MULTILINE)
_NAV = re.compile(r"^nav:\n(?:[ #\n].*\n?|\n)*", re.MULTILINE)
_SITE_NAME = re.compile(r"(?m)^(site:\n  name: ).*$")
_LAST_SECTIONS = ("contacts", "about")


class NotComposed(UserError):
    """An edition cannot be put together; the text has a line for each problem."""


@dataclass(frozen=True)
class Project:
    """The project to work on."""

    root: Path
    composed: Composed
    notes: tuple[str, ...] = ()
    """What the organisation should know of: pages that were replaced and have changed since."""


def organisation_file(root: Path) -> Path | None:
    """The file of the organisation whose edition is wanted; None for the edition as it is shipped."""
    named = os.environ.get(VARIABLE, "")
    # Where there is no such user, it is left as it is, and named as a file that is not there.
    file = Path(os.path.expanduser(named)) if named else root / NAME  # noqa: PTH111 - Path's raises
    return file.absolute() if named or file.is_file() else None


def compose(root: Path, folder: Path) -> Project:
    """The project in `root` as the organisation wants it, put together in the empty folder `folder`.

    Raises NotComposed, or OSError for a full disk.
    """
    file = organisation_file(root)
    if file is None:
        return Project(root, Composed())
    organisation, problems = read_organisation(file)
    if problems:
        raise NotComposed("\n".join(map(str, problems)))
    root = root.resolve()
    problems = [problem for name in _COPIED for problem in _copy(root, name, folder)]
    if problems:
        raise NotComposed("\n".join(map(str, problems)))
    for name in _LINKED:
        if (root / name).exists():
            (folder / name).symlink_to(root / name)
    try:
        return _Composer(root, folder, file, organisation).compose()
    except Unreadable as error:
        raise NotComposed(str(error)) from None


@contextmanager
def opened(root: Path) -> Iterator[Project]:
    """The project in `root` as the organisation wants it, for as long as it is used.

    Raises NotComposed.
    """
    with tempfile.TemporaryDirectory(prefix="handvat-project-") as folder:
        yield compose(root, Path(folder))


def version_of(text: str) -> str:
    """What tells one version of a page from another, for `replaces:`."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:12]


def said_version(text: str) -> str | None:
    """The version that a page of an organisation says it replaces; None where it says nothing."""
    head = _FRONT.match(text)
    found = _REPLACES.search(head[1]) if head else None
    return found[0].partition(":")[2].strip().strip("\"'") if found else None


def _copy(root: Path, name: str, folder: Path) -> Iterator[Problem]:
    """Copies the folder `name` of `root` into `folder`, and names what cannot be copied.

    A link that leads out of the project would be a file like any other in the copy, and be published;
    one to a folder is not read. Raises OSError for a full disk.
    """
    try:
        stay_inside(root / name, root)
    except Unreadable as error:
        yield error.problem
        return
    for parent, folders, files in os.walk(root / name):
        place = Path(parent).relative_to(root)
        (folder / place).mkdir()
        for path in [Path(parent, entry) for entry in (*folders, *files)]:
            below = path.relative_to(root).as_posix()
            try:
                stay_inside(path, root)
                if not path.is_dir():
                    shutil.copyfile(path, folder / below)
            except Unreadable as error:
                yield error.problem
            except OSError as error:
                if error.errno in FULL:
                    raise
                yield Problem(below, 1, "unreadable-file", f"it cannot be copied: {error.strerror or error}",
                              "check that it is a file, and who may read it")  # fmt: skip


class _Composer:
    """Puts one edition together."""

    def __init__(self, root: Path, folder: Path, file: Path, organisation: Organisation) -> None:
        self.root = root
        self.folder = folder
        self.file = file
        self.home = file.parent
        self.organisation = organisation
        self.configuration = read_yaml(root / "mkdocs.yml", root)
        self.languages, problems = read_languages(self.configuration)
        self.navigation, more = read_navigation(self.configuration)
        self.document = parse_yaml(read_text(file, file.name), file.name)
        self.problems: list[Problem] = [*problems, *more]
        self.notes: list[str] = []
        self.names: dict[str, Name] = {}
        self.own: set[str] = set()
        self.gone: set[str] = set()

    def compose(self) -> Project:
        self._stop_at_problems()
        self._choose_languages()
        self._lay_pages()
        self._leave_out()
        self._add_data("contacts", self._contacts_name(), list)
        self._add_data("sources", "data/sources.yml", dict)
        self._add_pictures()
        self._configure()
        self._stop_at_problems()
        composed = Composed(self.file.name, frozenset(self.own), self.names)
        write_composed(self.folder, composed)
        return Project(self.folder, composed, tuple(self.notes))

    def _stop_at_problems(self) -> None:
        if self.problems:
            raise NotComposed("\n".join(str(problem) for problem in sorted(set(self.problems))))

    def _complain(self, key: str, what: str, mend: str, *, number: int | None = None) -> None:
        path = (key,) if number is None else (key, number)
        self.problems.append(
            Problem(self.file.name, self.document.line(path), "organisation", what, mend)
        )

    # --- languages

    def _choose_languages(self) -> None:
        known = [language.code for language in self.languages]
        for number, code in enumerate(self.organisation.languages):
            if code not in known:
                self._complain("languages", f"there is no language {code!r}",
                               did_you_mean(code, known), number=number)  # fmt: skip
        default = next(language.code for language in self.languages if language.is_default)
        built = [language.code for language in self.languages if language.is_built]
        self.source = default
        self.built = self.organisation.languages or built
        self.default = self.built[0] if self.organisation.languages else default
        # The source language stays, read and not shown: translations are measured by it.
        self.kept = [one for one in self.languages if one.code in {*self.built, self.source}]
        for language in self.languages:
            if language not in self.kept:
                shutil.rmtree(self.folder / "docs" / language.code, ignore_errors=True)

    # --- pages

    def _lay_pages(self) -> None:
        """Copies the organisation's pages over ours, and notes which of ours have changed."""
        pages = self.home / self.organisation.pages
        codes = {language.code for language in self.kept}
        for path in sorted(pages.rglob("*")) if pages.is_dir() else ():
            below = path.relative_to(pages).as_posix()
            if path.is_dir() or any(part.startswith(".") for part in Path(below).parts):
                continue
            name = f"{self.organisation.pages.rstrip('/')}/{below}"
            if leads_out(path, self.home):
                self.problems.append(
                    Problem(name, 1, "organisation", "this link leads out of the organisation's folder",
                            "copy the file instead")
                )  # fmt: skip
                continue
            language = below.partition("/")[0]
            if path.suffix != ".md" or language not in codes or "/" not in below:
                self.problems.append(
                    Problem(name, 1, "organisation", "this is no page of a language of the site",
                            f"pages are Markdown files in {', '.join(sorted(codes))}/")
                )  # fmt: skip
                continue
            try:
                text = read_text(path, name)
            except Unreadable as error:
                self.problems.append(error.problem)
                continue
            place = f"docs/{below}"
            self.own.add(place)
            self.names[place] = name, text.count("\n") + 1, ()
            self._compare(place, name, text)
            # A comment keeps the lines where they are, so that messages name the right ones.
            head = _FRONT.match(text)
            if head:
                text = text[: head.start(1)] + _REPLACES.sub("#", head[1]) + text[head.end(1) :]
            target = self.folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def _compare(self, place: str, name: str, text: str) -> None:
        """Sees whether the page of ours that `text` replaces is the one that it was made for."""
        ours = self.root / place
        said = said_version(text)
        command = f"handvat overlay add {place}"
        if not ours.is_file():
            if said:
                self.notes.append(
                    f"{name} replaces a page that is no longer there ({place}). It is now a page of "
                    "your own: take the line replaces: out, or delete it."
                )
            return
        now = read_text(ours, place)
        if said is None:
            self.problems.append(
                Problem(name, 1, "organisation", f"it takes the place of {place}, and does not say of which version",
                        f"{command} records that")
            )  # fmt: skip
        elif said != version_of(now):
            was = self._as_replaced(place)
            if version_of(was) != said:
                shown = (
                    f"(what it was is not kept in {UPSTREAM}/, so the difference cannot be shown)"
                )
            else:
                shown = "\n".join(
                    difflib.unified_diff(
                        was.splitlines(), now.splitlines(),
                        f"{place} as you replaced it", f"{place} now", lineterm="", n=2,
                    )
                )  # fmt: skip
            self.notes.append(
                f"{name} replaces {place}, which has changed since ({said} to {version_of(now)}). "
                f"Yours is used. What changed:\n{shown}\n"
                f"Carry over what matters, then: {command}"
            )

    def _as_replaced(self, place: str) -> str:
        """What our page at `place` said when it was replaced; `""` where nobody kept it."""
        kept = self.home / UPSTREAM / place.removeprefix("docs/")
        try:
            stay_inside(kept, self.home)
            return read_text(kept, UPSTREAM)
        except Unreadable:
            return ""

    def _leave_out(self) -> None:
        """Takes pages out, and the links to them: the words of a link stay."""
        known = [entry.path for entry in self.navigation if PAGE_PATH.fullmatch(entry.path)]
        for number, path in enumerate(self.organisation.leave_out):
            if path not in known:
                self._complain("leave_out", f"there is no page {path!r}",
                               did_you_mean(path, known), number=number)  # fmt: skip
        self.gone = {path for path in self.organisation.leave_out if path in known}
        if self.organisation.foreign_pages == "leave-out" and self.organisation.country:
            self.gone |= {*self._foreign(known)}
        for path in self.gone:
            for language in self.kept:
                (self.folder / "docs" / language.code / path).unlink(missing_ok=True)
        docs = self.folder / "docs"
        for page in sorted((docs / self.source).rglob("*.md")) if self.gone else ():
            path = page.relative_to(docs / self.source).as_posix()
            renewed = self._unlink(self.source, path, {})
            for language in self.kept:
                if language.code != self.source:
                    self._unlink(language.code, path, renewed)

    def _unlink(self, code: str, path: str, renewed: Mapping[str, str]) -> dict[str, str]:
        """Takes the links to pages that are gone out of a page, and gives it `renewed` fingerprints.

        Returns fingerprint before → fingerprint now of its sections: a translation is no older because
        a link is not there.
        """
        page = self.folder / "docs" / code / path
        text = self._page(f"docs/{code}/{path}")
        mended = _LINK.sub(lambda found: self._link(found, page), text)
        mended = _CARDS.sub(self._cards, mended)
        for before, now in renewed.items():
            mended = mended.replace(before, now)
        if mended == text:
            return {}
        page.write_text(mended, encoding="utf-8")
        prints = [_fingerprints(one, f"docs/{code}/{path}", code) for one in (text, mended)]
        return {
            prints[0][key]: now for key, now in prints[1].items() if now != prints[0].get(key, now)
        }

    def _page(self, place: str) -> str:
        """The page at `place`; `""` where there is none that can be read: the checks say so."""
        try:
            return read_text(self.folder / place, place)
        except Unreadable:
            return ""

    def _foreign(self, known: Sequence[str]) -> Iterator[str]:
        """Pages that tell another country's law, and that no reader in danger must find."""
        for path in known:
            text = self._page(f"docs/{self.source}/{path}")
            found = _JURISDICTION.search(text)
            is_own = f"docs/{self.default}/{path}" in self.own
            is_needed = path in NEEDED or path.startswith(SAFETY_CRITICAL)
            if (
                found
                and found[1].lower() != self.organisation.country
                and not (is_own or is_needed)
            ):
                yield path

    def _link(self, found: re.Match[str], page: Path) -> str:
        words, address = found.groups()
        if ":" in address or address.startswith("#"):
            return found[0]
        goal = Path(os.path.normpath(page.parent / address.partition("#")[0]))
        parts = (
            goal.relative_to(self.folder / "docs").parts
            if goal.is_relative_to(self.folder / "docs")
            else ()
        )
        return words if "/".join(parts[1:]) in self.gone else found[0]

    def _cards(self, found: re.Match[str]) -> str:
        """Pocket cards of pages that are gone are gone as well."""
        kept = [name for name in _NAME.findall(found[2]) if name[1:-1] not in self.gone]
        return f"{found[1]}{', '.join(kept)}{found[3]}"

    # --- data

    def _contacts_name(self) -> str:
        return f"data/contacts/{self.organisation.country or self._country()}.yml"

    def _country(self) -> str:
        value = self.configuration.value
        extra = value.get("extra") if isinstance(value, dict) else {}
        return str((extra or {}).get("country", "nl"))

    def _add_data(self, key: str, name: str, kind: type[list[Any]] | type[dict[Any, Any]]) -> None:
        """Puts the entries of the organisation's own file before ours; one that is there is replaced."""
        written = getattr(self.organisation, key)
        if not written:
            return
        target = self.folder / name
        try:
            mine = read_yaml(self.home / written, self.home)
            text = read_text(self.home / written, written).rstrip("\n") + "\n"
            ours = read_yaml(target, self.folder) if target.is_file() else Yaml(name, kind())
        except Unreadable as error:
            self.problems.append(error.problem)
            return
        if not isinstance(mine.value, kind):
            self._refuse_form(written, name)
            return
        if not isinstance(ours.value, kind):
            return  # the checks say so
        kept = _others(ours.value, mine.value)
        values = [ours.value[old] for old in kept.values()]
        rest = values if kind is list else dict(zip(kept.values(), values, strict=True))
        whole = text + (
            yaml.safe_dump(rest, allow_unicode=True, sort_keys=False, width=10_000) if rest else ""
        )
        try:
            document = parse_yaml(whole, name)
        except Unreadable:
            self._refuse_form(written, name)
            return
        target.write_text(whole, encoding="utf-8")
        # As it was written, and ours below: its lines stay the same.
        own = text.count("\n")
        self.names[name] = written, own, _lines_before(document, ours, kept, own)

    def _refuse_form(self, written: str, name: str) -> None:
        self.problems.append(
            Problem(written, 1, "organisation", "this has not the form of the file that it adds to",
                    f"write it as {name} is written, without brackets around the whole")
        )  # fmt: skip

    def _add_pictures(self) -> None:
        theme = self.folder / _OWN_THEME
        found = _THEME.search((self.root / "mkdocs.yml").read_text(encoding="utf-8"))
        shutil.copytree(self.root / (found[2] if found else _OWN_THEME), theme)
        assets = theme / "assets"
        if self.organisation.logo:
            source = self.home / self.organisation.logo
            shutil.copyfile(source, assets / f"logo{source.suffix}")
        if self.organisation.icon:
            shutil.copyfile(self.home / self.organisation.icon, assets / "favicon.svg")

    # --- mkdocs.yml

    def _configure(self) -> None:
        """Writes `mkdocs.yml` anew where the organisation decides otherwise."""
        organisation = self.organisation
        text = (self.root / "mkdocs.yml").read_text(encoding="utf-8")
        if organisation.name:
            name = json.dumps(organisation.name, ensure_ascii=False)
            text = _set(text, "site_name", name)
            for strings in (self.folder / "data/strings").glob("*.yml"):
                said = strings.read_text(encoding="utf-8")
                strings.write_text(_SITE_NAME.sub(lambda found: found[1] + name, said), "utf-8")
        if organisation.address:
            text = _set(text, "site_url", f"!ENV [SITE_URL, {json.dumps(organisation.address)}]")
        if organisation.repository is None:
            text = _set(_set(text, "repo_url", "null"), "edit_uri", '""')
        elif organisation.repository:
            text = _set(text, "repo_url", f"!ENV [REPO_URL, {json.dumps(organisation.repository)}]")
        # From here on they are elsewhere: the theme, which has the organisation's pictures, and the code.
        text = _THEME.sub(
            lambda found: f"{found[1]}{json.dumps(str(self.folder / _OWN_THEME))}", text
        )
        text = _HOOKS.sub(lambda found: f"{found[1]}{json.dumps(str(self.root / found[2]))}", text)
        text = _LOCALE.sub(self._locale, text)
        text = _NAV.sub("", text).rstrip("\n") + "\n\n" + "\n".join(self._navigation()) + "\n"
        text = self._extra(text)
        (self.folder / "mkdocs.yml").write_text(text, encoding="utf-8")

    def _locale(self, found: re.Match[str]) -> str:
        before, code, between = found[1], found[2], found[3]
        if code not in {language.code for language in self.kept}:
            return ""
        default = ", default: true" if code == self.default else ""
        return f"{before}{code}{between}{default}, build: {'true' if code in self.built else 'false'}}}\n"

    def _navigation(self) -> Iterator[str]:
        """Our pages without those that are gone; the organisation's at the end of their section."""
        sections: dict[str, list[str]] = {}
        for entry in self.navigation:
            if entry.path not in self.gone:
                sections.setdefault(entry.folder or entry.path, []).append(entry.path)
        listed = {entry.path for entry in self.navigation}
        for place in sorted(self.own):
            path = place.split("/", 2)[2]
            if path in listed:
                continue
            listed.add(path)
            section = path.partition("/")[0] if "/" in path else path
            if section not in sections:
                # Before what every site ends with.
                later = {key: sections.pop(key) for key in list(sections) if key in _tail(sections)}
                sections[section] = []
                sections |= later
            where = sections[section]
            where.insert(0 if path.endswith("/index.md") else len(where), path)
        yield "nav:"
        for section, paths in sections.items():
            if paths == [section]:
                yield f"  - {section}"
            else:
                yield f"  - {section}:"
                yield from (f"      - {path}" for path in paths)

    def _extra(self, text: str) -> str:
        """`extra:` with the organisation's settings; the project's own stay where it says nothing."""
        organisation = self.organisation
        logo = f"assets/logo{Path(organisation.logo).suffix}" if organisation.logo else ""
        settings: dict[str, object] = {
            "source_language": self.source,
            "edition": organisation.edition,
            "previews": organisation.previews,
            "country": organisation.country,
            "security_contact": organisation.security_contact,
            "exit": organisation.exit,
            "colour": organisation.colour,
            "logo": logo,
            "notice": organisation.notice,
            "footer": organisation.footer,
            "privacy": organisation.privacy,
            "imprint": organisation.imprint,
            "editor": self._editor(),
        }
        settings = {key: value for key, value in settings.items() if value}
        for key in settings:
            text = re.sub(rf"(?m)^  {key}:.*\n", "", text)
        lines = [
            f"  {key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings.items()
        ]
        return re.sub(r"(?m)^extra:\n", lambda found: found[0] + "".join(lines), text, count=1)

    def _editor(self) -> dict[str, object] | None:
        """The settings of the editor. It finds the organisation's pages where they stand in the project."""
        editor = self.organisation.editor
        if editor is None:
            return None
        pages = (self.home / self.organisation.pages).resolve()
        if not editor.pages and pages.is_dir() and pages.is_relative_to(self.root):
            editor = editor.model_copy(update={"pages": pages.relative_to(self.root).as_posix()})
        return editor.model_dump(exclude_defaults=True)


def _others(ours: Any, mine: Any) -> dict[Any, Any]:
    """The entries of `ours` that `mine` does not replace: key behind those of `mine` → key in `ours`."""
    if isinstance(ours, dict):
        return {key: key for key in ours if key not in mine}
    ids = [entry.get("id") for entry in mine if isinstance(entry, dict)]
    kept = [
        number
        for number, entry in enumerate(ours)
        if not isinstance(entry, dict) or entry.get("id") not in ids
    ]
    return dict(enumerate(kept, len(mine)))


def _lines_before(document: Yaml, ours: Yaml, kept: Mapping[Any, Any], own: int) -> tuple[int, ...]:
    """For each line of `document` below the first `own`, the line of `ours` that stands there now."""
    lines: dict[int, int] = {}
    for path, line in document.lines.items():
        if path and path[0] in kept:
            lines.setdefault(line, ours.line((kept[path[0]], *path[1:])))
    # What has no line of its own belongs to what stands above it.
    before = [1]
    for line in range(own + 1, max(lines, default=own) + 1):
        before.append(lines.get(line, before[-1]))
    return tuple(before[1:])


def _fingerprints(text: str, name: str, code: str) -> dict[str, str]:
    page, _ = parse_page(text, name, code)
    return fingerprints(page) if page else {}


def _tail(sections: dict[str, list[str]]) -> list[str]:
    """The sections from `contacts` on: whoever looks for them looks at the end."""
    keys = list(sections)
    first = next((keys.index(name) for name in _LAST_SECTIONS if name in keys), len(keys))
    return keys[first:]


def _set(text: str, key: str, value: str) -> str:
    return re.sub(rf"(?m)^{key}:.*$", lambda _found: f"{key}: {value}", text, count=1)
