"""Gives every build a folder of its own, so that no half-written file is ever seen at `site/`.

The folder stands in `.build/` beside the target, because only paths on one file system can be
swapped. One build works at a time: the lock is the kernel's (flock(2)), so that of a killed build
is free by itself, and there is no stale lock file that somebody has to delete.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import swap

HOME = ".build"
_PREFIX = "build-"

FULL = {errno.ENOSPC, errno.EDQUOT}
"""What the system says when the disk, or this user's share of it, is full."""


@contextmanager
def staging(target: Path, say: Callable[[str], None]) -> Iterator[Path]:
    """Waits for its turn, cleans up after killed builds, and gives an empty folder to build in.

    `say` is told when another build has to end first. The folder is removed at the end, whatever
    happens. Use `spare_for(target)` for the swap.
    """
    home = open_home(target.parent)
    with one_at_a_time(home / "lock", "build", say):
        for leftover in home.glob(f"{_PREFIX}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        swap.recover(target, spare_for(target))
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def open_home(parent: Path) -> Path:
    """Makes `.build/` in `parent`, and tells git to look away from it. Returns its path."""
    home = parent / HOME
    home.mkdir(parents=True, exist_ok=True)
    ignore = home / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return home


def spare_for(target: Path) -> Path:
    """Where the old site stands between two renames, on systems that cannot exchange folders."""
    return target.parent / HOME / f"previous-{target.name}"


@contextmanager
def one_at_a_time(path: Path, work: str, say: Callable[[str], None]) -> Iterator[int]:
    """Holds the lock at `path` for this kind of `work`; `say` is told when another has to end first.

    Gives the lock's descriptor: a child that inherits it holds the lock as long as it lives.
    """
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            say(
                f"Another {work} is at work (process {file.read().strip() or '?'}). Waiting for it."
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield file.fileno()
