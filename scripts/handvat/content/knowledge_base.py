"""The whole knowledge base in memory, typed: the input of the checks, the templates and the commands.

Loading does not stop at a broken file: it becomes a problem with file and line, and everything else is loaded, so
that one run reports all there is to fix.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import UnionType

from handvat.content.contacts import Contact, Platform, Removal
from handvat.content.languages import Language, NavEntry, read_languages, read_navigation
from handvat.content.models import Claim, PageType, Source, Term, explain_country, read_words
from handvat.content.overlay import Overlay
from handvat.content.page import Page, read_page
from handvat.content.problem import Problem
from handvat.content.settings import HostSettings, read_host
from handvat.content.ui_strings import Strings, check_exit, compare_strings, read_strings
from handvat.content.urls import REDIRECTS, check_addresses, check_redirects, read_redirects
from handvat.content.yaml_files import Model, Unreadable, Yaml, leads_out, read_yaml, validate, walk

_EMPTY = Yaml("", {})

PLATFORMS, REMOVAL = "data/platforms.yml", "data/removal.yml"


@dataclass
class KnowledgeBase:
    """The content of `docs/`, `data/` and `mkdocs.yml`. `problems` are those found while loading."""

    root: Path
    languages: tuple[Language, ...] = ()
    country: str = "nl"
    edition: str = "preview"
    host: HostSettings = field(default_factory=HostSettings)
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    """(Language code, path below the language's folder) → page."""
    unreadable: set[tuple[str, str]] = field(default_factory=set)
    """Keys, as in `pages`, of unreadable files: they are reported once, and not at each link to them."""
    navigation: tuple[NavEntry, ...] = ()
    page_types: dict[str, PageType] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    contacts: dict[str, dict[str, Contact]] = field(default_factory=dict)
    """Country → id → contact, in the order of the file: by urgency."""
    platforms: dict[str, Platform] = field(default_factory=dict)
    removal: dict[str, Removal] = field(default_factory=dict)
    terms: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    foreign_words: dict[str, str] = field(default_factory=dict)
    """Word or name that texts in other languages contain → code of its language."""
    redirects: dict[str, str] = field(default_factory=dict)
    """Path of a removed page → path of its replacement."""
    words: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    """Language → line and word of each spelling exception."""
    strings: dict[str, Strings] = field(default_factory=dict)
    overlay: Overlay = field(default_factory=Overlay)
    """An organisation's files and settings; empty for the shipped edition."""
    data: dict[str, Yaml] = field(default_factory=dict)
    """Name relative to `root` → YAML file, for the lines of messages."""
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def load(cls, root: Path, overlay: Overlay | None = None) -> KnowledgeBase:
        """Load the project in the folder `root` with the files of `overlay` over it. Bad content is in `problems`."""
        base = cls(root.resolve(), overlay=overlay or Overlay())
        base._load_configuration()
        base._load_data()
        base._load_pages()
        base._load_redirects()
        return base

    @property
    def default_language(self) -> Language:
        """The language at the root of the site, and the fallback for pages that another one lacks."""
        return self.languages[0]

    @property
    def source_language(self) -> Language:
        """The language that texts are written in and translated from."""
        code = self.overlay.source
        named = (language for language in self.languages if language.code == code)
        return next(named, self.default_language)

    @property
    def edition_name(self) -> str:
        """The name of the site with its country: `Handvat (nl)`."""
        strings = self.strings.get(self.default_language.code)
        name = strings.texts.get("site.name", "") if strings else ""
        return f"{name} ({self.country})"

    def language(self, code: str) -> Language:
        """Return the language with this code. Raises KeyError for a language that the site lacks."""
        return {language.code: language for language in self.languages}[code]

    def page(self, language: str, path: str) -> Page | None:
        """Return the page at `path` in `language`; None where there is none."""
        return self.pages.get((language, path))

    def shown_page(self, language: str, path: str) -> Page | None:
        """Return the page at `path` for a reader of `language`: its own, or the fallback in the default language."""
        return self.page(language, path) or self.page(self.default_language.code, path)

    @property
    def reports(self) -> dict[str, dict[str, Platform] | dict[str, Removal]]:
        """File → id → platform, or way to remove an image."""
        return {PLATFORMS: self.platforms, REMOVAL: self.removal}

    def fallback_address(self, page: Page, language: str, address: str) -> str:
        """Return the `address` of a link on `page`, for a reader of `language`.

        A fallback page may link to a section that the translation of that page lacks. Then the address is without the
        section: a link to what is not there moves neither the page nor the focus.
        """
        if page.language == language or ":" in address:
            return address
        place = page.leads_to(address)
        target = self.page(language, place.path) if place and place.fragment else None
        # Parsing takes long, and nearly every id is written in this way.
        if place is None or target is None or f"{{ #{place.fragment} }}" in target.body:
            return address
        return address if place.fragment in target.ids else address.partition("#")[0]

    def paths_in(self, language: str) -> Set[str]:
        """Return the paths of the pages of one language."""
        return self._by_language.get(language, {}).keys()

    def pages_in(self, language: str) -> Iterator[Page]:
        """Yield the pages of one language in the order of the navigation, then the others by path."""
        yield from self._by_language.get(language, {}).values()

    @cached_property
    def _by_language(self) -> dict[str, dict[str, Page]]:
        order = {entry.path: number for number, entry in enumerate(self.navigation)}
        found: dict[str, dict[str, Page]] = {}
        for page in sorted(
            self.pages.values(), key=lambda page: (order.get(page.path, len(order)), page.path)
        ):
            found.setdefault(page.language, {})[page.path] = page
        return found

    def is_own(self, page: Page) -> bool:
        """Return whether `page` is an organisation's own, and so not a translation of a shipped one."""
        return page.file in self.overlay.files

    def source_of(self, page: Page) -> Page | None:
        """Return the page of the source language that `page` translates; None where it is not a translation."""
        if page.language == self.source_language.code or self.is_own(page):
            return None
        return self.page(self.source_language.code, page.path)

    @property
    def own_contacts(self) -> dict[str, Contact]:
        """The contacts of the site's own country."""
        return self.contacts.get(self.country, {})

    @property
    def danger_contacts(self) -> list[Contact]:
        """The contacts for when a life is in danger: the site's own crisis numbers for danger or suicide."""
        return [
            contact
            for contact in self.contacts.get(self.country, {}).values()
            if contact.crisis and contact.numbers and {"danger", "suicide"} & {*contact.needs}
        ]

    def country_of(self, page: Page) -> str:
        """Return the code of the country whose contacts `page` shows: its jurisdiction, else the site's own."""
        return (page.front.jurisdiction or self.country).lower()

    def is_foreign(self, page: Page) -> bool:
        """Return whether `page` describes the law and the help of another country than the site's own."""
        return self.country_of(page) != self.country

    def find(self, place: str) -> Path:
        """Return the file at `place` (`docs/nl/…`): the organisation's own, else the shipped one."""
        return self.overlay.files.get(place, self.root / place)

    def setting_at(self, key: str) -> tuple[str, int]:
        """Return the file and line of the setting `key`: in the organisation's settings, else in `mkdocs.yml`."""
        settings = self.overlay.settings
        if isinstance(settings.value, dict) and key in settings.value:
            return settings.file, settings.line((key,))
        return "mkdocs.yml", self.data["mkdocs.yml"].line(("extra", key))

    def picture(self, name: str) -> Path:
        """Return the file of the template of a drawing."""
        return self.root / "overrides" / "pictures" / f"{name}.svg"

    def _load_configuration(self) -> None:
        document = self._read("mkdocs.yml")
        if document is _EMPTY:
            return
        self.languages, of_languages = read_languages(document)
        self.navigation, of_navigation = read_navigation(document)
        self.host, of_host = read_host(document)
        self.problems += [*of_languages, *of_navigation, *of_host, *check_addresses(document)]
        extra = document.value.get("extra") if isinstance(document.value, dict) else None
        extra = extra if isinstance(extra, dict) else {}
        country = str(extra.get("country", self.country))
        if fix := explain_country(country):
            what = f"{country!r} is not a country"
            self.problems.append(document.problem(("extra", "country"), "country", what, fix))
        else:
            self.country = country  # part of the name of a file
        self.edition = str(extra.get("edition", self.edition))
        if self.edition not in {"preview", "release"}:
            what = f"unknown edition {self.edition!r}"
            fix = "write preview or release"
            self.problems.append(document.problem(("extra", "edition"), "edition", what, fix))
        if overlay := self.overlay:
            self.languages, self.navigation = overlay.languages, overlay.navigation
            self.country = overlay.country or self.country
            self.edition = overlay.edition or self.edition
            self.host = self.host.model_copy(update=dict(overlay.host))

    def _load_data(self) -> None:
        self.page_types = self._load_models("data/page_types.yml", PageType, dict)
        self.sources = self._load_models("data/sources.yml", Source, dict)
        self.claims = self._load_models("data/claims.yml", Claim, list)
        folder = self.root / "data" / "contacts"
        found = set() if folder.is_symlink() else {path.stem for path in folder.glob("*.yml")}
        for country in sorted(found | {self.country}):
            file = f"data/contacts/{country}.yml"
            self.contacts[country] = self._load_models(file, Contact, list)
        if (self.root / PLATFORMS).is_file():
            self.platforms = self._load_models(PLATFORMS, Platform, list)
        if (self.root / REMOVAL).is_file():
            self.removal = self._load_models(REMOVAL, Removal, list)
        self._load_terms()
        for language in self.languages:
            try:
                self.words[language.code] = read_words(self.root, language.code)
            except Unreadable as error:
                self.problems.append(error.problem)
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
        document = self._read("data/terms.yml", dict | None)
        for language, entries in (document.value or {}).items():
            if language == "foreign" and isinstance(entries, dict):
                self.foreign_words |= {
                    str(word): str(code) for word, code in entries.items() if word
                }
                continue
            if not isinstance(entries, list):
                what = f"the terms of {language!r} are not a list"
                fix = "write - use: … for each, as for the other languages"
                self.problems.append(document.problem((language,), "data", what, fix))
                continue
            terms = []
            for number, entry in enumerate(entries):
                term, problems = validate(Term, document, entry, (language, number), "data")
                self.problems += problems
                terms += [term] if term else []
            self.terms[str(language)] = tuple(terms)
            self.foreign_words |= {word: "nl" for term in terms for word in term.dutch if word}

    def reread(self, file: str) -> list[Problem]:
        """Load the shipped page `file` (`docs/nl/…`) again, and return the problems of its front matter."""
        if file in self.overlay.files:
            return []  # an organisation's page replaces it
        self.problems = [problem for problem in self.problems if problem.file != file]
        problems: list[Problem] = []
        if not leads_out(self.root / file, self.root):
            problems = self._load_page(file, self.root / file, file.split("/")[1])
        self.__dict__.pop("_by_language", None)
        return problems

    def _load_pages(self) -> None:
        for language in self.languages:
            folder = f"docs/{language.code}/"
            files: dict[str, Path] = {}
            for path, _ in sorted(walk(self.root / folder)):
                place = path.relative_to(self.root).as_posix()
                is_left_out = place.removeprefix(folder) in self.overlay.left_out
                # A rule reports links that lead out of the project; they are not read.
                if path.name.endswith(".md") and not is_left_out and not leads_out(path, self.root):
                    files[place] = path
            files |= {
                place: path
                for place, path in self.overlay.files.items()
                if place.startswith(folder) and place.endswith(".md")
            }
            for place, path in files.items():
                self._load_page(place, path, language.code)

    def _load_page(self, place: str, path: Path, code: str) -> list[Problem]:
        """Load the page at `place` (`docs/nl/…`) from the file `path`, and return the problems of its front matter."""
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
            return
        document = self._read(REDIRECTS)
        self.redirects, problems = read_redirects(document)
        self.problems += problems
        if self.languages:
            codes = {language.code for language in self.languages}
            paths = self.paths_in(self.source_language.code)
            own = {place.split("/", 2)[2] for place in self.overlay.files}
            self.redirects = {old: new for old, new in self.redirects.items() if old not in own}
            known = paths | self.overlay.left_out
            self.problems += check_redirects(self.redirects, document, known, codes)

    def _read(self, name: str, kind: type | UnionType = object) -> Yaml:
        """Read the file `name`, whose value must be a `kind`; return _EMPTY where it cannot be used."""
        try:
            document = self.overlay.documents.get(name) or read_yaml(self.root / name, self.root)
        except Unreadable as error:
            self.problems.append(error.problem)
            return _EMPTY
        self.data[name] = document
        if isinstance(document.value, kind):
            return document
        what = f"expected a {'list of entries' if kind is list else 'mapping of keys'}"
        self.problems.append(Problem(name, 1, "data", what, "see the other files in data/"))
        return _EMPTY

    def _load_models(self, name: str, model: type[Model], kind: type) -> dict[str, Model]:
        """Return the valid entries of the file `name`, a dict by key or a list of models with an `id`."""
        document = self._read(name, kind)
        entries = document.value
        result: dict[str, Model] = {}
        for key, value in entries.items() if isinstance(entries, dict) else enumerate(entries):
            found, problems = validate(model, document, value, (key,), "data")
            self.problems += problems
            if found is None:
                continue
            own = str(key if kind is dict else getattr(found, "id"))  # noqa: B009 - not in every model
            if own in result:
                what = f"the id {own!r} is here twice"
                self.problems.append(document.problem((key,), "data", what, "rename one"))
            result.setdefault(own, found)
        return result
