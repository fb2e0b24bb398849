"""Puts a finished site in the place of the old one in a single step.

Copying into a live folder shows readers a mixture of two editions, and leaves that mixture behind
for good when the copy is interrupted. The two folders change names instead, which the kernel does
in one step: renameat2(2) with RENAME_EXCHANGE on Linux, renamex_np(2) with RENAME_SWAP on macOS.
Where a file system cannot do that (NFS, some container mounts), two renames follow each other;
`recover` mends the moment between them at the next start.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h; RENAME_SWAP of macOS' sys/stdio.h has the same value

# What a kernel or file system answers that does not know how to exchange.
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


class SwapRefused(Exception):
    """The place is taken by something that must not be replaced; the text is for the reader."""


class Kind(NamedTuple):
    """What a folder may be replaced by."""

    name: str
    """What people call it."""
    mark: str
    """The file by which one is known."""


SITE = Kind("built site", "index.html")


def check_target(target: Path, kind: Kind = SITE) -> None:
    """Refuses a `target` that is not a folder with one of this `kind` in it, an empty one, or nothing.

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
    if not (target / kind.mark).is_file() and any(target.iterdir()):
        raise SwapRefused(
            f"{target} holds something else than a {kind.name}, and the build would delete it. "
            "Name another folder, or empty this one."
        )


def put_in_place(new: Path, target: Path, spare: Path, kind: Kind = SITE) -> None:
    """Makes the folder `new`, one of this `kind`, appear at `target`; all three paths are on one file system.

    Afterwards the old site, if there was one, stands at `new` or is gone. `spare` is a free name
    that the two renames need. Raises SwapRefused when the system forbids it, with `target` as it
    was.
    """
    check_target(target, kind)
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
