"""Rules about translations: none outlives its Dutch page, none differs from it in structure."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.problem import Problem, did_you_mean


def orphaned(base: KnowledgeBase) -> Iterator[Problem]:
    """A translation whose Dutch page is gone tells readers what was withdrawn, for ever."""
    default = base.source_language.code
    known = base.paths_in(default)
    for (code, path), page in base.pages.items():
        if code == default or (default, path) in base.unreadable or base.is_own(page):
            continue
        if path not in known:
            yield Problem(
                page.file,
                1,
                "orphaned-translation",
                f"docs/{default}/{path} does not exist, so this translates nothing",
                f"{did_you_mean(path, known)} rename it there, or delete it",
            )


def same_sections(base: KnowledgeBase) -> Iterator[Problem]:
    """A translation with other sections sends links astray and hides what is missing."""
    for page in base.pages.values():
        source = base.source_of(page)
        if source is None or base.is_own(source):
            continue
        sections = base.outline(page)
        ids = [section.id for section in sections]
        wanted = [section.id for section in base.outline(source)]
        then = f", then run make translated PAGE={page.file}"
        for section_id in wanted:
            if section_id not in ids:
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


def recorded(base: KnowledgeBase) -> Iterator[Problem]:
    """A translation that does not say what it was made from can go stale unseen."""
    default = base.source_language.code
    for (code, _), page in base.pages.items():
        source = base.source_of(page)
        if code == default:
            if page.front.translation:
                yield Problem(page.file, page.head.line(("translation",)), "translation-record",
                              "this is the source text, it translates nothing",
                              "take translation: out")  # fmt: skip
            continue
        if source is None:
            continue
        command = f"make translated PAGE={page.file}"
        if page.front.translation is None:
            yield Problem(page.file, 1, "translation-record",
                          "it is not recorded which Dutch text this translates",
                          f"run {command}")  # fmt: skip
            continue
        there = [section.id for section in base.outline(page)]
        left = [key for key in page.front.translation.sections if key not in there]
        if left:
            yield Problem(page.file, page.head.line(("translation", "sections", left[0])),
                          "translation-record",
                          f"a fingerprint is recorded for {', '.join(left)}, which is not on the page",
                          f"run {command}")  # fmt: skip
        stale = base.state_of(page, source).stale
        if stale:
            yield Problem(page.file, page.head.line(("translation", "sections", stale[0])),
                          "stale-translation",
                          f"{source.file} has changed since it was translated, "
                          f"in {', '.join(stale)}",
                          f"bring it up to date, then run {command}",
                          is_error=False)  # fmt: skip


def release_is_reviewed(base: KnowledgeBase) -> Iterator[Problem]:
    """An edition that calls itself a release has had every safety-critical page checked by a person."""
    if base.edition != "release":
        return
    for page in base.pages.values():
        if not page.is_safety_critical or not base.language(page.language).is_built:
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
