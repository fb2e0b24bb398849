"""Rules about Markdown that could run code, load from other hosts, or show as rubbish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.markdown import BLOCK_KINDS, split_html
from handvat.content.page import Page
from handvat.content.problem import Finding, did_you_mean

_CODE = re.compile(r"`[^`]*`")
_ATTRIBUTES = re.compile(r"(?<!\{)\{(?!\{).*")
_DECLARATION = re.compile(r"<(?!!--)[!?]")
_BOX = re.compile(r"^\s*[-*+]\s+\[(.?)\]\s")


def raw_html(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """HTML in a page could run a script in the browser of somebody who must not be traced."""
    for line, text in _lines(page):
        if _DECLARATION.search(text):
            what = "<! and <? open what a browser does not show"
            yield Finding(line, what, "put a space after <, or leave it out")
    for piece in page.text.html:
        rest = (one for one, is_allowed in split_html(piece.text) if not is_allowed)
        for found in islice(filter(str.strip, rest), 1):
            what = "on a line that begins with HTML nothing is read as Markdown"
            fix = "put the comment on a line of its own"
            if found.startswith("<"):
                what = "HTML is not allowed in a page"
                fix = "write it in Markdown; only <br> and <bdi> are allowed"
            yield Finding(piece.line, f"{what}: {found.strip()[:40]}", fix)


def remote_images(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A request for an image on another host shows a stranger who reads."""
    for target in page.text.targets:
        if target.is_image and _scheme(target.address):
            what = f"the image comes from another host: {target.address[:60]}"
            yield Finding(target.line, what, "put the picture into the project")


def contact_links(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A number in a link lives on when it changed; somebody then calls in vain."""
    for target in page.text.targets:
        if not target.is_image and _scheme(target.address) in _CONTACT_SCHEMES:
            what = f"a contact is written in the page: {target.address[:60]}"
            fix = 'put it into data/contacts/ and ask for it: {{ contact("…") }}'
            yield Finding(target.line, what, fix)


def safe_links(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A `javascript:` link runs what a stranger wrote."""
    for target in page.text.targets:
        if not target.is_image and _scheme(target.address) not in {"", "https", *_CONTACT_SCHEMES}:
            what = f"the link {target.address[:60]!r} is not a page and not https"
            fix = "link to a page of docs/, or to an https:// address"
            yield Finding(target.line, what, fix)


_CONTACT_SCHEMES = {"mailto", "tel", "sms"}


def _scheme(address: str) -> str:
    """The scheme of `address`; `""` for a place on the site, `?` where it cannot be parsed or has only a host."""
    try:
        scheme = urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return "?"
    return scheme or ("?" if address.startswith("//") else "")


def attributes(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """`{ onclick="…" }` after a text becomes an event handler of the element: code in a page.

    And no check finds an id that is not on a heading.
    """
    found = [(heading.line, heading.more) for heading in page.text.headings if heading.more]
    for line, words in _seen_lines(page):
        found += [(line, written) for written in _ATTRIBUTES.findall(words)]
    for line, written in found:
        what = f"attributes are not allowed in a page: {written[:40]}"
        yield Finding(line, what, "only { #id } after a heading and *…*{ .law } are allowed")


def blocks(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """An unknown or unclosed `///` block swallows the text after it, or is shown as slashes."""
    for line, kind, is_closed in page.text.blocks:
        if not kind:
            fix = "open it with /// ask, /// scene, /// say, /// never, /// next or /// note"
            yield Finding(line, "/// closes a block that was never opened", fix)
        elif kind not in BLOCK_KINDS:
            yield Finding(line, f"unknown block {kind!r}", did_you_mean(kind, BLOCK_KINDS))
        elif not is_closed:
            fix = "put /// on a line of its own after it"
            yield Finding(line, f"the block {kind!r} is not closed", fix)
    for line, words in _seen_lines(page):
        if words.startswith("///"):
            fix = "write /// kind, or /// alone, at the beginning of the line"
            yield Finding(line, "/// does not open or close a block here", fix)
        if words.startswith(("!!!", "???")):
            yield Finding(line, "this kind of box is not used here", "write /// note … ///")


def boxes(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """Only a tool forgets what was ticked or typed: on another page Back shows it to anybody.

    A box written otherwise than `- [ ]` is shown as brackets.
    """
    found = [(line, box[1]) for line, text in _lines(page) if (box := _BOX.match(text))]
    for line, mark in found:
        if mark != " ":
            fix = "write - [ ], with one space, and let the reader tick it"
            yield Finding(line, f"[{mark}] is not a box to tick", fix)
    if page.front.type == "tool":
        return
    fields = [one.line for one in page.text.shortcodes if one.name == "field"]
    for line in [*(line for line, _ in found), *fields]:
        yield Finding(
            line,
            "a place to fill in is on a page that is not a tool",
            "only a page of type tool clears it when it is left: make it one, or write a list",
        )


_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7})(?: |$)")
_COMMENT = (
    "opmerking|comment|kommentar|commentaire|yorum|açıklama|komentarz|коментар|примітка|تعليق"
)
# What readers see where Markdown was meant and not read, or that came out of Word; and the fix.
_ANYWHERE = (
    (r"\]\s+\(", "this is not a link: there is a space between ] and (",
     "take out the space: [words](page.md)"),
    (r"\]\(", "this is not a link: its address has a space in it, or no ) after it",
     "write [words](../now/first-hour.md), without spaces in the address"),
    (r"\[@", "readers see [@ here: this is not a citation",
     "write [@key] or [@key; @other-key] on one line"),
    (r"\{\{|\}\}", "readers see {{ or }} here", 'write {{ contact("police") }} on one line'),
    (r"\*\*|__", "readers see ** or __ here: this is not bold",
     "write **words** without a space inside the stars, or take the stars out"),
    (rf"\[(?i:{_COMMENT})[^\]]*\]|\[[A-Z]{{1,4}}\d{{1,3}}\]", "readers see a comment from Word here",
     "take it out"),
    (r"(?<!\w)@[a-z0-9-]+:[a-z]|\[[a-z0-9-]+:[a-z0-9-]+\]", "readers see this: it is not a citation",
     "write [@key] or [@key:entry]"),
    (r"~~|==|【|\ue200|\[\d{1,2}\]", "readers see signs of another program here",
     "take them out; cite a source with [@key]"),
    (r"\|", "readers see | here: this is not read as a table",
     "put | --- | --- | below the first line of the table, and an empty line before it"),
)  # fmt: skip
_AT_THE_START = (
    (r"#{1,6}[^#\s]", "readers see # here: this is not a heading",
     "put a space after #, or a word before it"),
    (r"[•·●○▪◦‣⁃→➢➤✓✔✅❌\uf0b7\uf0a7]|\d\ufe0f?\u20e3|o\s+[A-Z]|–\s", "a list from Word is shown as one paragraph",
     "begin each item with - and a space, on a line of its own, after an empty line"),
    (r"-[^\W\d]|\d{1,2}[.)][^\W\d]", "this is not read as an item of a list",
     "put a space after the - or the number, and an empty line before the list"),
    (r"[a-z][.)]\s", "a list with letters is shown as one paragraph",
     "begin each item with - or with 1. and a space, on a line of its own, after an empty line"),
)  # fmt: skip
_SUSPECT = re.compile(r"[][*_{}|@~=【\ue200]|^(?:[^\w\"]|\w[\s.)])")
"""In every match of the patterns above: most lines have none, and are searched once."""


_CELL_END = re.compile(r"(?<!\\)\|")
_BELOW_HEAD = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?\s*")


def left_over_markup(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """What was pasted from Word, or nearly Markdown, is published as rubbish: a link that is none, in an emergency."""
    yield from _left_over_lines(page)
    yield from _left_over_words(page)
    yield from _links_to_site(base, page)


def _left_over_lines(page: Page) -> Iterator[Finding]:
    columns = 0
    for line, text in _lines(page):
        cells = len(_CELL_END.split(text.strip().strip("|"))) if "|" in text else 0
        if _BELOW_HEAD.fullmatch(text) or not cells:
            columns = cells
        if columns and cells > columns:
            what = f"readers do not see the end of this row: it has {cells} cells, the table has {columns}"
            yield Finding(line, what, "take out a |, or write it as \\|")
        if "![](" in text:
            fix = "describe it between the brackets: ![A phone on a table](…)"
            yield Finding(line, "readers who cannot see this picture get nothing", fix)
        if _CONFLICT.match(text):
            yield Finding(
                line,
                f"{text[:7]} is left of two versions of this page that were merged",
                "keep the lines that are right, and take out those with <<<<<<<, ======= and >>>>>>>",
            )
        elif "\t" in text.strip():
            yield Finding(
                line,
                "a table was pasted without its lines: all its cells are shown as one sentence",
                "write | between the cells, and | --- | --- | below the first line",
            )
        elif "[^" in _CODE.sub("", text):
            what = "[^ begins a footnote: they are not used here"
            yield Finding(line, what, "cite a source with [@key], or say it in the sentence")
    for line in page.text.indented_code:
        what = "this is shown as program code, because of the spaces before it"
        yield Finding(line, what, "take out the spaces at the beginning of the line")


def _left_over_words(page: Page) -> Iterator[Finding]:
    for line, address in page.text.bare_addresses:
        whole = f"https://{address.removeprefix('http://').removeprefix('https://')}"
        yield Finding(line, f"{address} is not a link", f"write [words]({whole})")
    for paragraph in page.text.paragraphs:
        lines = [line for line in paragraph.seen if _SUSPECT.search(line[1])]
        rules = [(re.search, rule) for rule in _ANYWHERE] if lines else []
        if lines and paragraph.kind == "text":  # a cell or a heading may begin with a letter
            rules += [(re.match, rule) for rule in _AT_THE_START]
        for find, (pattern, what, fix) in rules:
            found = (line for line, words in lines if find(pattern, words))
            yield from (Finding(line, what, fix) for line in islice(found, 1))


def _links_to_site(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    written = base.data["mkdocs.yml"].value.get("site_url")
    # `!ENV [SITE_URL, "https://…"]` is read as a list.
    values = written if isinstance(written, list) else [written]
    sites = [str(value).rstrip("/").lower() for value in values if "://" in str(value)]
    for target in page.text.targets:
        address = target.address.lower()
        if any(address == site or address.startswith(f"{site}/") for site in sites):
            yield Finding(
                target.line,
                f"the link {target.address[:60]} leads to the published site, from every copy of it",
                "write where the page is among the files: ../now/first-hour.md",
            )


def _lines(page: Page) -> Iterator[tuple[int, str]]:
    yield from enumerate(page.body.split("\n"), page.body_line)


def _seen_lines(page: Page) -> Iterator[tuple[int, str]]:
    return (line for paragraph in page.text.paragraphs for line in paragraph.seen)
