"""How long a writer waits: from a saved page to its new words in the open browser, and to what is checked.

Once while nothing else is at work, and once while a round (`scripts/preview.py`) makes the whole site, which
a save comes into when somebody writes on.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from scripts.measure.building import Edited, Failed, environment

_CHECKED = "Checked and searchable."
_CALM = 1.0
"""Seconds after a save in which no round begins, at the least (`scripts/serve.py`)."""
_PATIENCE = 120
"""Seconds until a page must be in the browser."""
_LONG_PATIENCE = 3600
"""Seconds until a round must be over."""
_TRIES = 5


@dataclass(frozen=True)
class Saved:
    """Seconds from each save of one page, which were measured in turn."""

    at_rest: list[float] = field(default_factory=list)
    """Until it was visible, with nothing else at work."""
    checked: list[float] = field(default_factory=list)
    """Until the whole site was checked and searchable, of the same saves."""
    in_round: list[float] = field(default_factory=list)
    """Until it was visible, when a round was half-way."""


class Preview:
    """A running `make serve` on a project."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[tuple[float, str]] = []
        """Each line that it said, and when."""
        self.complaints: list[str] = []
        self._news = threading.Condition()
        self._listeners = [
            threading.Thread(target=self._listen, args=each, daemon=True)
            for each in ((process.stdout, False), (process.stderr, True))
        ]
        for listener in self._listeners:
            listener.start()

    def end(self) -> None:
        """Ends it, and hears it out."""
        self.process.terminate()
        for listener in self._listeners:
            listener.join()

    def wait(self, beginning: str, since: float = 0.0) -> tuple[float, str]:
        """Waits for a line with this `beginning` that is said after `since`; when it came, and the line.

        Raises Failed when it says that something is wrong, ends, or takes too long.
        """
        end = time.perf_counter() + _LONG_PATIENCE
        with self._news:
            while True:
                if found := self.heard(beginning, since):
                    return found
                if self.complaints or self.process.poll() is not None or time.perf_counter() > end:
                    raise Failed(self.words())
                self._news.wait(0.5)

    def heard(self, beginning: str, since: float) -> tuple[float, str] | None:
        """The first line with this `beginning` that was said after `since`, and when."""
        lines = (one for one in self.said if one[0] > since and one[1].startswith(beginning))
        return next(lines, None)

    def words(self) -> str:
        """What it said last, what is wrong before all else."""
        return "\n".join([*self.complaints, *(line for _, line in self.said[-5:])])

    def _listen(self, stream: IO[str], is_complaint: bool) -> None:
        for line in stream:
            with self._news:
                if is_complaint:
                    self.complaints.append(line.rstrip())
                else:
                    self.said.append((time.perf_counter(), line.rstrip()))
                self._news.notify_all()


@contextmanager
def previewed(project: Path) -> Iterator[Preview]:
    """A `make serve` on `project` at a free port."""
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.serve"],
        cwd=project,
        env=environment(PORT="0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        preview = Preview(process)
        try:
            yield preview
        finally:
            preview.end()


def measure_saves(
    browser: Browser, project: Path, pages: dict[str, str], runs: int
) -> Iterator[tuple[str, Saved]]:
    """Saves each of `pages`, file below `docs/` → address below the root, `runs` times at rest and in a round.

    Raises Failed.
    """
    with previewed(project) as preview:
        _, line = preview.wait("Open http://")
        root = line.split()[1].rstrip("/")
        preview.wait(_CHECKED)
        for file, address in pages.items():
            tab = browser.new_page()
            tab.goto(f"{root}/{address}", wait_until="load")
            edited = Edited(project / "docs" / file)
            yield file, _saved(preview, tab, edited, runs)
            tab.close()
            now = time.perf_counter()
            edited.restore()
            preview.wait(_CHECKED, now)


def _saved(preview: Preview, tab: Page, edited: Edited, runs: int) -> Saved:
    saved = Saved()
    for _ in range(runs):
        time.sleep(_CALM)
        started, seconds = _save(preview, tab, edited)
        saved.at_rest.append(seconds)
        saved.checked.append(preview.wait(_CHECKED, started)[0] - started)
    half_way = (_CALM + min(saved.checked)) / 2
    for _ in range(runs * _TRIES):
        started = time.perf_counter()
        edited.save()
        time.sleep(half_way)
        if preview.heard(_CHECKED, started) is None:
            saved.in_round.append(_save(preview, tab, edited)[1])
        else:  # it was over already: on a busy machine one takes longer than the next
            half_way = (_CALM + half_way) / 2
        if len(saved.in_round) == runs:
            return saved
    raise Failed(f"No save came into a round: they are over too soon.\n{preview.words()}")


def _save(preview: Preview, tab: Page, edited: Edited) -> tuple[float, float]:
    """Saves the page once: when, and the seconds until the browser shows it."""
    started = time.perf_counter()
    word = edited.save()
    try:
        tab.wait_for_function(
            "word => document.body?.innerText.includes(word)",
            arg=word,
            polling=20,
            timeout=_PATIENCE * 1000,
        )
    except BrowserError as error:
        words = f"{word!r} was saved in {edited.file}, and did not come into the browser"
        raise Failed(f"{words}: {error}\n{preview.words()}") from error
    return started, time.perf_counter() - started
