"""Rules about Markdown that could run, phone home or show as rubbish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from handvat.content.hints import without_hints
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import BLOCK_KINDS, split_html
from handvat.content.page import Page
from handvat.content.problem import Problem, did_you_mean

# What may be between curly brackets, and what shows them as they are.
_OURS = re.compile(r"`[^`]*`|\{\{.*?\}\}|(?<=\*)\{ ?\.law ?\}")
_HEADING_ID = re.compile(r"\{:?\s*#[^\s}]+\s*\}\s*$")
_DECLARATION = re.compile(r"<(?!!--)[!?]")
_BOX = re.compile(r"^\s*[-*+]\s+\[(.?)\]\s")


def raw_html(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """HTML in a page could run a script in the browser of somebody who must not be traced."""
    for page in base.pages_in(language.code):
        for number, line in _lines(page):
            if _DECLARATION.search(line):
                yield Problem(
                    page.file,
                    number,
                    "raw-html",
                    "<! and <? open what a browser does not show",
                    "put a space behind <, or leave it out",
                )
        for piece in page.text.html:
            for tag, is_allowed in split_html(piece.text):
                if not is_allowed and tag.startswith("<"):
                    yield Problem(
                        page.file,
                        piece.line,
                        "raw-html",
                        f"HTML is not allowed in a page: {tag.strip()[:40]}",
                        "write it in Markdown; only <br> and <bdi> may stand",
                    )
                    break


def safe_addresses(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A `javascript:` link runs what a stranger wrote; a remote image tells a stranger who reads."""
    for page in base.pages_in(language.code):
        for target in page.text.targets:
            try:
                scheme = urlsplit(target.address.strip()).scheme.lower()
            except ValueError:
                scheme = "?"
            is_remote = bool(scheme) or target.address.startswith("//")
            if target.is_image and is_remote:
                yield Problem(
                    page.file,
                    target.line,
                    "remote-image",
                    f"the image comes from another host: {target.address[:60]}",
                    "put the picture into the project",
                )
            elif scheme in {"mailto", "tel", "sms"}:
                yield Problem(
                    page.file,
                    target.line,
                    "contact-in-page",
                    f"a contact stands in the page: {target.address[:60]}",
                    'put it into data/contacts/ and ask for it: {{ contact("…") }}',
                )
            elif is_remote and not target.is_image and scheme != "https":
                yield Problem(
                    page.file,
                    target.line,
                    "unsafe-link",
                    f"the link {target.address[:60]!r} is not a page and not https",
                    "link to a page of docs/, or to an https:// address",
                )


def attributes(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """`{ onclick="…" }` behind a text becomes an event handler of the element: code in a page.

    And an id anywhere but on a heading of its own line is one that no check knows. A hint may show how
    one is written: another rule has it taken out.
    """
    for page in base.pages_in(language.code):
        headings = {heading.line for heading in page.text.headings}
        for number, line in enumerate(without_hints(page.body).split("\n"), page.body_line):
            if "{" not in line:
                continue
            rest = _HEADING_ID.sub("", line) if number in headings else line
            _, bracket, rest = _OURS.sub("", rest).partition("{")
            if bracket:
                yield Problem(
                    page.file,
                    number,
                    "attributes",
                    f"attributes are not allowed in a page: {{{rest[:40]}",
                    "only { #id } behind a heading and *…*{ .law } may stand",
                )


def blocks(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """An unknown or unclosed `///` block swallows the text behind it, or shows as signs."""
    for page in base.pages_in(language.code):
        for block in page.text.blocks:
            if not block.kind:
                yield Problem(
                    page.file, block.line, "blocks", "/// closes a block that was never opened",
                    "open it with /// scene, /// say, /// never, /// next or /// note",
                )  # fmt: skip
            elif block.kind not in BLOCK_KINDS:
                yield Problem(
                    page.file, block.line, "blocks", f"unknown block {block.kind!r}",
                    did_you_mean(block.kind, BLOCK_KINDS),
                )  # fmt: skip
            elif not block.is_closed:
                yield Problem(
                    page.file, block.line, "blocks", f"the block {block.kind!r} is not closed",
                    "put /// on a line of its own behind it",
                )  # fmt: skip
        for number, words in (line for one in page.text.paragraphs for line in one.seen):
            if words.startswith("///"):
                yield Problem(
                    page.file, number, "blocks", "/// does not stand as it should",
                    "write /// kind, or /// alone, at the beginning of the line",
                )  # fmt: skip
            if words.startswith(("!!!", "???")):
                yield Problem(
                    page.file, number, "blocks", "this kind of box is not used here",
                    "write /// note … ///",
                )  # fmt: skip


def places_to_fill_in(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Only a tool forgets what was ticked or typed: on another page Back shows it to anybody.

    A box written otherwise than `- [ ]` shows as signs.
    """
    for page in base.pages_in(language.code):
        boxes = [(number, found) for number, line in _lines(page) if (found := _BOX.match(line))]
        for number, found in boxes:
            if found.group(1) != " ":
                yield Problem(
                    page.file, number, "boxes", f"[{found.group(1)}] is no box to tick",
                    "write - [ ], with one space, and let the reader tick it",
                )  # fmt: skip
        if page.front.type == "tool":
            continue
        lines = [number for number, _ in boxes]
        lines += [one.line for one in page.text.shortcodes if one.name == "field"]
        for number in sorted(lines):
            yield Problem(
                page.file, number, "boxes", "a place to fill in stands on a page that is no tool",
                "only a page of type tool clears it when it is left: make it one, or write a list",
            )  # fmt: skip


def _lines(page: Page) -> Iterator[tuple[int, str]]:
    yield from enumerate(page.body.split("\n"), page.body_line)
