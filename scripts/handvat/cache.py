"""A cache of finished work, under keys made of everything that the work depends on.

The value of a key never changes: where a text, a template or a library differs, the key differs. So nothing
is ever out of date, and nothing has to be invalidated. (The results of checks are one entry, which is replaced, with keys of
their own in it.) An entry that is damaged or cut short counts as missing; two builds may write the same
entry at once.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from handvat.content.yaml_files import leads_out

NAME = "cache"
"""The folder of the cache, below `.build/`."""

ROOM = 3
"""The size that `Cache.evict` leaves, in sizes of what the last build used: enough for another address
of the site, or another set of languages."""

_PACKAGE = Path(__file__).resolve().parent
_CHECKSUM = hashlib.sha256().digest_size


def key(kind: str, /, **parts: str | bytes) -> str:
    """The cache key of work of this `kind`: 64 hexadecimal digits.

    `parts` are everything that the work depends on, by name. The program, its libraries and Python are
    part of every key.
    """
    digest = hashlib.sha256()
    for name, part in [("kind", kind), ("program", program()), *sorted(parts.items())]:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        # With its length: no two sets of parts make the same bytes.
        digest.update(f"{name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


@dataclass(frozen=True)
class Cache:
    """A content-addressed store in `folder`; None stores nothing."""

    folder: Path | None = None

    def get(self, key: str) -> bytes | None:
        """The entry of `key`; None when there is none, or it is damaged."""
        if self.folder is None:
            return None
        path = self._path(key)
        try:
            entry = path.read_bytes()
            os.utime(path)  # for `evict`: it is in use
        except OSError:
            return None
        checksum, data = entry[:_CHECKSUM], entry[_CHECKSUM:]
        return data if hashlib.sha256(data).digest() == checksum else None

    def put(self, key: str, data: bytes) -> None:
        """Store `data` as the entry of `key`: whole, or not at all where the disk is full or read-only."""
        if self.folder is None:
            return
        path = self._path(key)
        new = Path(f"{path}-{os.getpid()}-{threading.get_ident()}")
        entry = hashlib.sha256(data).digest() + data
        try:
            if not new.parent.is_dir():  # to try to make it takes as long as to write a file
                new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(entry)
            new.replace(path)
        except OSError:
            with suppress(OSError):
                new.unlink()

    def evict(self, since: float) -> None:
        """Delete the least recently used entries down to `ROOM` times the size of those used after `since`.

        `since`: seconds since 1970.
        """
        entries = sorted(self._entries(), key=lambda entry: entry[1].st_mtime, reverse=True)
        room = ROOM * sum(stat.st_size for _, stat in entries if stat.st_mtime >= since)
        for path, stat in entries:
            room -= stat.st_size
            if room < 0:
                with suppress(OSError):  # another build was faster
                    os.unlink(path)  # noqa: PTH108 - with a Path for each, thousands take seconds

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / key[:2] / key[2:]

    def _entries(self) -> Iterator[tuple[str, os.stat_result]]:
        for folder in self.folder.glob("??") if self.folder else ():
            for entry in os.scandir(folder):
                with suppress(OSError):
                    yield entry.path, entry.stat()


@functools.cache
def program() -> str:
    """A text that changes with this package, the installed libraries, and Python."""
    folders = (Path(folder) for folder in sys.path)
    installed = {
        found.name for folder in folders if folder.is_dir() for found in folder.glob("*.dist-info")
    }
    files = (path for path in _PACKAGE.rglob("*.[pj][ys]"))
    return "\n".join([sys.version, *sorted(installed), digest_of_files(_PACKAGE, files)])


def digest_of_files(root: Path, paths: Iterable[Path]) -> str:
    """A digest of the names (relative to `root`) and contents of the files `paths`; a link out of `root` is not read."""
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if not leads_out(path, root)):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()
