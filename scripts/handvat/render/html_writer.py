"""Writes a text as HTML with the markup that the theme knows: the same events that the checks read, no rule of Markdown.

It knows no page and no language. Where a shortcode, a citation, the label of a block or the top of a section
belongs, `show` writes what readers get (`handvat.render.page_content`), into HTML that has been sanitised.

A box to tick, `- [ ] text`, gets its words as a label: the usual markup, the parser's own too, makes only the box,
which has no name for a screen reader and whose words cannot be touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape, unescape
from itertools import takewhile
from typing import Any, NamedTuple

from markdown.extensions.toc import nest_toc_tokens, slugify, unique

from handvat.content.markdown import BLOCK_KINDS, INLINE_TAGS, Event, split_html
from handvat.render.sanitize import cleaned

_CONTENTS = range(2, 4)
"""Levels of the headings that a table of contents lists."""

# Unicode reserves these two for private use, and no event of `read` has them: they mark a node until the HTML around
# it is sanitised.
_BEGIN, _END = "\ue000", "\ue001"
_NODE = re.compile(f"{_BEGIN}([0-9]+){_END}")
_NO_WORDS = re.compile(f"<[^>]*>|{_NODE.pattern}")


def write_html(
    events: Iterable[Event],
    leads_to: Callable[[str], str],
    show: Mapping[str, Callable[[str], str]],
) -> tuple[str, list[dict[str, Any]]]:
    """The HTML of `events`, and its table of contents in the form of Python-Markdown's `toc`.

    `leads_to` gives the address on the site for one as it is written. `show` gives the HTML of a `Shortcode` and of
    a `Citation` as they are written; of the `Label` of a block of some kind; and what follows the heading of the
    `Section` with some id. It is called in the order of the text, and its HTML is not sanitised.
    """
    writer = _Writer(leads_to)
    pieces = _NODE.split(cleaned(writer.write(events)))
    for index in range(1, len(pieces), 2):
        what, value = writer.nodes[int(pieces[index])]
        if what == "Citation":  # its mark follows the word before it closely
            pieces[index - 1] = pieces[index - 1].rstrip()
        pieces[index] = show[what](value)
    return "".join(pieces), nest_toc_tokens(writer.contents)


class Piece(NamedTuple):
    """Words, or an element among them."""

    html: str
    name: str = ""
    """`em`, `a`, `Citation`, `Shortcode`, …; `""` for words."""
    is_followed: bool = False
    """Whether a touch follows it: a link, what becomes one, or what holds one."""


class _Writer:
    """Writes one text, event by event."""

    def __init__(self, leads_to: Callable[[str], str]) -> None:
        self.contents: list[dict[str, Any]] = []
        """The headings that a table of contents lists."""
        self.nodes: list[tuple[str, str]] = []
        """What `show` writes, and of what: each is a number in the HTML so far."""
        self._leads_to = leads_to
        self._out: list[str] = []
        self._words: list[Event] = []
        """The events of the paragraph, heading or cell that is open."""
        self._depth = 0
        """How many lists, quotations and blocks are open."""
        self._items: list[int] = []
        """Where each item that is open begins in what is written."""
        self._boxes = 0
        self._section = self._part = ""
        """Ids of what is open."""
        self._part_begin = self._part_boxes = 0
        """Where it begins in what is written, and how many boxes were before it."""
        self._heading_id: str | None = None
        self._ids: set[str] = set()
        self._columns: Sequence[str] = ()
        self._column = 0
        self._is_head = False

    def write(self, events: Iterable[Event]) -> str:
        """The HTML of `events`, with a number in place of each of `nodes`."""
        for event in events:
            if event.is_inline:
                self._words.append(event)
                continue
            words = self._end_words()
            if event.what == "End":
                self._end(event.tag, event.value, words)
            else:
                self._out.append(words)
                self._start(event.tag or event.what, event.value)
        self._close_section()
        return "".join(self._out).strip()

    def _node(self, what: str, value: str) -> str:
        self.nodes.append((what, value))
        return f"{_BEGIN}{len(self.nodes) - 1}{_END}"

    def _end_words(self) -> str:
        """The HTML of the words since the last time."""
        events, self._words = self._words, []
        if len(events) < 2 or events[0].what != "TaskListMarker" or events[0].value:
            return _joined(self._pieces(events))
        self._boxes += 1
        self._out[self._items[-1]] = '<li class="tick">'
        return box(self._pieces(events[1:]), f"_tick-{self._boxes}")

    def _pieces(self, events: Iterable[Event]) -> list[Piece]:
        around: list[tuple[list[Piece], Any]] = []
        found: list[Piece] = []
        for what, tag, value, _ in events:
            match what:
                case "Start":
                    around.append((found, value))
                    found = []
                case "End":
                    inner, (found, given) = found, around.pop()
                    found.append(self._element(tag, given, inner))
                case "Text":
                    found.append(Piece(escape(value, quote=False)))
                case "Code":
                    found.append(Piece(f"<code>{escape(value, quote=False)}</code>", "code"))
                case "SoftBreak":
                    found.append(Piece("\n"))
                case "HardBreak":
                    found.append(Piece("<br>\n", "br"))
                case "TaskListMarker":  # no box to tick: ticked already, or without words
                    found.append(Piece("[x] " if value else "[ ] "))
                case "InlineHtml":
                    found.append(Piece(_html(value), "html"))
                case _:
                    found.append(Piece(self._node(what, value), what, is_followed=True))
        return found

    def _element(self, tag: str, value: Any, inner: list[Piece]) -> Piece:
        name, html = INLINE_TAGS[tag], _joined(inner)
        if tag not in {"Link", "Image"}:
            law = ' class="law"' if value else ""
            is_followed = any(piece.is_followed for piece in inner)
            return Piece(f"<{name}{law}>{html}</{name}>", name, is_followed)
        address, title = value
        address = escape(address if address.startswith("mailto:") else self._leads_to(address))
        title = f' title="{escape(title)}"' if title else ""
        if tag == "Link":
            return Piece(f'<a href="{address}"{title}>{html}</a>', name, is_followed=True)
        words = _NO_WORDS.sub("", html).replace('"', "&quot;")
        return Piece(f'<img src="{address}" alt="{words}"{title}>', name)

    def _start(self, tag: str, value: Any) -> None:
        match tag:
            case "Heading":
                self._heading_id = value[2]
            case "List":
                start = f' start="{value}"' if value not in {None, 1} else ""
                self._open("<ul>\n" if value is None else f"<ol{start}>\n")
            case "Item":
                self._items.append(len(self._out))
                self._out.append("<li>")
            case "BlockQuote":
                self._open("<blockquote>\n")
            case "Block":
                self._block(*value)
            case "Table":
                self._columns = value
                self._out.append(f"{self._frame()}<table>\n")
            case "TableHead" | "TableRow":
                self._is_head, self._column = tag == "TableHead", 0
                self._out.append("<thead>\n<tr>\n" if self._is_head else "<tr>\n")
            case "Rule":
                self._out.append("<hr>\n")
            case "CodeBlock":
                self._out.append(f"<pre><code>{escape(value[0], quote=False)}</code></pre>\n")
            case "Html":
                self._out.append(_html(value))
            case "StrayEnd":  # a check says so
                self._out.append(f"<p>{value}</p>\n")

    def _end(self, tag: str, value: Any, words: str) -> None:
        match tag:
            case "Paragraph" if _NODE.fullmatch(words) and self._shows_itself():
                self._out.append(f"{words}\n")
            case "Paragraph":
                self._out.append(f"<p>{words}</p>\n")
            case "Heading":
                self._heading(int(value[1]), words)
            case "Item":
                self._items.pop()
                self._out.append(f"{words}</li>\n")
            case "List":
                self._close("</ol>\n" if value else "</ul>\n")
            case "BlockQuote":
                self._close("</blockquote>\n")
            case "Block":
                self._close("</div>\n")
            case "TableCell":
                self._cell(words)
            case "TableHead":
                self._out.append("</tr>\n</thead>\n<tbody>\n")
            case "TableRow":
                self._out.append("</tr>\n")
            case "Table":
                self._out.append("</tbody>\n</table>\n</div>\n")

    def _shows_itself(self) -> bool:
        """Whether the last node is a shortcode: alone in a paragraph it brings elements of its own."""
        return self.nodes[-1][0] == "Shortcode"

    def _open(self, html: str) -> None:
        self._out.append(html)
        self._depth += 1

    def _close(self, html: str) -> None:
        self._out.append(html)
        self._depth -= 1

    def _block(self, kind: str, title: Sequence[Event]) -> None:
        label = self._node("Label", kind) if kind in BLOCK_KINDS else ""
        self._open(f'<div class="block block-{kind}">\n<p class="block-label">{label}</p>\n')
        if title:
            self._out.append(f'<p class="block-title">{_joined(self._pieces(title))}</p>\n')

    def _heading(self, level: int, words: str) -> None:
        """Write a heading, and open the section of the page, or the part of a section, that it begins."""
        words = words.strip()
        plain = " ".join(_NO_WORDS.sub("", words).split())
        if self._heading_id is None:
            name = unique(slugify(unescape(plain), "-"), self._ids)
        else:
            name = escape(self._heading_id)
            self._ids.add(name)
        if level in _CONTENTS:
            self.contents.append({"level": level, "id": name, "name": plain})
        after = ""
        if not self._depth and level == 2:
            self._close_section()
            self._section = name
            after = self._node("Section", name)
            self._out.append(
                f'<section aria-labelledby="{name}" class="section" data-section="{name}">\n'
            )
        elif not self._depth and level == 3 and self._section:
            self._close_part()
            self._part, self._part_begin, self._part_boxes = name, len(self._out), self._boxes
            self._out.append("")
        self._out.append(f'<h{level} id="{name}">{words}</h{level}>{after}\n')

    def _close_section(self) -> None:
        self._close_part()
        if self._section:
            self._section = ""
            self._out.append("</section>\n")

    def _close_part(self) -> None:
        """Close the part that is open: a group for screen readers where it has boxes to tick, else none.

        Dozens of landmarks would hide those that help.
        """
        if self._part:
            name = self._part
            is_group = self._boxes > self._part_boxes
            self._out[self._part_begin] = (
                f'<section aria-labelledby="{name}" class="part" data-part="{name}" role="group">\n'
                if is_group
                else f'<section class="part" data-part="{name}">\n'
            )
            self._part = ""
            self._out.append("</section>\n")

    def _frame(self) -> str:
        """The opening tag of the frame in which a wide table scrolls, by keyboard too (WCAG 2.1.1), named for who comes by Tab."""
        name = self._part or self._section
        if not name:
            return '<div class="table" tabindex="0">'
        return f'<div aria-labelledby="{name}" class="table" role="group" tabindex="0">'

    def _cell(self, words: str) -> None:
        """Write a cell; a heading without words is a plain cell, since a screen reader would announce it."""
        side = self._columns[self._column].lower()
        align = f' align="{side}"' if side != "none" else ""
        self._column += 1
        tag, scope = ("th", ' scope="col"') if self._is_head and words.strip() else ("td", "")
        self._out.append(f"<{tag}{align}{scope}>{words}</{tag}>\n")


def box(words: Sequence[Piece], name: str) -> str:
    """A box to tick with its `words`; `name` is an id for them.

    The words up to the first link are the label: within a label a touch could mean the link or the box. What comes behind is beside it, and the box is named by
    the whole line.
    """
    inside = list(takewhile(lambda piece: not piece.is_followed, words))
    behind = words[len(inside) :]
    is_named = any(piece.name not in {"", "Citation"} for piece in behind)
    named = f'aria-labelledby="{name}" ' if is_named else ""
    # `form` ties it to the button that clears all, which works without a script too.
    html = f'<input {named}autocomplete="off" form="_tool" type="checkbox">'
    label = f"<label>{html} <span>{_joined(inside)}</span></label>"
    if not behind:
        return label
    whole = f' id="{name}"' if is_named else ""
    return f"<span{whole}>{label}{_joined(behind)}</span>"


def _joined(pieces: Iterable[Piece]) -> str:
    return "".join([piece.html for piece in pieces])


def _html(html: str) -> str:
    """`html` as it may be shown: the few tags that a page needs, all else as words, nothing of comments."""
    pieces = split_html(html)
    return "".join(piece if is_allowed else escape(piece) for piece, is_allowed in pieces)
