"""Reads a page's Markdown once, so that every check sees the same headings, links and words.

The text is parsed by pulldown-cmark (CommonMark with tables), which keeps the place of each thing; what readers get
is written by the same parser (`scripts/handvat/render/html_writer.py`). Pages use of it: paragraphs, lists, tables,
quotations, links, `## Heading { #id }`, `/// kind … ///` blocks, `[@citations]` and `{{ calls }}`.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pyromark import Markdown, Options

BLOCK_KINDS = ("scene", "say", "never", "next", "note")
"""The blocks `/// kind`."""

HEADING_ID = re.compile(r"\s*\{:?\s*#([^\s}]+)[^}]*\}\s*$")
CITED = r"@[^\[\]]+"
"""What stands between the brackets of a citation, as a pattern."""
CITATION = re.compile(rf"\[({CITED})\]")
CITATION_KEY = re.compile(r"^@([A-Za-z0-9][A-Za-z0-9_-]*)$")
CALLED = r".*?"
"""What stands between the braces of a call."""
CALL = re.compile(rf"\{{\{{({CALLED})\}}\}}")
BLOCK_MARK = re.compile(r"^///(?:\s+(?P<kind>[\w-]+)(?:\s*\|\s*(?P<title>.*))?)?\s*$")
_ATTRIBUTES = re.compile(r"\{:?\s*(?:[#.][\w-]+\s*)+\}")
_ADDRESS = re.compile(r"\S*(?://|@)\S*|(?<!\w)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}(?!\w)(?:/\S*)?")
_IN_ADDRESS = re.compile(r"//|@|\.[a-z]{2}")
"""Stands in every address: most lines have none, and are looked through once."""
_LAW = re.compile(rb"\{:?\s*\.law\s*\}")
"""Behind an emphasis: `*…*{ .law }` are a law's own words."""
_PARSER = Markdown(options=Options.ENABLE_TABLES)
_KINDS = {"Heading": "heading", "Paragraph": "text", "TableCell": "cell"}
"""What the parser opens → the kind of the paragraph in it."""
_INLINE = {"Emphasis", "Strong", "Link", "Image"}
"""What it opens within a paragraph."""
_SPACES = re.compile(r"[ \t]+")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’")


class Heading(NamedTuple):
    """A heading; `id` is the one written on it, None where there is none."""

    line: int
    level: int
    title: str
    id: str | None


class Target(NamedTuple):
    """The address of a link or an image as written."""

    line: int
    address: str
    is_image: bool = False

    @property
    def is_internal(self) -> bool:
        """Whether it is a link to a page; what is no address at all is none."""
        try:
            return not self.is_image and not urlsplit(self.address).scheme
        except ValueError:
            return False


class Citation(NamedTuple):
    """One key of a citation; `key` is None where it is not a key at all."""

    line: int
    written: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """A `{{ name(key="value") }}`; `error` says what is wrong with it, else it is empty."""

    line: int
    written: str
    name: str = ""
    position: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict)
    error: str = ""


class Prose(NamedTuple):
    """A piece of running text. `is_quoted` is true in a quotation marked as such."""

    line: int
    text: str
    is_quoted: bool = False


class Paragraph(NamedTuple):
    """Words as a reader sees them, quotations too; no code, no calls, no citations, no addresses.

    `kind` is `text` (a paragraph or a list item), `heading`, `title` (of a `///` block) or `cell`.
    `lines` holds line number and words. `passage` is the line on which the list, the table or the
    `///` block begins that it is a part of; otherwise its own.
    """

    kind: str
    lines: tuple[tuple[int, str], ...]
    passage: int

    @property
    def line(self) -> int:
        """Its first line."""
        return self.lines[0][0]

    @property
    def text(self) -> str:
        """Its words, on one line."""
        return " ".join([words for _, words in self.lines])


class Block(NamedTuple):
    """A `/// kind | title` block, from its first to its last line."""

    line: int
    kind: str
    is_closed: bool


@dataclass
class Text:
    """What stands in a page's Markdown, each thing with its line in the file."""

    headings: list[Heading] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    html: list[Prose] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def parse_text(markdown: str, first_line: int = 1) -> Text:
    """Reads `markdown`, whose first line is line `first_line` of its file."""
    text = Text()
    _read_blocks(markdown, first_line, text)
    inside = _lines_inside(text.blocks, markdown, first_line)
    spoken = {number for number, holder in inside.items() if holder.kind == "say"}
    source = _Source(markdown, first_line)
    for run in _runs(source, text):
        if run.passage in inside:
            run.passage = inside[run.passage].line
        _read_run(run, source, text, spoken)
    return text


class _Source:
    """A text as the parser counts in it, in bytes, and where its lines begin."""

    def __init__(self, markdown: str, first_line: int) -> None:
        self.markdown = markdown
        self.first_line = first_line
        self.data = markdown.encode()
        self.starts = [0, *(found.end() for found in re.finditer(b"\n", self.data))]

    def line(self, offset: int) -> int:
        """The line of the byte at `offset`."""
        return self.first_line + bisect_right(self.starts, offset) - 1

    def between(self, events: Sequence[_Event]) -> str:
        """What is written from the first of `events` to the last."""
        if not events:
            return ""
        start, end = events[0][2], events[-1][3]
        if self.data[start - 1 : start] == b"\\":
            start -= 1  # the sign that it stands before is the first event
        return self.data[start:end].decode()


_Event = tuple[str, Any, int, int]
"""What the parser met within a run: `Text`, `SoftBreak`, `Start Link`, …; what it holds; where it begins and ends."""


@dataclass
class _Run:
    """What stands in a heading, a paragraph or a cell."""

    kind: str
    line: int
    passage: int
    """The line on which the outermost block begins that it is a part of."""
    is_quoted: bool
    level: int = 0
    """Of a heading."""
    events: list[_Event] = field(default_factory=list)


def _runs(source: _Source, text: Text) -> Iterator[_Run]:
    """The headings, paragraphs and cells of `source` in their order; HTML blocks go into `text`."""
    depth = quotes = 0
    top = source.first_line
    run: _Run | None = None
    html: list[str] | None = None
    in_code = False
    for event, span in _PARSER.events_with_range(source.markdown):
        name, value = (event, None) if event.__class__ is str else next(iter(event.items()))
        if name in {"Start", "End"}:
            tag, value = (value, None) if value.__class__ is str else next(iter(value.items()))
            if tag not in _INLINE:
                # A run ends with its block, or, in an item of a list, where another block begins.
                if run is not None:
                    yield run
                run = None
                if html is not None:
                    text.html.append(Prose(source.line(span["start"]), "".join(html)))
                html = [] if name == "Start" and tag == "HtmlBlock" else None
                in_code = name == "Start" and tag == "CodeBlock"
                if depth == 0:
                    top = source.line(span["start"])
                step = 1 if name == "Start" else -1
                depth += step
                quotes += step if tag == "BlockQuote" else 0
                if name == "Start" and tag in _KINDS:
                    run = _Run(_KINDS[tag], source.line(span["start"]), top, quotes > 0)
                    run.level = int(value["level"][1]) if tag == "Heading" else 0
                continue
            name = f"{name} {tag}"
        elif name == "Html" and html is not None:
            html.append(value)
            continue
        elif name == "Rule" or in_code:
            continue
        if run is None:
            run = _Run("text", source.line(span["start"]), top, quotes > 0)
        run.events.append((name, value, span["start"], span["end"]))


def _read_run(run: _Run, source: _Source, text: Text, spoken: set[int]) -> None:
    """Adds to `text` what stands in `run`."""
    written = source.between(run.events)
    if run.level:
        found = HEADING_ID.search(written)
        title = HEADING_ID.sub("", written).strip()
        text.headings.append(Heading(run.line, run.level, title, found.group(1) if found else None))
    if "[@" in written or "{{" in written:
        _read_mentions(written, source.line(run.events[0][2]), text)
    paragraph = []
    for number, seen, said in _lines(run, source, text):
        mark = BLOCK_MARK.match(seen) if seen.startswith("///") else None
        plain = without_markup(seen)
        if mark:
            title = (mark.group("title") or "").strip()
            if title:
                text.paragraphs.append(Paragraph("title", ((number, title),), run.passage))
        elif words := _without_addresses(plain).strip():
            paragraph.append((number, words))
        if said != seen:
            mark = BLOCK_MARK.match(said) if said.startswith("///") else None
            plain = without_markup(said)
        if said.strip() and not mark:
            # A term to avoid may stand between quotation marks, but not in what we tell to say.
            if not run.is_quoted and number not in spoken:
                plain = outside_quotations(plain)
            text.prose.append(Prose(number, plain, run.is_quoted))
    if paragraph:
        text.paragraphs.append(Paragraph(run.kind, tuple(paragraph), run.passage))


def _read_mentions(written: str, first_line: int, text: Text) -> None:
    """Adds to `text` the citations and calls in what is `written`."""
    for number, line in enumerate(written.split("\n"), first_line):
        for found in CITATION.finditer(line):
            for part, key in citation_keys(found.group(1)):
                text.citations.append(Citation(number, part, key))
        for found in CALL.finditer(line):
            text.calls.append(parse_call(found.group(1), number))


def _lines(run: _Run, source: _Source, text: Text) -> Iterator[tuple[int, str, str]]:
    """The lines of `run`; links, images and HTML in it go into `text`.

    Of each: its number, the words of the language in it, and the running text, code too and no law.
    """
    number = run.line
    seen: list[str] = []
    said: list[str] = []
    law = until = 0
    within: list[_Event] = []
    for event in run.events:
        name, value, start, end = event
        if end < until:
            within.append(event)
        elif until:
            # Of an image the words count, as they are written.
            words = source.between(within)
            seen.append(words)
            said.append(words)
            within, until = [], 0
        elif name in {"SoftBreak", "HardBreak"}:
            yield (number, "".join(seen), "".join(said))
            seen, said = [], []
            number = source.line(end)
        elif name in {"Text", "Code"}:
            if name == "Text":
                seen.append(value)
            if start >= law:
                said.append(value)
        elif name == "InlineHtml":
            text.html.append(Prose(source.line(start), value))
            seen.append(" ")
        elif name == "Start Link":
            address = value["dest_url"]
            address = f"mailto:{address}" if value["link_type"] == "Email" else address
            text.targets.append(Target(source.line(start), address))
        elif name == "Start Image":
            text.targets.append(Target(source.line(start), value["dest_url"], is_image=True))
            until = end
        elif name == "Start Emphasis" and _LAW.match(source.data, end):
            law = end
    yield (number, "".join(seen), "".join(said))


@functools.lru_cache(maxsize=1024)  # the same call stands on many pages
def parse_call(written: str, line: int = 0) -> Call:
    """Reads what stands between `{{` and `}}`: a name with literal arguments, nothing that runs."""
    try:
        if "\\" in written:  # what it stands for could be a sign that nobody sees, or half of one
            raise ValueError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on odd numbers; a message must be ours, with its line
            node = ast.parse(written.strip(), mode="eval").body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            raise ValueError
        named = {word.arg: ast.literal_eval(word.value) for word in node.keywords if word.arg}
        if len(named) != len(node.keywords):
            raise ValueError
        position = tuple(ast.literal_eval(argument) for argument in node.args)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        return Call(line, written, error='it is not written as name(key="value")')
    return Call(line, written, node.func.id, position, named)


def citation_keys(inner: str) -> Iterator[tuple[str, str | None]]:
    """The parts of `@a; @b`: as written, and the key (None where a part is not a key)."""
    for part in inner.split(";"):
        found = CITATION_KEY.match(part.strip())
        yield part.strip(), found.group(1) if found else None


def without_markup(text: str) -> str:
    """`text` without citations, calls and heading attributes."""
    if "[@" in text:
        text = CITATION.sub(" ", text)
    if "{" in text:
        text = _ATTRIBUTES.sub(" ", CALL.sub(" ", text))
    return _SPACES.sub(" ", text) if "  " in text or "\t" in text else text


def outside_quotations(text: str) -> str:
    """`text` with everything between quotation marks blanked out."""
    return _QUOTED.sub(lambda found: " " * len(found.group()), text)


def _read_blocks(markdown: str, first_line: int, text: Text) -> None:
    opened: tuple[int, str] | None = None
    for number, line in enumerate(markdown.split("\n"), first_line):
        found = BLOCK_MARK.match(line)
        if not found:
            continue
        if found.group("kind") is None:
            if opened is None:
                text.blocks.append(Block(number, "", False))
            else:
                text.blocks.append(Block(opened[0], opened[1], True))
            opened = None
        else:
            if opened is not None:
                text.blocks.append(Block(opened[0], opened[1], False))
            opened = (number, found.group("kind"))
    if opened is not None:
        text.blocks.append(Block(opened[0], opened[1], False))


def _lines_inside(blocks: list[Block], markdown: str, first_line: int) -> dict[int, Block]:
    """Each line from the mark of a closed block to the last before its end → that block."""
    lines = markdown.split("\n")
    inside: dict[int, Block] = {}
    for block in blocks:
        if block.kind and block.is_closed:
            inside[block.line] = block
            number = block.line + 1
            while not BLOCK_MARK.match(lines[number - first_line]):
                inside[number] = block
                number += 1
    return inside


def _without_addresses(text: str) -> str:
    """`text` without addresses of sites and of mail."""
    return _ADDRESS.sub(" ", text) if _IN_ADDRESS.search(text) else text
