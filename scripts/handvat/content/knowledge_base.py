"""The whole knowledge base in memory, typed: what the checks, the templates and the verbs stand on.

Loading never stops at the first broken file: each becomes a problem with file and line, and
everything that can be read is there, so that one message lists all there is to mend.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache as memo
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from handvat.cache import Cache
from handvat.content import terms as danger
from handvat.content import urls as redirects
from handvat.content.contacts import Contact
from handvat.content.front_matter import PageType
from handvat.content.language_detection import Doubt, doubts, vocabulary
from handvat.content.languages import Language, NavEntry, read_languages, read_navigation
from handvat.content.mentions import Mentions, mentions
from handvat.content.page import Page, Written, read_page
from handvat.content.problem import Problem, did_you_mean
from handvat.content.settings import HostSettings, read_host
from handvat.content.source_map import Composed, read_composed
from handvat.content.sources import Claim, Source
from handvat.content.terms import Term, read_words
from handvat.content.translation import Part, TranslationState, outline, state_of
from handvat.content.ui_strings import Strings, check_exit, compare_strings, read_strings
from handvat.content.urls import check_addresses
from handvat.content.yaml_reader import Unreadable, Yaml, leads_out, read_yaml, validate
from handvat.workers import Lost, helpers, shared

Model = TypeVar("Model", bound=BaseModel)

_EMPTY = Yaml("", {})
_COUNTRY = re.compile(r"[a-z]{2}")


class NotGiven(LookupError):
    """Somebody asked for pages of a language that this part of a knowledge base does not have."""


@dataclass(frozen=True)
class Elsewhere:
    """What part of a knowledge base still says of all its languages."""

    given: frozenset[str]
    """Codes of the languages whose pages are there."""
    paths: Mapping[str, Set[str]]
    """Language code → the paths of its pages."""


@dataclass
class KnowledgeBase:
    """Everything that `docs/`, `data/` and `mkdocs.yml` say; `problems` holds what could not be read."""

    root: Path
    languages: tuple[Language, ...] = ()
    source: str = ""
    """The code of the source language, `""` where it is the default one."""
    country: str = "nl"
    edition: str = "preview"
    host: HostSettings = field(default_factory=HostSettings)
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    """(language code, path below the language's folder) → page."""
    unreadable: set[tuple[str, str]] = field(default_factory=set)
    """Pages that are there but could not be read: their problem is told once, not at each link."""
    navigation: tuple[NavEntry, ...] = ()
    page_types: dict[str, PageType] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    contacts: dict[str, dict[str, Contact]] = field(default_factory=dict)
    """Country → id → contact, in the order of the file, which is the order of urgency."""
    terms: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    """Path of a page that is gone → path of the one that took its place."""
    words: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    """Language → line and word of what its dictionary lacks, in the order of the file."""
    danger: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Language → beginnings of words that mean danger when somebody searches with them."""
    strings: dict[str, Strings] = field(default_factory=dict)
    composed: Composed = field(default_factory=Composed)
    """What of all this an organisation laid over the shipped pages; nothing in the project itself."""
    data: dict[str, Yaml] = field(default_factory=dict)
    """The data files as read, by name relative to the root: for the lines of messages."""
    problems: list[Problem] = field(default_factory=list)
    outlines: Mapping[Page, tuple[Part, ...]] = field(default_factory=dict)
    """Of pages whose outline is at hand; that of others is made when it is asked for."""
    mentions: Mapping[str, Mentions] = field(default_factory=dict)
    """Language code → what its pages mention, where that is at hand."""
    common: Mapping[str, Set[str]] = field(default_factory=dict)
    """Language code → its common words, where they are at hand."""
    doubts: Mapping[str, Sequence[Doubt]] = field(default_factory=dict)
    """Language code → its paragraphs that may be in another language, where they are at hand."""
    elsewhere: Elsewhere | None = None
    """What is known of the languages whose pages are left out; None where none is."""
    _kept: Cache = field(default=Cache(), init=False, repr=False)
    """What its files came to when they were last read."""

    @classmethod
    def load(cls, root: Path, cache: Cache = Cache()) -> KnowledgeBase:
        """Reads the project in the folder `root`. Raises nothing for bad content.

        Heads of pages and data are kept in `cache`: reading them takes longer than anything else.
        """
        base = cls(root.resolve())
        base._kept = cache
        base.composed = read_composed(base.root)
        base._load_configuration()
        written = base._find_pages(cache)
        base._read_heads(written, base._load_data)
        base._load_pages(written)
        base._load_redirects()
        return base

    @property
    def default_language(self) -> Language:
        """The language at the root of the site, which stands in where another has no page."""
        return self.languages[0]

    @property
    def source_language(self) -> Language:
        """The language that texts are written in first, and translated from; often the default one."""
        named = [language for language in self.languages if language.code == self.source]
        return named[0] if named else self.default_language

    def language(self, code: str) -> Language:
        """The language with this code. Raises KeyError when the site does not have it."""
        for language in self.languages:
            if language.code == code:
                return language
        raise KeyError(code)

    def page(self, language: str, path: str) -> Page | None:
        """The page at `path` in `language`, None when it is not there yet."""
        self._must_have(language)
        return self.pages.get((language, path))

    def paths_in(self, language: str) -> Set[str]:
        """The paths of the pages of one language, also where it is left out here."""
        return self._paths.get(language, frozenset())

    @cached_property
    def _paths(self) -> Mapping[str, Set[str]]:
        if self.elsewhere:
            return self.elsewhere.paths
        paths: dict[str, set[str]] = {}
        for code, path in self.pages:
            paths.setdefault(code, set()).add(path)
        return paths

    def part(self, *codes: str) -> KnowledgeBase:
        """The same with the pages of the languages `codes` alone; to ask for others raises NotGiven.

        Which others there are is still known (`paths_in`).
        """
        pages = {
            (code, page.path): page for code in dict.fromkeys(codes) for page in self.pages_in(code)
        }
        elsewhere = Elsewhere(frozenset(codes), self._paths)
        return replace(self, pages=pages, mentions={}, doubts={}, elsewhere=elsewhere)

    def _must_have(self, language: str) -> None:
        if self.elsewhere and language not in self.elsewhere.given:
            raise NotGiven(f"the pages of {language} are not to be looked at here")

    def outline(self, page: Page) -> tuple[Part, ...]:
        """The sections of `page` as translations are held against them."""
        return self.outlines.get(page) or outline(page)

    def mentions_of(self, language: str) -> Mentions:
        """What the pages of one language mention of things beyond it."""
        return self.mentions.get(language) or mentions(self.pages_in(language))

    def common_in(self, language: str) -> Set[str]:
        """The common words of one language."""
        found = self.common.get(language)
        return vocabulary(self.pages_in(language)).common if found is None else found

    def doubts_in(self, language: str) -> Sequence[Doubt]:
        """The paragraphs of one language that may be in another."""
        found = self.doubts.get(language)
        if found is None:
            others = [one.code for one in self.languages if one.code != language]
            own, *theirs = map(self.common_in, (language, *others))
            found = doubts(list(self.pages_in(language)), own, theirs)
        return found

    @property
    def languages_here(self) -> tuple[Language, ...]:
        """The languages whose pages are here."""
        given = self.elsewhere.given if self.elsewhere else None
        return tuple(one for one in self.languages if given is None or one.code in given)

    def state_of(self, translation: Page, source: Page) -> TranslationState:
        """How `translation` stands to `source`, by their outlines."""
        there = [section.id for section in self.outline(translation)]
        wanted = {section.id: section.fingerprint for section in self.outline(source)}
        return state_of(translation, there, wanted)

    def is_own(self, page: Page) -> bool:
        """Whether the organisation that hosts the site supplies `page`: it translates nothing."""
        return page.file in self.composed.own

    def source_of(self, page: Page) -> Page | None:
        """The page of the source language that `page` translates; None for one that translates none."""
        if page.language == self.source_language.code or self.is_own(page):
            return None
        return self.page(self.source_language.code, page.path)

    def pages_in(self, language: str) -> Iterator[Page]:
        """The pages of one language in the order of the navigation, then the others by name."""
        self._must_have(language)
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
        """Whose numbers a page gives: of the country that it describes, else of the site's own."""
        return (page.front.jurisdiction or self.country).lower()

    def contacts_of(self, page: Page) -> dict[str, Contact]:
        """The contacts that a page asks for by name."""
        return self.contacts.get(self.country_of(page), {})

    def is_foreign(self, page: Page) -> bool:
        """Whether a page describes the law and the help of another country than the site's own."""
        return self.country_of(page) != self.country

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
        self.source = str(extra.get("source_language", ""))
        if self.source and self.source not in {language.code for language in self.languages}:
            line = document.line(("extra", "source_language"))
            self.problems.append(
                Problem("mkdocs.yml", line, "languages",
                        f"the source language {self.source!r} is not one of the site",
                        did_you_mean(self.source, [language.code for language in self.languages]))
            )  # fmt: skip
        country = str(extra.get("country", self.country))
        if _COUNTRY.fullmatch(country):
            self.country = country  # it becomes the name of a file
        else:
            line = document.line(("extra", "country"))
            self.problems.append(
                Problem("mkdocs.yml", line, "country", f"{country!r} is no country",
                        "write two small letters, as nl: data/contacts/nl.yml holds its contacts")
            )  # fmt: skip
        self.edition = str(extra.get("edition", self.edition))
        if self.edition not in {"preview", "release"}:
            line = document.line(("extra", "edition"))
            self.problems.append(
                Problem("mkdocs.yml", line, "edition", f"unknown edition {self.edition!r}",
                        "write preview or release")
            )  # fmt: skip
        self.host, problems = read_host(document)
        self.problems += [*problems, *check_addresses(document)]

    def _load_data(self) -> None:
        self.page_types = self._mapping("data/page_types.yml", PageType)
        self.sources = self._mapping("data/sources.yml", Source)
        self.claims = self._list("data/claims.yml", Claim)
        folder = self.root / "data" / "contacts"
        found = set() if folder.is_symlink() else {path.stem for path in folder.glob("*.yml")}
        for country in sorted(found | {self.country}):
            self.contacts[country] = self._list(f"data/contacts/{country}.yml", Contact)
        self._load_terms()
        if (self.root / danger.NAME).is_file():
            self.danger, problems = danger.read_danger(self._read(danger.NAME))
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
        """Takes the page `file` (`docs/nl/…`) as it is now. Returns the problems of its head."""
        _, code, below = file.split("/", 2)
        self.problems = [problem for problem in self.problems if problem.file != file]
        self.pages.pop((code, below), None)
        self.unreadable.discard((code, below))
        problems: list[Problem] = []
        if not leads_out(self.root / file, self.root):
            page, problems = read_page(self.root / file, self.root, code)
            if page:
                self.pages[code, below] = page
            else:
                self.unreadable.add((code, below))
        self.problems += problems
        for known in ("_in_order", "_paths"):
            self.__dict__.pop(known, None)
        return problems

    def _find_pages(self, cache: Cache) -> dict[str, Written]:
        """The pages of each language, as they were written."""
        is_out = memo(lambda folder: leads_out(folder, self.root))
        found = {}
        for language in self.languages:
            # A check names links that lead out of the project; nothing is read.
            paths = [
                path
                for path in sorted(_markdown_files(self.root / "docs" / language.code))
                if not ((is_out(path.parent) or path.is_symlink()) and leads_out(path, self.root))
            ]
            found[language.code] = Written(paths, self.root, language.code, cache)
        return found

    def _read_heads(self, written: Mapping[str, Written], meanwhile: Callable[[], None]) -> None:
        """Has other processes read the heads that nobody has read, where they are many; this one does `meanwhile`."""
        unread = {code: pages for code, pages in written.items() if pages.heads is None}
        # Who keeps nothing may have threads, and must not be forked.
        most = helpers(sum(map(len, unread.values()))) if self._kept.folder else 0
        if not most:
            meanwhile()
            return
        for code, heads in shared(lambda code: unread[code].read_heads(), unread, most, meanwhile):
            if not isinstance(heads, Lost):
                unread[code].heads = heads

    def _load_pages(self, written: Mapping[str, Written]) -> None:
        for code, pages in written.items():
            folder = self.root / "docs" / code
            for path, (page, problems) in pages.read():
                self.problems += problems
                below = path.relative_to(folder).as_posix()
                if page:
                    self.pages[code, below] = page
                else:
                    self.unreadable.add((code, below))

    def _load_redirects(self) -> None:
        if not (self.root / redirects.NAME).is_file():
            return  # nothing was ever renamed
        document = self._read(redirects.NAME)
        self.redirects, problems = redirects.read_redirects(document)
        self.problems += problems
        if self.languages:
            paths = {page.path for page in self.pages_in(self.source_language.code)}
            codes = {language.code for language in self.languages}
            self.problems += redirects.check_redirects(self.redirects, document, paths, codes)

    def _read(self, name: str) -> Yaml:
        try:
            document = read_yaml(self.root / name, self.root, self._kept)
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
    # os.walk follows a link that it begins with, and names of files elsewhere would be told.
    for parent, folders, files in os.walk(folder) if not folder.is_symlink() else ():
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent) / name for name in [*files, *folders] if name.endswith(".md"))
