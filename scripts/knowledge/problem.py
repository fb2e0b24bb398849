"""Spares a contributor the hunt: every problem names file, line, rule, what is wrong and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong. `file` is relative to the project's folder, `line` counts from 1.

    A problem with `is_error` false is printed and counted, and stops nothing.
    """

    file: str
    line: int
    rule: str
    what: str
    mend: str
    is_error: bool = True

    def __str__(self) -> str:
        kind = "" if self.is_error else "warning: "
        return f"{self.file}:{self.line}: {self.rule}: {kind}{self.what}; {self.mend}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The mending half of a message about an unknown `word`: the nearest known one, or all of them."""
    known = sorted(set(known))
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    if not known:
        return "there is none to choose from yet"
    if len(known) > 8:
        return f"known are {', '.join(known[:8])} and {len(known) - 8} more"
    return f"known are {', '.join(known)}"
