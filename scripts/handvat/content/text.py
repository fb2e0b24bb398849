"""The facts of a page's text, each with its line: headings, links, citations, shortcodes, words, blocks.

Also the hints that `handvat new` writes for the author of a page: comments below the headings, and values and headings
that begin with `hint:`. A rule refuses a page that still has one, since a reader would take it for advice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from handvat.content.markdown import COMMENT, Event, citation_keys

_ADDRESS = re.compile(r"\S*(?://|@)\S*|(?<!\w)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}(?!\w)(?:/\S*)?")
_BARE_ADDRESS = re.compile(r"\bwww\.[^\s)>,;]*[\w/]|\bhttps?://[^\s)>,;]*[\w/]")
_IN_ADDRESS = re.compile(r"//|@|\.[a-z]{2}")
"""Part of every `_ADDRESS`, and much faster to search for."""
_SPACES = re.compile(r"\t[ \t]*| [ \t]+")
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’")
_HINT = "hint:"
_HINT_ID = re.compile(r"hint-\d+")
_HINT_COMMENT = re.compile(r"<!--\s*hint:\s*(.*?)\s*-->", re.DOTALL | re.IGNORECASE)


class Heading(NamedTuple):
    """A heading; `id` is None where none is written."""

    line: int
    level: int
    title: str
    id: str | None
    more: str = ""
    """Attributes other than the id."""


class Target(NamedTuple):
    """A link or an image, with its address as written."""

    line: int
    address: str
    is_image: bool = False

    @property
    def is_internal(self) -> bool:
        """Whether it is a link without a scheme; false for an address that cannot be parsed."""
        try:
            return not self.is_image and not urlsplit(self.address).scheme
        except ValueError:
            return False


class Citation(NamedTuple):
    """One key of a citation; `key` is None where `written` is malformed."""

    line: int
    written: str
    key: str | None
    entry: str = ""
    """The entry of the source, `[@key:entry]`."""


class Shortcode(NamedTuple):
    """A `{{ … }}` in a text."""

    line: int
    written: str
    """The text between the braces."""

    @property
    def name(self) -> str:
        """The text before the arguments."""
        return self.written.partition("(")[0].strip()


class Prose(NamedTuple):
    """A piece of running text. `is_quoted` is true in a quotation marked as such."""

    line: int
    text: str
    is_quoted: bool = False


class Paragraph(NamedTuple):
    """The visible words of a paragraph, heading or cell, with quotations; without code, shortcodes and citations.

    `kind` is `text` (a paragraph or a list item), `heading`, `title` (of a `///` block) or `cell`. `passage` is
    the first line of the list, table or `///` block around it, or its own.
    """

    kind: str
    seen: tuple[tuple[int, str], ...]
    """Line number and words."""
    passage: int

    @property
    def lines(self) -> tuple[tuple[int, str], ...]:
        """Line number and words, without web and mail addresses."""
        plain = (
            (line, _ADDRESS.sub(" ", words).strip() if _IN_ADDRESS.search(words) else words)
            for line, words in self.seen
        )
        return tuple((line, words) for line, words in plain if words)

    @property
    def line(self) -> int:
        """The first line."""
        return self.seen[0][0]

    @property
    def text(self) -> str:
        """The words without addresses, on one line."""
        return " ".join([words for _, words in self.lines])


class Block(NamedTuple):
    """A `/// kind | title` block. `kind` is `""` for a `///` without a block to close."""

    line: int
    kind: str
    is_closed: bool


@dataclass
class Text:
    """The facts of a text, each with its line in the file."""

    headings: list[Heading] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    shortcodes: list[Shortcode] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    html: list[Prose] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    indented_code: list[int] = field(default_factory=list)
    """The first lines of code blocks that are not fenced."""
    bare_addresses: list[tuple[int, str]] = field(default_factory=list)
    """Line number and address of web addresses that are not links."""


def collect(events: Iterable[Event], first_line: int = 1) -> Text:
    """Return the facts of the text with these `events`, which begins on line `first_line` of its file."""
    collector = _Collector(first_line)
    for event in events:
        collector.take(event)
    return collector.text


class _Run:
    """The text of a heading, a paragraph or a cell, line by line."""

    def __init__(self, kind: str, line: int) -> None:
        self.kind = kind
        self.lines: list[tuple[int, list[str], list[str]]] = [(line, [], [])]
        """Line number, pieces of visible words without code, and pieces of prose without the words of a law."""
        self.is_law = False

    def add(self, words: str, is_code: bool = False) -> None:
        """Add `words` to the last line."""
        _, seen, prose = self.lines[-1]
        if not is_code:
            seen.append(words)
        if not self.is_law:
            prose.append(words)


class _Collector:
    """Collects the facts of one text from its events."""

    def __init__(self, first_line: int) -> None:
        self.text = Text()
        self._run: _Run | None = None
        self._depth = self._quotes = 0
        """The numbers of open elements and of open quotations."""
        self._top = first_line
        """The first line of the outermost open element."""
        self._block: tuple[int, str] | None = None
        """Line and kind of the open block."""
        self._is_in_link = False

    def take(self, event: Event) -> None:
        """Add the facts of the next event of the text."""
        what, tag, value, line = event
        if event.is_inline:
            self._run = self._run or _Run("text", line)
            self._take_inline(event, self._run)
            return
        # The text of a list item also ends where another element begins.
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
                self.text.citations += [Citation(line, *key) for key in keys]
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
        for number, seen, prose in run.lines:
            if words := _SPACES.sub(" ", "".join(seen)).strip():
                paragraph.append((number, words))
            text = _SPACES.sub(" ", "".join(prose))
            if text.strip():
                # A term to avoid is allowed in quotation marks, but not in a block of words to say.
                if not (is_quoted or is_spoken):
                    text = QUOTED.sub(lambda found: " " * len(found[0]), text)
                self.text.prose.append(Prose(number, text, is_quoted))
        if paragraph:
            passage = self._block[0] if self._block else self._top
            self.text.paragraphs.append(Paragraph(run.kind, tuple(paragraph), passage))


def is_empty(markdown: str) -> bool:
    """Return whether `markdown` has nothing but comments and white space."""
    return not COMMENT.sub("", markdown).strip()


def as_comment(hint: str) -> str:
    """Return `hint` as an HTML comment, in which `--` is not allowed."""
    return f"<!-- {_HINT} {re.sub('-{2,}', '–', hint)} -->"


def as_value(hint: str) -> str:
    """Return `hint` as the text of a title, a description or a heading."""
    return f"{_HINT} {hint}"


def own_id(number: int) -> str:
    """Return the provisional id of a section."""
    return f"hint-{number}"


def is_hint(written: str) -> bool:
    """Return whether a value, a heading or an id is still a hint."""
    return written.strip().lower().startswith(_HINT) or bool(_HINT_ID.fullmatch(written))


def hint_in(markdown: str) -> str:
    """Return the text of the first hint in a comment in `markdown`; `""` where there is none."""
    found = _HINT_COMMENT.search(markdown)
    return " ".join(found.group(1).split()) if found else ""
