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
from handvat.content.problem import Problem, did_you_mean
from handvat.content.text import hint_in, is_empty, is_hint

_ID = re.compile(KEY)


def page_type(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A page of an unknown type would be checked against nothing, and lack what readers count on."""
    for page in base.pages_in(language.code):
        if page.front.type not in base.page_types:
            yield Problem(
                page.file,
                page.head.line(("type",)),
                "page-type",
                f"unknown type {page.front.type!r}",
                did_you_mean(page.front.type, base.page_types),
            )


def required_sections(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Somebody in a hurry looks for the same sections at the same places on every page of a type."""
    for page in base.pages_in(language.code):
        kind = base.page_types.get(page.front.type)
        if kind is None:
            continue
        wanted = list(kind.sections)
        there = [section.id for section in page.sections]
        for number, section_id in enumerate(wanted):
            if section_id not in there:
                before = f"after {{ #{wanted[number - 1]} }}" if number else "as the first section"
                yield Problem(
                    page.file,
                    page.body_line,
                    "required-sections",
                    f"a page of type {page.front.type} needs the section {section_id!r} "
                    f"({kind.sections[section_id].hint})",
                    f"write it {before}: ## … {{ #{section_id} }}",
                )
        order = [section for section in page.sections if section.id in wanted]
        for section, section_id in zip(
            order, [key for key in wanted if key in there], strict=False
        ):
            if section.id != section_id:
                yield Problem(
                    page.file,
                    section.line,
                    "section-order",
                    f"the section {section.id!r} stands where {section_id!r} belongs",
                    f"the order is {', '.join(wanted)}",
                )
                break
        own = [section for section in page.sections if section.id not in wanted]
        if len(own) < kind.own_sections:
            yield Problem(
                page.file,
                page.body_line,
                "required-sections",
                f"a page of type {page.front.type} needs {kind.own_sections} sections of its own, "
                f"it has {len(own)}",
                "add ## … { #an-id-of-its-own }",
            )


def heading_ids(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Links, translations and notices find a section by its id; without one they point nowhere."""
    for page in base.pages_in(language.code):
        seen: dict[str, int] = {}
        for heading in page.text.headings:
            if heading.level == 1:
                yield Problem(
                    page.file,
                    heading.line,
                    "headings",
                    "the title stands in the front matter, a second one confuses screen readers",
                    "make it ## or take it out",
                )
            if heading.id is None:
                if heading.level == 2:
                    yield Problem(
                        page.file,
                        heading.line,
                        "heading-ids",
                        f"the heading {heading.title!r} has no id",
                        "write an English id behind it: ## … { #what-it-is-about }",
                    )
                continue
            if not _ID.fullmatch(heading.id):
                yield Problem(
                    page.file,
                    heading.line,
                    "heading-ids",
                    f"{heading.id!r} is no id",
                    "use lower case a-z, digits and hyphens",
                )
            if heading.id in seen:
                yield Problem(
                    page.file,
                    heading.line,
                    "heading-ids",
                    f"the id {heading.id!r} stands here for the second time, first in line "
                    f"{seen[heading.id]}",
                    "give one of them another id",
                )
            seen.setdefault(heading.id, heading.line)


def unique_titles(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Two pages with one title cannot be told apart in search, in tabs and by a screen reader."""
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
    """Of two pages at one address a reader gets one, and nobody can tell which."""
    seen: dict[str, Page] = {}
    for page in base.pages_in(language.code):
        other = seen.setdefault(page.url, page)
        if other is not page:
            yield Problem(
                page.file,
                1,
                "one-address",
                f"it is shown at the same address as {other.file}",
                "delete one of them",
            )


def description_length(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Search engines and link previews cut a longer description in the middle of a sentence."""
    for page in base.pages_in(language.code):
        length = len(page.front.description)
        if length > MAX_DESCRIPTION:
            yield Problem(
                page.file,
                page.head.line(("description",)),
                "description-length",
                f"the description has {length} characters",
                f"shorten it to {MAX_DESCRIPTION}",
            )


def in_navigation(base: KnowledgeBase) -> Iterator[Problem]:
    """A page outside the menu is found by nobody; a menu entry without a page leads nowhere."""
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
    there = base.pages.keys() | base.unreadable
    for entry in base.navigation:
        if not any((own, entry.path) in there for own in codes):
            yield Problem(
                "mkdocs.yml",
                entry.line,
                "navigation",
                f"docs/{code}/{entry.path} does not exist",
                did_you_mean(entry.path, [page.path for page in base.pages_in(code)]),
            )
        folder = entry.path.split("/")[0] if "/" in entry.path else ""
        if folder != entry.folder:
            yield Problem(
                "mkdocs.yml",
                entry.line,
                "navigation",
                f"{entry.path} stands under {entry.folder or 'the top'!r}",
                f"move it under {folder or 'the top'!r}",
            )


def empty_sections(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A heading with nothing below it promises an answer that is not there."""
    for page in base.pages_in(language.code):
        for section in page.sections:
            if not is_empty(section.markdown):
                continue
            hint = hint_in(section.markdown)
            fix = f"write it: {hint}" if hint else "write the section, or take the heading out"
            yield Problem(
                page.file,
                section.line,
                "empty-section",
                f"there is nothing below the heading {section.title!r}",
                fix,
            )


def unwritten_hints(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A reader in a hurry would take a hint for the advice that is still to be written."""
    for page in base.pages_in(language.code):
        for key in ("title", "description"):
            if is_hint(getattr(page.front, key)):
                yield _problem(page, page.head.line((key,)), f"the {key} is still a hint", key)
        for heading in page.text.headings:
            if is_hint(heading.title) or is_hint(heading.id or ""):
                yield _problem(
                    page,
                    heading.line,
                    "the heading or its id is still a hint",
                    "heading, with an id of its own that says in English what it is about",
                )
        empty = [page.lines_of(section) for section in page.sections if is_empty(section.markdown)]
        for piece in page.text.html:
            # Below an empty heading the hint is no mistake yet: what is missing is the text.
            if hint_in(piece.text) and not any(piece.line in lines for lines in empty):
                yield Problem(
                    page.file,
                    piece.line,
                    "unwritten-hint",
                    f"a hint still stands here: {hint_in(piece.text)[:60]!r}",
                    "write what it asks for, and take out the comment <!-- hint: … -->",
                )


def _problem(page: Page, line: int, what: str, wanted: str) -> Problem:
    return Problem(page.file, line, "unwritten-hint", what, f"write the {wanted} instead of it")
