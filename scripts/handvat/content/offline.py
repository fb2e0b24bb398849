"""Reading without internet: the pages that a device stores, and the exports for download.

The build writes a manifest `offline/<code>.json` for each language (`postprocess/service_worker.py`), with a fingerprint
of each file; `handvat deploy` reads it. `handvat export zip|pdf` writes exports to `downloads/`. A page must not offer
one that is not there, nor that of another edition: the handbook of a country edition has that country's emergency
numbers. So a record beside each export names the edition and the commit that it was made of.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handvat.content.git_history import commit_of
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language

MANIFESTS = "offline"
"""Below the root of the site."""

INDEX = "index.html"

# The day of the build is at the foot of each printed page. A nightly build must not make readers fetch every page.
_DAY = re.compile(rb'<p class="foot-paper">.*?</p>', re.DOTALL)

_HASHED = re.compile(r"assets/[^/]+\.[0-9a-f]{8}\.(?:css|js)")


def hashed_name(name: str, data: bytes) -> str:
    """Return `name` with a hash of its content `data`: `search.0123abcd.js` for `search.js`."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:8]}.{ending}"


def is_hashed(name: str) -> bool:
    """Return whether the file at `name`, below the root of the site, has a hash of its content in its name.

    Such a file never changes: scripts and styles.
    """
    return bool(_HASHED.fullmatch(name))


def address_of(name: str) -> str:
    """Return the address of the file at `name`, below the root of the site: that of a page ends with a slash."""
    return name.removesuffix(INDEX) if name.rsplit("/", maxsplit=1)[-1] == INDEX else name


def fingerprint(data: bytes) -> str:
    """Return a short hash of a file, the same whatever the day at the foot of a page."""
    return hashlib.sha256(_DAY.sub(b"", data)).hexdigest()[:12]


DOWNLOADS = "downloads"
"""In the project, and below the root of the site."""

_NAME = re.compile(r"handvat-([a-z]{2,3})\.(zip|pdf)")


@dataclass(frozen=True)
class Download:
    """An export with all texts of a language: for a USB stick (zip) or for paper (pdf)."""

    path: Path
    language: str
    kind: str
    """`zip` or `pdf`."""
    size: int
    """In bytes."""
    made: datetime.date
    edition: str
    """The `KnowledgeBase.edition_name` of the record; `""` without a record."""

    @property
    def url(self) -> str:
        """The address relative to the root of the site."""
        return f"{DOWNLOADS}/{self.path.name}"


def file_name(language: Language, kind: Literal["zip", "pdf"]) -> str:
    """Return the name of a download: ASCII, for any file system."""
    return f"handvat-{language.code}.{kind}"


def find_downloads(base: KnowledgeBase) -> list[Download]:
    """Return the downloads of the edition `base`, zip before pdf."""
    return [one for one in all_downloads(base.root) if one.edition == base.edition_name]


def all_downloads(root: Path) -> Iterator[Download]:
    """Yield the downloads of any edition in the project `root`, zip before pdf; other files are ignored."""
    for path in sorted(
        (root / DOWNLOADS).glob("*"), key=lambda path: (path.suffix != ".zip", path.name)
    ):
        found = _NAME.fullmatch(path.name)
        if found and path.is_file():
            status = path.stat()
            made = datetime.datetime.fromtimestamp(status.st_mtime, datetime.UTC).date()
            language, kind = found.groups()
            yield Download(path, language, kind, status.st_size, made, _read_record(path))


@contextmanager
def writing(target: Path, base: KnowledgeBase) -> Iterator[Path]:
    """Yield a temporary file for the download `target` of `base`; rename it to `target` when the block succeeds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    record = _record_of(target)
    facts = {"edition": base.edition_name, "commit": commit_of(base.root)}
    try:
        yield part
        # When stopped between two of these, there is no record rather than a wrong one.
        record.unlink(missing_ok=True)
        part.replace(target)
        record.write_text(json.dumps(facts, ensure_ascii=False) + "\n", encoding="utf-8")
    finally:
        part.unlink(missing_ok=True)


def _record_of(download: Path) -> Path:
    return download.with_name(f"{download.name}.json")


def _read_record(download: Path) -> str:
    try:
        return str(json.loads(_record_of(download).read_bytes())["edition"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return ""
