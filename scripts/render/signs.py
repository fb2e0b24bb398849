"""Spares a text the patterns whose sign it does not hold: most texts hold no sign at all.

Python-Markdown looks in every text for everything that could stand in it: code, links of five kinds,
pictures, addresses, HTML, emphasis; and in every block for a table, a heading, a quotation. Here a text is asked first
whether it holds what a pattern cannot do without. What it becomes is the same (tests/test_signs.py compares all pages).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from xml.etree.ElementTree import Element

from markdown import Markdown, inlinepatterns
from markdown.blockprocessors import BlockQuoteProcessor, HashHeaderProcessor
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import ReferenceInlineProcessor
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString
from pymdownx.blocks import BlocksProcessor

from scripts.knowledge.text import CALL, CITATION

_SIGNS = {
    inlinepatterns.BACKTICK_RE: ("`",),
    inlinepatterns.ESCAPE_RE: ("\\",),
    inlinepatterns.LINK_RE: ("[",),
    inlinepatterns.IMAGE_LINK_RE: ("![",),
    inlinepatterns.AUTOLINK_RE: ("<",),
    inlinepatterns.AUTOMAIL_RE: ("<",),
    inlinepatterns.LINE_BREAK_RE: ("  \n",),
    inlinepatterns.HTML_RE: ("<",),
    inlinepatterns.ENTITY_RE: ("&",),
    r"\*|_": ("*", "_"),
    CITATION.pattern: ("[@",),
    CALL.pattern: ("{{",),
}
"""What each pattern needs: one of these. A pattern that is not here is always tried."""

_BLOCK_SIGNS = {TableProcessor: "|", HashHeaderProcessor: "#", BlockQuoteProcessor: ">"}
"""What stands in each block of this kind. Those that are not here are always tried."""


def sign_blocks(md: Markdown) -> None:
    """Has the processors of `md` look only at blocks and texts with their sign."""
    for processor in md.parser.blockprocessors:
        if sign := _BLOCK_SIGNS.get(type(processor)):
            processor.test = _signed(processor.test, sign)
        elif isinstance(processor, BlocksProcessor):
            # Its test says yes to what stands within a block, whatever signs that has.
            processor.start = _SignedPattern(processor.start, ("///",))
    for processor in md.preprocessors:
        if isinstance(processor, FencedBlockPreprocessor):
            fence = _SignedPattern(processor.FENCED_BLOCK_RE, ("```", "~~~"))
            processor.FENCED_BLOCK_RE = fence


class _SignedPattern(NamedTuple):
    """A pattern that is looked for where one of its `signs` stands, and nowhere else."""

    pattern: re.Pattern[str]
    signs: tuple[str, ...]

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """What `re.Pattern.search` finds."""
        return (
            self.pattern.search(text, start) if any(sign in text for sign in self.signs) else None
        )


def _signed(test: Callable[[Element, str], bool], sign: str) -> Callable[[Element, str], bool]:
    return lambda parent, block: sign in block and test(parent, block)


class SignedInline(InlineProcessor):
    """Python-Markdown's own processor, but for the patterns that it leaves out."""

    # The method is private to its class: the name is as Python writes it from outside.
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        """`data` with placeholders for what the patterns from `patternIndex` on found in it."""
        if isinstance(data, AtomicString):
            return data
        for number in range(patternIndex, len(self._patterns)):
            pattern, signs = self._patterns[number]
            for sign in signs:
                if sign in data:
                    break
            else:
                continue
            is_found, start = True, 0
            while is_found:
                data, is_found, start = self._InlineProcessor__applyPattern(
                    pattern, data, number, start
                )
        return data

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Gathers the patterns, which extensions may have changed until now, and applies them."""
        self._patterns = [(pattern, self._signs(pattern)) for pattern in self.inlinePatterns]
        return super().run(tree, ancestors)

    def _signs(self, pattern: inlinepatterns.Pattern) -> tuple[str, ...]:
        # Reads `[text][name]`, which changes nothing where no name is explained.
        if isinstance(pattern, ReferenceInlineProcessor) and not self.md.references:
            return ()
        return _SIGNS.get(pattern.pattern, ("",))
