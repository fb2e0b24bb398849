"""Rules about Markdown that could run, phone home or show as rubbish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from urllib.parse import urlsplit

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import BLOCK_KINDS, split_html
from handvat.content.page import Page
from handvat.content.problem import Problem, did_you_mean

_CODE = re.compile(r"`[^`]*`")
_ATTRIBUTES = re.compile(r"(?<!\{)\{(?!\{).*")
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
            rest = (one for one, is_allowed in split_html(piece.text) if not is_allowed)
            for found in islice(filter(str.strip, rest), 1):
                what, fix = (
                    ("HTML is not allowed in a page", "write it in Markdown; only <br> and <bdi> may stand")
                    if found.startswith("<")
                    else ("on a line that begins with HTML nothing is read as Markdown",
                          "put the comment on a line of its own")
                )  # fmt: skip
                yield Problem(
                    page.file, piece.line, "raw-html", f"{what}: {found.strip()[:40]}", fix
                )


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

    And an id anywhere but on a heading of its own line is one that no check knows.
    """
    for page in base.pages_in(language.code):
        found = [(heading.line, heading.more) for heading in page.text.headings if heading.more]
        for number, words in (line for one in page.text.paragraphs for line in one.seen):
            found += [(number, attributes) for attributes in _ATTRIBUTES.findall(words)]
        for number, attributes in found:
            yield Problem(
                page.file,
                number,
                "attributes",
                f"attributes are not allowed in a page: {attributes[:40]}",
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


_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7})(?: |$)")
_COMMENT = (
    "opmerking|comment|kommentar|commentaire|yorum|açıklama|komentarz|коментар|примітка|تعليق"
)
# What readers see where Markdown was meant and not read, or that came out of Word; and the cure.
_ANYWHERE = (
    (r"\]\s+\(", "this is not a link: there is a space between ] and (",
     "take out the space: [words](page.md)"),
    (r"\]\(", "this is not a link: its address has a space in it, or no ) behind it",
     "write [words](../now/first-hour.md), without spaces in the address"),
    (r"\[@", "readers see [@ here: this is not a citation",
     "write [@key] or [@key; @other-key] on one line"),
    (r"\{\{|\}\}", "readers see {{ or }} here", 'write {{ contact("police") }} on one line'),
    (r"\*\*|__", "readers see ** or __ here: this is not bold",
     "write **words** without a space inside the stars, or take the stars out"),
    (rf"\[(?i:{_COMMENT})[^\]]*\]|\[[A-Z]{{1,4}}\d{{1,3}}\]", "readers see a comment from Word here",
     "take it out"),
    (r"\|", "readers see | here: this is not read as a table",
     "put | --- | --- | below the first line of the table, and an empty line before it"),
)  # fmt: skip
_AT_THE_START = (
    (r"#{1,6}[^#\s]", "readers see # here: this is not a heading",
     "put a space behind #, or a word before it"),
    (r"[•·●○▪◦‣⁃\uf0b7\uf0a7]|o\s+[A-Z]|–\s", "a list from Word is shown as one paragraph",
     "begin each item with - and a space, on a line of its own, behind an empty line"),
    (r"[a-z][.)]\s", "a list with letters is shown as one paragraph",
     "begin each item with - or with 1. and a space, on a line of its own, behind an empty line"),
)  # fmt: skip
_SUSPECT = re.compile(r"[][*_{}|]|^(?:[^\w\"]|\w[\s.)])")
"""Nearly no line has one of these: the others are searched once."""


def left_over_markup(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """What was pasted from Word, or nearly Markdown, is published as rubbish: a link that is none, in an emergency."""
    for page in base.pages_in(language.code):
        found = chain(_left_over_lines(page), _left_over_words(page), _links_to_site(base, page))
        for line, what, fix in sorted(found):
            yield Problem(page.file, line, "left-over-markup", what, fix)


_Found = Iterator[tuple[int, str, str]]
"""Line, what is wrong there, and how to fix it."""


def _left_over_lines(page: Page) -> _Found:
    for number, line in _lines(page):
        if _CONFLICT.match(line):
            yield (number, f"{line[:7]} is left of two versions of this page that were merged",
                   "keep the lines that are right, and take out those with <<<<<<<, ======= and >>>>>>>")  # fmt: skip
        elif "\t" in line.strip():
            yield (number, "a table was pasted without its lines: all its cells are shown as one sentence",
                   "write | between the cells, and | --- | --- | below the first line")  # fmt: skip
        elif "[^" in _CODE.sub("", line):
            yield (number, "[^ begins a footnote: they are not used here",
                   "cite a source with [@key], or say it in the sentence")  # fmt: skip
    for number in page.text.indented_code:
        yield (number, "this is shown as program code, because of the spaces before it",
               "take out the spaces at the beginning of the line")  # fmt: skip


def _left_over_words(page: Page) -> _Found:
    for number, address in page.text.bare_addresses:
        whole = f"https://{address.removeprefix('http://').removeprefix('https://')}"
        yield number, f"{address} is not a link", f"write [words]({whole})"
    for paragraph in page.text.paragraphs:
        lines = [line for line in paragraph.seen if _SUSPECT.search(line[1])]
        rules = [(re.search, rule) for rule in _ANYWHERE] if lines else []
        if lines and paragraph.kind == "text":  # a cell or a heading may begin with a letter
            rules += [(re.match, rule) for rule in _AT_THE_START]
        for find, (pattern, what, fix) in rules:
            found = (number for number, words in lines if find(pattern, words))
            yield from ((number, what, fix) for number in islice(found, 1))


def _links_to_site(base: KnowledgeBase, page: Page) -> _Found:
    document = base.data.get("mkdocs.yml")
    written = (
        document.value.get("site_url") if document and isinstance(document.value, dict) else ""
    )
    # `!ENV [SITE_URL, "https://…"]` is read as a list.
    values = written if isinstance(written, list) else [written]
    sites = [str(value).rstrip("/").lower() for value in values if "://" in str(value)]
    for target in page.text.targets:
        address = target.address.lower()
        if any(address == site or address.startswith(f"{site}/") for site in sites):
            yield (target.line, f"the link {target.address[:60]} leads to the published site, from every copy of it",
                   "write where the page is among the files: ../now/first-hour.md")  # fmt: skip


def _lines(page: Page) -> Iterator[tuple[int, str]]:
    yield from enumerate(page.body.split("\n"), page.body_line)
