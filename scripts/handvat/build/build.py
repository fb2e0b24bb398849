"""Build the site atomically: `site/` is the last good one or the new one.

Everything is checked, rendered and post-processed in a staging folder, and swapped in at the end. A bad
page, a full disk, Ctrl-C or a killed process leaves `site/` as it was. SOURCE_DATE_EPOCH fixes the day of
the build (reproducible-builds.org).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Sequence
from pathlib import Path

from handvat.build.hooks import page_contexts
from handvat.build.inputs import BuildInputs
from handvat.build.mkdocs_runner import load_configuration, render_languages, settings_of
from handvat.cache import Cache
from handvat.checks.runner import CheckResults, by_relevance, run_checks
from handvat.console import Stopwatch, say
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language, select_languages
from handvat.content.problem import UserError
from handvat.content.translation import LanguageProgress
from handvat.overlay.apply import load_edition
from handvat.postprocess import STEPS
from handvat.postprocess.assets import read_names
from handvat.site_output import SiteOutput, build_date
from handvat.staging import check_target, open_cache, put_in_place, staging


def build(root: Path, target: Path, wanted: Collection[str]) -> None:
    """Build the project in `root` and put the site at `target`.

    `wanted` are codes of languages; empty for all. Raises UserError, Stopped, or OSError for a full disk,
    each with `target` untouched.
    """
    watch, started = Stopwatch(), time.time()
    build_date()  # its errors come before long work
    check_target(target)
    cache = open_cache(root)
    with staging(target) as folder:
        with watch.step("checked", level=0):
            kb = load_edition(root)
            for note in kb.overlay.notes:
                say(f"\n{note}\n")
            progress = refuse_errors(kb, cache).progress
        languages = choose_languages(kb, wanted)
        codes = ", ".join(language.code for language in languages)
        edition = f" of {kb.edition_name}" if kb.overlay else ""
        say(f"Building {codes}{edition} into {target.name}/")
        site, inputs = open_site(kb, folder, languages, cache, progress)
        render_and_postprocess(site, inputs, watch)
        put_in_place(site.folder, target)
        with watch.step("tidied up"):
            cache.evict(started)
            shutil.rmtree(folder, ignore_errors=True)
    say(f"Built {target.name}/ in {watch.summary()}")


def refuse_errors(kb: KnowledgeBase, cache: Cache) -> CheckResults:
    """Check `kb`, and print the number of warnings. Raises UserError with a line for each error."""
    results = run_checks(kb, cache)
    errors = [problem for problem in results.problems if problem.is_error]
    if errors:
        raise UserError("\n".join(map(str, by_relevance(kb, errors))))
    if results.problems:
        say(f"{len(results.problems)} warnings: make check lists them")
    return results


def choose_languages(kb: KnowledgeBase, wanted: Collection[str]) -> tuple[Language, ...]:
    """The languages to build, default first: the default one and those in `wanted`, or all that are built.

    Raises UserError for a code that the site does not have.
    """
    codes = {language.code for language in select_languages(kb.languages, wanted)}
    return tuple(
        language
        for language in kb.languages
        if language.is_default or (language.code in codes and (wanted or language.is_built))
    )


def open_site(
    kb: KnowledgeBase,
    folder: Path,
    languages: Sequence[Language],
    cache: Cache,
    progress: Sequence[LanguageProgress] | None = None,
) -> tuple[SiteOutput, BuildInputs]:
    """An empty site of `kb` in `languages`, default first, below `folder`, and the inputs of its pages.

    `progress` is that of each language, where it is known. Raises RenderFailed.
    """
    for name in ("site", "scratch"):
        (folder / name).mkdir(exist_ok=True)
    config = load_configuration(kb, folder / "site")
    inputs = BuildInputs(
        base=kb,
        contexts=page_contexts(
            kb,
            config,
            tuple(language.code for language in languages),
            read_names(Path(config.theme.custom_dir)),
        ),
        settings=settings_of(config) + kb.overlay.digest,
        known_progress=progress,
        cache=cache,
    )
    site = SiteOutput(
        folder=folder / "site",
        rendered={},
        scratch=folder / "scratch",
        languages=tuple(languages),
        kb=kb,
        site_url=config.site_url or "",
        name=config.site_name,
        repo_url=config.repo_url or "",
        themes=tuple(map(Path, config.theme.dirs)),
        progress=progress or (),
        cache=cache,
    )
    return site, inputs


def render_and_postprocess(site: SiteOutput, inputs: BuildInputs, watch: Stopwatch) -> None:
    """Render the pages of `site`, and run the post-processing steps.

    Raises RenderFailed, StepFailed, WorkerKilled, or OSError for a full disk.
    """
    with watch.step("rendered"):
        render_languages(site, inputs)
    for name, step in STEPS:
        with watch.step(name):
            step(site)
