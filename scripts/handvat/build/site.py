"""What a finishing step knows of the site it works on, so that no step depends on another."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any
from urllib.parse import quote

from handvat.cache import Cache
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.problem import UserError
from handvat.content.progress import LanguageProgress


class StepFailed(UserError):
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
    new: int = 0
    """How many were made now, and not by an earlier build."""

    def add(self, other: Rendered) -> None:
        """Takes in what is known of other pages of the language."""
        self.pages |= other.pages
        self.named |= other.named
        self.files |= other.files
        self.findable |= other.findable
        self.new += other.new
        for policy, page in other.policies.items():
            self.policies[policy] = min(page, self.policies.get(policy, page))


@dataclass
class Indexing:
    """The search index of a language in the making."""

    own: int
    """How many pages its language has."""
    waiting: list[tuple[str, str]] = field(default_factory=list)
    """Pages that are not handed over yet, and what search reads of them."""
    pages: int = 0
    """How many it must have, as far as is known."""
    words: set[str] = field(default_factory=set)
    """Those of their titles and headings."""
    digest: Any = field(default_factory=hashlib.sha256)
    """Of all that search reads."""
    new: int = 0
    """How many of them were made now, and not by an earlier build."""
    address: str = ""
    """Where the index is kept; `""` until all pages are there."""
    is_asked_for: bool = False
    """Whether Pagefind was told to give the index."""
    process: Popen[bytes] | None = None
    """Pagefind, once it is at work on it."""
    answers: bytearray = field(default_factory=bytearray)
    """What it has said so far."""
    answered: int = 0
    """How many orders it has answered in that."""


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
    progress: Callable[[], Sequence[LanguageProgress]] = tuple
    """How far each language is: to find out may take reading all pages."""
    cache: Cache = field(default_factory=Cache)
    """What earlier builds made."""
    indexing: dict[str, Indexing] = field(default_factory=dict)
    """Language code → the making of its search index, which begins with its first page."""

    @property
    def default_language(self) -> Language:
        """The language at the root of the site."""
        return self.languages[0]

    def address(self, language: Language, url: str = "") -> str:
        """The absolute address of the page at `url` below the home of `language`."""
        return self.site_url + quote(language.prefix + url)

    def files(self, folder: str = "") -> Iterator[str]:
        """The names of the files in `folder` and below it; both are relative to the root of the site."""
        # Not with a Path for each of thousands: they take longer than the disk.
        root = len(f"{self.folder}/")
        for above, _, names in os.walk(self.folder / folder):
            yield from (f"{above}/{name}"[root:] for name in names)

    def owner(self, path: str) -> Language:
        """The language that `path` (relative to `folder`, with slashes) belongs to."""
        for language in self.languages[1:]:
            if path.startswith(language.prefix):
                return language
        return self.default_language
