"""Knows what goes along in a copy of one language and where each link of it leads.

A reader with a USB stick has no server: from `file://` a browser opens files and not folders, and a
link to what stayed at home ends in an error page. So each address is looked up here, once: it is a
file of the copy, or a page of the site on the internet, or nowhere.
"""

from __future__ import annotations

import datetime
import posixpath
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from handvat.content.languages import Language
from handvat.content.problem import UserError
from handvat.content.ui_strings import Strings

_STAYS_HOME = ("downloads/", "pagefind/")
"""Other copies; and the search index, that browsers refuse to load from `file://`."""

_STAYS_HOME_TYPES = {".html", ".xml", ".webmanifest"}
"""Signs at old addresses, feeds and the sitemap, what an installed site needs."""

_NOWHERE = "https://nowhere.invalid/"


class CopyFailed(UserError):
    """A copy that works cannot be made of this site; the text says why and what to do."""


@dataclass(frozen=True)
class Edition:
    """One language of the built site as it goes into a copy.

    Paths are those of files, with slashes: relative to the site, as `ar/now/index.html`, or to the
    copy, where the same page is `now/index.html`.
    """

    site: Path
    """The folder of the built site."""
    language: Language
    others: tuple[Language, ...]
    """The other languages of the site."""
    strings: Strings
    day: datetime.date
    """When the site was built."""
    address: str
    """The site on the internet, with a slash at the end; `""` where it is not published."""

    @property
    def name(self) -> str:
        """The name of the folder and of the archive: ASCII, for any file system."""
        return name_of(self.language)

    def pages(self) -> tuple[str, ...]:
        """The pages of this language; not the error page, that only a server shows."""
        files = (self.site / self.language.prefix).rglob("index.html")
        paths = sorted(file.relative_to(self.site).as_posix() for file in files)
        return tuple(path for path in paths if self.holds(path))

    def owner(self, path: str) -> Language:
        """The language that the page of the site at `path` belongs to."""
        both = (self.language, *self.others)
        named = (one for one in both if one.prefix and path.startswith(one.prefix))
        return next(named, next(one for one in both if one.is_default))

    def place(self, path: str) -> str:
        """Where the file of the site at `path` stands in the copy."""
        return path.removeprefix(self.language.prefix)

    def find(self, page: str, link: str) -> tuple[str, str] | None:
        """The file of the site that `link` on the page at `page` leads to, and the fragment.

        The file need not be there. None for what is outside the site: other hosts, phone numbers.
        """
        if self.address and link.startswith(self.address):
            link = _NOWHERE + link.removeprefix(self.address)
        full = urljoin(_NOWHERE + quote(page), link)
        if not full.startswith(_NOWHERE):
            return None
        parts = urlsplit(full)
        path = unquote(parts.path).lstrip("/")
        if not path or path.endswith("/") or (self.site / path).is_dir():
            path = posixpath.join(path, "index.html")
        return path, parts.fragment

    def holds(self, path: str) -> bool:
        """Whether the file of the site at `path` goes along, when a page asks for it."""
        file = self.site / path
        if path.startswith(_STAYS_HOME) or not file.is_file():
            return False
        if file.name == "index.html":
            return self.owner(path) == self.language and _is_page(file)
        return file.suffix not in _STAYS_HOME_TYPES

    def relative(self, page: str, path: str, fragment: str) -> str:
        """The address of the file at `path`, seen from the page at `page`, within the copy."""
        here = posixpath.dirname(self.place(page))
        address = quote(posixpath.relpath(self.place(path), here or "."))
        return f"{address}#{fragment}" if fragment else address

    def online(self, path: str, fragment: str = "") -> str:
        """The address on the internet of the file at `path`; `""` where there is none."""
        if not self.address:
            return ""
        address = self.address + quote(path.removesuffix("index.html"))
        return f"{address}#{fragment}" if fragment else address


def name_of(language: Language) -> str:
    """The name of the copy in `language`, without an ending."""
    return f"handvat-{language.code}"


def _is_page(file: Path) -> bool:
    """Whether `file` has the frame of the site; a sign at an old address has none."""
    return b"<main" in file.read_bytes()
