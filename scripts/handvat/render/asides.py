"""Sets apart what Markdown does not know, so that no sign in it is read as Markdown: calls, citations, blocks.

In `{{ picture("a_b_c") }}` nothing is emphasised, `[@een; @twee]` is no link, and `/// say` begins a block whatever
stands around it. While the parser reads, a number stands for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handvat.content.markdown import BLOCK_KINDS, CALLED, CITED

# Unicode keeps these for private use: no script has them.
_BEGIN, _END = "\ue000", "\ue001"
_NUMBER = re.compile(_BEGIN + "([0-9]{1,6})" + _END)

MARK = re.compile(f"<!--{_NUMBER.pattern}-->")
"""Stands for the first or the last line of a block: a comment ends whatever stands before it, and begins nothing."""

_BLOCK = rf"(?:[ \t]+(?P<kind>{'|'.join(BLOCK_KINDS)})[ \t]*(?:\|(?P<title>.*))?)?[ \t]*$"
# Comments first: all of it may stand in one. Each begins with a sign, and looks behind itself only then: so a text is
# looked through for these four signs, and no further where there are none.
_APART = re.compile(
    rf"<(?s:!--.*?-->)|/(?<![^\n]/)(?P<block>//){_BLOCK}"
    rf"|\{{(?<!\\\{{)\{{(?P<call>{CALLED})\}}\}}|\[(?<!\\\[)(?P<cite>{CITED})\]",
    re.MULTILINE,
)


class Apart:
    """A text with a number for each call, citation and mark of a block."""

    def __init__(self, source: str) -> None:
        self._found: list[re.Match[str]] = []
        self.text = _APART.sub(self._set_apart, _NUMBER.sub("", source))

    def _set_apart(self, found: re.Match[str]) -> str:
        if found.lastgroup is None:
            return found[0]  # a comment
        number = f"{_BEGIN}{len(self._found)}{_END}"
        self._found.append(found)
        return number if found["block"] is None else f"<!--{number}-->"

    def at(self, number: re.Match[str]) -> re.Match[str]:
        """What `number` stands for."""
        return self._found[int(number[1])]

    def put_back(self, text: str) -> str:
        """`text` as it was written."""
        if _BEGIN not in text:
            return text
        text = MARK.sub(lambda mark: self.at(mark)[0], text)
        return "".join(words for _, words in self._pieces(text))

    def split(self, text: str) -> Iterator[tuple[str, str]]:
        """`text` in pieces: each a kind (`call`, `cite`, or `""` for words), and what stands there."""
        if _BEGIN not in text:
            yield "", text
            return
        for found, words in self._pieces(text):
            kind = found.lastgroup if found else ""
            if kind in {"call", "cite"}:
                yield kind, found[kind].strip()
            else:
                yield "", words

    def _pieces(self, text: str) -> Iterator[tuple[re.Match[str] | None, str]]:
        for index, piece in enumerate(_NUMBER.split(text)):
            # Somebody may have written such a number as `&#xe000;7&#xe001;`.
            if index % 2 and int(piece) < len(self._found):
                found = self._found[int(piece)]
                yield found, found[0]
            elif piece:
                yield None, piece
