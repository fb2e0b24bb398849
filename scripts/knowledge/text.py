"""Reads a page's Markdown once, so that every check sees the same headings, links and words.

The text is parsed by markdown-it-py (CommonMark with tables), which keeps the line of each block;
MkDocs renders with Python-Markdown. Pages use the common part of both: paragraphs, lists, tables,
quotations, links, `## Heading { #id }`, `/// kind … ///` blocks, `[@citations]` and `{{ calls }}`.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

BLOCK_KINDS = ("scene", "say", "never", "next", "note")
"""The blocks `/// kind`, as listed for pymdownx.blocks in `mkdocs.yml`."""

HEADING_ID = re.compile(r"\s*\{:?\s*#([^\s}]+)[^}]*\}\s*$")
CITATION = re.compile(r"\[(@[^\[\]]+)\]")
CITATION_KEY = re.compile(r"^@([A-Za-z0-9][A-Za-z0-9_-]*)$")
CALL = re.compile(r"\{\{(.*?)\}\}")
BLOCK_MARK = re.compile(r"^///(?:\s+(?P<kind>[\w-]+)(?:\s*\|\s*(?P<title>.*))?)?\s*$")
_ATTRIBUTES = re.compile(r"\{:?\s*(?:[#.][\w-]+\s*)+\}")
_ADDRESS = re.compile(r"\S*(?://|@)\S*|(?<!\w)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}(?!\w)(?:/\S*)?")
_KINDS = {
    "heading_open": "heading", "paragraph_open": "text", "th_open": "cell", "td_open": "cell",
}  # fmt: skip
"""What the parser opens → the kind of the paragraph in it."""
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’")


@dataclass(frozen=True)
class Heading:
    """A heading; `id` is the one written on it, None where there is none."""

    line: int
    level: int
    title: str
    id: str | None


@dataclass(frozen=True)
class Target:
    """The address of a link or an image as written."""

    line: int
    address: str
    is_image: bool = False


@dataclass(frozen=True)
class Citation:
    """One key of a citation; `key` is None where it is not a key at all."""

    line: int
    written: str
    key: str | None


@dataclass(frozen=True)
class Call:
    """A `{{ name(key="value") }}`; `error` says what is wrong with it, else it is empty."""

    line: int
    written: str
    name: str = ""
    position: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Prose:
    """A piece of running text. `is_quoted` is true in a quotation marked as such."""

    line: int
    text: str
    is_quoted: bool = False


@dataclass(frozen=True)
class Paragraph:
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


@dataclass(frozen=True)
class Block:
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


@functools.cache
def parse_text(markdown: str, first_line: int = 1) -> Text:
    """Reads `markdown`, whose first line is line `first_line` of its file.

    The answer is kept and shared, so that the live preview parses only what was saved: nobody may
    change it.
    """
    text = Text()
    _read_blocks(markdown, first_line, text)
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    # A check refuses javascript: links, and names the line; the parser would hide them.
    parser.validateLink = bool
    inside = _lines_inside(text.blocks, markdown, first_line)
    spoken = {number for number, holder in inside.items() if holder.kind == "say"}
    quote_depth = 0
    kind, top = "text", first_line
    block: Token | None = None
    for token in parser.parse(markdown):
        if token.level == 0 and token.map:
            top = first_line + token.map[0]
        if token.type in {"blockquote_open", "blockquote_close"}:
            quote_depth += token.nesting
        kind = _KINDS.get(token.type, kind)
        if token.type == "heading_open":
            block = token
        if token.type == "html_block":
            line = first_line + (token.map[0] if token.map else 0)
            text.html.append(Prose(line, token.content))
        if token.type != "inline":
            continue
        line = first_line + (token.map[0] if token.map else 0)
        holder = inside.get(top)
        _read_paragraph(token, line, text, kind, holder.line if holder else top)
        if block is not None:
            found = HEADING_ID.search(token.content)
            text.headings.append(
                Heading(
                    line,
                    int(block.tag[1]),
                    HEADING_ID.sub("", token.content).strip(),
                    found.group(1) if found else None,
                )
            )
            block = None
        _read_inline(token, line, text, quote_depth > 0, spoken)
    return text


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
    for pattern in (CITATION, CALL, _ATTRIBUTES):
        text = pattern.sub(" ", text)
    return re.sub(r"[ \t]+", " ", text)


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


def _read_paragraph(token: Token, line: int, text: Text, kind: str, passage: int) -> None:
    words = [""]
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            words.append("")
        elif child.type == "html_inline":
            words[-1] += " "
        elif child.type in {"text", "image"}:
            words[-1] += child.content
    found = []
    for number, written in enumerate(words, line):
        mark = BLOCK_MARK.match(written)
        if mark:
            title = (mark.group("title") or "").strip()
            if title:
                text.paragraphs.append(Paragraph("title", ((number, title),), passage))
            continue
        shown = _ADDRESS.sub(" ", without_markup(written)).strip()
        if shown:
            found.append((number, shown))
    if found:
        text.paragraphs.append(Paragraph(kind, tuple(found), passage))


def _read_inline(token: Token, line: int, text: Text, is_quoted: bool, spoken: set[int]) -> None:
    for number, written in enumerate(token.content.split("\n"), line):
        for found in CITATION.finditer(written):
            for part, key in citation_keys(found.group(1)):
                text.citations.append(Citation(number, part, key))
        for found in CALL.finditer(written):
            text.calls.append(parse_call(found.group(1), number))
    # Lines are counted along the source: markdown-it gives a line to blocks only.
    number = line
    words: list[str] = []
    in_law = False
    children = token.children or []
    for index, child in enumerate(children):
        if child.type in {"softbreak", "hardbreak"}:
            _add_prose("".join(words), number, text, is_quoted, number in spoken)
            words.clear()
            number += 1
        elif child.type == "em_open":
            in_law = _is_law(children, index)
        elif child.type == "em_close":
            in_law = False
        elif child.type == "link_open":
            text.targets.append(Target(number, str(child.attrs.get("href", ""))))
        elif child.type == "image":
            text.targets.append(Target(number, str(child.attrs.get("src", "")), is_image=True))
            words.append(child.content)
        elif child.type == "html_inline":
            text.html.append(Prose(number, child.content))
        elif not in_law:
            words.append(child.content)
    _add_prose("".join(words), number, text, is_quoted, number in spoken)


def _add_prose(written: str, line: int, text: Text, is_quoted: bool, is_spoken: bool) -> None:
    if not written.strip() or BLOCK_MARK.match(written):
        return
    shown = without_markup(written)
    if not is_quoted and not is_spoken:
        # A term to avoid may stand between quotation marks, but not in what we tell to say.
        shown = outside_quotations(shown)
    text.prose.append(Prose(line, shown, is_quoted))


def _is_law(children: list[Token], index: int) -> bool:
    """Whether the emphasis that opens at `index` is marked `*…*{ .law }`: a law's own words."""
    for number in range(index + 1, len(children) - 1):
        if children[number].type == "em_close":
            return bool(re.match(r"\{:?\s*\.law\s*\}", children[number + 1].content))
    return False
