"""The git history of the pages: earlier versions, for what changed since a translation, and dates, for the feeds.

A copy of the project without git has no history, and says so.
"""

from __future__ import annotations

import datetime
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page, parse_page

FEED = "feed.xml"
"""Name of the feed at the root of each language."""

NEWEST = 50
"""Entries in a feed: some weeks of work, and small enough to be asked for every hour."""


class NoHistory(Exception):
    """The project has no git history on this machine; the text says why."""


def commit_of(root: Path) -> str:
    """The commit that the project in `root` is at, 40 hexadecimal digits; `""` without git."""
    try:
        return _git(root, "rev-parse", "--verify", "HEAD").strip()
    except NoHistory:
        return ""


def changed_files(root: Path) -> frozenset[str]:
    """Files, relative to `root`, that differ from the commit before the last one.

    For a proposal that GitHub checks, whose last commit merges it, these are its files. Empty without git, and
    where the clone has one commit only.
    """
    try:
        return frozenset(_git(root, "diff", "--name-only", "--relative", "HEAD^1").splitlines())
    except NoHistory:
        return frozenset()


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
    """The sections of every committed version of `page`: (section id, fingerprint) → words.

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


def last_changes(root: Path) -> dict[str, datetime.datetime]:
    """Each file below `docs/` (relative to `root`) → when the last commit that touched it was made.

    One call of git for all files: one for each of some hundreds takes a minute. The time is the committer's, in
    UTC: when the change came in, not when somebody began it. Merges count as the commits they bring. Raises
    NoHistory where git or its repository is missing, where the clone is shallow, so that its oldest commit seems
    to have touched everything, and where nothing of `docs/` was ever committed.
    """
    found = _last_changes(root)
    if isinstance(found, str):
        raise NoHistory(found)
    return found


@cache
def _last_changes(root: Path) -> dict[str, datetime.datetime] | str:
    """The same, or why there is none: an error is not cached."""
    try:
        return _read_changes(root)
    except NoHistory as error:
        return str(error)


def _read_changes(root: Path) -> dict[str, datetime.datetime]:
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != "false":
        raise NoHistory("this clone has only its newest commits; git fetch --unshallow gets all")
    log = _git(root, "log", "--format=%x00%ct", "--name-only", "--relative", "--", "docs")
    found: dict[str, datetime.datetime] = {}
    for commit in log.split("\0")[1:]:
        seconds, *files = commit.split("\n")
        time = datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)
        for file in filter(None, files):
            # The order is that of the history, and the clocks of two people may differ.
            found[file] = max(time, found.get(file, time))
    if not found:
        raise NoHistory("nothing of docs/ was ever committed")
    return found


def _git(root: Path, *arguments: str) -> str:
    """The output of git in `root`. Raises NoHistory where it fails."""
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


@dataclass(frozen=True)
class Change:
    """A page, and when the last commit that touched it was made (UTC)."""

    page: Page
    time: datetime.datetime


def newest_changes(base: KnowledgeBase, language: Language) -> list[Change]:
    """The pages of `language` that changed last, newest first, those of one commit by path.

    Empty where none of its pages is committed yet. Raises NoHistory.
    """
    times = last_changes(base.root)
    changes = [
        Change(page, times[page.file])
        for page in base.pages_in(language.code)
        if page.file in times
    ]
    changes.sort(key=lambda change: change.page.path)
    changes.sort(key=lambda change: change.time, reverse=True)
    return changes[:NEWEST]


def has_feed(base: KnowledgeBase, language: Language) -> bool:
    """Whether the feed of `language` has entries."""
    try:
        return bool(newest_changes(base, language))
    except NoHistory:
        return False
