"""The events of a text (`content.markdown.read`) as HTML with the markup that the style sheet expects.

It depends on neither page nor language. What does is a `Node` in the result, for `render.page_content` to show: the
HTML around it is sanitised, what is shown in its place comes from templates of ours.

A box to tick, `- [ ] text`, gets its words as a label: the usual markup makes only the box, which then has no name
for a screen reader (WCAG 4.1.2), and whose words do nothing when touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape, unescape
from itertools import takewhile
from typing import Any, NamedTuple

from markdown.extensions.toc import nest_toc_tokens, slugify, unique

from handvat.content.markdown import BLOCK_KINDS, INLINE_TAGS, Event, split_html
from handvat.render.sanitize import cleaned

_TICK = '<li class="tick">'
_CONTENTS = range(2, 4)
"""Levels of the headings in the table of contents."""

_NESTING = {"List", "BlockQuote", "Block"}
"""Tags within which a heading opens no section."""

_OPENING = {"BlockQuote": "<blockquote>\n", "Item": "<li>", "Rule": "<hr>\n"}
_CLOSING = {
    "BlockQuote": "</blockquote>\n",
    "Block": "</div>\n",
    "TableHead": "</tr>\n</thead>\n<tbody>\n",
    "TableRow": "</tr>\n",
    "Table": "</tbody>\n</table>\n</div>\n",
}
# Unicode reserves these two for private use, and no event of `read` has them: they mark a node until the HTML around
# it is sanitised.
_BEGIN, _END = "\ue000", "\ue001"
_NODE = re.compile(f"{_BEGIN}([0-9]+){_END}")
_NO_WORDS = re.compile(f"<[^>]*>|{_NODE.pattern}")


class Node(NamedTuple):
    """A place in the HTML for what depends on the page or its language."""

    what: str
    """`Shortcode`, `Citation`, `Label` (of a block), `Section` (after the heading of one) or `SectionEnd`."""
    value: str
    """The shortcode or citation as written, the kind of the block, or the id of the section."""


def write_html(
    events: Iterable[Event],
    leads_to: Callable[[str], str],
    revise: Callable[[str], str] = str,
    typeset: Callable[[str], str] = str,
) -> tuple[list[str | Node], list[dict[str, Any]]]:
    """Return the HTML of `events` in pieces, nodes among them, and the table of contents.

    The table has the form of Python-Markdown's `toc`. `leads_to` returns the address on the site for one as written
    in the text. `revise` returns the HTML to use for the sanitised HTML of the whole text, and `typeset` the name of
    a heading in the table.
    """
    writer = _Writer(leads_to)
    pieces: list[str | Node] = [*_NODE.split(revise(cleaned(writer.write(events))))]
    for index in range(1, len(pieces), 2):
        node = pieces[index] = writer.nodes[int(str(pieces[index]))]
        if node.what == "Citation":  # no space between its mark and the word before it
            pieces[index - 1] = str(pieces[index - 1]).rstrip()
    contents = [{**one, "name": typeset(one["name"])} for one in writer.contents]
    return pieces, nest_toc_tokens(contents)


class Piece(NamedTuple):
    """A piece of inline content: plain words, or an element."""

    html: str
    name: str = ""
    """`em`, `a`, `Citation`, `Shortcode`, …; `""` for words."""
    is_link: bool = False
    """Whether it is a link, may become one, or contains one."""


class _Writer:
    """Writes one text, event by event."""

    def __init__(self, leads_to: Callable[[str], str]) -> None:
        self.contents: list[dict[str, Any]] = []
        """The headings in the table of contents."""
        self.nodes: list[Node] = []
        """Each is represented by its index in the HTML so far."""
        self._leads_to = leads_to
        self._out: list[str] = []
        self._words: list[Event] = []
        """The events of the open paragraph, heading or cell."""
        self._depth = 0
        """The number of open lists, quotations and blocks."""
        self._items: list[int] = []
        """The index in `_out` of each open list item."""
        self._boxes = 0
        self._section = self._part = ""
        """The ids of the open section (level 2) and part (level 3)."""
        self._part_begin = 0
        """The index in `_out` of the part's opening tag."""
        self._heading_id: str | None = None
        self._ids: set[str] = set()
        self._columns: Sequence[str] = ()
        self._column = 0
        self._heads: list[str] = []
        self._is_head = False

    def write(self, events: Iterable[Event]) -> str:
        """Return the HTML of `events`, with an index in place of each of `nodes`."""
        for event in events:
            if event.is_inline:
                self._words.append(event)
                continue
            words, tag = self._end_words(), event.tag or event.what
            if event.what == "End":
                self._depth -= tag in _NESTING
                self._out.append(self._end(tag, event.value, words))
            else:
                self._out.append(words)
                self._out.append(self._start(tag, event.value))
                self._depth += tag in _NESTING
        self._close_section()
        return "".join(self._out).strip()

    def _node(self, what: str, value: str) -> str:
        self.nodes.append(Node(what, value))
        return f"{_BEGIN}{len(self.nodes) - 1}{_END}"

    def _end_words(self) -> str:
        """Return the HTML of the collected inline events."""
        events, self._words = self._words, []
        if len(events) < 2 or events[0].what != "TaskListMarker" or events[0].value:
            return _joined(self._pieces(events))
        self._boxes += 1
        self._out[self._items[-1]] = _TICK
        return _box(self._pieces(events[1:]), f"_tick-{self._boxes}")

    def _pieces(self, events: Iterable[Event]) -> list[Piece]:
        around: list[tuple[list[Piece], Any]] = []
        found: list[Piece] = []
        for what, tag, value, _ in events:
            match what:
                case "Start":
                    around.append((found, value))
                    found = []
                case "End":
                    inner, (found, start) = found, around.pop()
                    found.append(self._element(tag, start, inner))
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
                    found.append(Piece(self._node(what, value), what, is_link=True))
        return found

    def _element(self, tag: str, value: Any, inner: list[Piece]) -> Piece:
        name, html = INLINE_TAGS[tag], _joined(inner)
        if tag not in {"Link", "Image"}:
            is_link = any(piece.is_link for piece in inner)
            return Piece(f"<{name}>{html}</{name}>", name, is_link)
        address, title = value
        address = escape(address if address.startswith("mailto:") else self._leads_to(address))
        title = f' title="{escape(title)}"' if title else ""
        if tag == "Link":
            return Piece(f'<a href="{address}"{title}>{html}</a>', name, is_link=True)
        words = _NO_WORDS.sub("", html).replace('"', "&quot;")
        return Piece(f'<img src="{address}" alt="{words}"{title}>', name)

    def _start(self, tag: str, value: Any) -> str:
        match tag:
            case "Heading":
                self._heading_id = value[2]
            case "List":
                start = f' start="{value}"' if value not in {None, 1} else ""
                return "<ul>\n" if value is None else f"<ol{start}>\n"
            case "Item":
                self._items.append(len(self._out))
            case "Block":
                return self._block(*value)
            case "Table":
                self._columns, self._heads = value, []
                return f"{self._table_frame()}<table>\n"
            case "TableHead" | "TableRow":
                self._is_head, self._column = tag == "TableHead", 0
                return "<thead>\n<tr>\n" if self._is_head else "<tr>\n"
            case "CodeBlock":
                return f"<pre><code>{escape(value[0], quote=False)}</code></pre>\n"
            case "Html":
                return _html(value)
            case "StrayEnd":  # an error of the checks
                return f"<p>{value}</p>\n"
        return _OPENING.get(tag, "")

    def _end(self, tag: str, value: Any, words: str) -> str:
        match tag:
            case "Paragraph":
                # A shortcode alone in a paragraph shows elements of its own.
                is_bare = _NODE.fullmatch(words) and self.nodes[-1].what == "Shortcode"
                return f"{words}\n" if is_bare else f"<p>{words}</p>\n"
            case "Heading":
                return self._heading(int(value[1]), words.strip())
            case "Item":
                self._items.pop()
                return f"{words}</li>\n"
            case "List":
                return "</ol>\n" if value else "</ul>\n"
            case "TableCell":
                return self._cell(words)
        return _CLOSING.get(tag, "")

    def _block(self, kind: str, title: Sequence[Event]) -> str:
        label = self._node("Label", kind) if kind in BLOCK_KINDS else ""
        html = f'<div class="block block-{kind}">\n<p class="block-label">{label}</p>\n'
        if title:
            html += f'<p class="block-title">{_joined(self._pieces(title))}</p>\n'
        return html

    def _heading(self, level: int, words: str) -> str:
        """Return the heading, with the opening tag of the section that it begins; open a part in `_out`."""
        plain = " ".join(_NO_WORDS.sub("", words).split())
        if self._heading_id is None:
            name = unique(slugify(unescape(plain), "-"), self._ids)
        else:
            name = escape(self._heading_id)
            self._ids.add(name)
        if level in _CONTENTS:
            self.contents.append({"level": level, "id": name, "name": plain})
        before = after = ""
        if not self._depth and level == 2:
            self._close_section()
            self._section = name
            before = f'<section aria-labelledby="{name}" class="section" data-section="{name}">\n'
            after = self._node("Section", name)
        elif not self._depth and level == 3 and self._section:
            self._close_part()
            self._part, self._part_begin = name, len(self._out)
            self._out.append("")
        return f'{before}<h{level} id="{name}">{words}</h{level}>{after}\n'

    def _close_section(self) -> None:
        self._close_part()
        if self._section:
            self._out.append(f"{self._node('SectionEnd', self._section)}</section>\n")
            self._section = ""

    def _close_part(self) -> None:
        """Close the open part: a group for screen readers where it has boxes to tick, otherwise none.

        Dozens of landmarks would hide those that help.
        """
        if not self._part:
            return
        name, self._part = self._part, ""
        opening = f'class="part" data-part="{name}"'
        if _TICK in self._out[self._part_begin :]:
            opening = f'aria-labelledby="{name}" {opening} role="group"'
        self._out[self._part_begin] = f"<section {opening}>\n"
        self._out.append("</section>\n")

    def _table_frame(self) -> str:
        """Return the opening tag of the frame in which a wide table scrolls, also by keyboard (WCAG 2.1.1).

        It is named after the section (WCAG 4.1.2), since it can have the focus.
        """
        name = self._part or self._section
        named = f'aria-labelledby="{name}" class="table" role="group"' if name else 'class="table"'
        return f'<div {named} tabindex="0">'

    def _cell(self, words: str) -> str:
        """Return a cell; a heading without words is a plain cell, since a screen reader would announce it."""
        side = self._columns[self._column].lower()
        align = f' align="{side}"' if side != "none" else ""
        tag, more = ("th", ' scope="col"') if self._is_head and words.strip() else ("td", "")
        if self._is_head:
            self._heads.append(_NO_WORDS.sub("", words).replace('"', "&quot;"))
        elif self._column and len(self._columns) > 2:  # a phone shows the row as a card
            more = f' data-label="{self._heads[self._column]}"'
        self._column += 1
        return f"<{tag}{align}{more}>{words}</{tag}>\n"


def _box(words: Sequence[Piece], name: str) -> str:
    """Return a box to tick with its `words`; `name` is an id for them.

    The words before the first link are the label: a touch on a link within a label could mean the link or the box.
    With more words after the link, the whole line names the box.
    """
    label = list(takewhile(lambda piece: not piece.is_link, words))
    after = words[len(label) :]
    is_named = any(piece.name not in {"", "Citation"} for piece in after)
    named = f'aria-labelledby="{name}" ' if is_named else ""
    # `form` ties it to the button that clears the page, which works without a script too.
    box = f'<input {named}autocomplete="off" form="_tool" type="checkbox">'
    html = f"<label>{box} <span>{_joined(label)}</span></label>"
    if not after:
        return html
    whole = f' id="{name}"' if is_named else ""
    return f"<span{whole}>{html}{_joined(after)}</span>"


def _joined(pieces: Iterable[Piece]) -> str:
    return "".join([piece.html for piece in pieces])


def _html(html: str) -> str:
    """Return `html` with the few tags that a page may have; other tags are shown as text, comments removed."""
    return "".join(piece if is_allowed else escape(piece) for piece, is_allowed in split_html(html))
