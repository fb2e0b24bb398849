"""The git history of the pages: earlier versions, to show what changed since a translation, and dates for the feeds."""

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
"""The file of the feed, below the prefix of each language."""

FEEDS = {FEED: "application/atom+xml"}
"""File of each feed → its media type: the head of some pages (`_PAGES_WITH_FEED`) links to all of them."""

NEWEST = 50
"""The number of entries in a feed: some weeks of work, and small enough to be fetched every hour."""


class NoHistory(Exception):
    """There is no git history here; the text is the reason: no git, no repository, or a shallow clone."""


def commit_of(root: Path) -> str:
    """Return the id of the current commit of the project in `root`; `""` without git."""
    try:
        return _git(root, "rev-parse", "--verify", "HEAD").strip()
    except NoHistory:
        return ""


def changed_files(root: Path) -> frozenset[str]:
    """Return the files, relative to `root`, that differ from the first parent of the current commit.

    GitHub checks a proposal as a merge commit: there these are the files of the proposal. Empty without git, and in
    a clone with one commit.
    """
    try:
        return frozenset(_git(root, "diff", "--name-only", "--relative", "HEAD^1").splitlines())
    except NoHistory:
        return frozenset()


def versions(root: Path, file: str) -> Iterator[str]:
    """Yield the committed texts of `file` (relative to `root`), newest first, across renames. Raises NoHistory."""
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


@cache
def sections_ever(root: Path, page: Page) -> dict[tuple[str, str], str]:
    """Return the sections of all committed versions of `page`: (section id, fingerprint) → words.

    Raises NoHistory.
    """
    found: dict[tuple[str, str], str] = {}
    for text in versions(root, page.file):
        old, _ = parse_page(text, page.file, page.language)
        for section in old.sections if old else ():
            found.setdefault((section.id, section.fingerprint), section.words)
    return found


@cache
def read_changes(root: Path) -> dict[str, datetime.datetime] | str:
    """Return file below `docs/` (relative to `root`) → time of the last commit that changed it; or why there is none.

    The time is the committer's, in UTC: the time of the merge rather than of the first draft. One call of git reads
    all files; a call for each would take a minute. A shallow clone has no history: its oldest commit seems to have
    changed every file. The reason is returned, not raised, so that it is cached too: each page asks.
    """
    try:
        if _git(root, "rev-parse", "--is-shallow-repository").strip() != "false":
            return "this clone has only its newest commits; git fetch --unshallow gets all"
        log = _git(root, "log", "--format=%x00%ct", "--name-only", "--relative", "--", "docs")
    except NoHistory as error:
        return str(error)
    found: dict[str, datetime.datetime] = {}
    for commit in log.split("\0")[1:]:
        seconds, *files = commit.split("\n")
        time = datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)
        for file in filter(None, files):
            # In the order of the history: the clocks of two committers may differ.
            found[file] = max(time, found.get(file, time))
    return found or "nothing of docs/ was ever committed"


def changed_on(root: Path, page: Page) -> datetime.date | None:
    """Return the day (UTC) of the last commit that changed `page`; None without a history."""
    changes = read_changes(root)
    time = None if isinstance(changes, str) else changes.get(page.file)
    return time.date() if time else None


def _git(root: Path, *arguments: str) -> str:
    """Return the output of git in `root`. Raises NoHistory where it fails."""
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
    """A page, and the time of the last commit that changed it (UTC)."""

    page: Page
    time: datetime.datetime


def newest_changes(base: KnowledgeBase, language: Language) -> list[Change]:
    """Return the `NEWEST` changes to committed pages of `language`, newest first, then by path. Raises NoHistory."""
    times = read_changes(base.root)
    if isinstance(times, str):
        raise NoHistory(times)
    pages = sorted(base.pages_in(language.code), key=lambda page: page.path)
    changes = [Change(page, times[page.file]) for page in pages if page.file in times]
    return sorted(changes, key=lambda change: change.time, reverse=True)[:NEWEST]


def has_feed(base: KnowledgeBase, language: Language) -> bool:
    """Return whether the feed of `language` has entries."""
    try:
        return bool(newest_changes(base, language))
    except NoHistory:
        return False
