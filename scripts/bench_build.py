"""`make bench-build`: how long a contributor waits, measured, never asserted.

Prints one table: checks, a cold build, and save to visible in an open browser. Works on a copy of the
project, so that it may change a page. The last needs Chromium and is left out, with a word, where
that is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.browser import NoBrowser, launch

RUNS = 3
_COPIED = ("docs", "data", "overrides", "scripts", "mkdocs.yml")


def main() -> int:
    """Measures the project in the current folder and prints the table."""
    with tempfile.TemporaryDirectory(prefix="handvat-bench-") as folder:
        project = Path(folder)
        for name in _COPIED:
            copy = shutil.copytree if Path(name).is_dir() else shutil.copy
            copy(name, project / name)
        row("what", "median", f"of {RUNS} runs")
        row("checks", *seconds(lambda: run(project, "scripts.check")))
        row("cold build", *seconds(lambda: run(project, "scripts.build")))
        for name, median, spread in saves(project):
            row(name, median, spread)
    return 0


def row(*cells: str) -> None:
    """Prints one line of the table."""
    print(f"{cells[0]:<46} {cells[1]:>10}  {cells[2]}", flush=True)


def seconds(work: Callable[[], object]) -> tuple[str, str]:
    """Median and range of the wall seconds that `work` takes."""
    taken = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return f"{statistics.median(taken):.2f} s", f"{min(taken):.2f} to {max(taken):.2f}"


def run(project: Path, module: str) -> None:
    """Runs one of our verbs on the copy, ignoring whether it is content."""
    subprocess.run(
        [sys.executable, "-m", module],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def saves(project: Path) -> Iterator[tuple[str, str, str]]:
    """Seconds from a saved page to its new words in an open browser, in each language."""
    serve = subprocess.Popen(
        [sys.executable, "-u", "-m", "scripts.serve"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project), "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert serve.stdout is not None
        address = next(
            found.group(0)
            for line in serve.stdout
            if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
        )
        with sync_playwright() as playwright:
            browser = launch(playwright)
            page = browser.new_page()
            for code, prefix in (("nl", ""), ("en", "en/")):
                page.goto(f"{address}/{prefix}now/first-hour/", wait_until="load")
                page.wait_for_selector("h1")
                taken = [save(project, page, code, number) for number in range(RUNS)]
                yield (
                    f"save to visible, {code}",
                    f"{statistics.median(taken):.2f} s",
                    f"{min(taken):.2f} to {max(taken):.2f}",
                )
            browser.close()
    except NoBrowser as reason:
        yield "save to visible", "–", f"not measured: {reason}"
    finally:
        serve.terminate()
        serve.wait()


def save(project: Path, page: object, code: str, number: int) -> float:
    """Saves a page with a new word in its title; the seconds until the browser shows it."""
    file = project / "docs" / code / "now" / "first-hour.md"
    text = file.read_text("utf-8")
    time.sleep(3)  # the search index of the save before is ready then
    file.write_text(
        re.sub(r"^title: .*$", f"title: Proef {number}", text, flags=re.MULTILINE), "utf-8"
    )
    started = time.perf_counter()
    page.wait_for_function(  # type: ignore[attr-defined]
        "title => document.querySelector('h1')?.textContent === title",
        arg=f"Proef {number}",
        polling=20,
        timeout=60_000,
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
