"""Run the rules, and cache the problems that they find, in one entry: a file for each page takes longer than its checks.

A page is checked again when its text or that of its source page changed; the pages of a language are compared with
each other again when one of them changed; and all are checked again when anything beside the texts did.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from handvat import cache
from handvat.cache import Cache
from handvat.checks import LANGUAGE_RULES, PAGE_RULES, SITE_RULES, translations
from handvat.checks.language import common_words
from handvat.console import say
from handvat.content.git_history import changed_files
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page
from handvat.content.problem import Problem
from handvat.content.search_data import danger_file, questions_file
from handvat.content.translation import LanguageProgress, PageState, language_progress, page_state
from handvat.processes import in_processes

FEW_PAGES = 200
"""Up to here, starting processes takes longer than checking in this one."""

Unit = tuple[str, str | None]
"""A part of the work with a cache key of its own: the code of a language, and the path of a page in it, or None for
the rules that compare the pages of the language."""

UnitResults = tuple[list[Problem], PageState | None]
"""The problems of a unit, and the state of its page."""


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
    entry = cache.key("results of checks", shared=_shared(base))
    stored = results.get(entry)
    known = pickle.loads(stored) if stored else {}  # noqa: S301 - our own, with a checksum
    found: dict[Unit, UnitResults] = {
        unit: known[key] for unit, key in keys.items() if key in known
    }
    missing = [unit for unit in keys if unit not in found]
    say(f"  found in the cache: {len(found)} of {len(keys)} results", 1)
    for units, checked in _check(base, missing):
        found.update(zip(units, checked, strict=True))
    if missing:
        # The message on a paragraph in the wrong language quotes the source text, which the key does not cover.
        lasting = {
            keys[unit]: result
            for unit, result in found.items()
            if unit[1] or not any(problem.rule == "language" for problem in result[0])
        }
        results.put(entry, pickle.dumps(lasting))
    problems = set(base.problems)
    for of_unit, _ in found.values():
        problems.update(of_unit)
    for rule in SITE_RULES if base.languages else ():
        problems.update(rule(base))
    states = {unit: state for unit, (_, state) in found.items() if state}
    progress = tuple(language_progress(base, language, states) for language in base.languages)
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


def _shared(base: KnowledgeBase) -> str:
    """A digest of everything beside the texts that a rule can read."""
    return cache.key(
        "data of checks",
        data=json.dumps({name: document.text for name, document in base.data.items()}),
        overlay=base.overlay.digest,
        pages=json.dumps([*sorted(base.pages), *sorted(base.unreadable)]),
        pictures=json.dumps(
            sorted(path.name for path in base.picture("").parent.glob("*.svg") if path.is_file())
        ),
    )


def _keys(base: KnowledgeBase) -> dict[Unit, str]:
    """The key of each unit: a digest of the texts that its rules can read, language by language."""
    words = ""
    if base.languages:
        source_pages = tuple(base.pages_in(base.source_language.code))
        words = json.dumps(sorted(common_words(source_pages)))
    keys: dict[Unit, str] = {}
    for language in base.languages:
        pages = tuple(base.pages_in(language.code))
        own = base.paths_in(language.code)
        fallbacks = [
            [page.path, *sorted(page.ids)]
            for page in base.pages_in(base.default_language.code)
            if page.path not in own
        ]
        typed = [base.root / name(language.code) for name in (questions_file, danger_file)]
        for page in pages:
            source = base.source_of(page)
            keys[language.code, page.path] = cache.key(
                "checked page", text=_text(page), source=(source and _text(source)) or ""
            )
        keys[language.code, None] = cache.key(
            "compared pages",
            texts=json.dumps(list(map(_text, pages))),
            fallbacks=json.dumps(fallbacks),
            typed=cache.digest_of_files(base.root, filter(Path.is_file, typed)),
            words=words,
        )
    return keys


def _text(page: Page) -> str:
    return f"{page.file}\n{page.source}"


def _check(
    base: KnowledgeBase, units: Sequence[Unit]
) -> Iterator[tuple[Sequence[Unit], list[UnitResults]]]:
    tasks = [list(group) for _, group in groupby(units, key=itemgetter(0))]
    if len(units) <= FEW_PAGES:
        return ((task, _check_units(base, task)) for task in tasks)
    return in_processes(
        partial(_check_units, base), tasks, lambda task: f"checked {base.language(task[0][0]).name}"
    )


def _check_units(base: KnowledgeBase, units: Sequence[Unit]) -> list[UnitResults]:
    results: list[UnitResults] = []
    for code, path in units:
        if path is None:
            language = base.language(code)
            results.append(([one for rule in LANGUAGE_RULES for one in rule(base, language)], None))
        else:
            page = base.pages[code, path]
            found = [
                one.problem(page.file, id_) for id_, rule in PAGE_RULES for one in rule(base, page)
            ]
            results.append((found, page_state(page, base.source_of(page))))
    return results
