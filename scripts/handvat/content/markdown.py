"""The Markdown of a page, read once: the checks take facts with their lines from it, the site its HTML.

pulldown-cmark parses: CommonMark with tables, task lists and `## Heading { #id }`. What it does not know is a number
in the text that it parses, so that no character of it is taken for Markdown, and an event of its own afterwards:
shortcodes `{{ … }}`, citations `[@…]`, and blocks `/// kind | title … ///`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

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
CITATION_KEY = re.compile(r"^@([A-Za-z0-9][A-Za-z0-9_-]*)$")
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
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(rf"({_COMMENT.pattern}|<[^>]*>?)", re.DOTALL)
_ALLOWED_TAG = re.compile(r"<br\s*/?>|</?bdi>")
"""What pages need: a line break in a table cell, isolation of a number in right-to-left text."""

_ADDRESS = re.compile(r"\S*(?://|@)\S*|(?<!\w)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}(?!\w)(?:/\S*)?")
_BARE_ADDRESS = re.compile(r"\bwww\.[^\s)>,;]*[\w/]|\bhttps?://[^\s)>,;]*[\w/]")
_IN_ADDRESS = re.compile(r"//|@|\.[a-z]{2}")
"""In every address: most lines have none, and are searched once."""
_SPACES = re.compile(r"[ \t]+")
_SPACE_BEFORE = re.compile(r"\s+([.,;:!?])")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’")


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
    """All that is in `markdown`, whose first line is line `first_line` of its file."""
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
        """All that is in the text."""
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
        """`text` with what the numbers in it stand for, as it is written."""
        if _BEGIN not in text and _END not in text:
            return text
        pieces = _NUMBER.split(_BLOCK_MARK.sub(lambda mark: mark[0][4:-3], text))
        pieces[1::2] = [
            found[0] if (found := self._at(number)) else number for number in pieces[1::2]
        ]
        return _without_marks("".join(pieces))

    def _at(self, number: str) -> re.Match[str] | None:
        """What is set apart under `number`; None where somebody wrote it: `&#xe000;7&#xe001;`."""
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
        if piece and not _COMMENT.fullmatch(piece):
            yield piece, bool(_ALLOWED_TAG.fullmatch(piece))


class Heading(NamedTuple):
    """A heading; `id` is the one written on it, None where there is none."""

    line: int
    level: int
    title: str
    id: str | None
    more: str = ""
    """Other attributes than the id."""


class Target(NamedTuple):
    """The address of a link or an image as written."""

    line: int
    address: str
    is_image: bool = False

    @property
    def is_internal(self) -> bool:
        """Whether it is a link to a page; what cannot be parsed as an address is none."""
        try:
            return not self.is_image and not urlsplit(self.address).scheme
        except ValueError:
            return False


class Citation(NamedTuple):
    """One key of a citation; `key` is None where it is not a key at all."""

    line: int
    written: str
    key: str | None


class Shortcode(NamedTuple):
    """A `{{ … }}` in a text."""

    line: int
    written: str
    """What is between the braces."""

    @property
    def name(self) -> str:
        """What is before its arguments."""
        return self.written.partition("(")[0].strip()


class Prose(NamedTuple):
    """A piece of running text. `is_quoted` is true in a quotation marked as such."""

    line: int
    text: str
    is_quoted: bool = False


class Paragraph(NamedTuple):
    """Words as a reader sees them, quotations too; no code, no shortcodes, no citations.

    `kind` is `text` (a paragraph or a list item), `heading`, `title` (of a `///` block) or `cell`. `passage` is
    the line on which the list, the table or the `///` block begins that it is a part of; otherwise its own.
    """

    kind: str
    seen: tuple[tuple[int, str], ...]
    """Line number and words."""
    passage: int

    @property
    def lines(self) -> tuple[tuple[int, str], ...]:
        """Line number and words, without addresses of sites and of mail."""
        plain = ((line, _without_addresses(words).strip()) for line, words in self.seen)
        return tuple((line, words) for line, words in plain if words)

    @property
    def line(self) -> int:
        """Its first line."""
        return self.seen[0][0]

    @property
    def text(self) -> str:
        """Its words without addresses, on one line."""
        return " ".join([words for _, words in self.lines])


class Block(NamedTuple):
    """A `/// kind | title` block, from its first line on; `kind` is empty for a `///` that closes nothing."""

    line: int
    kind: str
    is_closed: bool


@dataclass
class Text:
    """What is in a page's Markdown, each thing with its line in the file."""

    headings: list[Heading] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    shortcodes: list[Shortcode] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    html: list[Prose] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    indented_code: list[int] = field(default_factory=list)
    """Lines on which code begins that only its indentation makes code."""
    bare_addresses: list[tuple[int, str]] = field(default_factory=list)
    """Line number and address of what looks like a link and is none."""


def parse_text(markdown: str, first_line: int = 1) -> Text:
    """The facts of `markdown`, whose first line is line `first_line` of its file."""
    collector = _Collector(first_line)
    for event in read(markdown, first_line):
        collector.take(event)
    return collector.text


class _Run:
    """What is in a heading, a paragraph or a cell, line by line."""

    def __init__(self, kind: str, line: int) -> None:
        self.kind = kind
        self.lines: list[tuple[int, list[str], list[str]]] = [(line, [], [])]
        """Of each: its number, the words of the language in it, and the running text: code too and no law."""
        self.is_law = False

    def add(self, words: str, is_code: bool = False) -> None:
        """Add `words` to the last line."""
        _, seen, running = self.lines[-1]
        if not is_code:
            seen.append(words)
        if not self.is_law:
            running.append(words)


class _Collector:
    """Makes facts of the events of one text."""

    def __init__(self, first_line: int) -> None:
        self.text = Text()
        self._run: _Run | None = None
        self._depth = self._quotes = 0
        """How many lists, quotations and tables are open, and how many quotations."""
        self._top = first_line
        """Where the outermost of them begins."""
        self._block: tuple[int, str] | None = None
        """Line and kind of the block that is open."""
        self._is_in_link = False

    def take(self, event: Event) -> None:
        """Add what `event` tells; events come in the order of the text."""
        what, tag, value, line = event
        if event.is_inline:
            self._run = self._run or _Run("text", line)
            self._take_inline(event, self._run)
            return
        # A run ends with its element, or, in an item of a list, where another element begins.
        self._end_run()
        match what, tag:
            case "Start", "Block":
                self._block = line, value[0]
                self._run = _Run("title", line)
                for inner in value[1]:
                    self._take_inline(inner, self._run)
                self._end_run()
            case "End", "Block":
                assert self._block is not None
                self.text.blocks.append(Block(*self._block, is_closed=value))
                self._block = None
            case "StrayEnd", _:
                self.text.blocks.append(Block(line, "", is_closed=False))
            case "Html", _:
                self.text.html.append(Prose(line, value))
            case "CodeBlock", _ if not value[1]:
                self.text.indented_code.append(line)
            case "Start", _:
                self._start(tag, value, line)
            case "End", _:
                self._depth -= 1
                self._quotes -= tag == "BlockQuote"

    def _start(self, tag: str, value: Any, line: int) -> None:
        if self._depth == 0:
            self._top = line
        self._depth += 1
        self._quotes += tag == "BlockQuote"
        if tag == "Heading":
            self.text.headings.append(Heading(line, *value))
            self._run = _Run("heading", line)
        elif tag in {"Paragraph", "TableCell"}:
            self._run = _Run("cell" if tag == "TableCell" else "text", line)

    def _take_inline(self, event: Event, run: _Run) -> None:
        what, tag, value, line = event
        match tag or what:
            case "Text" | "Code":
                run.add(value, is_code=what == "Code")
                if what == "Text" and not self._is_in_link:
                    found = _BARE_ADDRESS.findall(value)
                    self.text.bare_addresses += [(line, address) for address in found]
            case "SoftBreak" | "HardBreak":
                run.lines.append((line + 1, [], []))
            case "Shortcode":
                self.text.shortcodes.append(Shortcode(line, value))
                run.add(" ")
            case "Citation":
                keys = citation_keys(value)
                self.text.citations += [Citation(line, part, key) for part, key in keys]
                run.add(" ")
            case "InlineHtml":
                self.text.html.append(Prose(line, value))
                run.lines[-1][1].append(" ")
            case "Link" | "Image":
                self._is_in_link = what == "Start"
                if what == "Start":
                    self.text.targets.append(Target(line, value[0], is_image=tag == "Image"))
            case "Emphasis":
                run.is_law = what == "Start" and value

    def _end_run(self) -> None:
        run, self._run = self._run, None
        if run is None:
            return
        is_quoted = self._quotes > 0
        is_spoken = self._block is not None and self._block[1] == "say"
        paragraph = []
        for number, seen, running in run.lines:
            if words := _one_space("".join(seen)).strip():
                paragraph.append((number, words))
            text = "".join(running)
            if text.strip():
                # A term to avoid may be between quotation marks, but not in what we tell to say.
                text = _one_space(text)
                plain = text if is_quoted or is_spoken else outside_quotations(text)
                self.text.prose.append(Prose(number, plain, is_quoted))
        if paragraph:
            passage = self._block[0] if self._block else self._top
            self.text.paragraphs.append(Paragraph(run.kind, tuple(paragraph), passage))


def plain_lines(markdown: str, show: Callable[[str], str]) -> list[str]:
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
        found = CITATION_KEY.match(part.strip())
        yield part.strip(), found.group(1) if found else None


def outside_quotations(text: str) -> str:
    """`text` with everything between quotation marks blanked out."""
    return _QUOTED.sub(lambda found: " " * len(found.group()), text)


def _one_space(text: str) -> str:
    return _SPACES.sub(" ", text) if "  " in text or "\t" in text else text


def _without_addresses(text: str) -> str:
    """`text` without addresses of sites and of mail."""
    return _ADDRESS.sub(" ", text) if _IN_ADDRESS.search(text) else text
