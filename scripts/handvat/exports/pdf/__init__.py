"""`handvat export pdf`: the whole site as a book, a PDF for each language.

Somebody without a screen at hand, or a team that keeps a folder, needs the text on paper, with the page where a link
leads, one list of sources, and the numbers to call at the back. `SOURCE_DATE_EPOCH` fixes the day on the title page,
and with it every byte.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from handvat.console import say
from handvat.content.build_date import build_date
from handvat.content.downloads import file_name, writing
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.problem import UserError
from handvat.exports.built_site import built_languages, edition_of
from handvat.exports.pdf.book import gather
from handvat.exports.pdf.press import load_weasyprint, write_pdf
from handvat.workers import in_processes


def make(root: Path, site: Path, out: Path, starts: Sequence[str], codes: Collection[str]) -> None:
    """Write the handbook of each language of the built `site` with one of `codes`, or of all, to `out`.

    `root` is the project that the site was built from; `starts` limits the book to pages whose path begins so.
    Raises UserError, OSError or Stopped; files that are complete by then stay.
    """
    load_weasyprint()  # its error comes before long work
    base = edition_of(root, site)
    languages = built_languages(base.languages, site, codes)
    for start in starts:
        if not any(entry.path.startswith(start) for entry in base.navigation):
            raise UserError(f"--pages: no page of the menu begins with {start!r}")
    out.mkdir(parents=True, exist_ok=True)
    say(f"Making {len(languages)} handbooks in {out}/, one to three minutes each")
    began = time.monotonic()
    try:
        work = partial(_make_one, base, site, out, starts)
        for _, line in in_processes(work, languages, _describe):
            say(line)
    finally:
        for part in out.glob(".handvat-*.pdf.part"):  # of a process that was ended
            part.unlink(missing_ok=True)
    say(f"Made {len(languages)} handbooks in {time.monotonic() - began:.0f} s")


def _describe(language: Language) -> str:
    return f"made the handbook in {language.name}, for which it needs about 1 GB,"


def _make_one(
    base: KnowledgeBase, site: Path, out: Path, starts: Sequence[str], language: Language
) -> str:
    """Write the handbook of one language; return a line of progress on it."""
    began = time.monotonic()
    book = gather(base, site, language, build_date(), starts)
    target = out / file_name(language, "pdf")
    with writing(target, base) as part:
        pages = write_pdf(book, part)
    size, seconds = target.stat().st_size / 1e6, time.monotonic() - began
    return f"  {target}  {pages} pages  {size:.1f} MB  {seconds:.0f} s"
