"""Rules about what `make new` left for a person to write."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.hints import hint_in, is_hint, without_comments
from scripts.knowledge.page import Page
from scripts.knowledge.problem import Problem


def empty_sections(base: KnowledgeBase) -> Iterator[Problem]:
    """A heading with nothing below it promises an answer that is not there."""
    for page in base.pages.values():
        for section in page.sections:
            if without_comments(section.markdown).strip():
                continue
            hint = hint_in(section.markdown)
            mend = f"write it: {hint}" if hint else "write the section, or take the heading out"
            yield Problem(
                page.file,
                section.line,
                "empty-section",
                f"there is nothing below the heading {section.title!r}",
                mend,
            )


def unwritten_hints(base: KnowledgeBase) -> Iterator[Problem]:
    """A reader in a hurry would take a hint for the advice that is still to be written."""
    for page in base.pages.values():
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
        empty = [
            page.lines_of(section)
            for section in page.sections
            if not without_comments(section.markdown).strip()
        ]
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
