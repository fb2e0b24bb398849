"""Python-Markdown extension: gives sections, blocks, citations and calls the markup the theme knows.

It knows no page and no language: citations and calls become marked elements, which
`scripts.render.content` fills in when the page is known. Listed in `mkdocs.yml`.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from scripts.knowledge.hints import COMMENT
from scripts.knowledge.text import BLOCK_KINDS, CALL, CITATION
from scripts.render.signs import SignedInline, sign_blocks
from scripts.render.ticks import make_ticks


class _Marked(InlineProcessor):
    """Turns what a pattern finds into `<span class="…">` around the found text, untouched."""

    def __init__(self, pattern: re.Pattern[str], name: str, md: Markdown) -> None:
        super().__init__(pattern.pattern, md)
        self.name = name

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the name is Python-Markdown's
        self, found: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        element = etree.Element("span", {"class": f"handvat-{self.name}"})
        element.text = AtomicString(found.group(1).strip())
        return element, found.start(0), found.end(0)


class _Shape(Treeprocessor):
    """Wraps sections and their parts, labels blocks, makes boxes, lets wide tables scroll."""

    def run(self, root: etree.Element) -> None:
        make_ticks(root)
        for parent in list(root.iter()):
            for number, child in enumerate(list(parent)):
                if child.tag == "div" and "admonition" in child.get("class", "").split():
                    _label(child)
                elif child.tag == "table":
                    # Reachable by keyboard, so that it can be scrolled (WCAG 2.1.1).
                    frame = etree.Element("div", {"class": "table", "tabindex": "0"})
                    frame.tail, child.tail = child.tail, "\n"
                    parent[number] = frame
                    frame.append(child)
                    _head_columns(child)
        _wrap(root, "h2", "section")
        for section in root.findall("section"):
            _wrap(section, "h3", "part")


class _NoComments(Postprocessor):
    """Leaves comments out: what a writer noted, or `make new` hinted, is for no reader."""

    def run(self, text: str) -> str:
        return COMMENT.sub("", text)


def _head_columns(table: etree.Element) -> None:
    """A heading without words says nothing to who listens: such a corner is a plain cell."""
    for heading in table.iter("th"):
        if len(heading) or (heading.text or "").strip():
            heading.set("scope", "col")
        else:
            heading.tag = "td"


def _wrap(parent: etree.Element, tag: str, kind: str) -> None:
    """Puts each heading `tag` below `parent`, with what follows it, into a `<section>`.

    A section is a landmark with a name. A part is one group of boxes to tick where it has any;
    else its heading says enough, and dozens of landmarks would hide those that help.
    """
    current: etree.Element | None = None
    for child in list(parent):
        if child.tag == tag:
            name = child.get("id", "")
            current = etree.Element("section", {"class": kind, f"data-{kind}": name})
            current.text = current.tail = "\n"
            parent.insert(list(parent).index(child), current)
        if current is not None:
            parent.remove(child)
            current.append(child)
    for wrapped in parent.findall("section"):
        if kind == "part" and wrapped.find(".//input") is not None:
            wrapped.set("role", "group")
        for frame in wrapped.iter("div"):
            if frame.get("class") == "table":
                frame.set("role", "group")  # who comes by Tab hears which table it is
                frame.set("aria-labelledby", wrapped.get(f"data-{kind}", ""))
        if kind == "section" or wrapped.get("role"):
            wrapped.set("aria-labelledby", wrapped.get(f"data-{kind}", ""))


def _label(block: etree.Element) -> None:
    kind = next((name for name in BLOCK_KINDS if name in block.get("class", "").split()), "note")
    block.set("class", f"block block-{kind}")
    label = etree.Element("p", {"class": "block-label"})
    label.text, label.tail = f"handvat-label-{kind}", "\n"
    title = block[0] if len(block) and block[0].get("class") == "admonition-title" else None
    if title is not None and (title.text or "").casefold() == kind:
        block.remove(title)  # the default title of pymdownx.blocks: the kind itself
    elif title is not None:
        title.set("class", "block-title")
    block.insert(0, label)


class HandvatExtension(Extension):
    """What `mkdocs.yml` lists under `markdown_extensions`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Registers before links (160) and after code (190), so that code shows as it is."""
        md.inlinePatterns.register(_Marked(CITATION, "cite", md), "handvat-cite", 176)
        md.inlinePatterns.register(_Marked(CALL, "call", md), "handvat-call", 177)
        md.treeprocessors.register(SignedInline(md), "inline", 20)  # in place of its own
        sign_blocks(md)
        # After attr_list (8) and toc (5), which look for headings and their ids.
        md.treeprocessors.register(_Shape(md), "handvat-shape", 1)
        # After raw_html (30), which puts them back. In code they are escaped, and stay.
        md.postprocessors.register(_NoComments(md), "handvat-no-comments", 1)


def makeExtension(**options: object) -> HandvatExtension:  # noqa: N802 - Python-Markdown's name
    """Python-Markdown calls this."""
    return HandvatExtension(**options)
