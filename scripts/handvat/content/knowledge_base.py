"""The whole knowledge base in memory, typed: what the checks, the templates and the commands work on.

Loading never stops at the first broken file: each becomes a problem with file and line, and
everything that can be read is there, so that one message lists all there is to fix.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from handvat.content.contacts import Contact
from handvat.content.languages import Language, NavEntry, read_languages, read_navigation
from handvat.content.models import (
    DANGER,
    Claim,
    PageType,
    Source,
    Term,
    explain_country,
    read_danger,
    read_words,
)
from handvat.content.overlay import Overlay
from handvat.content.page import Page, read_page
from handvat.content.problem import Problem, did_you_mean
from handvat.content.settings import HostSettings, read_host
from handvat.content.ui_strings import Strings, check_exit, compare_strings, read_strings
from handvat.content.urls import REDIRECTS, check_addresses, check_redirects, read_redirects
from handvat.content.yaml_files import Unreadable, Yaml, leads_out, read_yaml, validate

Model = TypeVar("Model", bound=BaseModel)

_EMPTY = Yaml("", {})


@dataclass
class KnowledgeBase:
    """The content of `docs/`, `data/` and `mkdocs.yml`; `problems` holds what could not be read."""

    root: Path
    languages: tuple[Language, ...] = ()
    source: str = ""
    """The code of the source language; `""` when it is the default language."""
    country: str = "nl"
    edition: str = "preview"
    host: HostSettings = field(default_factory=HostSettings)
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    """(language code, path below the language's folder) → page."""
    unreadable: set[tuple[str, str]] = field(default_factory=set)
    """Keys, as in `pages`, of files that could not be read: reported once, not at each link to them."""
    navigation: tuple[NavEntry, ...] = ()
    page_types: dict[str, PageType] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    contacts: dict[str, dict[str, Contact]] = field(default_factory=dict)
    """Country → id → contact, in the order of the file, which is the order of urgency."""
    terms: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    """Path of a removed page → path of its replacement."""
    words: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    """Language → line and word of each spelling exception, in the order of the file."""
    danger: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Language → beginnings of search words that mean danger."""
    strings: dict[str, Strings] = field(default_factory=dict)
    overlay: Overlay = field(default_factory=Overlay)
    """What an organisation lays over the shipped files; empty for the shipped edition."""
    data: dict[str, Yaml] = field(default_factory=dict)
    """The YAML files by name relative to the root, for the lines of messages."""
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def load(cls, root: Path, overlay: Overlay | None = None) -> KnowledgeBase:
        """Read the project in the folder `root`, below `overlay`. Raises nothing for bad content: see `problems`."""
        base = cls(root.resolve(), overlay=overlay or Overlay())
        base._load_configuration()
        base._load_data()
        base._load_pages()
        base._load_redirects()
        return base

    @property
    def default_language(self) -> Language:
        """The language at the root of the site, and the fallback where another one lacks a page."""
        return self.languages[0]

    @property
    def source_language(self) -> Language:
        """The language that texts are written in and translated from; often the default one."""
        named = [language for language in self.languages if language.code == self.source]
        return named[0] if named else self.default_language

    def language(self, code: str) -> Language:
        """The language with this code. Raises KeyError for a language that the site lacks."""
        for language in self.languages:
            if language.code == code:
                return language
        raise KeyError(code)

    def page(self, language: str, path: str) -> Page | None:
        """The page at `path` in `language`; None when it does not exist."""
        return self.pages.get((language, path))

    def paths_in(self, language: str) -> Set[str]:
        """The paths of the pages of one language."""
        return self._paths.get(language, frozenset())

    @cached_property
    def _paths(self) -> Mapping[str, Set[str]]:
        paths: dict[str, set[str]] = {}
        for code, path in self.pages:
            paths.setdefault(code, set()).add(path)
        return paths

    def is_own(self, page: Page) -> bool:
        """Whether `page` is an organisation's own: it is no translation of ours."""
        return page.file in self.overlay.files

    def source_of(self, page: Page) -> Page | None:
        """The page of the source language that `page` translates; None when it is no translation."""
        if page.language == self.source_language.code or self.is_own(page):
            return None
        return self.page(self.source_language.code, page.path)

    def pages_in(self, language: str) -> Iterator[Page]:
        """The pages of one language in the order of the navigation, then the others by name."""
        yield from self._in_order.get(language, ())

    @cached_property
    def _in_order(self) -> dict[str, list[Page]]:
        order = {entry.path: number for number, entry in enumerate(self.navigation)}
        pages: dict[str, list[Page]] = {}
        for page in self.pages.values():
            pages.setdefault(page.language, []).append(page)
        for mine in pages.values():
            mine.sort(key=lambda page: (order.get(page.path, len(order)), page.path))
        return pages

    @property
    def own_contacts(self) -> dict[str, Contact]:
        """The contacts of the site's own country."""
        return self.contacts.get(self.country, {})

    def country_of(self, page: Page) -> str:
        """The country whose contacts a page shows: its jurisdiction, else the site's own."""
        return (page.front.jurisdiction or self.country).lower()

    def is_foreign(self, page: Page) -> bool:
        """Whether a page describes the law and the help of another country than the site's own."""
        return self.country_of(page) != self.country

    def find(self, place: str) -> Path:
        """The file at `place` (`docs/nl/…`): the organisation's own, else the shipped one."""
        return self.overlay.files.get(place, self.root / place)

    def setting_at(self, key: str) -> tuple[str, int]:
        """The file and the line that decide a setting of the site: of the organisation's, or of `mkdocs.yml`."""
        settings = self.overlay.settings
        if isinstance(settings.value, dict) and key in settings.value:
            return settings.file, settings.line((key,))
        return "mkdocs.yml", self.data["mkdocs.yml"].line(("extra", key))

    def picture(self, name: str) -> Path:
        """The template of a drawing."""
        return self.root / "overrides" / "pictures" / f"{name}.svg"

    def _load_configuration(self) -> None:
        document = self._read("mkdocs.yml")
        if document is _EMPTY:
            return
        self.languages, problems = read_languages(document)
        self.problems += problems
        self.navigation, problems = read_navigation(document)
        self.problems += problems
        extra = document.value.get("extra") if isinstance(document.value, dict) else None
        extra = extra if isinstance(extra, dict) else {}
        self.source = str(extra.get("source_language", self.overlay.source))
        if self.source and self.source not in {language.code for language in self.languages}:
            line = document.line(("extra", "source_language"))
            self.problems.append(
                Problem("mkdocs.yml", line, "languages",
                        f"the source language {self.source!r} is not one of the site",
                        did_you_mean(self.source, [language.code for language in self.languages]))
            )  # fmt: skip
        country = str(extra.get("country", self.country))
        if fix := explain_country(country):
            line = document.line(("extra", "country"))
            self.problems.append(
                Problem("mkdocs.yml", line, "country", f"{country!r} is no country", fix)
            )
        else:
            self.country = country  # it becomes the name of a file
        self.edition = str(extra.get("edition", self.edition))
        if self.edition not in {"preview", "release"}:
            line = document.line(("extra", "edition"))
            self.problems.append(
                Problem("mkdocs.yml", line, "edition", f"unknown edition {self.edition!r}",
                        "write preview or release")
            )  # fmt: skip
        self.host, problems = read_host(document)
        self.problems += [*problems, *check_addresses(document)]
        if overlay := self.overlay:
            self.languages, self.navigation = overlay.languages, overlay.navigation
            self.country = overlay.country or self.country
            self.edition = overlay.edition or self.edition
            self.host = self.host.model_copy(update=dict(overlay.host))

    def _load_data(self) -> None:
        self.page_types = self._mapping("data/page_types.yml", PageType)
        self.sources = self._mapping("data/sources.yml", Source)
        self.claims = self._list("data/claims.yml", Claim)
        folder = self.root / "data" / "contacts"
        found = set() if folder.is_symlink() else {path.stem for path in folder.glob("*.yml")}
        for country in sorted(found | {self.country}):
            self.contacts[country] = self._list(f"data/contacts/{country}.yml", Contact)
        self._load_terms()
        if (self.root / DANGER).is_file():
            self.danger, problems = read_danger(self._read(DANGER))
            self.problems += problems
        for language in self.languages:
            try:
                self.words[language.code] = read_words(self.root, language.code)
            except Unreadable as error:
                self.problems.append(error.problem)
        for language in self.languages:
            document = self._read(f"data/strings/{language.code}.yml")
            if document is not _EMPTY:
                strings = self.strings[language.code] = read_strings(document, language)
                if self.overlay.name:
                    strings.texts["site.name"] = self.overlay.name
                self.problems += check_exit(strings)
        if self.languages and self.source_language.code in self.strings:
            model = self.strings[self.source_language.code]
            for strings in self.strings.values():
                self.problems += compare_strings(strings, model)

    def _load_terms(self) -> None:
        document = self._read("data/terms.yml")
        for language, entries in self._items(document, dict) if document.value else ():
            if not isinstance(entries, list):
                line = document.line((language,))
                self.problems.append(
                    Problem(document.file, line, "data", f"the terms of {language!r} are no list",
                            "write - use: … for each, as for the other languages")
                )  # fmt: skip
                continue
            terms = (
                self._valid(Term, document, entry, (language, number))
                for number, entry in enumerate(entries)
            )
            self.terms[str(language)] = tuple(term for term in terms if term)

    def reread(self, file: str) -> list[Problem]:
        """Load the page `file` (`docs/nl/…`) again. Returns the problems of its front matter."""
        self.problems = [problem for problem in self.problems if problem.file != file]
        problems: list[Problem] = []
        if not leads_out(self.root / file, self.root):
            problems = self._load_page(file, self.root / file, file.split("/")[1])
        for derived in ("_in_order", "_paths"):
            self.__dict__.pop(derived, None)
        return problems

    def _load_pages(self) -> None:
        is_out = cache(lambda folder: leads_out(folder, self.root))
        for language in self.languages:
            folder = f"docs/{language.code}/"
            files: dict[str, Path] = {}
            for path in sorted(_markdown_files(self.root / folder)):
                # A check reports links that lead out of the project; their target is not read.
                is_suspect = is_out(path.parent) or path.is_symlink()
                place = path.relative_to(self.root).as_posix()
                is_left_out = place.removeprefix(folder) in self.overlay.left_out
                if not is_left_out and not (is_suspect and leads_out(path, self.root)):
                    files[place] = path
            files |= {
                place: path
                for place, path in self.overlay.files.items()
                if place.startswith(folder) and place.endswith(".md")
            }
            for place, path in files.items():
                self._load_page(place, path, language.code)

    def _load_page(self, place: str, path: Path, code: str) -> list[Problem]:
        """Load the page at `place` (`docs/nl/…`) from the file `path`. Returns the problems of its front matter."""
        key = code, place.split("/", 2)[2]
        self.pages.pop(key, None)
        self.unreadable.discard(key)
        page, problems = read_page(path, place, code)
        if page:
            self.pages[key] = page
        else:
            self.unreadable.add(key)
        self.problems += problems
        return problems

    def _load_redirects(self) -> None:
        if not (self.root / REDIRECTS).is_file():
            return  # nothing was ever renamed
        document = self._read(REDIRECTS)
        self.redirects, problems = read_redirects(document)
        self.problems += problems
        if self.languages:
            paths = {page.path for page in self.pages_in(self.source_language.code)}
            codes = {language.code for language in self.languages}
            own = {place.split("/", 2)[2] for place in self.overlay.files}
            shipped = {old: new for old, new in self.redirects.items()
                       if old not in own and new not in self.overlay.left_out}  # fmt: skip
            self.problems += check_redirects(shipped, document, paths, codes)
            if self.overlay:
                self.redirects = shipped

    def _read(self, name: str) -> Yaml:
        try:
            document = self.overlay.documents.get(name) or read_yaml(self.root / name, self.root)
        except Unreadable as error:
            self.problems.append(error.problem)
            return _EMPTY
        self.data[name] = document
        return document

    def _valid(
        self, model: type[Model], document: Yaml, value: Any, path: tuple[str | int, ...]
    ) -> Model | None:
        found, problems = validate(model, document, value, path, "data")
        self.problems += problems
        return found

    def _mapping(self, name: str, model: type[Model]) -> dict[str, Model]:
        document = self._read(name)
        result = {}
        for key, value in self._items(document, dict):
            found = self._valid(model, document, value, (key,))
            if found:
                result[str(key)] = found
        return result

    def _list(self, name: str, model: type[Model]) -> dict[str, Model]:
        document = self._read(name)
        result: dict[str, Model] = {}
        for number, value in self._items(document, list):
            found = self._valid(model, document, value, (number,))
            if found is None:
                continue
            key = str(getattr(found, "id"))  # noqa: B009 - every model read here has an id
            if key in result:
                line = document.line((number,))
                self.problems.append(
                    Problem(name, line, "data", f"the id {key!r} stands here twice", "rename one")
                )
            result.setdefault(key, found)
        return result

    def _items(self, document: Yaml, kind: type) -> list[tuple[Any, Any]]:
        value = document.value
        if document is _EMPTY:
            return []
        if not isinstance(value, kind):
            what = f"expected a {'list of entries' if kind is list else 'mapping of keys'}"
            self.problems.append(
                Problem(document.file, 1, "data", what, "see the other files in data/")
            )
            return []
        return list(value.items() if isinstance(value, dict) else enumerate(value))


def _markdown_files(folder: Path) -> Iterator[Path]:
    """The Markdown files below `folder`; symbolic links to folders are not followed."""
    # os.walk follows a link that it begins with, and messages would name files outside the project.
    for parent, folders, files in os.walk(folder) if not folder.is_symlink() else ():
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent) / name for name in [*files, *folders] if name.endswith(".md"))
