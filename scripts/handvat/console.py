"""Progress and errors in the terminal."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path

from handvat.content.problem import UserError

FULL = {errno.ENOSPC, errno.EDQUOT}
"""`errno` of a full disk, or of a full quota."""

_UNWRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}

_SMALL = 0.02
"""The share of the whole from which the summary names a step."""


class Verbosity:
    """How much the commands print: -1 with `--quiet`, 1 with `--verbose`, else 0."""

    level = 0


def say(text: str, level: int = 0) -> None:
    """Print progress; not with `--quiet`, and details (`level` 1) only with `--verbose`."""
    if Verbosity.level >= level:
        print(text)


def table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], left: Set[str] = frozenset()
) -> Iterator[str]:
    """The lines of a table: the columns whose heads are in `left` flush left, the others flush right; `–` for None."""
    cells = [heads, *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        pieces = [
            cell.ljust(width) if head in left else cell.rjust(width)
            for cell, width, head in zip(row, widths, heads, strict=True)
        ]
        yield "  ".join(pieces).rstrip()


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


class Stopwatch:
    """The duration of the steps of long work, from the creation of the stopwatch on."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str, level: int = 1) -> Iterator[None]:
        """Time the block as the step `name`, and print how long it took when it succeeded; `level` as in `say`."""
        started = time.monotonic()
        yield
        self._steps[name] = time.monotonic() - started
        say_duration(name, self._steps[name], level)

    def summary(self) -> str:
        """The time since the creation with the share of each step: `8.0 s: checked 30 %, …`."""
        whole = time.monotonic() - self._started
        shares = {name: taken / whole for name, taken in self._steps.items()}
        named = [f"{name} {share:.0%}" for name, share in shares.items() if share >= _SMALL]
        rest = 1 - sum(share for share in shares.values() if share >= _SMALL)
        return f"{whole:.1f} s: {', '.join([*named, f'all else {rest:.0%}'])}"


def say_duration(name: str, seconds: float, level: int = 0) -> None:
    """Print how long something took; `level` as in `say`."""
    say(f"  {name:<14}{seconds:6.1f} s", level)


def explain_os_error(error: OSError, place: Path) -> str:
    """Return what to do about a full disk, or a path below `place` that may not be written; `""` for other errors."""
    # shutil.copytree puts the errors of all files, as text, into one.
    found = re.search(r"\[Errno (\d+)\]", str(error))
    number = int(found[1]) if found else 0
    if number in FULL:
        return f"The disk that holds {place} is full. Make room and try again."
    if number in _UNWRITABLE:
        where = error.filename2 or error.filename or place
        return f"{where}: {os.strerror(number)}. Choose another place, or ask who may write there."
    return ""


@contextmanager
def leaving_unchanged(target: Path, failed: str) -> Iterator[None]:
    """Add to each error within that `target` is unchanged; `failed` is the outcome: `Not built`.

    Raises UserError, also for a full disk: an error of copying names the wrong file.
    """
    try:
        yield
    except UserError as error:
        raise UserError(f"{error}\n{failed}: {target.name}/ is as it was.") from error
    except OSError as error:
        if not (why := explain_os_error(error, target.parent)):
            raise
        raise UserError(f"{why} {target.name}/ is as it was.") from error
