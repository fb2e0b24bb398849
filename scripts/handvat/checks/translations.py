"""Rules about translations: each has the sections, facts and length of its Dutch page, as far as it claims to follow it.

Where the Dutch changed since, readers see a notice at the section. That is one warning at the Dutch page: whoever
improves a Dutch sentence need not write seven languages. A section that claims to be up to date and differs is
an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page
from handvat.content.problem import Finding, Problem, did_you_mean
from handvat.content.translation import LanguageProgress, differences, fingerprints, outline

SHORTEST = 150
"""Characters of the shortest Dutch section whose length is compared."""

BOUNDS = {
    "ar": (0.55, 1.65),
    "de": (0.8, 2.1),
    "en": (0.7, 1.7),
    "fr": (0.85, 2.0),
    "pl": (0.75, 2.05),
    "tr": (0.75, 1.75),
    "uk": (0.75, 2.0),
}
"""Fewest and most characters for each Dutch one: those of 519 sections of each language,
with a margin on both sides. The median is 0.88 in Arabic, 1.2 in German and French, and 1.03 to
1.07 elsewhere; the longest are short sections that explain a Dutch institution."""

ANY_OTHER = (0.5, 2.2)

_Differences = Iterator[tuple[str, Finding]]
"""Id of a section, and a difference in it; `""` for one of the whole page."""


def orphaned(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A translation whose Dutch page is gone shows readers what was withdrawn, for ever."""
    code = base.source_language.code
    known = base.paths_in(code)
    exists = page.path in known or (code, page.path) in base.unreadable
    if not exists and page.language != code and not base.is_own(page):
        what = f"docs/{code}/{page.path} does not exist, so this translates nothing"
        yield Finding(1, what, f"{did_you_mean(page.path, known)} rename it there, or delete it")


def same_sections(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A translation with other sections sends links astray and hides what is missing."""
    return _claimed(base, page, _other_sections)


def same_structure(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A citation dropped or a phone number changed in one language is seen by nobody for years."""
    return _claimed(base, page, _other_facts)


def length(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """Half a section without a fact can be left out, and nothing but its length shows it."""
    return _claimed(base, page, _other_length)


def differences_of(page: Page, source: Page) -> Iterator[Problem]:
    """The differences between the translation `page` and its `source`, also in sections that are out of date."""
    for rule, find in (
        ("translation-sections", _other_sections),
        ("translation-drift", _other_facts),
        ("translation-length", _other_length),
    ):
        yield from (found.problem(page.file, rule) for _, found in find(page, source))


def _claimed(
    base: KnowledgeBase, page: Page, find: Callable[[Page, Page], _Differences]
) -> Iterator[Finding]:
    """The differences in sections that are not out of date."""
    source = base.source_of(page)
    if source is None or base.is_own(source):
        return
    seen = page.front.translation.sections if page.front.translation else {}
    current = fingerprints(source)
    outdated = {key for key in {*current, *seen} if seen.get(key) != current.get(key)}
    yield from (found for section, found in find(page, source) if section not in outdated)


def _other_sections(page: Page, source: Page) -> _Differences:
    sections = outline(page)
    ids = [section.id for section in sections]
    expected = [section.id for section in outline(source)]
    then = f", then run {_mark_current(page)}"
    for key in expected:
        if key and key not in ids:
            what = f"the section {key!r} of {source.file} is missing"
            yield key, Finding(page.body_line, what, f"translate it: ## … {{ #{key} }}{then}")
    for section in sections:
        if section.id and section.id not in expected:
            what = f"the section {section.id!r} is not in {source.file}"
            fix = f"{did_you_mean(section.id, expected)}{then}"
            yield section.id, Finding(section.line, what, fix)
    if sorted(ids) == sorted(expected) and ids != expected:
        what = f"the sections are in another order than in {source.file}"
        yield "", Finding(page.body_line, what, f"the order is {', '.join(expected)}{then}")
    if page.front.type != source.front.type:
        line = page.head.line(("type",))
        what = f"the type {page.front.type!r} differs from that of {source.file}"
        yield "", Finding(line, what, f"write type: {source.front.type}")


def _other_facts(page: Page, source: Page) -> _Differences:
    for found in differences(outline(page), outline(source)):
        key = found.section.id
        what = f"the {found.kind} of {key!r} differ from {source.file}:{found.source.line}: {found}"
        fix = f"make both say the same, then run {_mark_current(page)}"
        yield key, Finding(found.section.line, what, fix)


def _other_length(page: Page, source: Page) -> _Differences:
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
            fix = f"is something left out, or too much? Fix it, then run {_mark_current(page)}"
            yield section.id, Finding(section.line, what, fix)


def recorded(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A translation without a record of its source can go stale unseen."""
    record = page.front.translation
    if page.language == base.source_language.code:
        if record:
            what = "this is the source text, it translates nothing"
            yield Finding(page.head.line(("translation",)), what, "take translation: out")
    elif base.source_of(page) is None:
        return
    elif record is None:
        what = "it is not recorded which Dutch text this translates"
        yield Finding(1, what, f"run {_mark_current(page)}")
    else:
        ids = [section.id for section in outline(page)]
        if gone := [key for key in record.sections if key not in ids]:
            line = page.head.line(("translation", "sections", gone[0]))
            what = f"a fingerprint is recorded for {', '.join(gone)}, which is not on the page"
            yield Finding(line, what, f"run {_mark_current(page)}")


def out_of_date(base: KnowledgeBase, languages: Iterable[LanguageProgress]) -> Iterator[Problem]:
    """Readers see a notice at a section that changed since it was translated; its author sees one warning a page.

    `languages` is the progress of each language, which the runner has from the cache.
    """
    outdated: dict[str, dict[str, list[str]]] = {}
    for language in languages:
        for page in language.behind:
            # A new section has no id yet where `heading-ids` reports it.
            if sections := list(filter(None, (*page.stale, *page.missing, *page.orphaned))):
                outdated.setdefault(page.page, {})[language.language] = sections
    for path, behind in outdated.items():
        source = base.pages[base.source_language.code, path]
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


def release_is_reviewed(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A reader of an edition that calls itself a release trusts every safety-critical page: somebody checked it."""
    is_built = base.language(page.language).is_built
    if base.edition != "release" or not (page.is_safety_critical and is_built):
        return
    if page.front.review is None:
        yield Finding(
            page.head.line(("review",)),
            "a release needs a reviewer of the content of this page",
            "name who checked it and when: review: {by: …, date: …}",
        )
    if page.front.translation and page.front.translation.reviewed is None:
        yield Finding(
            page.head.line(("translation",)),
            "a release needs a reviewer of this translation",
            "name who checked it: translation: reviewed: {by: …, date: …}",
        )


def _mark_current(page: Page) -> str:
    return f"handvat translations mark-current {page.file}"
