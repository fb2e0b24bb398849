"""Problems in texts and data, each with file, line, rule, cause and fix, and how they are printed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class UserError(Exception):
    """An error that the user can fix: the command line prints its text and exits with code 1."""


@dataclass(frozen=True, order=True)
class Problem:
    """A problem in a text or in data. `file` is relative to the project, `line` counts from 1.

    `what` is the cause, `fix` what to do. Without `is_error` it is a warning, which does not stop a build.
    """

    file: str
    line: int
    rule: str
    what: str
    fix: str
    is_error: bool = True

    def __str__(self) -> str:
        kind = "" if self.is_error else "warning: "
        text = f"{self.file}:{self.line}: {self.rule}: {kind}{self.what}; {self.fix}"
        return one_line(text)

    @property
    def annotation(self) -> str:
        """The problem as a workflow command: GitHub shows it beside the line of a pull request."""
        place = f"file={_property(self.file)},line={self.line},title={_property(self.rule)}"
        return annotate(str(self), place, is_error=self.is_error)


class Finding(NamedTuple):
    """What a rule finds on a page; the runner adds the page's file and the rule's id."""

    line: int
    what: str
    fix: str
    is_error: bool = True

    def problem(self, file: str, rule: str) -> Problem:
        """The problem that this is in `file`, by the id of its rule."""
        return Problem(file, self.line, rule, self.what, self.fix, self.is_error)


def one_line(text: str) -> str:
    """Return `text` with control characters and invisible ones escaped.

    A message may quote anything: one with a line break in a file name must not look like two.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def annotate(text: str, place: str = "", *, is_error: bool = True) -> str:
    """Return `text` as a workflow command of GitHub, at `place` where it is not empty.

    Escaped, since it may quote a pull request: a line break would begin another command.
    """
    return f"::{'error' if is_error else 'warning'}{' ' if place else ''}{place}::{_data(text)}"


def _data(text: str) -> str:
    """Escape as GitHub's own actions do (actions/toolkit, packages/core/src/command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the fix for an unknown `word`: the most similar of `known`, or up to eight of them."""
    known = sorted(set(known))
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    if not known:
        return "there is none to choose from yet"
    if len(known) > 8:
        return f"known are {', '.join(known[:8])} and {len(known) - 8} more"
    return f"known are {', '.join(known)}"
