"""Rules about the shape of a page: its type, its sections, its headings and its place in the menu.

Rules about what `handvat new` left for a person to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.models import KEY, MAX_DESCRIPTION
from handvat.content.page import Page
from handvat.content.problem import Finding, Problem, did_you_mean
from handvat.content.text import hint_in, is_empty, is_hint

_ID = re.compile(KEY)


def page_type(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A page of an unknown type would be checked against nothing, and lack what readers count on."""
    kind = page.front.type
    if kind not in base.page_types:
        line = page.head.line(("type",))
        yield Finding(line, f"unknown type {kind!r}", did_you_mean(kind, base.page_types))


def required_sections(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """Somebody in a hurry looks for the same sections on every page of a type."""
    kind = base.page_types.get(page.front.type)
    if kind is None:
        return
    needs = f"a page of type {page.front.type} needs"
    required = list(kind.sections)
    found = [section.id for section in page.sections]
    for number, key in enumerate(required):
        if key not in found:
            place = f"after {{ #{required[number - 1]} }}" if number else "as the first section"
            yield Finding(
                page.body_line,
                f"{needs} the section {key!r} ({kind.sections[key].hint})",
                f"write it {place}: ## … {{ #{key} }}",
            )
    own = [key for key in found if key not in required]
    if len(own) < kind.own_sections:
        what = f"{needs} {kind.own_sections} sections of its own, it has {len(own)}"
        yield Finding(page.body_line, what, "add ## … { #an-id-of-its-own }")


def section_order(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """Somebody in a hurry looks for a section at the same place on every page of a type."""
    kind = base.page_types.get(page.front.type)
    required = list(kind.sections) if kind else []
    sections = [section for section in page.sections if section.id in required]
    found = {section.id for section in sections}
    in_order = [key for key in required if key in found]
    for section, expected in zip(sections, in_order, strict=False):
        if section.id != expected:
            what = f"the section {section.id!r} is where {expected!r} belongs"
            yield Finding(section.line, what, f"the order is {', '.join(required)}")
            break


def headings(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """With two titles on a page, a screen reader cannot say which one is the page's."""
    for heading in page.text.headings:
        if heading.level == 1:
            what = "the title is in the front matter, a second one confuses screen readers"
            yield Finding(heading.line, what, "make it ## or take it out")


def heading_ids(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """Links, translations and notices find a section by its id; without one they point nowhere."""
    seen: dict[str, int] = {}
    for heading in page.text.headings:
        line, key = heading.line, heading.id
        if key is None:
            if heading.level == 2:
                what = f"the heading {heading.title!r} has no id"
                yield Finding(
                    line, what, "write an English id after it: ## … { #what-it-is-about }"
                )
            continue
        if not _ID.fullmatch(key):
            yield Finding(line, f"{key!r} is not an id", "use lower case a-z, digits and hyphens")
        if key in seen:
            what = f"the id {key!r} is here for the second time, first in line {seen[key]}"
            yield Finding(line, what, "give one of them another id")
        seen.setdefault(key, line)


def unique_titles(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Two pages with one title cannot be distinguished in search, in tabs and by a screen reader."""
    seen: dict[str, Page] = {}
    for page in base.pages_in(language.code):
        if is_hint(page.front.title):
            continue  # `unwritten_hints` reports it
        other = seen.setdefault(page.front.title.casefold(), page)
        if other is not page:
            yield Problem(
                page.file,
                page.head.line(("title",)),
                "unique-titles",
                f"the title {page.front.title!r} is also that of {other.file}",
                "give one of them another title",
                # Upstream may have renamed what an organisation replaced: that must not stop its build.
                is_error=base.is_own(page) == base.is_own(other),
            )


def one_address(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Of two pages at one address a reader gets only one, and which one is undefined."""
    seen: dict[str, Page] = {}
    for page in base.pages_in(language.code):
        other = seen.setdefault(page.url, page)
        if other is not page:
            what = f"it is shown at the same address as {other.file}"
            yield Problem(page.file, 1, "one-address", what, "delete one of them")


def description_length(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """Search engines and link previews cut a longer description in the middle of a sentence."""
    length = len(page.front.description)
    if length > MAX_DESCRIPTION:
        line = page.head.line(("description",))
        yield Finding(
            line, f"the description has {length} characters", f"shorten it to {MAX_DESCRIPTION}"
        )


def replaces(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """Only an organisation's page replaces another: in a shipped one the line would mislead its next author."""
    if page.front.replaces and not base.is_own(page):
        line = page.head.line(("replaces",))
        yield Finding(line, "this page replaces none", "take the line replaces: out")


def in_navigation(base: KnowledgeBase) -> Iterator[Problem]:
    """Readers do not find a page outside the menu; a menu entry without a page leads nowhere."""
    # Where the site has another language at its root, a page may be in that one alone.
    codes = dict.fromkeys((base.source_language.code, base.default_language.code))
    code = base.source_language.code
    listed = {entry.path for entry in base.navigation}
    for page in (page for own in codes for page in base.pages_in(own)):
        if page.path not in listed:
            yield Problem(
                page.file,
                1,
                "navigation",
                "the page is not in the navigation",
                f"add `- {page.path}` to nav: in mkdocs.yml",
            )
    existing = base.pages.keys() | base.unreadable
    for entry in base.navigation:
        if not any((own, entry.path) in existing for own in codes):
            what = f"docs/{code}/{entry.path} does not exist"
            fix = did_you_mean(entry.path, base.paths_in(code))
            yield Problem("mkdocs.yml", entry.line, "navigation", what, fix)
        folder = entry.path.split("/")[0] if "/" in entry.path else ""
        if folder != entry.folder:
            what = f"{entry.path} is listed under {entry.folder or 'the top'!r}"
            fix = f"move it under {folder or 'the top'!r}"
            yield Problem("mkdocs.yml", entry.line, "navigation", what, fix)


def empty_sections(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A heading with nothing below it promises an answer that is not there."""
    for section in page.sections:
        if is_empty(section.markdown):
            hint = hint_in(section.markdown)
            fix = f"write it: {hint}" if hint else "write the section, or take the heading out"
            yield Finding(
                section.line, f"there is nothing below the heading {section.title!r}", fix
            )


def unwritten_hints(_base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A reader in a hurry would take a hint for the advice that is still to be written."""
    for key in ("title", "description"):
        if is_hint(getattr(page.front, key)):
            line = page.head.line((key,))
            yield Finding(line, f"the {key} is still a hint", f"write the {key} instead of it")
    for heading in page.text.headings:
        if is_hint(heading.title) or is_hint(heading.id or ""):
            yield Finding(
                heading.line,
                "the heading or its id is still a hint",
                "write the heading, with an id of its own that says in English what it is about, instead of it",
            )
    empty = [page.lines_of(section) for section in page.sections if is_empty(section.markdown)]
    for piece in page.text.html:
        # Below an empty heading the hint is not a mistake yet: what is missing is the text.
        if hint_in(piece.text) and not any(piece.line in lines for lines in empty):
            yield Finding(
                piece.line,
                f"a hint is still here: {hint_in(piece.text)[:60]!r}",
                "write what it asks for, and take out the comment <!-- hint: … -->",
            )
