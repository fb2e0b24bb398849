"""Rules about translations: each follows its Dutch page in sections, facts and length, as far as it claims to.

Where the Dutch changed since, readers see a notice at the section. That is one warning at the Dutch page: whoever
improves a Dutch sentence need not write seven languages. A section that claims to be up to date and differs is
an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.problem import Problem, did_you_mean
from handvat.content.translation import LanguageProgress, differences, fingerprints, outline

SHORTEST = 150
"""Characters of a Dutch section from which on its length says anything."""

BOUNDS = {
    "ar": (0.55, 1.65),
    "de": (0.8, 2.1),
    "en": (0.7, 1.7),
    "fr": (0.85, 2.0),
    "pl": (0.75, 2.05),
    "tr": (0.75, 1.75),
    "uk": (0.75, 2.0),
}
"""Characters for each Dutch one, at the least and at the most: what 519 sections of each language have,
with some room on both sides. The middle is 0.88 in Arabic, 1.2 in German and French, and 1.03 to
1.07 elsewhere; the longest are short sections that explain a Dutch institution."""

ANY_OTHER = (0.5, 2.2)


_Found = Iterator[tuple[str, Problem]]
"""Ids of sections, each with a difference in it; `""` for one of the whole page."""


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
    yield from _claimed(base, language, _other_sections)


def same_structure(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A citation dropped or a phone number changed in one language is seen by nobody for years."""
    yield from _claimed(base, language, _other_facts)


def length(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Half a section left out has no mark of its own when no fact is in it; its length gives it away."""
    yield from _claimed(base, language, _other_length)


def differences_of(page: Page, source: Page) -> Iterator[Problem]:
    """In what the translation `page` differs from `source`, whatever it claims to follow."""
    found = (find(page, source) for find in (_other_sections, _other_facts, _other_length))
    return (problem for _, problem in chain(*found))


def _claimed(
    base: KnowledgeBase, language: Language, find: Callable[[Page, Page], _Found]
) -> Iterator[Problem]:
    """The differences in sections that are not out of date."""
    for page in base.pages_in(language.code):
        source = base.source_of(page)
        if source is None or base.is_own(source):
            continue
        outdated = _outdated(page, source)
        for section, problem in find(page, source):
            if section not in outdated:
                yield problem


def _outdated(page: Page, source: Page) -> list[str]:
    """Ids of the sections of `source` that changed since `page` translated them, and of those that are gone."""
    recorded = page.front.translation.sections if page.front.translation else {}
    wanted = fingerprints(source)
    changed = [key for key, value in wanted.items() if recorded.get(key) != value]
    return [*changed, *(key for key in recorded if key not in wanted)]


def _other_sections(page: Page, source: Page) -> _Found:
    sections = outline(page)
    ids = [section.id for section in sections]
    wanted = [section.id for section in outline(source)]
    then = f", then run handvat translations mark-current {page.file}"

    def problem(line: int, what: str, fix: str) -> Problem:
        return Problem(page.file, line, "translation-sections", what, fix)

    for key in wanted:
        if key and key not in ids:
            yield key, problem(page.body_line, f"the section {key!r} of {source.file} is missing",
                               f"translate it: ## … {{ #{key} }}{then}")  # fmt: skip
    for section in sections:
        if section.id and section.id not in wanted:
            yield section.id, problem(section.line, f"the section {section.id!r} is not in {source.file}",
                                      f"{did_you_mean(section.id, wanted)}{then}")  # fmt: skip
    if sorted(ids) == sorted(wanted) and ids != wanted:
        yield "", problem(page.body_line, f"the sections stand in another order than in {source.file}",
                          f"the order is {', '.join(wanted)}{then}")  # fmt: skip
    if page.front.type != source.front.type:
        yield "", problem(page.head.line(("type",)),
                          f"the type {page.front.type!r} differs from that of {source.file}",
                          f"write type: {source.front.type}")  # fmt: skip


def _other_facts(page: Page, source: Page) -> _Found:
    for found in differences(outline(page), outline(source)):
        key = found.section.id
        what = f"the {found.kind} of {key!r} differ from {source.file}:{found.source.line}: {found}"
        fix = f"make both say the same, then run handvat translations mark-current {page.file}"
        yield key, Problem(page.file, found.section.line, "translation-drift", what, fix)


def _other_length(page: Page, source: Page) -> _Found:
    low, high = BOUNDS.get(page.language, ANY_OTHER)
    originals = {original.id: original for original in reversed(outline(source))}
    for section in outline(page):
        original = originals.get(section.id)
        if original is None or original.length < SHORTEST:
            continue
        ratio = section.length / original.length
        if not low <= ratio <= high:
            what = (
                f"{section.id!r} is {ratio:.2f} times as long as its Dutch "
                f"({source.file}:{original.line}); {low} to {high} is usual"
            )
            fix = (
                "is something left out, or too much? Mend it, then run "
                f"handvat translations mark-current {page.file}"
            )
            yield section.id, Problem(page.file, section.line, "translation-length", what, fix)


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


def out_of_date(base: KnowledgeBase, languages: Iterable[LanguageProgress]) -> Iterator[Problem]:
    """Readers are told at a section that it changed since it was translated; here its author is, once a page.

    `languages` is the progress of each language, which the runner has from the cache.
    """
    outdated: dict[str, dict[str, list[str]]] = {}
    for language in languages:
        for page in language.behind:
            # Of a new section without an id, `heading-ids` tells.
            if sections := list(filter(None, (*page.stale, *page.missing, *page.orphaned))):
                outdated.setdefault(page.page, {})[language.language] = sections
    for path, behind in outdated.items():
        source = base.page(base.source_language.code, path)
        if source is None:
            continue
        ids = dict.fromkeys(chain(*behind.values()))
        line = min((one.line for one in source.sections if one.id in ids), default=1)
        codes = ", ".join(behind)
        where = f"{len(behind)} languages ({codes})" if len(behind) > 1 else codes
        what = f"{', '.join(ids)} will be shown as out of date in {where}"
        fix = (
            "translators see what changed in handvat translations status; does it mean the same? "
            f"handvat translations mark-unchanged {source.file}"
        )
        if base.is_own(source):
            what = f"readers of {where} see the translation of the page that yours replaces"
            fix = f"begin yours: handvat overlay add docs/{next(iter(behind))}/{path}"
        yield Problem(source.file, line, "stale-translation", what, fix, is_error=False)


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
