"""Read an organisation's edition, so that nothing of theirs is ever lost in the shipped files.

Their pages, contacts and sources stay beside their `organisation.yml`, and no shipped file changes: the edition is a
search path, theirs first (`handvat.content.overlay`). Without an `organisation.yml` it is empty.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from handvat.content import urls
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language, NavEntry, read_languages, read_navigation
from handvat.content.models import explain_country
from handvat.content.overlay import ICON, Overlay, merge
from handvat.content.page import PAGE_PATH, SAFETY_CRITICAL, read_page
from handvat.content.problem import Problem, UserError, did_you_mean
from handvat.content.settings import HostSettings
from handvat.content.yaml_files import Unreadable, Yaml, parse_yaml, read_text, read_yaml
from handvat.overlay.organisation import (
    NAME,
    NEEDED,
    NONE,
    VARIABLE,
    Organisation,
    read_organisation,
)
from handvat.overlay.pages import OwnPages

_LAST_SECTIONS = {"contacts", "about"}


class OverlayError(UserError):
    """An edition cannot be built; the text has a line for each problem."""


def organisation_file(root: Path) -> Path | None:
    """Return the settings file of the edition to build; None for the shipped edition."""
    named = os.environ.get(VARIABLE, "")
    if named == NONE:
        return None
    # `~name` of a user that does not exist stays as written, and is reported as a file that is not there.
    file = Path(os.path.expanduser(named)) if named else root / NAME  # noqa: PTH111 - Path's raises
    return file.absolute() if named or file.is_file() else None


def load_edition(root: Path) -> KnowledgeBase:
    """Load the knowledge base in `root` with the organisation's overlay. Raises OverlayError."""
    return KnowledgeBase.load(root, read_overlay(root))


def read_overlay(root: Path) -> Overlay:
    """Read the organisation's overlay over the project in `root`. Raises OverlayError."""
    file = organisation_file(root)
    if file is None:
        return Overlay()
    organisation, problems = read_organisation(file)
    if not problems:
        try:
            reader = _Reader(root.resolve(), file, organisation)
            overlay = reader.read()
            problems = reader.problems
        except Unreadable as error:
            problems = [error.problem]
    if problems:
        raise OverlayError("\n".join(map(str, sorted(set(problems)))))
    return overlay


class _Reader:
    """Make one overlay. Raises Unreadable for a file that no edition can do without."""

    def __init__(self, root: Path, file: Path, organisation: Organisation) -> None:
        self.root = root
        self.home = file.parent
        self.organisation = organisation
        self.settings = parse_yaml(read_text(file, file.name, may_be_empty=True), file.name)
        self.mkdocs = read_yaml(root / "mkdocs.yml", root)
        try:
            redirects, _ = urls.read_redirects(read_yaml(root / urls.REDIRECTS, root))
        except Unreadable:
            redirects = {}  # nothing was ever renamed, or the checks report the file
        self.pages = OwnPages(root, self.home, organisation.pages.rstrip("/"), redirects)
        self.problems = self.pages.problems

    def read(self) -> Overlay:
        """Return the overlay; it is not to be used where there are `problems`."""
        shipped, problems = read_languages(self.mkdocs)
        navigation, more = read_navigation(self.mkdocs)
        self.problems += [*problems, *more]
        if self.problems:
            return Overlay()
        organisation, pages, source = self.organisation, self.pages, shipped[0].code
        languages = self._languages(shipped)
        pages.read({one.code for one in languages})
        for place in (one for one in pages.files if one.endswith(".md")):
            path = place.split("/", 2)[2]
            first = (f"docs/{languages[0].code}/{path}", f"docs/{source}/{path}")
            if not any(one in pages.files or (self.root / one).is_file() for one in first):
                fix = f"write it as {organisation.pages.rstrip('/')}/{languages[0].code}/{path} too"
                what = f"this page does not exist in {languages[0].name}, which comes first"
                pages.complain(pages.origins[place][0], what, fix)
        left_out = frozenset(
            self._left_out([entry.path for entry in navigation], source, languages[0].code)
        )
        documents = {
            **self._contacts(),
            **self._merged("data/sources.yml", organisation.sources, {}),
        }
        icon = self.home / organisation.icon
        assets = {ICON: icon} if organisation.icon else {}
        if organisation.logo:
            assets[_on_site(organisation.logo)] = self.home / organisation.logo
        icon_data = icon.read_bytes() if organisation.icon else b""
        lists = [sorted(paths) for paths in (pages.files, left_out, pages.changed)]
        digest = hashlib.sha256(repr((self.settings.text, lists, icon_data)).encode())
        return Overlay(
            settings=self.settings,
            name=organisation.name,
            files=pages.files,
            documents=documents,
            origins=pages.origins,
            left_out=left_out,
            changed=frozenset(pages.changed),
            languages=languages,
            source=source,
            navigation=self._navigation([one for one in navigation if one.path not in left_out]),
            country=organisation.country,
            edition=organisation.edition if "edition" in organisation.model_fields_set else "",
            host=self._host(),
            mkdocs=self._mkdocs(),
            assets=assets,
            notes=tuple(pages.notes),
            digest=digest.hexdigest(),
        )

    def _complain(self, key: str, what: str, fix: str, number: int | None = None) -> None:
        path = (key,) if number is None else (key, number)
        self.problems.append(self.settings.problem(path, "organisation", what, fix))

    def _languages(self, shipped: tuple[Language, ...]) -> tuple[Language, ...]:
        """The languages of the edition, and the source language for comparing translations; the default one first."""
        known = [one.code for one in shipped]
        for number, code in enumerate(self.organisation.languages):
            if code not in known:
                fix = did_you_mean(code, known)
                self._complain("languages", f"there is no language {code!r}", fix, number)
        built = self.organisation.languages or [one.code for one in shipped if one.is_built]
        default = self.organisation.languages[0] if self.organisation.languages else known[0]
        found = [
            replace(one, is_default=one.code == default, is_built=one.code in built)
            for one in shipped
            if one.code in {*built, known[0]}
        ]
        return tuple(sorted(found, key=lambda one: not one.is_default))

    def _left_out(self, navigation: list[str], source: str, default: str) -> Iterator[str]:
        """The paths of the shipped pages that are not in the edition; `source` and `default` are codes of languages."""
        known = [path for path in navigation if PAGE_PATH.fullmatch(path)]
        for number, path in enumerate(self.organisation.leave_out):
            now = path if path in known else self.pages.current_path(path)
            if now not in known:
                fix = did_you_mean(path, known)
                self._complain("leave_out", f"there is no page {path!r}", fix, number)
                continue
            # Renamed, or deleted in favour of a page that they want: the index of a section, one elsewhere.
            is_it = now == path or (posixpath.dirname(now) == posixpath.dirname(path)
                                    and now not in NEEDED and not now.endswith("index.md"))  # fmt: skip
            if now != path:
                line = self.settings.line(("leave_out", number))
                done = (
                    f"is now {now}, which is left out"
                    if is_it
                    else f"gave way to {now}, which is shown"
                )
                self.pages.notes.append(
                    f"{self.settings.file}:{line}: leave_out: {path} {done}. "
                    "Write its new name, or take the line out."
                )
            if is_it:
                yield now
        country, own = self.organisation.country, self.pages.files
        for path in known if country and self.organisation.foreign_pages == "leave-out" else ():
            is_needed = path in NEEDED or path.startswith(SAFETY_CRITICAL)
            place = f"docs/{source}/{path}"
            if not is_needed and f"docs/{default}/{path}" not in own:
                page, _ = read_page(own.get(place, self.root / place), place, source)
                if page and (page.front.jurisdiction or country).lower() != country:
                    yield path

    def _navigation(self, entries: list[NavEntry]) -> tuple[NavEntry, ...]:
        """The shipped `entries`, and the organisation's own at the end of their section."""
        shipped = {entry.path for entry in entries}
        own = {place.split("/", 2)[2] for place in self.pages.files if place.endswith(".md")}
        for path in sorted(own - shipped):
            folder = path.partition("/")[0] if "/" in path else ""
            section = [at for at, one in enumerate(entries) if folder and one.folder == folder]
            # A new section comes before contacts and about, which readers look for at the end.
            last = (at for at, one in enumerate(entries) if one.folder in _LAST_SECTIONS)
            at = section[-1] + 1 if section else next(last, len(entries))
            if section and path.endswith("/index.md"):
                at = section[0]
            entries.insert(at, NavEntry(path, folder, 1))
        return tuple(entries)

    def _contacts(self) -> dict[str, Yaml]:
        """The contacts of the edition's country: the organisation's, then the shipped ones."""
        extra = self.mkdocs.value.get("extra")
        shipped = extra.get("country") if isinstance(extra, dict) else None
        country = self.organisation.country or str(shipped or "nl")
        if explain_country(country):
            return {}  # the checks report it
        name = f"data/contacts/{country}.yml"
        if not self.organisation.contacts and not (self.root / name).is_file():
            fix = "write them as data/contacts/ does, and name the file: contacts: contacts.yml"
            self._complain("country", f"there are no contacts for {country!r}", fix)
        return self._merged(name, self.organisation.contacts, [])

    def _merged(self, name: str, written: str, empty: Any) -> dict[str, Yaml]:
        """The data file `name`: the entries of the organisation's file `written`, then the shipped ones."""
        if not written:
            return {}
        shipped = Yaml(name, empty)
        try:
            own = read_yaml(self.home / written, self.home)
            if (self.root / name).is_file():
                shipped = read_yaml(self.root / name, self.root)
        except Unreadable as error:
            self.problems.append(error.problem)
            return {}
        kind = type(empty)
        if not isinstance(own.value, kind):
            what = "this has another structure than the file that it adds to"
            fix = f"write it as {name} is written"
            self.problems.append(Problem(written, 1, "organisation", what, fix))
            return {}
        if not isinstance(shipped.value, kind):
            return {}  # the checks report it
        self.pages.origins[name] = written, own.line_count
        return {name: merge(name, own, shipped)}

    def _host(self) -> dict[str, Any]:
        """The organisation's values of `HostSettings`; the project's remain for keys that it does not give."""
        organisation = self.organisation
        decided = HostSettings.model_fields.keys() & organisation.model_fields_set
        found = {key: getattr(organisation, key) for key in decided}
        if organisation.logo:
            found["logo"] = _on_site(organisation.logo)
        pages = (self.home / organisation.pages).resolve()
        editor = organisation.editor
        if editor and not editor.pages and pages.is_dir() and pages.is_relative_to(self.root):
            below = pages.relative_to(self.root).as_posix()
            found["editor"] = editor.model_copy(update={"pages": below})
        return found

    def _mkdocs(self) -> dict[str, Any]:
        """Settings of MkDocs; SITE_URL and REPO_URL override the file."""
        organisation = self.organisation
        repository = "" if "REPO_URL" in os.environ else organisation.repository or ""
        address = "" if "SITE_URL" in os.environ else organisation.address
        values = {"site_name": organisation.name, "site_url": address, "repo_url": repository}
        found = {key: value for key, value in values.items() if value}
        return (
            {**found, "repo_url": "", "edit_uri": ""} if organisation.repository is None else found
        )


def _on_site(logo: str) -> str:
    """The place on the site of the file `logo`."""
    return f"assets/logo{Path(logo).suffix}"
