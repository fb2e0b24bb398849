"""`make handbook`: the whole site as a book, a PDF for each language in `downloads/`.

    python -m scripts.handbook [--site site] [--out downloads] [--pages now/ tools/first-24-hours]

Somebody without a screen at hand, or a team that keeps a folder, needs the text on paper, with the
page where a link leads, one list of sources, and the numbers to call at the back. Works on the built
site, so that the build need not wait for it.

LANGS=nl,ar makes only these. SOURCE_DATE_EPOCH fixes the day on the title page, and with it every byte.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from scripts.compose import NotComposed, opened
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.clock import build_date
from scripts.knowledge.languages import Language
from scripts.paper.book import gather
from scripts.paper.leaf import NotOnTheSite, file_of
from scripts.paper.press import NoPango, Printed, half_name, set_in_pages, weasyprint
from scripts.processes import cores, follow_parent
from scripts.stopping import Stopped, held, listen_for_stop


class BadRequest(Exception):
    """What was asked for cannot be made; the text says what to do instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes the handbooks of the project here. Returns 0, 1, or 128 + the signal that ended it."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.handbook", description="Make the handbooks."
    )
    parser.add_argument("--site", default="site", help="the folder of the built site")
    parser.add_argument("--out", default="downloads", help="the folder for the PDF files")
    parser.add_argument("--pages", nargs="*", default=[], help="only pages that begin so, as now/")
    asked = parser.parse_args(arguments)
    listen_for_stop()
    try:
        make(
            Path.cwd(), Path(asked.site), Path(asked.out), asked.pages, os.environ.get("LANGS", "")
        )
    except (BadRequest, NotComposed, NotOnTheSite, NoPango) as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenProcessPool:
        print(
            "A process that set a book was ended from outside. When memory is short (a book takes "
            "about 1 GB), make one language at a time: make handbook LANGS=nl",
            file=sys.stderr,
        )
        return 1
    except Stopped as stop:
        print("Stopped. Nothing is half-made.", file=sys.stderr)
        return 128 + stop.number
    return 0


def make(root: Path, site: Path, out: Path, starts: Sequence[str], wanted: str) -> None:
    """Makes a book for each language of `site` that `wanted` (LANGS) names, or for all of them.

    Raises BadRequest, NotOnTheSite, NoPango, BrokenProcessPool.
    """
    if not (site / "index.html").is_file():
        raise BadRequest(
            f"There is no site in {site}/ to make a handbook of. Run make build first."
        )
    weasyprint()
    with opened(root) as project:
        _make(KnowledgeBase.load(project.root), site, out, starts, wanted)


def _make(base: KnowledgeBase, site: Path, out: Path, starts: Sequence[str], wanted: str) -> None:
    languages = choose(base, site, wanted)
    _check_starts(base, starts)
    out.mkdir(parents=True, exist_ok=True)
    print(f"Making {len(languages)} handbooks in {out}/, one to three minutes each", flush=True)
    began = time.monotonic()
    count = min(cores(), len(languages))
    with ProcessPoolExecutor(max_workers=count, initializer=follow_parent) as pool:
        try:
            with held():
                running = [
                    pool.submit(make_one, base, site, out, language, tuple(starts))
                    for language in languages
                ]
            for future in as_completed(running):
                _say(*future.result())
        except BaseException:
            _give_up(out)
            raise
    print(f"Made {len(languages)} handbooks in {time.monotonic() - began:.0f} s")


def choose(base: KnowledgeBase, site: Path, wanted: str) -> list[Language]:
    """The languages to make a book of. Raises BadRequest for one that the site does not have."""
    codes = wanted.replace(",", " ").split()
    known = {language.code for language in base.languages}
    for code in codes:
        if code not in known:
            raise BadRequest(
                f"LANGS: there is no language {code}; known are {', '.join(sorted(known))}"
            )
    asked = [language for language in base.languages if language.code in codes or not codes]
    there = [language for language in asked if file_of(site, language, "index.md").is_file()]
    for language in asked:
        if codes and language not in there:
            raise BadRequest(
                f"{site}/ does not have {language.code}: run make build LANGS={','.join(codes)}, "
                "then make handbook again."
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
    print(f"  {printed.file}  {printed.pages} pages  {size:.1f} MB  {seconds:.0f} s", flush=True)


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


if __name__ == "__main__":
    sys.exit(main())
