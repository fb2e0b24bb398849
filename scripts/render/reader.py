"""Lets MkDocs read every page with the same Markdown converter: a new one for each took a tenth of the reading.

Python-Markdown is made for that: `reset()` between two texts is its documented use. What MkDocs
registers for a page takes the place of what it registered, under the same name, for the page before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import markdown


class Reader:
    """A converter, and for which extensions it was made."""

    def __init__(self) -> None:
        self._asked: tuple[Sequence[Any], Mapping[str, Any]] | None = None
        self._made: markdown.Markdown | None = None

    @contextmanager
    def one_converter(self) -> Iterator[None]:
        """While it lasts, `markdown.Markdown(…)` gives the same converter for the same extensions, as it did before."""
        make = markdown.Markdown

        def converter(
            *, extensions: Sequence[Any], extension_configs: Mapping[str, Any]
        ) -> markdown.Markdown:
            if self._made is None or self._asked != (extensions, extension_configs):
                self._asked = (list(extensions), dict(extension_configs))
                made = self._made = make(extensions=extensions, extension_configs=extension_configs)
                # A list of sixty, in which Python-Markdown looks for each element of each page.
                made.block_level_elements = frozenset(made.block_level_elements)  # type: ignore[assignment]
            return self._made.reset()

        markdown.Markdown = converter  # type: ignore[misc,assignment]
        try:
            yield
        finally:
            markdown.Markdown = make  # type: ignore[misc]
