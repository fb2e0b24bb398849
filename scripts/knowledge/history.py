"""Finds earlier versions of a page, so that a stale translation can show what changed since.

Versions come from git, which knows them all; a copy of the project without it has no history, and
says so.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts.knowledge.page import Page, parse_page


class NoHistory(Exception):
    """The project has no git history on this machine; the text says why."""


def versions(root: Path, file: str) -> Iterator[str]:
    """The committed texts of `file` (relative to `root`), newest first, across renames.

    Raises NoHistory where git or its repository is missing.
    """
    log = _git(root, "log", "--follow", "--format=commit %H", "--name-only", "--", file)
    commit = ""
    for line in log.splitlines():
        if line.startswith("commit "):
            commit = line.removeprefix("commit ")
        elif line:
            try:
                yield _git(root, "show", f"{commit}:./{line}")
            except NoHistory:
                continue  # the commit that deleted it


def sections_ever(root: Path, page: Page) -> dict[tuple[str, str], str]:
    """What every committed version of `page` said: (section id, fingerprint) → its words.

    Raises NoHistory.
    """
    return _sections_ever(root, page.file, page.language)


@cache
def _sections_ever(root: Path, file: str, language: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for text in versions(root, file):
        old, _ = parse_page(text, file, language)
        for section in old.sections if old else ():
            found.setdefault((section.id, section.fingerprint), section.words)
    return found


def _git(root: Path, *arguments: str) -> str:
    program = shutil.which("git")
    if program is None:
        raise NoHistory("git is not installed on this machine")
    done = subprocess.run(
        [program, "-c", "core.quotepath=off", "-C", str(root), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()
        raise NoHistory(reason[0] if reason else "git gave no answer")
    return done.stdout
