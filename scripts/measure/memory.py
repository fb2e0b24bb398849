"""How much memory a process takes together with all that it started: what a machine must have for it.

The resident size counts what processes share once for each of them, and forked ones share nearly all.
PSS (proportional set size, proc_pid_smaps(5)) divides it among them, so that it can be added up.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Self

PROC = Path("/proc")

_EVERY = 0.2
"""Seconds between two looks: a peak that is shorter may be missed."""
_PSS = re.compile(r"^Pss: +(\d+) kB", re.MULTILINE)


def is_known() -> bool:
    """Whether this system tells it: Linux does."""
    return (PROC / "self" / "smaps_rollup").is_file()


def taken(number: int) -> int:
    """Bytes that the process `number` and its descendants take now; 0 once they have ended."""
    sizes = 0
    for each in _family(number):
        with suppress(OSError):  # it has ended meanwhile
            found = _PSS.search((PROC / str(each) / "smaps_rollup").read_text("ascii", "replace"))
            sizes += int(found[1]) * 1024 if found else 0
    return sizes


class Peak:
    """The most that the process `number` and its descendants took while the block ran."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.bytes: int | None = 0 if is_known() else None
        """None where this system does not tell."""
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while self.bytes is not None:
            self.bytes = max(self.bytes, taken(self.number))
            if self._is_over.wait(_EVERY):
                break


def _family(number: int) -> list[int]:
    """The process `number` and its descendants."""
    children = defaultdict(list)
    for file in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            # Behind the name, which may hold spaces and brackets: state, parent.
            parent = file.read_text("utf-8", "replace").rpartition(")")[2].split()[1]
            children[int(parent)].append(int(file.parent.name))
    family = [number]
    for each in family:
        family += children[each]
    return family
