"""Run the rules, language by language, and cache the problems that they find.

A language is checked again when a page of it or of the source language changed, and all are when
anything beside the texts did.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from handvat import cache
from handvat.cache import Cache
from handvat.checks import LANGUAGE_RULES, PAGE_RULES, SITE_RULES, translations
from handvat.console import say
from handvat.content.git_history import changed_files
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.problem import Problem
from handvat.content.translation import LanguageProgress, language_progress
from handvat.processes import in_processes

FEW_PAGES = 200
"""Up to here, starting processes takes longer than checking in this one."""

LanguageResults = tuple[list[Problem], LanguageProgress]


@dataclass(frozen=True)
class CheckResults:
    """The problems of a knowledge base, and the progress of its translations."""

    problems: list[Problem]
    """Those of loading and those of the rules, by file and line."""
    progress: tuple[LanguageProgress, ...]
    """The progress of each language, in the order of `mkdocs.yml`."""


def find_problems(base: KnowledgeBase, results: Cache = Cache()) -> list[Problem]:
    """Return all problems of `base`, by file and line."""
    return run_checks(base, results).problems


def run_checks(base: KnowledgeBase, results: Cache = Cache()) -> CheckResults:
    """Check `base`; the results of languages in which nothing changed come from the cache `results`.

    Raises WorkerKilled for a process that was killed from outside.
    """
    keys = _keys(base)
    found: dict[str, LanguageResults] = {}
    for code, key in keys.items():
        if data := results.get(key):
            found[code] = pickle.loads(data)  # noqa: S301 - our own, with a checksum
    missing = [language for language in base.languages if language.code not in found]
    say(f"  found in the cache: {len(found)} of {len(keys)} languages", 1)
    for language, result in _check(base, missing):
        found[language.code] = result
        results.put(keys[language.code], pickle.dumps(result))
    problems = set(base.problems)
    for of_language, _ in found.values():
        problems.update(of_language)
    for rule in SITE_RULES if base.languages else ():
        problems.update(rule(base))
    progress = tuple(found[code][1] for code in keys)
    problems.update(translations.out_of_date(base, progress))
    return CheckResults(sorted(problems), progress)


def by_relevance(base: KnowledgeBase, problems: Iterable[Problem]) -> list[Problem]:
    """Return `problems` in the files that somebody can edit, a contributor's own errors first.

    Errors come before warnings. Among them the files that the last commit changed come first, and translations,
    in which a change of the source text has consequences, last.
    """
    source = f"docs/{base.source_language.code}/" if base.languages else "docs/"
    changed = changed_files(base.root)

    def rank(problem: Problem) -> tuple[bool, bool, bool, Problem]:
        is_translation = problem.file.startswith("docs/") and not problem.file.startswith(source)
        return not problem.is_error, problem.file not in changed, is_translation, problem

    return sorted(map(base.overlay.located, problems), key=rank)


def _keys(base: KnowledgeBase) -> dict[str, str]:
    """Return language code → cache key: a digest of everything that its rules can read."""
    shared = json.dumps(
        [
            {name: document.text for name, document in base.data.items()},
            base.words,
            base.overlay.digest,
            sorted(base.pages),
            sorted(base.unreadable),
            sorted(path.name for path in base.picture("").parent.glob("*.svg") if path.is_file()),
        ]
    )
    source = _texts(base.pages_in(base.source_language.code)) if base.languages else ""
    return {
        language.code: cache.key(
            "checks",
            language=language.code,
            shared=shared,
            source=source,
            texts=_texts(base.pages_in(language.code)),
        )
        for language in base.languages
    }


def _texts(pages: Iterable[Page]) -> str:
    return json.dumps([(page.file, page.source) for page in pages])


def _check(
    base: KnowledgeBase, languages: Sequence[Language]
) -> Iterator[tuple[Language, LanguageResults]]:
    check = partial(_check_language, base)
    pages = sum(len(base.paths_in(language.code)) for language in languages)
    if pages <= FEW_PAGES:
        return ((language, check(language)) for language in languages)
    return in_processes(check, languages, lambda language: f"checked {language.name}")


def _check_language(base: KnowledgeBase, language: Language) -> LanguageResults:
    problems = {problem for rule in LANGUAGE_RULES for problem in rule(base, language)}
    for page in base.pages_in(language.code):
        for id_, rule in PAGE_RULES:
            problems.update(finding.problem(page.file, id_) for finding in rule(base, page))
    return sorted(problems), language_progress(base, language)
