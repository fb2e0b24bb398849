"""Writes a text as HTML with the markup that the theme knows, as the parser of the checks reads it.

Python-Markdown, which MkDocs brings, takes some lines for something else than CommonMark does: what was a word to
the checks was a script to a reader's browser. And it took a sixth of a build. Here one parser reads for both
(pulldown-cmark); this module holds no rule of Markdown, and writes down what that one met.

It knows no page and no language: citations and calls become marked elements, which
`handvat.render.page_content` fills in when the page is known. `mkdocs.yml` lists it as an extension of Python-Markdown, the
one door that MkDocs has for this; `handvat.build.mkdocs_runner` asks `as_html`, and has none made.

Makes `- [ ] text` a box to tick that a screen reader names and a thumb can hit.

The usual way, also the parser's own, makes only the box: it has no name for a screen reader, and its words cannot be
touched. Here the words are the label.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape, unescape
from itertools import takewhile
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import nest_toc_tokens, slugify, strip_tags, unique

from handvat.content.hints import without_comments
from handvat.content.markdown import HEADING_ID
from handvat.render.asides import MARK, Apart
from handvat.render.words import ELEMENTS, Event, Piece, joined, met, pieces

_CONTENTS = range(2, 4)
"""Levels of the headings that a table of contents lists."""


class HandvatExtension(Extension):
    """What `mkdocs.yml` lists under `markdown_extensions`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Has `md` hand its texts over."""
        md.convert = partial(_convert, md)  # type: ignore[method-assign]


def makeExtension(**options: object) -> HandvatExtension:  # noqa: N802 - Python-Markdown's name
    """Python-Markdown calls this."""
    return HandvatExtension(**options)


def _convert(md: Markdown, source: str) -> str:
    """The HTML of `source`, and in `md` its table of contents. Links lead where MkDocs has them lead, if it is there."""
    links = md.treeprocessors["relpath"].path_to_url if "relpath" in md.treeprocessors else str
    html, md.toc_tokens = as_html(source, links)  # type: ignore[attr-defined]
    return html


def as_html(source: str, leads_to: Callable[[str], str]) -> tuple[str, list[dict[str, Any]]]:
    """The HTML of `source`, and its table of contents as Python-Markdown's own has it.

    `leads_to` gives the address on the site for one as it is written.
    """
    writer = _Writer(source, leads_to)
    return writer.write(), nest_toc_tokens(writer.contents)


class _Writer:
    """Writes one text down as the parser goes through it."""

    def __init__(self, source: str, leads_to: Callable[[str], str]) -> None:
        """`leads_to` gives the address on the site for one as it is written."""
        self.contents: list[dict[str, Any]] = []
        """The headings that a table of contents lists, as Python-Markdown's own tells of them."""
        self._apart = Apart(source)
        self._leads_to = leads_to
        self._out: list[str] = []
        self._words: list[Event] = []
        """What was met of the words that stand together now."""
        self._verbatim: list[str] | None = None
        """What was met of code, or of HTML."""
        self._depth = 0
        """How many lists, quotations and blocks are open."""
        self._items: list[int] = []
        """Where each item that is open begins in what is written."""
        self._ticks = 0
        """How many boxes to tick are written."""
        self._block = ""
        self._section = self._part = ""
        """Ids of what is open."""
        self._part_begin = self._part_ticks = 0
        """Where it begins in what is written, and how many boxes there were before it."""
        self._ids: set[str] = set()
        self._columns: Sequence[str] = ()
        self._column = 0
        self._is_head = False

    def write(self) -> str:
        """The HTML of the whole text."""
        for what, tag, value in met(self._apart.text):
            if tag not in ELEMENTS:
                if what == "Start":
                    self._out.append(self._written())
                    self._start(tag, value)
                else:
                    self._end(tag, value)
            elif self._verbatim is not None:
                self._verbatim.append(value)
            elif what == "Rule":
                self._out.append(f"{self._written()}<hr>\n")
            else:
                self._words.append((what, tag, value))
        self._close_block()
        self._close_section()
        return "".join(self._out).strip()

    def _written(self) -> str:
        """The words that were met since the last time, as HTML."""
        if not self._words:
            return ""
        (what, _, is_ticked), *others = words = self._words
        self._words = []
        if what != "TaskListMarker" or is_ticked or not others:
            return joined(pieces(words, self._apart, self._leads_to))
        self._ticks += 1
        self._out[self._items[-1]] = '<li class="tick">'
        return tick(pieces(others, self._apart, self._leads_to), f"_tick-{self._ticks}")

    def _start(self, tag: str, value: Any) -> None:
        match tag:
            case "List":
                start = f' start="{value}"' if value not in {None, 1} else ""
                self._out.append("<ul>\n" if value is None else f"<ol{start}>\n")
                self._depth += 1
            case "Item":
                self._items.append(len(self._out))
                self._out.append("<li>")
            case "BlockQuote":
                self._out.append("<blockquote>\n")
                self._depth += 1
            case "CodeBlock" | "HtmlBlock":
                self._verbatim = []
            case "Table":
                self._columns = value
                self._out.append(f"{self._frame()}<table>\n")
            case "TableHead" | "TableRow":
                self._is_head, self._column = tag == "TableHead", 0
                self._out.append("<thead>\n<tr>\n" if self._is_head else "<tr>\n")

    def _end(self, tag: str, value: Any) -> None:
        words = self._written()
        match tag:
            case "Paragraph":
                self._out.append(f"<p>{words}</p>\n")
            case "Heading":
                self._head(int(value[1]), words)
            case "Item":
                self._items.pop()
                self._out.append(f"{words}</li>\n")
            case "List":
                self._depth -= 1
                self._out.append("</ol>\n" if value else "</ul>\n")
            case "BlockQuote":
                self._depth -= 1
                self._out.append("</blockquote>\n")
            case "CodeBlock":
                text = escape(self._apart.put_back(self._taken()), quote=False)
                self._out.append(f"<pre><code>{text}</code></pre>\n")
            case "HtmlBlock":
                self._raw(self._taken())
            case "TableCell":
                self._cell(words)
            case "TableHead":
                self._out.append("</tr>\n</thead>\n<tbody>\n")
            case "TableRow":
                self._out.append("</tr>\n")
            case "Table":
                self._out.append("</tbody>\n</table>\n</div>\n")

    def _taken(self) -> str:
        text, self._verbatim = "".join(self._verbatim or ()), None
        return text

    def _raw(self, html: str) -> None:
        """HTML that stands for itself: a mark of a block, a comment, or what `safe.py` looks at."""
        mark = MARK.fullmatch(html.strip())
        if not mark:
            self._out.append(without_comments(html))
            return
        written = self._apart.at(mark)
        kind, title = written["kind"], (written["title"] or "").strip()
        if kind is None and not self._block:
            self._out.append("<p>///</p>\n")  # it closes nothing; a check says so
        self._close_block()
        if kind is not None:
            self._block = kind
            self._depth += 1
            self._out.append(
                f'<div class="block block-{kind}">\n<p class="block-label">handvat-label-{kind}</p>\n'
            )
            if title:
                self._out.append(f'<p class="block-title">{self._title(title)}</p>\n')

    def _title(self, text: str) -> str:
        apart = Apart(text)
        words = [event for event in met(apart.text) if event[1] in ELEMENTS]
        return joined(pieces(words, apart, self._leads_to))

    def _head(self, level: int, words: str) -> None:
        """A heading: with what follows it, it is a section of the page, or a part of a section."""
        given = HEADING_ID.search(words)
        words = words[: given.start()] if given else words
        plain = strip_tags(words)
        if given:
            name = given[1].replace('"', "&quot;")
            self._ids.add(name)
        else:
            name = unique(slugify(unescape(plain), "-"), self._ids)
        if level in _CONTENTS:
            self.contents.append({"level": level, "id": name, "name": plain})
        if not self._depth and level == 2:
            self._close_section()
            self._section = name
            self._out.append(
                f'<section aria-labelledby="{name}" class="section" data-section="{name}">\n'
            )
        elif not self._depth and level == 3 and self._section:
            self._close_part()
            self._part, self._part_begin, self._part_ticks = name, len(self._out), self._ticks
            self._out.append("")
        self._out.append(f'<h{level} id="{name}">{words.strip()}</h{level}>\n')

    def _close_section(self) -> None:
        self._close_part()
        if self._section:
            self._section = ""
            self._out.append("</section>\n")

    def _close_part(self) -> None:
        """A part is one group of boxes to tick where it has any; else its heading says enough.

        Dozens of landmarks would hide those that help.
        """
        if self._part:
            name = self._part
            is_group = self._ticks > self._part_ticks
            self._out[self._part_begin] = (
                f'<section aria-labelledby="{name}" class="part" data-part="{name}" role="group">\n'
                if is_group
                else f'<section class="part" data-part="{name}">\n'
            )
            self._part = ""
            self._out.append("</section>\n")

    def _close_block(self) -> None:
        if self._block:
            self._block = ""
            self._depth -= 1
            self._out.append("</div>\n")

    def _frame(self) -> str:
        """What lets a wide table scroll, by keyboard too (WCAG 2.1.1); who comes by Tab hears which table it is."""
        name = self._part or self._section
        if not name:
            return '<div class="table" tabindex="0">'
        return f'<div aria-labelledby="{name}" class="table" role="group" tabindex="0">'

    def _cell(self, words: str) -> None:
        """A cell; a heading without words says nothing to who listens: such a corner is a plain cell."""
        side = self._columns[self._column].lower()
        align = f' align="{side}"' if side != "none" else ""
        self._column += 1
        tag, scope = ("th", ' scope="col"') if self._is_head and words.strip() else ("td", "")
        self._out.append(f"<{tag}{align}{scope}>{words}</{tag}>\n")


def tick(words: Sequence[Piece], name: str) -> str:
    """A box with its `words`; `name` is an id for them.

    The words up to the first link are the label: within a label nobody could tell whether a touch
    follows the link or ticks the box. What comes behind stands beside it, and the box is named by
    the whole line.
    """
    inside = list(takewhile(lambda piece: not piece.is_followed, words))
    behind = words[len(inside) :]
    is_named = any(piece.name not in {"", "cite"} for piece in behind)
    named = f'aria-labelledby="{name}" ' if is_named else ""
    # `form` ties it to the button that clears all, which works without a script too.
    box = f'<input {named}autocomplete="off" form="_tool" type="checkbox">'
    label = f"<label>{box} <span>{joined(inside)}</span></label>"
    if not behind:
        return label
    whole = f' id="{name}"' if is_named else ""
    return f"<span{whole}>{label}{joined(behind)}</span>"
