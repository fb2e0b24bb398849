"""The parser of Markdown. Its events are the source of the checks' facts (`content/text.py`) and of the site's HTML.

pulldown-cmark parses CommonMark with tables, task lists and `## Heading { #id }`. Our extensions are shortcodes
`{{ … }}`, citations `[@…]`, and blocks `/// kind | title … ///`. They are replaced by numbered placeholders before
parsing, so that none of their characters is parsed as Markdown, and become events afterwards.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, takewhile
from typing import Any, NamedTuple

from pyromark import Markdown, Options

BLOCK_KINDS = ("ask", "scene", "say", "never", "next", "note")
"""The kinds of a `/// kind` block."""

INLINE_TAGS = {"Emphasis": "em", "Strong": "strong", "Link": "a", "Image": "img"}
"""Inline tags → their HTML element."""

_INLINE = {"Text", "Code", "InlineHtml", "SoftBreak", "HardBreak", "TaskListMarker"}
_INLINE |= {"Shortcode", "Citation"}
_PARSER = Markdown(
    options=Options.ENABLE_TABLES | Options.ENABLE_TASKLISTS | Options.ENABLE_HEADING_ATTRIBUTES
)

_CITED = r"@[^\[\]\n]+"
_CALLED = r".*?"
CITATION = re.compile(rf"\[({_CITED})\]")
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*"
_CITATION_KEY = re.compile(rf"^@({_NAME})(?::({_NAME}))?$")
_ENTRY = re.compile(rf"(@{_NAME}):{_NAME}(?=[^\[\]\n]*\])")
SHORTCODE = re.compile(rf"\{{\{{({_CALLED})\}}\}}")
_BLOCK = r"(?:[ \t]+(?P<kind>[\w-]+)[ \t]*(?:\|(?P<title>.*))?)?[ \t]*$"
# Comments first: they may contain the others. Each alternative begins with a literal character and has its lookbehind
# after that, so that the search is fast.
_EXTENSION = re.compile(
    rf"<(?s:!--.*?-->)|/(?<![^\n]/)(?P<block>//){_BLOCK}"
    rf"|\{{(?<!\\\{{)\{{(?P<Shortcode>{_CALLED})\}}\}}|\[(?<!\\\[)(?P<Citation>{_CITED})\]",
    re.MULTILINE,
)
# Of Unicode's private use area: in no script.
_BEGIN, _END = "\ue000", "\ue001"
_NUMBER = re.compile(_BEGIN + "([0-9]{1,6})" + _END)
_BLOCK_MARK = re.compile(f"<!--{_NUMBER.pattern}-->")
"""The placeholder of the first or last line of a block: a comment ends a paragraph and opens no other element."""

_LAW = re.compile(r"\{:? ?\.law ?\}")
"""After an emphasis: `*…*{ .law }` are the words of a law."""
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(rf"({COMMENT.pattern}|<[^>]*>?)", re.DOTALL)
_ALLOWED_TAG = re.compile(r"<br\s*/?>|</?bdi>")
"""Line breaks in table cells, and isolation of numbers in right-to-left text."""

_SPACES = re.compile(r"[ \n\t]+")  # not those where a line must not break, as before French `?`
_SPACE_BEFORE = re.compile(r" ([.,;:!?])")


class Event(NamedTuple):
    """The start or end of an element of a text, or another part of it.

    `what` is `Start` or `End` with a `tag`, or one of these without a tag: `Text`, `Code`, `SoftBreak`,
    `HardBreak`, `TaskListMarker`, `InlineHtml`, `Shortcode` and `Citation`, which are inline; `Rule`, `Html`,
    `CodeBlock` and `StrayEnd` (a `///` without a block to close), which are not.
    """

    what: str
    tag: str
    value: Any
    """The text, except for these. `Start Heading`: level, title as written, id (or None) and other attributes.
    `Start List`: its first number, None for bullets. `Start Emphasis`: whether it has the words of a law.
    `Start Link`, `Start Image`: address and title. `Start Table`: the alignments of its columns.
    `Start Block`: kind, and title as events. `End Block`: whether a `///` closes it. `TaskListMarker`: whether
    it is ticked. `CodeBlock`: the text, and whether it is fenced."""
    line: int

    @property
    def is_inline(self) -> bool:
        """Whether it is part of a paragraph, a heading or a cell."""
        return self.what in _INLINE or self.tag in INLINE_TAGS


def read(markdown: str, first_line: int = 1) -> Iterator[Event]:
    """Yield the events of `markdown`, whose first line is line `first_line` of its file."""
    return _Reader(markdown, first_line).events()


class _Reader:
    """Replaces the extensions in one text by placeholders, parses it, and restores them in the events."""

    def __init__(self, markdown: str, first_line: int) -> None:
        self._extensions: list[re.Match[str]] = []
        self._text = _EXTENSION.sub(self._placeholder, _without_marks(markdown))
        self._data = self._text.encode()
        """The text in bytes, which the parser counts in."""
        self._starts = [0, *(found.end() for found in re.finditer(b"\n", self._data))]
        self._first_line = first_line
        self._block: str | None = None
        """The kind of the open block."""

    def events(self) -> Iterator[Event]:
        """Yield the events of the text."""
        parsed = list(map(_flat, _PARSER.events_with_range(self._text)))
        words, start = "", 0
        verbatim: list[str] | None = None
        law = is_fenced = False
        for index, (what, tag, value, begin, end) in enumerate(parsed):
            if verbatim is not None and what != "End":
                verbatim.append(value)
                continue
            if what == "Text":  # the parser splits text at each of its special characters
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
                    following = islice(parsed, index + 1, None)
                    inner = list(takewhile(lambda one: one[:2] != ("End", "Heading"), following))
                    title = self._as_written(self._between(inner)).strip()
                    heading_id = value["id"] and _NUMBER.sub("", value["id"])
                    more = " ".join((*value["classes"], *(name for name, _ in value["attrs"])))
                    yield Event(what, tag, (int(value["level"][1]), title, heading_id, more), line)
                case "Emphasis":
                    after = self._data[end : end + len("{: .law }")].decode(errors="ignore")
                    law = bool(_LAW.match(after))
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

    def _placeholder(self, found: re.Match[str]) -> str:
        if found.lastgroup is None:
            return found[0]  # a comment
        number = f"{_BEGIN}{len(self._extensions)}{_END}"
        self._extensions.append(found)
        return number if found["block"] is None else f"<!--{number}-->"

    def _as_written(self, text: str) -> str:
        """Return `text` with the extensions in place of their placeholders."""
        if _BEGIN not in text and _END not in text:
            return text
        pieces = _NUMBER.split(_BLOCK_MARK.sub(lambda mark: mark[0][4:-3], text))
        pieces[1::2] = [
            found[0] if (found := self._at(number)) else number for number in pieces[1::2]
        ]
        return _without_marks("".join(pieces))

    def _at(self, number: str) -> re.Match[str] | None:
        """Return the extension with this `number`; None for one that a page forges: `&#xe000;7&#xe001;`."""
        return self._extensions[int(number)] if int(number) < len(self._extensions) else None

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

    def _between(self, parsed: Sequence[_Parsed]) -> str:
        """Return the source text from the first of `parsed` to the last."""
        if not parsed:
            return ""
        start, end = parsed[0][3], parsed[-1][4]
        if self._data[start - 1 : start] == b"\\":
            start -= 1  # the first event begins at the escaped character
        return self._data[start:end].decode()


_Parsed = tuple[str, str, Any, int, int]
"""An event of the parser: `what` and `tag` as in `Event`, its value, and the bytes where it begins and ends."""


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


def _without_marks(text: str) -> str:
    return text.replace(_BEGIN, "").replace(_END, "")


def split_html(html: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of `html`, without comments, and whether each is a tag that is allowed in a page.

    Other tags, and the text between tags, must be escaped.
    """
    for piece in _TAG.split(html):
        if piece and not COMMENT.fullmatch(piece):
            yield piece, bool(_ALLOWED_TAG.fullmatch(piece))


def plain_lines(markdown: str, show: Callable[[str], str] = lambda _written: "") -> list[str]:
    """Return the visible words of `markdown`, line by line, without titles of blocks.

    `show` returns the words for the content of a shortcode.
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
    plain = (_SPACE_BEFORE.sub(r"\1", _SPACES.sub(" ", line).strip()) for line in lines)
    return [line for line in plain if line]


def citation_keys(inner: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield each part of `@a:b; @c` as written, its key (None where it is malformed), and its entry or `""`."""
    for part in inner.split(";"):
        found = _CITATION_KEY.match(part.strip())
        key, entry = found.groups() if found else (None, None)
        yield part.strip(), key, entry or ""


def without_entries(markdown: str) -> str:
    """Return `markdown` with `[@a]` in place of each `[@a:b]`: the entry does not change the meaning of a text."""
    return _ENTRY.sub(r"\1", markdown)
