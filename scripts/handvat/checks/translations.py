"""Rules about translations: each follows its source page, in its sections, its facts and its length.

Half a section left out has no mark of its own when no fact is in it; its length gives it away.
"""

from __future__ import annotations

from collections.abc import Iterator

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.problem import Problem, did_you_mean
from handvat.content.translation import compare, differences, outline


def orphaned(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A translation whose Dutch page is gone tells readers what was withdrawn, for ever."""
    source = base.source_language
    known = base.paths_in(source.code)
    for page in base.pages_in(language.code) if language != source else ():
        is_there = page.path in known or (source.code, page.path) in base.unreadable
        if not is_there and not base.is_own(page):
            yield Problem(
                page.file,
                1,
                "orphaned-translation",
                f"docs/{source.code}/{page.path} does not exist, so this translates nothing",
                f"{did_you_mean(page.path, known)} rename it there, or delete it",
            )


def same_sections(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A translation with other sections sends links astray and hides what is missing."""
    for page in base.pages_in(language.code):
        source = base.source_of(page)
        if source is None or base.is_own(source):
            continue
        sections = outline(page)
        ids = [section.id for section in sections]
        wanted = [section.id for section in outline(source)]
        then = f", then run handvat translations mark-current {page.file}"
        for section_id in wanted:
            if section_id and section_id not in ids:
                yield Problem(page.file, page.body_line, "translation-sections",
                              f"the section {section_id!r} of {source.file} is missing",
                              f"translate it: ## … {{ #{section_id} }}{then}")  # fmt: skip
        for section in sections:
            if section.id and section.id not in wanted:
                yield Problem(page.file, section.line, "translation-sections",
                              f"the section {section.id!r} is not in {source.file}",
                              f"{did_you_mean(section.id, wanted)}{then}")  # fmt: skip
        if sorted(ids) == sorted(wanted) and ids != wanted:
            yield Problem(page.file, page.body_line, "translation-sections",
                          f"the sections stand in another order than in {source.file}",
                          f"the order is {', '.join(wanted)}{then}")  # fmt: skip
        if page.front.type != source.front.type:
            yield Problem(page.file, page.head.line(("type",)), "translation-sections",
                          f"the type {page.front.type!r} differs from that of {source.file}",
                          f"write type: {source.front.type}")  # fmt: skip


def recorded(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A translation that does not say what it was made from can go stale unseen."""
    for page in base.pages_in(language.code):
        source = base.source_of(page)
        if language == base.source_language:
            if page.front.translation:
                yield Problem(page.file, page.head.line(("translation",)), "translation-record",
                              "this is the source text, it translates nothing",
                              "take translation: out")  # fmt: skip
            continue
        if source is None:
            continue
        command = f"handvat translations mark-current {page.file}"
        if page.front.translation is None:
            yield Problem(page.file, 1, "translation-record",
                          "it is not recorded which Dutch text this translates",
                          f"run {command}")  # fmt: skip
            continue
        there = [section.id for section in outline(page)]
        left = [key for key in page.front.translation.sections if key not in there]
        if left:
            yield Problem(page.file, page.head.line(("translation", "sections", left[0])),
                          "translation-record",
                          f"a fingerprint is recorded for {', '.join(left)}, which is not on the page",
                          f"run {command}")  # fmt: skip
        stale = compare(page, source).stale
        if stale:
            yield Problem(page.file, page.head.line(("translation", "sections", stale[0])),
                          "stale-translation",
                          f"{source.file} has changed since it was translated, "
                          f"in {', '.join(stale)}",
                          f"bring it up to date, then run {command}",
                          is_error=False)  # fmt: skip


def release_is_reviewed(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """An edition that calls itself a release has had every safety-critical page checked by a person."""
    if base.edition != "release":
        return
    for page in base.pages_in(language.code):
        if not page.is_safety_critical or not language.is_built:
            continue
        if page.front.review is None:
            yield Problem(page.file, page.head.line(("review",)), "release",
                          "a release needs a reviewer of the content of this page",
                          "name who checked it and when: review: {by: …, date: …}")  # fmt: skip
        record = page.front.translation
        if record is not None and record.reviewed is None:
            yield Problem(page.file, page.head.line(("translation",)), "release",
                          "a release needs a reviewer of this translation",
                          "name who checked it: translation: reviewed: {by: …, date: …}")  # fmt: skip


def same_structure(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A citation dropped or a phone number changed in one language is seen by nobody for years."""
    for page in base.pages_in(language.code):
        source = base.source_of(page)
        if source is None or base.is_own(source):
            continue
        for found in differences(outline(page), outline(source)):
            yield Problem(
                page.file,
                found.section.line,
                "translation-drift",
                f"the {found.kind} of {found.section.id!r} differ from "
                f"{source.file}:{found.source.line}: {found}",
                f"make both say the same, then run handvat translations mark-current {page.file}",
            )


SHORTEST = 150
"""Signs of a Dutch section from which on its length says anything."""

BOUNDS = {
    "ar": (0.55, 1.65),
    "de": (0.8, 2.1),
    "en": (0.7, 1.7),
    "fr": (0.85, 2.0),
    "pl": (0.75, 2.05),
    "tr": (0.75, 1.75),
    "uk": (0.75, 2.0),
}
"""Signs for each Dutch sign, at the least and at the most: what 519 sections of each language have,
with some room on both sides. The middle is 0.88 in Arabic, 1.2 in German and French, and 1.03 to
1.07 elsewhere; the longest are short sections that explain a Dutch institution."""

ANY_OTHER = (0.5, 2.2)


def length(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A section is about as long as its Dutch: neither cut short nor filled with something else."""
    for page in base.pages_in(language.code):
        source = base.source_of(page)
        if source is None:
            continue
        low, high = BOUNDS.get(page.language, ANY_OTHER)
        originals = {section.id: section for section in reversed(outline(source))}
        for section in outline(page):
            original = originals.get(section.id)
            if original is None or original.length < SHORTEST:
                continue
            ratio = section.length / original.length
            if not low <= ratio <= high:
                yield Problem(
                    page.file,
                    section.line,
                    "translation-length",
                    f"{section.id!r} is {ratio:.2f} times as long as its Dutch "
                    f"({source.file}:{original.line}); {low} to {high} is usual",
                    "is something left out, or too much? Mend it, then run "
                    f"handvat translations mark-current {page.file}",
                )
