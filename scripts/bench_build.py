"""`make bench-build`: how long a contributor waits, measured, never asserted.

    python -m scripts.bench_build [--sizes 40 200 1000] [--runs 3]

Prints one table: checks, a cold build and how it grows with the number of pages, a build after a change of one
page, from save to visible in an open browser, and the memory that a build takes; for today's project and for
generated ones (`scripts/measure/synthetic.py`) of `--sizes` pages in each of its languages. Works on copies in a
temporary folder. What needs Chromium, or a system that tells how much memory is taken, is left out, with a
word, where that is missing.

    python -m scripts.bench_build --peers FOLDER [--sizes 40]

writes the generated projects into FOLDER instead, ready for other generators, and says how to start those.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import os
import platform
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.browser import NoBrowser, launch
from scripts.knowledge.base import KnowledgeBase
from scripts.measure import peers, table
from scripts.measure.building import Edited, Failed, Run, copy_project, run, run_cold
from scripts.measure.memory import is_known
from scripts.measure.saving import measure_saves
from scripts.measure.synthetic import TooFew, write_project
from scripts.measure.table import Runs
from scripts.processes import cores
from scripts.stopping import Stopped, listen_for_stop

SIZES = (40, 200, 1000)
RUNS = 3

PAGE = "now/first-hour.md"
"""The page that is changed."""

CHECKS = "checks, nothing kept (s)"
COLD = "cold build, checks and all (s)"
COLD_CHECKED = "cold build, after make check (s)"
GROWTH = "  growth with the number n of pages"
WARM = "build after a change in {} (s)"
WARM_CHECKED = "build after a change in {}, after make check (s)"
SHARE = "  share of the cold one"
AT_REST = "save to visible, {}, at rest (s)"
IN_ROUND = "save to visible, {}, in the middle of a round (s)"
CHECKED = "save to checked and searchable, {} (s)"
MEMORY = "memory of a cold build, at most (MB)"

NOTES = """\
Runs of each: {runs}; median (least–most). Each is a process of its own. A cold build has no page of an earlier one, and
no finding of the checks, which it makes itself, but where make check has just made them. The first also reads files
that the disk has not given yet, which is in its spread. Memory is that of all processes together (PSS), looked at
every 0.2 s in builds whose time is not taken. A round checks the whole site and makes it searchable, in the
background, from 1 s after the last save.
Other generators on the same pages: make bench-build PEERS=folder SIZES=40"""


@dataclass
class Measured:
    """A project in `folder`, and what was measured on it."""

    folder: Path
    base: KnowledgeBase
    pages: int
    """In each language."""
    is_generated: bool
    figures: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """What was measured → a figure for each run."""

    @property
    def name(self) -> str:
        """What stands above its column."""
        return f"{self.pages} pages" if self.is_generated else f"today, {self.pages} pages"

    def runs(self, what: str) -> Runs:
        """The figures of one kind."""
        return Runs(tuple(self.figures[what]))

    def codes(self) -> list[str]:
        """The languages whose page is changed: the first translation, where there is one, and the source."""
        source = self.base.source_language.code
        others = [code for code in built(self.base) if code != source]
        return [*[code for code in others if self.base.page(code, PAGE)][:1], source]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures the project in the current folder and prints the table. Returns 0, or 1 where that cannot be done."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench_build", description="Measure how long a contributor waits."
    )
    parser.add_argument("--sizes", nargs="*", type=int, default=SIZES, help="pages a language")
    parser.add_argument("--runs", type=int, default=RUNS, help="of each measurement")
    parser.add_argument("--peers", type=Path, help="write projects for other generators here")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error("--runs must be 1 or more")
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # progress, as it is
    listen_for_stop()  # so that a stopped run leaves no sites behind
    try:
        base = KnowledgeBase.load(Path.cwd())
        if options.peers:
            write_peers(base, options.peers, options.sizes)
            return 0
        with tempfile.TemporaryDirectory(prefix="handvat-bench-") as folder:
            projects = _projects(base, Path(folder), options.sizes)
            chromium = _chromium()
            for project in projects:
                measure(project, options.runs, has_browser=bool(chromium))
                shutil.rmtree(project.folder)
    except Stopped as stop:
        print("Stopped.", file=sys.stderr)
        return 128 + stop.number
    except (Failed, TooFew) as error:
        print(f"{error}\nNothing more was measured.", file=sys.stderr)
        return 1
    *others, source = projects[0].codes()
    changed = [*(f"{code} (a translation)" for code in others), f"{source} (the source)"]
    print(f"\n{_machine(chromium)}")
    print(f"{len(built(base))} languages: {', '.join(built(base))}")
    print(f"Changed is {PAGE} in {' and '.join(changed)}\n")
    print("\n".join(table.lines(*columns(projects))))
    print(f"\n{NOTES.format(runs=options.runs)}")
    return 0


def columns(projects: Sequence[Measured]) -> tuple[list[str], list[list[str]]]:
    """The table of `projects`: its head, and its rows of a name and a cell for each."""
    grown: dict[str, str] = {}
    generated = sorted((one for one in projects if one.is_generated), key=lambda one: one.pages)
    for before, after in itertools.pairwise(generated):
        figure = table.growth((before.pages, before.runs(COLD)), (after.pages, after.runs(COLD)))
        grown[after.name] = f"{figure} from {before.pages}"

    rows: list[list[str]] = []

    def row(what: str, cell: Callable[[Measured], str]) -> None:
        rows.append([what, *map(cell, projects)])

    def figures(what: str, digits: int = 1) -> None:
        row(what, lambda one: one.runs(what).text(digits))

    figures(CHECKS)
    figures(COLD)
    row(GROWTH, lambda one: grown.get(one.name, "–"))
    figures(COLD_CHECKED)
    codes = projects[0].codes()
    for code, (name, cold) in itertools.product(
        codes, ((WARM, COLD), (WARM_CHECKED, COLD_CHECKED))
    ):
        warm = name.format(code)
        figures(warm)
        row(SHARE, lambda one, warm=warm, cold=cold: table.share(one.runs(warm), one.runs(cold)))  # type: ignore[misc]
    for code in codes:
        figures(AT_REST.format(code), digits=2)
        figures(IN_ROUND.format(code), digits=2)
        figures(CHECKED.format(code))
    figures(MEMORY, digits=0)
    return ["", *(one.name for one in projects)], rows


def measure(project: Measured, runs: int, *, has_browser: bool) -> None:
    """Measures all there is on `project`, saying each figure when it is known. Raises Failed."""

    def note(what: str, figure: float) -> None:
        project.figures[what].append(figure)
        print(f"{project.name}: {what}: {figure:.2f}")

    def timed(what: str, done: Run) -> None:
        note(what, done.seconds)

    for _ in range(runs):
        timed(CHECKS, run_cold(project.folder, "check"))
        timed(COLD_CHECKED, run(project.folder, "build"))
    for _ in range(runs):
        timed(COLD, run_cold(project.folder, "build"))
    for _ in range(runs if is_known() else 0):
        weighed = run_cold(project.folder, "build", is_weighed=True).memory
        assert weighed is not None
        note(MEMORY, weighed / 1e6)
    codes = project.codes()
    for code in codes:
        edited = Edited(project.folder / "docs" / code / PAGE)
        for _ in range(runs):
            edited.save()
            timed(WARM.format(code), run(project.folder, "build"))
        for _ in range(runs):
            edited.save()
            run(project.folder, "check")
            timed(WARM_CHECKED.format(code), run(project.folder, "build"))
        edited.restore()
    if not has_browser:
        return
    files = {f"{code}/{PAGE}": code for code in codes}
    addresses = {file: _address(project.base, code) for file, code in files.items()}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for file, saved in measure_saves(browser, project.folder, addresses, runs):
            code = files[file]
            for what, found in (
                (AT_REST.format(code), saved.at_rest),
                (IN_ROUND.format(code), saved.in_round),
                (CHECKED.format(code), saved.checked),
            ):
                for figure in found:
                    note(what, figure)
        browser.close()


def write_peers(base: KnowledgeBase, folder: Path, sizes: Sequence[int]) -> None:
    """Writes a generated project of each of `sizes` into `folder`, with what other generators need to build it.

    Raises TooFew, and Failed for one that is there already.
    """
    for size in sizes:
        project = folder / str(size)
        if project.exists():
            raise Failed(f"{project} is there already. Remove it, or choose another folder.")
        project.mkdir(parents=True)
        write_project(base, project, size, built(base))
        peers.write(project, base)
        print(f"{size} pages in each of {', '.join(built(base))}\n")
        print("\n".join(peers.how(project)))


def _projects(base: KnowledgeBase, folder: Path, sizes: Sequence[int]) -> list[Measured]:
    """Today's project, and a generated one for each of `sizes`; all pass their checks. Raises Failed, TooFew."""
    today = folder / "today"
    today.mkdir()
    copy_project(base.root, today)
    pages = sum(1 for _ in base.pages_in(base.default_language.code))
    projects = [Measured(today, base, pages, is_generated=False)]
    for size in sorted(sizes):
        print(f"Writing {size} pages in {', '.join(built(base))}")
        project = folder / str(size)
        project.mkdir()
        grown = write_project(base, project, size, built(base))
        projects.append(Measured(project, grown, size, is_generated=True))
    for one in projects:
        run(one.folder, "check")  # told now, not after an hour
    return projects


def built(base: KnowledgeBase) -> list[str]:
    """The codes of the languages that a build makes."""
    return [language.code for language in base.languages if language.is_built]


def _address(base: KnowledgeBase, code: str) -> str:
    page = base.page(code, PAGE)
    assert page is not None
    return base.language(code).prefix + page.url


def _chromium() -> str:
    """The version of this machine's Chromium; empty, with a word, where there is none."""
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            version = browser.version
            browser.close()
    except NoBrowser as reason:
        print(f"Save to visible is not measured: {reason}")
        return ""
    return version


def _machine(chromium: str) -> str:
    """The day, and what was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    day = datetime.date.today()  # noqa: DTZ011 - the day where it is measured
    parts = [
        str(day),
        platform.system(),
        f"{cores()} cores",
        f"{memory:.0f} GB",
        f"Python {platform.python_version()}",
        *([f"Chromium {chromium}"] if chromium else []),
    ]
    return ", ".join(parts)


if __name__ == "__main__":
    raise SystemExit(main())
