"""A folder for each build to work in, and the atomic swap with the finished site.

The folder is in `.build/` beside the target, because only paths on one file system can be swapped. One build
works at a time: the lock is the kernel's (flock(2)), which frees that of a killed build.

Copying into a live folder shows readers a mixture of two editions, and leaves that mixture when the copy is
interrupted. Here the two folders exchange their names, which the kernel does in one step: renameat2(2) with
RENAME_EXCHANGE on Linux, renamex_np(2) with RENAME_SWAP on macOS. Where a file system cannot do that (NFS, some
container mounts), two renames follow each other; the next build repairs what a kill between them left.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from handvat.cache import NAME as CACHE
from handvat.cache import Cache
from handvat.console import say
from handvat.content.problem import UserError

HOME = ".build"
_PREFIX = "build-"

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h; RENAME_SWAP of macOS' sys/stdio.h has the same value

_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""`errno` of a kernel or file system without the exchange of two folders."""


class SwapRefused(UserError):
    """The target must not, or cannot be replaced."""


def open_home(parent: Path) -> Path:
    """Make `.build/` in `parent`, ignored by git, and return its path."""
    home = parent / HOME
    home.mkdir(parents=True, exist_ok=True)
    ignore = home / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return home


def open_cache(root: Path) -> Cache:
    """The cache of the project in `root`; one that stores nothing where its folder cannot be written."""
    try:
        return Cache(open_home(root) / CACHE)
    except OSError:
        return Cache()


@contextmanager
def staging(target: Path) -> Iterator[Path]:
    """Wait for another build of `target` to end, and yield an empty folder, which is removed at the end.

    What killed builds left is removed or repaired first.
    """
    home = open_home(target.parent)
    with (home / "lock").open("a+", encoding="utf-8") as lock:
        _wait_for(lock)
        for leftover in home.glob(f"{_PREFIX}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        recover(target)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _wait_for(lock: IO[str]) -> None:
    """Lock the file `lock`, and write the number of this process into it for the message of another."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        say(f"Another build is at work (process {lock.read().strip() or '?'}). Waiting for it.")
        fcntl.flock(lock, fcntl.LOCK_EX)
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()}\n")
    lock.flush()


def check_target(target: Path) -> None:
    """Refuse a `target` that is not a folder with a built site in it, an empty one, or nothing.

    The old folder is deleted after the swap: `--out docs` must not cost anybody their work.
    Raises SwapRefused.
    """
    if target.is_symlink():
        raise SwapRefused(
            f"{target} is a symbolic link; swapping it would replace the link and not the folder it "
            "leads to. Name that folder with --out, or remove the link."
        )
    if not target.exists():
        return
    if not target.is_dir():
        raise SwapRefused(f"{target} is a file, and the site needs a folder. Move it away.")
    if not (target / "index.html").is_file() and any(target.iterdir()):
        raise SwapRefused(
            f"{target} holds something else than a built site, and the build would delete it. "
            "Name another folder, or empty this one."
        )


def put_in_place(new: Path, target: Path) -> None:
    """Swap the folder `new` with `target`, on the same file system, within `staging`.

    Afterwards the old site, if there was one, is at `new` or gone. Raises SwapRefused when the system forbids it,
    with `target` as it was.
    """
    check_target(target)
    try:
        if not target.exists():
            new.rename(target)
        elif not exchange(new, target):
            _rename_twice(new, target)
    except OSError as error:
        if error.errno not in {errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM}:
            raise
        raise SwapRefused(
            f"{target} cannot be replaced ({os.strerror(error.errno)}): it must be an ordinary "
            "folder that you may rename, and not a mount point. Name a folder inside it with --out."
        ) from error


def exchange(one: Path, other: Path) -> bool:
    """Exchange two existing paths in one step. Return False where the system cannot do it."""
    libc = ctypes.CDLL(None, use_errno=True)
    old, new = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        failed = libc.renameat2(_AT_FDCWD, old, _AT_FDCWD, new, _RENAME_EXCHANGE)
    elif sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(old, new, _RENAME_EXCHANGE)
    else:
        return False
    number = ctypes.get_errno()
    if failed and number not in _UNSUPPORTED:
        raise OSError(number, os.strerror(number), str(one), None, str(other))
    return not failed


def recover(target: Path) -> None:
    """Repair what a build left that was killed between its two renames."""
    spare = _spare(target)
    if target.exists():
        shutil.rmtree(spare, ignore_errors=True)
    elif spare.exists():
        spare.rename(target)


def _rename_twice(new: Path, target: Path) -> None:
    spare = _spare(target)
    target.rename(spare)
    try:
        new.rename(target)
    except BaseException:
        spare.rename(target)
        raise
    shutil.rmtree(spare, ignore_errors=True)


def _spare(target: Path) -> Path:
    """The place of the old site between two renames."""
    return target.parent / HOME / f"previous-{target.name}"
