"""Builds a project as a contributor does, in a process of its own, and says how long it took and how much memory.

Nothing is left out and nothing is shown: what a process said is told when it fails.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from scripts.measure.memory import Peak
from scripts.staging import HOME

_CHECKOUT = Path(__file__).resolve().parents[2]
_COPIED = ("docs", "data", "overrides", "scripts", "mkdocs.yml")
# What the caller set for a site of its own would make figures of another site.
_SETTINGS = {"LANGS", "SITE_URL", "REPO_URL", "EDIT_URI", "ORGANISATION", "PORT"}
# Containers set it to stay small: each process then compiles all scripts anew, a tenth of a second that a contributor
# does not wait for.
_UNUSUAL = {"PYTHONDONTWRITEBYTECODE"}


class Failed(Exception):
    """A process that is measured did not do what it is for; the text is what it said."""


@dataclass(frozen=True)
class Run:
    """One run of a process."""

    seconds: float
    memory: int | None
    """The most that all its processes took together, in bytes; None where it was not weighed, or the system does not tell."""


def copy_project(root: Path, folder: Path) -> None:
    """Copies what the project in `root` is made of to `folder`, so that pages may be changed."""
    for name in _COPIED:
        if (root / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / name, folder / name, ignore=ignored)
        elif (root / name).is_file():
            shutil.copy(root / name, folder / name)


def environment(**more: str) -> dict[str, str]:
    """The environment of a process in a project; its own scripts go before those of this checkout."""
    kept = {name: value for name, value in os.environ.items() if name not in _SETTINGS | _UNUSUAL}
    return {**kept, "PYTHONPATH": str(_CHECKOUT), "PYTHONUNBUFFERED": "1", **more}


def run(project: Path, verb: str, *, is_weighed: bool = False) -> Run:
    """Runs `python -m scripts.<verb>` in the folder `project`. Raises Failed.

    One that `is_weighed` takes longer: to look at its memory holds its processes up.
    """
    started = time.perf_counter()
    with (
        subprocess.Popen(
            [sys.executable, "-m", f"scripts.{verb}"],
            cwd=project,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        ) as process,
        Peak(process.pid) if is_weighed else nullcontext() as peak,
    ):
        try:
            output, _ = process.communicate()
        except BaseException:  # somebody stops us: nothing is left at work
            process.terminate()
            raise
        taken = time.perf_counter() - started
    if process.returncode != 0:
        raise Failed(f"{output.strip()}\nscripts.{verb} ended with {process.returncode}.")
    return Run(taken, peak.bytes if peak else None)


def run_cold(project: Path, verb: str, *, is_weighed: bool = False) -> Run:
    """The same where nothing is kept of an earlier run. Raises Failed."""
    for name in (HOME, "site"):
        shutil.rmtree(project / name, ignore_errors=True)
    return run(project, verb, is_weighed=is_weighed)


class Edited:
    """A page that somebody is writing on: each time it is saved it ends in another sentence."""

    _numbers = itertools.count(1)

    def __init__(self, file: Path) -> None:
        self.file = file
        self._text = file.read_text("utf-8")

    def save(self) -> str:
        """Saves the page with a sentence more than it had at first; returns the word that is new in it."""
        # Letters alone: a figure that the other languages do not have would be an error.
        word = "Proef" + "".join("abcdefghij"[int(digit)] for digit in str(next(self._numbers)))
        self.file.write_text(f"{self._text.rstrip()}\n\n{word}.\n", encoding="utf-8")
        return word

    def restore(self) -> None:
        """Saves the page as it was."""
        self.file.write_text(self._text, encoding="utf-8")
