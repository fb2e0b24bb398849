"""`make bench`: what the site costs a reader on a phone, measured in Chromium, never asserted.

    python -m scripts.bench [--save] [--sizes 40 200 1000]

Prints tables: the first load of some pages (bytes by kind, requests, first and largest paint, blocking
time, layout shift), and the first search, in every language today and on generated sites of `--sizes`
pages a language (`scripts/measure/` says how each is measured, and on what phone). Median of three
runs, with the least and the most. `--save` writes the figures to `data/measured.yml`, which the page
*how we work* shows. Works on copies in a temporary folder.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scripts.browser import NoBrowser, launch
from scripts.build import choose_languages, render_and_finish
from scripts.finish.site import StepFailed
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.measured import Helped, LoadedPage, Measured, Searched, Size
from scripts.knowledge.page import Page
from scripts.measure import loading, record, searching
from scripts.measure.host import Host, counted
from scripts.measure.loading import load, spread
from scripts.measure.profile import PROFILE
from scripts.measure.searching import HELP, search
from scripts.measure.synthetic import TooFew, write_project
from scripts.rendering import RenderFailed
from scripts.stopping import Stopped, listen_for_stop

CONTENT_PAGE = "now/image-blackmail.md"
"""The content page that is measured in every language; search is opened on it."""
PAGES = ("index.md", CONTENT_PAGE, "conversation/first-reaction.md", "tools/signal-checklist.md")
LANGUAGES = ("nl", "ar")
"""The languages, one of each direction, in which all of PAGES, and larger sites, are measured."""
SIZES = (40, 200, 1000)


@dataclass(frozen=True)
class Built:
    """A finished site in `folder`, of the project `base`, in the languages `codes`."""

    folder: Path
    base: KnowledgeBase
    codes: tuple[str, ...]
    size: Size


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures the project in the current folder. Returns 0, or 1 where that cannot be done."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench", description="Measure the site."
    )
    parser.add_argument("--save", action="store_true", help="write data/measured.yml")
    parser.add_argument("--sizes", nargs="*", type=int, default=SIZES, help="pages a language")
    options = parser.parse_args(arguments)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # progress, as it is
    listen_for_stop()  # so that a stopped run leaves no sites behind
    try:
        with sync_playwright() as playwright:
            launch(playwright).close()  # told now, not after minutes of building
        with tempfile.TemporaryDirectory(prefix="handvat-bench-") as folder:
            # All are built first: building starts processes, which a running browser would disturb.
            today, *generated = _build(Path.cwd(), Path(folder), options.sizes)
            with sync_playwright() as playwright:
                browser = launch(playwright)
                measured = measure(browser, today, generated)
                browser.close()
    except Stopped as stop:
        print("Stopped. Nothing is written.", file=sys.stderr)
        return 128 + stop.number
    except (NoBrowser, TooFew, RenderFailed, StepFailed) as error:
        print(f"{error}\nNothing was measured.", file=sys.stderr)
        return 1
    if options.save:
        record.write(measured, Path.cwd())
        print("Written to data/measured.yml")
    return 0


def measure(browser: Browser, today: Built, generated: Sequence[Built]) -> Measured:
    """Measures the site of today and the generated ones, printing each line when it is known."""
    machine = record.this_machine(browser)
    day = datetime.date.today()  # noqa: DTZ011 - the day where it is measured
    print(
        f"\n{day}, {machine.system}, {machine.cores} cores, {machine.memory} GB, Chromium "
        f"{machine.chromium}\n{PROFILE.kilobits} kbit/s, {PROFILE.round_trip} ms round trip, processor "
        f"{PROFILE.slower} times slower, median of {PROFILE.runs} (least–most)\n\n{record.LOADED_HEAD}"
    )
    pages = list(_loaded(browser, today, PAGES))
    for site in generated:
        pages += _loaded(browser, site, (CONTENT_PAGE,))
    print(f"\n{record.SEARCHED_HEAD}")
    searches = [found for site in (today, *generated) for found in _searched(browser, site)]
    return Measured(
        date=day,
        machine=machine,
        profile=PROFILE,
        pages=pages,
        search=searches,
        help=list(_helped(browser, today)),
    )


def _build(root: Path, folder: Path, sizes: Sequence[int]) -> Iterator[Built]:
    """The site of `root` as it is, and a generated one for each of `sizes`, built in `folder`.

    The smallest is built in one language and in all of them too: a reader of one language must not
    pay for the others.
    """
    base = KnowledgeBase.load(root)
    everything = [language.code for language in base.languages if language.is_built]
    default = base.default_language.code
    yield _built(base, folder / "today", everything, is_generated=False)
    pair = [code for code in everything if code in {default, *LANGUAGES}]
    wanted = [(size, pair) for size in sorted(sizes)]
    wanted += [(size, codes) for size in sorted(sizes)[:1] for codes in ([default], everything)]
    for number, (size, codes) in enumerate(wanted):
        print(f"Writing {size} pages in {', '.join(codes)}")
        project = folder / f"project-{number}"
        project.mkdir()
        grown = write_project(base, project, size, codes)
        yield _built(grown, folder / f"site-{number}", codes, is_generated=True)


def _built(base: KnowledgeBase, folder: Path, codes: Sequence[str], *, is_generated: bool) -> Built:
    pages = sum(1 for _ in base.pages_in(base.default_language.code))
    print(f"Building {pages} pages in {', '.join(codes)}")
    folder.mkdir()
    site = render_and_finish(base, folder, choose_languages(base, ",".join(codes)))
    size = Size(pages=pages, languages=len(codes), is_generated=is_generated)
    return Built(site.folder, base, tuple(codes), size)


def _visits(site: Built, paths: Sequence[str]) -> Iterator[tuple[Host, str, Page, str]]:
    """A host of `site`, and with it each page to measure: its language, itself, and where it stands.

    Those at `paths` in LANGUAGES; in every other language the content page alone, and of a generated site none.
    """
    with counted(site.folder) as host:
        for code in site.codes:
            others = () if site.size.is_generated else (CONTENT_PAGE,)
            for path in paths if code in LANGUAGES else others:
                page = site.base.page(code, path)
                if page is not None:
                    yield host, code, page, site.base.language(code).prefix + page.url


def _loaded(browser: Browser, site: Built, paths: Sequence[str]) -> Iterator[LoadedPage]:
    """First loads of the pages at `paths`."""
    for host, code, page, address in _visits(site, paths):
        loads = [load(browser, host, address) for _ in range(PROFILE.runs)]
        found = loading.summarise(page.path, code, site.size, loads)
        print(record.loaded_line(found))
        yield found


def _searched(browser: Browser, site: Built) -> Iterator[Searched]:
    """First searches in the languages of `site`."""
    for host, code, page, address in _visits(site, (CONTENT_PAGE,)):
        # The first word that readers search this page with, as its author thinks.
        query = next((word for word in page.front.aliases if " " not in word), page.front.title)
        runs = [search(browser, host, address, query) for _ in range(PROFILE.runs)]
        found = searching.summarise(code, query, site.size, runs)
        print(record.searched_line(found))
        yield found


def _helped(browser: Browser, site: Built) -> Iterator[Helped]:
    """How soon it says who to call, in LANGUAGES, for the first word of danger of each."""
    for host, code, _, address in _visits(site, (CONTENT_PAGE,)):
        words = site.base.danger.get(code) if code in LANGUAGES else None
        if words:
            runs = [
                search(browser, host, address, words[0], awaited=HELP) for _ in range(PROFILE.runs)
            ]
            found = Helped(language=code, query=words[0], time=spread(one.time for one in runs))
            print(record.helped_line(found))
            yield found


if __name__ == "__main__":
    raise SystemExit(main())
