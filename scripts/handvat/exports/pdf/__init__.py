"""`handvat export pdf`: the whole site as a book, a PDF for each language.

A reader without a screen, or a team that keeps a folder, needs the text on paper, with the page where a link leads, one
list of sources, and the numbers to call at the back. `SOURCE_DATE_EPOCH` fixes the day on the title page, and with it
every byte.

The PDF is tagged: a screen reader finds its way in it as on the site. It has structure, language, title and alternative
texts, but does not claim to be PDF/UA (ISO 14289-1): WeasyPrint 70 does not mark running heads as artifacts, and no
validator has seen our books.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from handvat.console import say
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.offline import file_name, writing
from handvat.content.problem import UserError
from handvat.exports.built_site import built_languages, edition_of
from handvat.exports.pdf.book import Book, gather
from handvat.processes import in_processes
from handvat.site_output import build_date

_NO_PANGO = (
    "The handbook is set with Pango, which is not found on this machine. "
    "On Debian or Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
    "fonts-noto-core. On macOS: brew install pango. Then run handvat export pdf again."
)


def make(root: Path, site: Path, out: Path, starts: Sequence[str], codes: Collection[str]) -> None:
    """Write the handbook of each language of the built `site` with one of `codes`, or of all, to `out`.

    `root` is the project that the site was built from; `starts` limits the book to pages whose path begins so.
    A limited book is `handvat-nl-selection.pdf`. Raises UserError, OSError or Stopped; files that are complete by then stay.
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
        done = "made the handbook in {0.name}, for which it needs about 1 GB,"
        for _, line in in_processes(work, languages, done.format):
            say(line)
    finally:
        for part in out.glob(".handvat-*.pdf.part"):  # of a process that was ended
            part.unlink(missing_ok=True)
    say(f"Made {len(languages)} handbooks in {time.monotonic() - began:.0f} s")


def _make_one(
    base: KnowledgeBase, site: Path, out: Path, starts: Sequence[str], language: Language
) -> str:
    """Write the handbook of one language; return a line of progress on it."""
    began = time.monotonic()
    book = gather(base, site, language, build_date(), starts)
    target = out / file_name(language, "pdf")
    if starts:  # the site offers the whole book
        target = target.with_stem(f"{target.stem}-selection")
    with writing(target, base) as part:
        pages = write_pdf(book, part)
    size, seconds = target.stat().st_size / 1e6, time.monotonic() - began
    return f"  {target}  {pages} pages  {size:.1f} MB  {seconds:.0f} s"


def load_weasyprint() -> Any:
    """Return the library WeasyPrint, which loads Pango. Raises UserError without Pango."""
    try:
        import weasyprint  # noqa: PLC0415 - all else works on a machine without Pango
    except OSError as error:
        raise UserError(f"{_NO_PANGO} ({str(error).splitlines()[0]})") from error
    return weasyprint


def write_pdf(book: Book, target: Path) -> int:
    """Write `book` to the file `target`; return its number of pages. Raises UserError, OSError."""
    library = load_weasyprint()
    # Nothing in a book comes from the network, and nothing ever may.
    local = library.URLFetcher(allowed_protocols=("data", "file"))
    html = library.HTML(string=book.markup, base_url=book.template, url_fetcher=local)
    document = html.render()
    document.fonts = _Fonts()

    def finish(_document: Any, pdf: Any) -> None:
        # A viewer that shows two pages at once begins on the right side (ISO 32000, 12.2).
        if book.language.direction == "rtl":
            pdf.catalog["ViewerPreferences"]["Direction"] = "/R2L"

    document.write_pdf(target, finisher=finish, pdf_tags=True)
    return len(document.pages)


class _Fonts(dict[str, Any]):
    """`Document.fonts` of WeasyPrint, with a corrected map of glyphs to text in each font."""

    def __setitem__(self, key: str, font: Any) -> None:
        font.to_unicode = GlyphTexts()
        super().__setitem__(key, font)


class GlyphTexts(dict[int, str]):
    """`Font.to_unicode` of WeasyPrint, glyph → text, without the loss of Arabic letters.

    WeasyPrint 70 records for each glyph the text of the place where it is drawn first. Where a letter has a mark, the
    mark gets both and the letter nothing, in the whole book: a screen reader speaks words without their first letter
    (Kozea/WeasyPrint#2841, open). Here a mark gets only the mark, and a letter without text is
    recorded again at the next place.
    """

    def __contains__(self, glyph: object) -> bool:
        return bool(self.get(glyph))  # type: ignore[call-overload]  # WeasyPrint looks up glyphs only

    def __setitem__(self, glyph: int, text: str) -> None:
        if text and unicodedata.bidirectional(text[0]) in {"R", "AL"}:
            text = "".join(filter(unicodedata.combining, text)) or text
        super().__setitem__(glyph, text)
