"""Keeps finished work for the next build, under an address made of everything that it depends on.

What an address names never changes: where a text, a template or a library is another, the address is another, and
what was kept under the old one is not found. So nothing is ever out of date, and nobody has to say what became
invalid. An entry that is damaged, cut short or of another make is as good as none; two builds may write the same
entry at once.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NAME = "cache"
"""Below `.build/`."""

ROOM = 3
"""How many times what the last build used is kept: enough for another address of the site, or another set of languages."""

_SCRIPTS = Path(__file__).resolve().parent
_CHECKSUM = hashlib.sha256().digest_size


def address(kind: str, /, **parts: str | bytes) -> str:
    """Where work of this `kind` is kept: 64 hexadecimal digits. `parts` are all that it depends on, each by its name.

    The program, its libraries and Python need not be named: they are a part of every address.
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
    """Entries in `folder`; None keeps nothing."""

    folder: Path | None = None

    def get(self, where: str) -> bytes | None:
        """What is kept at the address `where`; None where nothing is, or what is there is damaged."""
        if self.folder is None:
            return None
        path = self._path(where)
        try:
            entry = path.read_bytes()
            os.utime(path)  # says to `tidy` that it is in use
        except OSError:
            return None
        checksum, data = entry[:_CHECKSUM], entry[_CHECKSUM:]
        return data if hashlib.sha256(data).digest() == checksum else None

    def put(self, where: str, data: bytes) -> None:
        """Keeps `data` at the address `where`: whole, or, where the disk is full or not to be written, not at all."""
        if self.folder is None:
            return
        path = self._path(where)
        new = Path(f"{path}-{os.getpid()}-{threading.get_ident()}")
        entry = hashlib.sha256(data).digest() + data
        try:
            try:
                new.write_bytes(entry)
            except FileNotFoundError:  # the first below this folder
                new.parent.mkdir(parents=True, exist_ok=True)
                new.write_bytes(entry)
            new.replace(path)
        except OSError:
            with suppress(OSError):
                new.unlink()

    def tidy(self, since: float) -> None:
        """Lets go of what was not used for longest, until `ROOM` times as much is left as was used after `since`.

        `since`: seconds since 1970.
        """
        entries = sorted(self._entries(), key=lambda entry: entry[1].st_mtime, reverse=True)
        room = ROOM * sum(stat.st_size for _, stat in entries if stat.st_mtime >= since)
        for path, stat in entries:
            room -= stat.st_size
            if room < 0:
                with suppress(OSError):  # another build was quicker
                    Path(path).unlink()

    def _path(self, where: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{where[:2]}/{where[2:]}"

    def _entries(self) -> Iterator[tuple[str, os.stat_result]]:
        for folder in self.folder.glob("??") if self.folder else ():
            # Not with a Path for each: they take longer than what the disk says of it.
            for entry in os.scandir(folder):
                with suppress(OSError):
                    yield entry.path, entry.stat()


@cache
def program() -> str:
    """Whatever runs here: our scripts, the libraries that are installed, and Python itself."""
    folders = (Path(folder) for folder in sys.path)
    installed = {
        found.name for folder in folders if folder.is_dir() for found in folder.glob("*.dist-info")
    }
    return "\n".join(
        [sys.version, *sorted(installed), of_files(_SCRIPTS, _SCRIPTS.rglob("*.[pj][ys]"))]
    )


def of_files(root: Path, paths: Iterable[Path]) -> str:
    """A text that is another when one of the files `paths` below `root` has another name or says something else."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()
