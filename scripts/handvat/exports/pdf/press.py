"""Sets a book in pages, as a tagged PDF: a screen reader finds its way in it as on the site.

It has structure, language, title and alternative texts, but does not claim to be PDF/UA (ISO 14289-1): WeasyPrint 70
does not mark running heads as artifacts, and no validator has seen our books.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from handvat.content.problem import UserError
from handvat.exports.pdf.book import Book

_NO_PANGO = (
    "The handbook is set with Pango, which is not found on this machine. "
    "On Debian or Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
    "fonts-noto-core. On macOS: brew install pango. Then run handvat export pdf again."
)


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
    """`Document.fonts` of WeasyPrint, in which each font gets a corrected list of letters."""

    def __setitem__(self, key: str, font: Any) -> None:
        font.to_unicode = GlyphTexts()
        super().__setitem__(key, font)


class GlyphTexts(dict[int, str]):
    """`Font.to_unicode` of WeasyPrint, glyph → text, without the loss of Arabic letters.

    WeasyPrint 70 records for each glyph the text of the place where it is drawn first. Where a letter carries a mark,
    the mark gets both and the letter nothing, in the whole book: somebody who listens to it hears words without their
    first letter (Kozea/WeasyPrint#2841, still open). Here a mark gets only the mark, and a letter without text is
    recorded again at the next place.
    """

    def __contains__(self, glyph: object) -> bool:
        return bool(self.get(glyph))  # type: ignore[call-overload]  # WeasyPrint looks up glyphs only

    def __setitem__(self, glyph: int, text: str) -> None:
        if text and unicodedata.bidirectional(text[0]) in {"R", "AL"}:
            text = "".join(filter(unicodedata.combining, text)) or text
        super().__setitem__(glyph, text)
