"""What a page becomes on paper, read from the PDF that a browser prints."""

from __future__ import annotations

from typing import NamedTuple

from pypdfium2 import PdfDocument


class Sheet(NamedTuple):
    """A sheet of paper; its size is in points (1/72 inch)."""

    text: str
    width: float
    height: float


def sheets_of(pdf: bytes) -> list[Sheet]:
    """The sheets of a document, in order."""
    with PdfDocument(pdf) as document:
        # For a hyphen at the end of a line PDFium gives U+FFFE.
        return [
            Sheet(page.get_textpage().get_text_range().replace("\ufffe", "-"), *page.get_size())
            for page in document
        ]
