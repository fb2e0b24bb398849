"""Rules about translations that read well and say something else: a number, a source, a link less."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.drift import differences
from scripts.knowledge.problem import Problem


def same_structure(base: KnowledgeBase) -> Iterator[Problem]:
    """A citation dropped or a phone number changed in one language is seen by nobody for years."""
    for page in base.pages.values():
        source = base.source_of(page)
        if source is None or base.is_own(source):
            continue
        for found in differences(base.outline(page), base.outline(source)):
            yield Problem(
                page.file,
                found.section.line,
                "translation-drift",
                f"the {found.kind} of {found.section.id!r} differ from "
                f"{source.file}:{found.model.line}: {found}",
                f"make both say the same, then run make translated PAGE={page.file}",
            )
