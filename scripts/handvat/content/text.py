"""The facts of a page's text, each with its line: headings, links, citations, shortcodes, words, blocks.

And the hints of `handvat new` for the writer of a page: comments below the headings, and values and headings that
begin with `hint:`. A check refuses a page that still has one, since a reader would take it for advice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from handvat.content.markdown import COMMENT, Event, citation_keys, read

_ADDRESS = re.compile(r"\S*(?://|@)\S*|(?<!\w)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}(?!\w)(?:/\S*)?")
_BARE_ADDRESS = re.compile(r"\bwww\.[^\s)>,;]*[\w/]|\bhttps?://[^\s)>,;]*[\w/]")
_IN_ADDRESS = re.compile(r"//|@|\.[a-z]{2}")
"""In every address: most lines have none, and are searched once."""
_SPACES = re.compile(r"[ \t]+")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’")
_HINT = "hint:"
_HINT_ID = re.compile(r"hint-\d+")
_HINT_COMMENT = re.compile(r"<!--\s*hint:\s*(.*?)\s*-->", re.DOTALL | re.IGNORECASE)


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
        """Add the facts of `event`; events come in the order of the text."""
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
                # A term to avoid may be between quotation marks, but not in words that we advise to say.
                text = _one_space(text)
                plain = text if is_quoted or is_spoken else outside_quotations(text)
                self.text.prose.append(Prose(number, plain, is_quoted))
        if paragraph:
            passage = self._block[0] if self._block else self._top
            self.text.paragraphs.append(Paragraph(run.kind, tuple(paragraph), passage))


def outside_quotations(text: str) -> str:
    """`text` with everything between quotation marks blanked out."""
    return _QUOTED.sub(lambda found: " " * len(found.group()), text)


def _one_space(text: str) -> str:
    return _SPACES.sub(" ", text) if "  " in text or "\t" in text else text


def _without_addresses(text: str) -> str:
    """`text` without addresses of sites and of mail."""
    return _ADDRESS.sub(" ", text) if _IN_ADDRESS.search(text) else text


def is_empty(markdown: str) -> bool:
    """Whether readers see nothing of `markdown`: no comment is shown."""
    return not COMMENT.sub("", markdown).strip()


def as_comment(hint: str) -> str:
    """`hint` as a comment in a page; a `--` in it would end the comment early."""
    return f"<!-- {_HINT} {re.sub('-{2,}', '–', hint)} -->"


def as_value(hint: str) -> str:
    """`hint` in place of a title, a description or a heading."""
    return f"{_HINT} {hint}"


def own_id(number: int) -> str:
    """The id of a section that its writer has yet to name."""
    return f"hint-{number}"


def is_hint(written: str) -> bool:
    """Whether a value, a heading or an id is still the hint."""
    return written.strip().lower().startswith(_HINT) or bool(_HINT_ID.fullmatch(written))


def hint_in(markdown: str) -> str:
    """The first hint in a comment in `markdown`, without its mark; else `""`."""
    found = _HINT_COMMENT.search(markdown)
    return " ".join(found.group(1).split()) if found else ""
