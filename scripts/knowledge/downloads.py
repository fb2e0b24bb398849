"""Knows which copies to take along a host has made: a page must not offer a file that is not there.

`make zip` and `make handbook` write to `downloads/`, the build takes along what it finds there.
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
