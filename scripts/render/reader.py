"""Lets MkDocs read every page with the same Markdown converter: a new one for each took a tenth of the reading.

Python-Markdown is made for that: `reset()` between two texts is its documented use. What MkDocs
registers for a page takes the place of what it registered, under the same name, for the page before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import markdown


@contextmanager
def one_converter() -> Iterator[None]:
    """While it lasts, `markdown.Markdown(…)` gives the same converter for the same extensions."""
    make = markdown.Markdown
    asked: tuple[Sequence[Any], Mapping[str, Any]] | None = None
    made: markdown.Markdown | None = None

    def converter(
        *, extensions: Sequence[Any], extension_configs: Mapping[str, Any]
    ) -> markdown.Markdown:
        nonlocal asked, made
        if made is None or asked != (extensions, extension_configs):
            asked = (list(extensions), dict(extension_configs))
            made = make(extensions=extensions, extension_configs=extension_configs)
        return made.reset()

    markdown.Markdown = converter
    try:
        yield
    finally:
        markdown.Markdown = make
