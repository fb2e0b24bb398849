"""Gives every build a folder of its own, so that no half-written file is ever seen at `site/`.

The folder stands in `.build/` beside the target, because only paths on one file system can be
swapped. One build works at a time: the lock is the kernel's (flock(2)), so that of a killed build
is free by itself, and there is no stale lock file that somebody has to delete.

Puts a finished site in the place of the old one in a single step.

Copying into a live folder shows readers a mixture of two editions, and leaves that mixture behind
for good when the copy is interrupted. The two folders change names instead, which the kernel does
in one step: renameat2(2) with RENAME_EXCHANGE on Linux, renamex_np(2) with RENAME_SWAP on macOS.
Where a file system cannot do that (NFS, some container mounts), two renames follow each other;
`recover` repairs the moment between them at the next start.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from handvat.cache import NAME as CACHE
from handvat.cache import Cache
from handvat.content.problem import UserError

HOME = ".build"
_PREFIX = "build-"


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
        recover(target, spare_for(target))
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


def open_cache(root: Path) -> Cache:
    """The cache of the project in `root`; one that stores nothing where its folder cannot be written."""
    try:
        return Cache(open_home(root) / CACHE)
    except OSError:
        return Cache()


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


_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h; RENAME_SWAP of macOS' sys/stdio.h has the same value

# What a kernel or file system answers that does not know how to exchange.
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


class SwapRefused(UserError):
    """The place is taken by something that must not be replaced; the text is for the reader."""


def check_target(target: Path) -> None:
    """Refuses a `target` that is not a folder with a built site in it, an empty one, or nothing.

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


def put_in_place(new: Path, target: Path, spare: Path) -> None:
    """Makes the folder `new` appear at `target`; all three paths are on one file system.

    Afterwards the old site, if there was one, stands at `new` or is gone. `spare` is a free name
    that the two renames need. Raises SwapRefused when the system forbids it, with `target` as it
    was.
    """
    check_target(target)
    try:
        if not target.exists():
            new.rename(target)
        elif not exchange(new, target):
            _rename_twice(new, target, spare)
    except OSError as error:
        if error.errno not in {errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM}:
            raise
        raise SwapRefused(
            f"{target} cannot be replaced ({os.strerror(error.errno)}): it must be an ordinary "
            "folder that you may rename, and no mount point. Name a folder inside it with --out."
        ) from error


def exchange(one: Path, other: Path) -> bool:
    """Lets two existing paths change places in one step. False when this system cannot do it."""
    call = _exchange_call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def recover(target: Path, spare: Path) -> None:
    """Mends what a build left that was killed between its two renames; call it under the lock."""
    if not spare.exists():
        return
    if target.exists():
        shutil.rmtree(spare)
    else:
        spare.rename(target)


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        renameat2 = libc.renameat2
        renameat2.argtypes = [
            ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint
        ]  # fmt: skip
        return lambda one, other: renameat2(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE)
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        renamex_np = libc.renamex_np
        renamex_np.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint]
        return lambda one, other: renamex_np(one, other, _RENAME_EXCHANGE)
    return None


def _rename_twice(new: Path, target: Path, spare: Path) -> None:
    target.rename(spare)
    try:
        new.rename(target)
    except BaseException:
        spare.rename(target)
        raise
    shutil.rmtree(spare, ignore_errors=True)
