"""Reads Markdown as events, from which the checks take their facts (`content/text.py`) and the site its HTML.

pulldown-cmark parses: CommonMark with tables, task lists and `## Heading { #id }`. What it does not know is a number
in the text that it parses, so that no character of it is taken for Markdown, and an event of its own afterwards:
shortcodes `{{ … }}`, citations `[@…]`, and blocks `/// kind | title … ///`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from pyromark import Markdown, Options

BLOCK_KINDS = ("scene", "say", "never", "next", "note")
"""The kinds of a `/// kind` block."""

INLINE_TAGS = {"Emphasis": "em", "Strong": "strong", "Link": "a", "Image": "img"}
"""Tags that open and close within words → their HTML element."""

_INLINE = {"Text", "Code", "InlineHtml", "SoftBreak", "HardBreak", "TaskListMarker"}
_INLINE |= {"Shortcode", "Citation"}
_PARSER = Markdown(
    options=Options.ENABLE_TABLES | Options.ENABLE_TASKLISTS | Options.ENABLE_HEADING_ATTRIBUTES
)

_CITED = r"@[^\[\]\n]+"
_CALLED = r".*?"
CITATION = re.compile(rf"\[({_CITED})\]")
_CITATION_KEY = re.compile(r"^@([A-Za-z0-9][A-Za-z0-9_-]*)$")
SHORTCODE = re.compile(rf"\{{\{{({_CALLED})\}}\}}")
_BLOCK = r"(?:[ \t]+(?P<kind>[\w-]+)[ \t]*(?:\|(?P<title>.*))?)?[ \t]*$"
# Comments first: all of it may be in one. Each alternative begins with a character, and looks behind itself only
# then: so a text is searched for these four characters, and no further where there are none.
_SET_APART = re.compile(
    rf"<(?s:!--.*?-->)|/(?<![^\n]/)(?P<block>//){_BLOCK}"
    rf"|\{{(?<!\\\{{)\{{(?P<Shortcode>{_CALLED})\}}\}}|\[(?<!\\\[)(?P<Citation>{_CITED})\]",
    re.MULTILINE,
)
# Unicode reserves these two for private use: no script has them.
_BEGIN, _END = "\ue000", "\ue001"
_NUMBER = re.compile(_BEGIN + "([0-9]{1,6})" + _END)
_BLOCK_MARK = re.compile(f"<!--{_NUMBER.pattern}-->")
"""The first or the last line of a block while the parser reads: a comment ends what is before it, and opens nothing."""

_LAW = re.compile(r"\{:? ?\.law ?\}")
"""Behind an emphasis: `*…*{ .law }` are a law's own words."""
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(rf"({COMMENT.pattern}|<[^>]*>?)", re.DOTALL)
_ALLOWED_TAG = re.compile(r"<br\s*/?>|</?bdi>")
"""What pages need: a line break in a table cell, isolation of a number in right-to-left text."""

_SPACE_BEFORE = re.compile(r"\s+([.,;:!?])")


class Event(NamedTuple):
    """One thing in a text, in the order of the text.

    `what` is `Start` or `End` with a `tag`, or one of these without a tag: `Text`, `Code`, `SoftBreak`,
    `HardBreak`, `TaskListMarker`, `InlineHtml`, `Shortcode` and `Citation` within words; `Rule`, `Html`,
    `CodeBlock` and `StrayEnd` (a `///` that closes nothing) between them.
    """

    what: str
    tag: str
    value: Any
    """The text, but for these. `Start Heading`: level, title as written, id (None without one) and other attributes.
    `Start List`: its first number, None for bullets. `Start Emphasis`: whether it holds a law's own words.
    `Start Link`, `Start Image`: address and title. `Start Table`: how its columns are aligned.
    `Start Block`: kind and title, as events. `End Block`: whether a `///` closes it. `TaskListMarker`: whether
    it is ticked. `CodeBlock`: the text, and whether it is fenced."""
    line: int

    @property
    def is_inline(self) -> bool:
        """Whether it is within words: in a paragraph, a heading or a cell."""
        return self.what in _INLINE or self.tag in INLINE_TAGS


def read(markdown: str, first_line: int = 1) -> Iterator[Event]:
    """The events of `markdown`, whose first line is line `first_line` of its file."""
    return _Reader(markdown, first_line).events()


class _Reader:
    """Reads one text: gives the parser numbers for what it does not know, and takes them out of its events."""

    def __init__(self, markdown: str, first_line: int) -> None:
        self._set_apart: list[re.Match[str]] = []
        self._text = _SET_APART.sub(self._number, _without_marks(markdown))
        self._data = self._text.encode()
        """The parser counts in bytes."""
        self._starts = [0, *(found.end() for found in re.finditer(b"\n", self._data))]
        self._first_line = first_line
        self._block: str | None = None
        """The kind of the block that is open."""

    def events(self) -> Iterator[Event]:
        """The events of the text."""
        parsed = list(map(_flat, _PARSER.events_with_range(self._text)))
        words, start = "", 0
        verbatim: list[str] | None = None
        law = is_fenced = False
        for index, (what, tag, value, begin, end) in enumerate(parsed):
            if verbatim is not None and what != "End":
                verbatim.append(value)
                continue
            if what == "Text":  # the parser cuts words at each of its special characters
                start = start if words else begin
                words += value
                continue
            if words:
                yield from self._words(_LAW.sub("", words, count=1) if law else words, start)
                words, law = "", False
            line = self._line(begin)
            match tag or what:
                case "HtmlBlock" | "CodeBlock" if what == "Start":
                    verbatim, is_fenced = [], value != "Indented"
                case "HtmlBlock":
                    yield from self._html("".join(verbatim or ()), line)
                    verbatim = None
                case "CodeBlock":
                    text = self._as_written("".join(verbatim or ()))
                    yield Event(tag, "", (text, is_fenced), line)
                    verbatim = None
                case "Heading" if what == "Start":
                    inner = parsed[index + 1 : _end_of(parsed, index)]
                    title = self._as_written(self._between(inner)).strip()
                    heading_id = value["id"] and _NUMBER.sub("", value["id"])
                    more = " ".join((*value["classes"], *(name for name, _ in value["attrs"])))
                    yield Event(what, tag, (int(value["level"][1]), title, heading_id, more), line)
                case "Emphasis":
                    law = bool(_LAW.match(self._text_at(end)))
                    yield Event(what, tag, law, line)
                    law = law and what == "End"
                case "Link" | "Image" if what == "Start":
                    address = self._as_written(value["dest_url"])
                    address = f"mailto:{address}" if value["link_type"] == "Email" else address
                    yield Event(what, tag, (address, self._as_written(value["title"])), line)
                case "Code" | "InlineHtml":
                    yield Event(what, "", self._as_written(value), line)
                case _:
                    yield Event(what, tag, value, line)
        if self._block is not None:
            yield Event("End", "Block", False, self._line(len(self._data)))

    def _number(self, found: re.Match[str]) -> str:
        if found.lastgroup is None:
            return found[0]  # a comment
        number = f"{_BEGIN}{len(self._set_apart)}{_END}"
        self._set_apart.append(found)
        return number if found["block"] is None else f"<!--{number}-->"

    def _as_written(self, text: str) -> str:
        """`text` as it is written, without numbers."""
        if _BEGIN not in text and _END not in text:
            return text
        pieces = _NUMBER.split(_BLOCK_MARK.sub(lambda mark: mark[0][4:-3], text))
        pieces[1::2] = [
            found[0] if (found := self._at(number)) else number for number in pieces[1::2]
        ]
        return _without_marks("".join(pieces))

    def _at(self, number: str) -> re.Match[str] | None:
        """What is set apart under `number`; None for a number that is in the page: `&#xe000;7&#xe001;`."""
        return self._set_apart[int(number)] if int(number) < len(self._set_apart) else None

    def _words(self, text: str, start: int) -> Iterator[Event]:
        line = self._line(start)
        if _BEGIN not in text and _END not in text:
            yield Event("Text", "", text, line)
            return
        for index, piece in enumerate(_NUMBER.split(text)):
            found = self._at(piece) if index % 2 else None
            if found and found.lastgroup in _INLINE:
                yield Event(found.lastgroup, "", found[found.lastgroup].strip(), line)
            elif plain := _without_marks(piece):
                yield Event("Text", "", plain, line)

    def _html(self, html: str, line: int) -> Iterator[Event]:
        mark = _BLOCK_MARK.fullmatch(html.strip())
        found = mark and self._at(mark[1])
        if not found or found["block"] is None:
            yield Event("Html", "", self._as_written(html), line)
            return
        kind = found["kind"]
        if self._block is not None:
            yield Event("End", "Block", kind is None, line)
        elif kind is None:
            yield Event("StrayEnd", "", "///", line)
        self._block = kind
        if kind is not None:
            title = tuple(
                event for event in read((found["title"] or "").strip(), line) if event.is_inline
            )
            yield Event("Start", "Block", (kind, title), line)

    def _line(self, offset: int) -> int:
        return self._first_line + bisect_right(self._starts, offset) - 1

    def _text_at(self, offset: int) -> str:
        return self._data[offset : offset + len("{: .law }")].decode(errors="ignore")

    def _between(self, parsed: Sequence[_Parsed]) -> str:
        """What is written from the first of `parsed` to the last."""
        if not parsed:
            return ""
        start, end = parsed[0][3], parsed[-1][4]
        if self._data[start - 1 : start] == b"\\":
            start -= 1  # the character that it escapes is the first event
        return self._data[start:end].decode()


_Parsed = tuple[str, str, Any, int, int]
"""An event of the parser: `Start` or `End` and its tag, or what it is without a tag; its value, and where it is."""


def _flat(parsed: tuple[Any, dict[str, int]]) -> _Parsed:
    event, span = parsed
    begin, end = span["start"], span["end"]
    if event.__class__ is str:
        return event, "", None, begin, end
    ((what, value),) = event.items()
    if what not in {"Start", "End"}:
        return what, "", value, begin, end
    if value.__class__ is str:
        return what, value, None, begin, end
    ((tag, value),) = value.items()
    return what, tag, value, begin, end


def _end_of(parsed: Sequence[_Parsed], start: int) -> int:
    """The index of the event that ends the heading which begins at `start`."""
    return next(
        index for index in range(start, len(parsed)) if parsed[index][:2] == ("End", "Heading")
    )


def _without_marks(text: str) -> str:
    return text.replace(_BEGIN, "").replace(_END, "")


def split_html(html: str) -> Iterator[tuple[str, bool]]:
    """The pieces of `html` in their order, and whether each is a tag that a page may have.

    Comments are left out; other tags and the words between them may not be shown as HTML.
    """
    for piece in _TAG.split(html):
        if piece and not COMMENT.fullmatch(piece):
            yield piece, bool(_ALLOWED_TAG.fullmatch(piece))


def plain_lines(markdown: str, show: Callable[[str], str] = lambda _written: "") -> list[str]:
    """The words of `markdown` as a reader sees them, line by line, without titles of blocks.

    `show` gives the words for what is written in a shortcode.
    """
    lines = [""]
    for event in read(markdown):
        if event.what in {"Text", "Code"}:
            lines[-1] += event.value
        elif event.what == "Shortcode":
            lines[-1] += show(event.value)
        elif event.what == "Citation" or event.tag == "TableCell":
            lines[-1] += " "
        elif event.what.endswith("Break") or not event.is_inline:
            lines.append("")
    plain = (_SPACE_BEFORE.sub(r"\1", " ".join(line.split())) for line in lines)
    return [line for line in plain if line]


def citation_keys(inner: str) -> Iterator[tuple[str, str | None]]:
    """The parts of `@a; @b`: as written, and the key (None where a part is not a key)."""
    for part in inner.split(";"):
        found = _CITATION_KEY.match(part.strip())
        yield part.strip(), found.group(1) if found else None
