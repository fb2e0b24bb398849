"""What a finishing step knows of the site it works on, so that no step depends on another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from urllib.parse import quote

from scripts.cache import Cache
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.languages import Language
from scripts.knowledge.progress import LanguageProgress


class StepFailed(Exception):
    """A step cannot make a good site of what it was given; the text says why and what to do."""


@dataclass
class Rendered:
    """What is known of the pages of one language, which stand on the site already."""

    pages: dict[str, tuple[str, int]] = field(default_factory=dict)
    """The file of each page, below the root of the site → its fingerprint (`device_list`) and size in bytes."""
    named: set[str] = field(default_factory=set)
    """Addresses of the files that they name."""
    policies: dict[str, str] = field(default_factory=dict)
    """Each Content-Security-Policy that they have → the first page with it."""
    files: dict[str, Path] = field(default_factory=dict)
    """What lies among the texts and is no page: place on the site → where it lies."""
    findable: dict[str, str] = field(default_factory=dict)
    """Each page that search may find → what search reads of it, until it is handed over."""

    def add(self, other: Rendered) -> None:
        """Takes in what is known of other pages of the language."""
        self.pages |= other.pages
        self.named |= other.named
        self.files |= other.files
        self.findable |= other.findable
        for policy, page in other.policies.items():
            self.policies[policy] = min(page, self.policies.get(policy, page))


@dataclass
class Indexing:
    """A search index that is being made."""

    process: Popen[bytes]
    address: str
    """Where it is kept when it is ready."""
    pages: int
    """How many it must have."""
    words: Collection[str]
    """Those of their titles and headings."""
    answers: bytearray = field(default_factory=bytearray)
    """What the process has said so far."""


@dataclass(frozen=True)
class Site:
    """A site between rendering and the swap. Steps change nothing outside `folder` and `scratch`."""

    folder: Path
    """The tree that readers will get, in staging, with its pages in it."""
    rendered: dict[str, Rendered]
    """Language code → what is known of its pages."""
    scratch: Path
    """An empty folder for what a step needs in between; thrown away with the staging folder."""
    languages: tuple[Language, ...]
    """The languages of this build, default first."""
    kb: KnowledgeBase
    site_url: str
    """The absolute address of the site's root, with a slash at the end."""
    name: str = ""
    """What the site is called."""
    repo_url: str = ""
    """Where its source stands, `""` where nobody says."""
    themes: tuple[Path, ...] = ()
    """The folders with the theme's files: ours, which go before, and Material's."""
    progress: tuple[LanguageProgress, ...] = ()
    """How far each language is."""
    cache: Cache = field(default_factory=Cache)
    """What earlier builds made."""
    to_index: list[tuple[Language, str, list[tuple[str, str]]]] = field(default_factory=list)
    """Languages that wait for their search index, where it will be kept, and what search reads of their pages."""
    indexing: dict[str, Indexing] = field(default_factory=dict)
    """Language code → the making of its search index, which may begin before the steps do."""

    @property
    def default_language(self) -> Language:
        """The language at the root of the site."""
        return self.languages[0]

    def address(self, language: Language, url: str = "") -> str:
        """The absolute address of the page at `url` below the home of `language`."""
        return self.site_url + quote(language.prefix + url)

    def owner(self, path: str) -> Language:
        """The language that `path` (relative to `folder`, with slashes) belongs to."""
        for language in self.languages[1:]:
            if path.startswith(language.prefix):
                return language
        return self.default_language
