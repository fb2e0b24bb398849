"""Sets a book in pages, as a tagged PDF: a screen reader finds its way in it as on the site.

It has structure, language, title and alternative texts, but does not call itself PDF/UA (ISO 14289-1):
WeasyPrint 70 leaves running heads without a mark as an artifact, and no validator has seen our books.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handvat.content.problem import UserError
from handvat.exports.pdf.book import OVERRIDES, Book
from handvat.exports.pdf.letters import Fonts

PANGO = (
    "The handbook is set with Pango, which is not found on this machine. "
    "On Debian or Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
    "fonts-noto-core. On macOS: brew install pango. Then run handvat export pdf again."
)


class NoPango(UserError):
    """The library that sets text is missing; the text says how to install it."""


def weasyprint() -> Any:
    """The WeasyPrint library, which loads Pango when it is imported. Raises NoPango."""
    try:
        import weasyprint  # noqa: PLC0415 - all else works on a machine without Pango
    except OSError as error:
        raise NoPango(f"{PANGO} ({str(error).splitlines()[0]})") from error
    return weasyprint


@dataclass(frozen=True)
class Printed:
    """A finished PDF: where it lies, and how many pages it has."""

    file: Path
    pages: int


def half_name(name: str) -> str:
    """What a file is called until it is whole."""
    return f".{name}.part"


def set_in_pages(book: Book, target: Path) -> Printed:
    """Writes `book` to the file `target`: whole, or not at all. Raises NoPango, OSError."""
    library = weasyprint()
    # Nothing in a book comes from the network, and nothing ever may.
    local = library.URLFetcher(allowed_protocols=("data", "file"))
    styles = [
        library.CSS(string=book.style, url_fetcher=local),
        library.CSS(filename=OVERRIDES / "paper" / "handbook.css", url_fetcher=local),
    ]
    document = library.HTML(string=book.markup, url_fetcher=local).render(stylesheets=styles)
    document.fonts = Fonts()
    half = target.with_name(half_name(target.name))
    try:
        document.write_pdf(half, finisher=_reads_from(book.language.direction), pdf_tags=True)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return Printed(target, len(document.pages))


def _reads_from(direction: str) -> Callable[[Any, Any], None]:
    """Tells a viewer that shows two pages at once on which side the book begins (ISO 32000, 12.2)."""

    def finish(_document: Any, pdf: Any) -> None:
        if direction == "rtl":
            pdf.catalog["ViewerPreferences"]["Direction"] = "/R2L"

    return finish
