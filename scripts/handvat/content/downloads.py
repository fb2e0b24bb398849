"""Knows which copies to take along a host has made: a page must not offer a file that is not there.

`handvat export zip` and `handvat export pdf` write to `downloads/`, the build takes along what it finds there.

Reads from a built site what it says of itself, for whoever carries it elsewhere: nothing else knows for sure.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = "downloads"
"""In the project, and below the root of the site."""

_NAME = re.compile(r"handvat-(?P<language>[a-z]{2,3})\.(?P<kind>zip|pdf)")


@dataclass(frozen=True)
class Download:
    """A file that holds a whole language: for a USB stick (zip) or for paper (pdf)."""

    path: Path
    language: str
    kind: Literal["zip", "pdf"]
    size: int
    """In bytes."""
    made: datetime.date

    @property
    def url(self) -> str:
        """Relative to the root of the site."""
        return f"{FOLDER}/{self.path.name}"

    @property
    def facts(self) -> tuple[str, int, datetime.date]:
        """All that a page says of it: wherever the project stands, the same."""
        return self.path.name, self.size, self.made


def find_downloads(root: Path) -> Iterator[Download]:
    """What lies in `downloads/` of the project in `root`, zip before pdf; other files are none."""
    for path in sorted(
        (root / FOLDER).glob("*"), key=lambda path: (path.suffix != ".zip", path.name)
    ):
        found = _NAME.fullmatch(path.name)
        if found and path.is_file():
            status = path.stat()
            made = datetime.datetime.fromtimestamp(status.st_mtime, datetime.UTC).date()
            kind: Literal["zip", "pdf"] = "zip" if found["kind"] == "zip" else "pdf"
            yield Download(path, found["language"], kind, status.st_size, made)


_SITEMAP = "Sitemap: "


def site_address(site: Path) -> str:
    """The address that the site in the folder `site` was built for, with a slash at the end.

    `""` where it says none. Every build says it to search engines, in `robots.txt`.
    """
    file = site / "robots.txt"
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        if line.startswith(_SITEMAP):
            return line.removeprefix(_SITEMAP).removesuffix("sitemap.xml")
    return ""
