"""The site between rendering and the swap: the input of a post-processing step."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from handvat.cache import Cache
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.problem import UserError
from handvat.content.translation import LanguageProgress


class StepFailed(UserError):
    """A step cannot finish the site; its text is the reason and the fix."""


class Part(NamedTuple):
    """A section of a page as search reads it: the id and text of its heading, and its text."""

    id: str
    title: str
    text: str


@dataclass
class RenderedLanguage:
    """The facts of the pages of one language that the steps need; the pages are in the folder of the site already."""

    pages: dict[str, tuple[str, int]] = field(default_factory=dict)
    """File below the root of the site → its `offline.fingerprint` and its size in bytes."""
    references: set[str] = field(default_factory=set)
    """Absolute addresses of the scripts, styles and pictures that the pages need."""
    policies: dict[str, str] = field(default_factory=dict)
    """Each Content-Security-Policy of the pages → the first page that has it."""
    documents: dict[str, Sequence[Part]] = field(default_factory=dict)
    """Path of a page that search may find → what search reads of it."""
    from_cache: int = 0
    """The number of pages that were rendered in an earlier build."""
    static_files: dict[str, Path] = field(default_factory=dict)
    """Files below `docs/` that are not pages: place on the site → file."""

    def add(self, other: RenderedLanguage) -> None:
        """Add other pages of the language."""
        self.pages |= other.pages
        self.references |= other.references
        self.documents |= other.documents
        self.from_cache += other.from_cache
        self.static_files |= other.static_files
        for policy, page in other.policies.items():
            self.policies[policy] = min(page, self.policies.get(policy, page))


@dataclass(frozen=True)
class SiteOutput:
    """A site that is being made. Steps change nothing outside `folder` and `scratch`."""

    folder: Path
    """The staging folder with the tree that readers will get; its pages are there."""
    rendered: dict[str, RenderedLanguage]
    """Language code → its pages."""
    scratch: Path
    """A folder for temporary files, deleted with the staging folder."""
    languages: tuple[Language, ...]
    """The languages of this build, default first."""
    kb: KnowledgeBase
    site_url: str
    """The absolute address of the site's root, with a slash at the end."""
    name: str = ""
    """The site's name."""
    repo_url: str = ""
    """The address of its source; `""` when it is not known."""
    themes: tuple[Path, ...] = ()
    """The folders of the theme: ours, which takes precedence, and Material's."""
    progress: Sequence[LanguageProgress] = ()
    """The progress of each language; none in the live preview, which runs no steps."""
    cache: Cache = field(default_factory=Cache)

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


def write_file(file: Path, data: bytes, copies: Mapping[str, bytes] | None = None) -> None:
    """Write `data` to `file`, whose folder is made when it does not exist.

    `copies`: ending → the bytes of a compressed copy, to write beside it.
    """
    if not file.parent.is_dir():
        file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    for ending, copy in (copies or {}).items():
        Path(f"{file}{ending}").write_bytes(copy)


def source_date_epoch() -> datetime.datetime | None:
    """Return the time in `SOURCE_DATE_EPOCH` (seconds since 1970, UTC), None where it is not set.

    Raises UserError for a value that is not a time.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise UserError(
            f"SOURCE_DATE_EPOCH is {epoch[:40]!r}, and no day: give seconds since 1970, or leave it out"
        ) from None


def build_date() -> datetime.date:
    """Return the day of the build: of `SOURCE_DATE_EPOCH`, else today (UTC). Raises UserError."""
    return (source_date_epoch() or datetime.datetime.now(datetime.UTC)).date()
