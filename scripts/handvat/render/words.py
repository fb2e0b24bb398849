"""Writes words that stand together, in a paragraph, a heading or a cell, as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from pyromark import Markdown, Options

from handvat.render.asides import Apart

_PARSER = Markdown(options=Options.ENABLE_TABLES | Options.ENABLE_TASKLISTS)

Event = tuple[str, str, Any]
"""What the parser met: `Start` or `End`, a tag, and what it holds; or `Text`, `SoftBreak`, …, no tag, and the words."""

ELEMENTS = {"": "", "Emphasis": "em", "Strong": "strong", "Link": "a", "Image": "img"}
"""The tags within words → the element that each becomes."""

_LAW = re.compile(r"\{:? ?\.law ?\}")
_TAG = re.compile(r"<[^>]*>")


def met(text: str) -> Iterator[Event]:
    """What the parser meets in `text`."""
    for event in _PARSER.events(text):
        if event.__class__ is str:
            yield event, "", None
            continue
        ((what, value),) = event.items()
        if what not in {"Start", "End"}:
            yield what, "", value
        elif value.__class__ is str:
            yield what, value, None
        else:
            ((tag, value),) = value.items()
            yield what, tag, value


class Piece(NamedTuple):
    """Words, or an element among them."""

    html: str
    name: str = ""
    """Of the element: `em`, `a`, `cite`, `call`, …; `""` for words."""
    is_followed: bool = False
    """Whether a touch follows it: a link, what becomes one, or what holds one."""


def joined(pieces: Iterable[Piece]) -> str:
    """The HTML of all `pieces`."""
    return "".join([piece.html for piece in pieces])


def pieces(events: Sequence[Event], apart: Apart, leads_to: Callable[[str], str]) -> list[Piece]:
    """What was met in words, as HTML in pieces; `leads_to` gives the address on the site for one as it is written."""
    around: list[tuple[list[Piece], Any]] = []
    found: list[Piece] = []
    text = ""
    for what, tag, value in events:
        if what == "Text":
            text += value
            continue
        if what == "SoftBreak":
            text += "\n"
            continue
        if text:
            found += _words(text, apart, found)
            text = ""
        if what == "Start":
            around.append((found, value))
            found = []
        elif what == "End":
            inner, (found, given) = found, around.pop()
            found.append(_element(tag, given, inner, apart, leads_to))
        elif what == "HardBreak":
            found.append(Piece("<br>\n", "br"))
        elif what == "Code":
            words = escape(apart.put_back(value), quote=False)
            found.append(Piece(f"<code>{words}</code>", "code"))
        elif what == "TaskListMarker":
            text = "[x] " if value else "[ ] "  # no box to tick: ticked already, or without words
        elif not value.startswith("<!--"):  # InlineHtml
            found.append(Piece(value, "html"))
    if text:
        found += _words(text, apart, found)
    return found


def _words(text: str, apart: Apart, before: list[Piece]) -> Iterable[Piece]:
    """The words `text`, in pieces; what stands `before` them may be a law's own: `*…*{ .law }`."""
    if before and before[-1].name == "em" and (law := _LAW.match(text)):
        before[-1] = before[-1]._replace(html=before[-1].html.replace("<em", '<em class="law"', 1))
        text = text[law.end() :]
    for kind, words in apart.split(text):
        html = escape(words, quote=False)
        if kind:
            yield Piece(f'<span class="handvat-{kind}">{html}</span>', kind, is_followed=True)
        else:
            yield Piece(html)


def _element(
    tag: str, value: Any, inner: list[Piece], apart: Apart, leads_to: Callable[[str], str]
) -> Piece:
    name, html = ELEMENTS[tag], joined(inner)
    if tag not in {"Link", "Image"}:
        is_followed = any(piece.is_followed for piece in inner)
        return Piece(f"<{name}>{html}</{name}>", name, is_followed)
    address = apart.put_back(value["dest_url"])
    address = f"mailto:{address}" if value["link_type"] == "Email" else leads_to(address)
    title = escape(apart.put_back(value["title"]))
    more = f' title="{title}"' if title else ""
    if tag == "Link":
        return Piece(f'<a href="{escape(address)}"{more}>{html}</a>', name, is_followed=True)
    words = _TAG.sub("", html).replace('"', "&quot;")
    return Piece(f'<img src="{escape(address)}" alt="{words}"{more}>', name)
