"""`handvat export pdf`: the whole site as a book, a PDF for each language in `downloads/`.

    python -m handvat.exports.pdf.handbook [--site site] [--out downloads] [--pages now/ tools/first-24-hours]

Somebody without a screen at hand, or a team that keeps a folder, needs the text on paper, with the
page where a link leads, one list of sources, and the numbers to call at the back. Works on the built
site, so that the build need not wait for it.

LANGS=nl,ar makes only these. SOURCE_DATE_EPOCH fixes the day on the title page, and with it every byte.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from handvat.console import say
from handvat.content.build_date import build_date
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language, select_languages
from handvat.content.problem import UserError
from handvat.exports.pdf.book import gather
from handvat.exports.pdf.leaf import file_of
from handvat.exports.pdf.press import Printed, half_name, set_in_pages, weasyprint
from handvat.overlay.apply import opened
from handvat.signals import deferred_signals
from handvat.workers import cores, follow_parent


class BadRequest(UserError):
    """What was asked for cannot be made; the text says what to do instead."""


def make(root: Path, site: Path, out: Path, starts: Sequence[str], wanted: Collection[str]) -> None:
    """Makes a book for each language of `site` that `wanted` (LANGS) names, or for all of them.

    Raises BadRequest, NotOnTheSite, NoPango, BrokenProcessPool.
    """
    if not (site / "index.html").is_file():
        raise BadRequest(
            f"There is no site in {site}/ to make a handbook of. Run handvat build first."
        )
    weasyprint()
    with opened(root) as project:
        _make(KnowledgeBase.load(project.root), site, out, starts, wanted)


def _make(
    base: KnowledgeBase, site: Path, out: Path, starts: Sequence[str], wanted: Collection[str]
) -> None:
    languages = choose(base, site, wanted)
    _check_starts(base, starts)
    out.mkdir(parents=True, exist_ok=True)
    say(f"Making {len(languages)} handbooks in {out}/, one to three minutes each")
    began = time.monotonic()
    count = min(cores(), len(languages))
    with ProcessPoolExecutor(max_workers=count, initializer=follow_parent) as pool:
        try:
            with deferred_signals():
                running = [
                    pool.submit(make_one, base, site, out, language, tuple(starts))
                    for language in languages
                ]
            for future in as_completed(running):
                _say(*future.result())
        except BrokenProcessPool:
            _give_up(out)
            raise BadRequest(
                "A process that set a book was ended from outside. When memory is short (a book takes "
                "about 1 GB), make one language at a time: handvat export pdf --lang nl"
            ) from None
        except BaseException:
            _give_up(out)
            raise
    say(f"Made {len(languages)} handbooks in {time.monotonic() - began:.0f} s")


def choose(base: KnowledgeBase, site: Path, wanted: Collection[str]) -> list[Language]:
    """The languages to make a book of. Raises UserError for one that the site does not have."""
    asked = select_languages(base.languages, wanted)
    there = [language for language in asked if file_of(site, language, "index.md").is_file()]
    missing = [language.code for language in asked if language not in there]
    if wanted and missing:
        raise BadRequest(
            f"{site}/ does not have {', '.join(missing)}: run handvat build, then handvat export pdf again."
        )
    return there


def make_one(
    base: KnowledgeBase, site: Path, out: Path, language: Language, starts: tuple[str, ...]
) -> tuple[Printed, float]:
    """Makes the book of one language; returns it and how many seconds that took."""
    began = time.monotonic()
    book = gather(base, site, language, build_date(), starts)
    printed = set_in_pages(book, out / f"handvat-{language.code}.pdf")
    return printed, time.monotonic() - began


def _say(printed: Printed, seconds: float) -> None:
    size = printed.file.stat().st_size / 1e6
    say(f"  {printed.file}  {printed.pages} pages  {size:.1f} MB  {seconds:.0f} s")


def _give_up(out: Path) -> None:
    """Ends the processes that are still setting a book, and takes away what they had begun."""
    for process in multiprocessing.active_children():
        process.kill()
        process.join()
    for half in out.glob(half_name("handvat-*.pdf")):
        half.unlink()


def _check_starts(base: KnowledgeBase, starts: Sequence[str]) -> None:
    for start in starts:
        if not any(entry.path.startswith(start) for entry in base.navigation):
            raise BadRequest(f"--pages: no page of the menu begins with {start!r}")
