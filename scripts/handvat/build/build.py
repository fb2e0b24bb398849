"""Builds the site so that it cannot half-fail: `site/` is the last good one or the new one.

Everything is checked, rendered and post-processed in a staging folder, and swapped in at the end. A bad
page, a full disk, Ctrl-C or a killed process leaves `site/` as it was. SOURCE_DATE_EPOCH fixes the day of
the build (reproducible-builds.org).
"""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from handvat.build.hooks import read_edition
from handvat.build.inputs import Edition
from handvat.build.mkdocs_runner import (
    Renderer,
    load_configuration,
    render_languages,
    told,
)
from handvat.build.site import Rendered, Site
from handvat.build.staging import check_target, open_home, put_in_place, spare_for, staging
from handvat.cache import NAME as CACHE
from handvat.cache import Cache
from handvat.checks.runner import Findings, look_at
from handvat.console import Stopwatch, say, say_duration
from handvat.content.build_date import build_date
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language, select_languages
from handvat.content.problem import UserError
from handvat.content.progress import LanguageProgress
from handvat.overlay.apply import compose
from handvat.postprocess.assets import read_names
from handvat.postprocess.steps import STEPS
from handvat.search import index as search


class BadContent(UserError):
    """The checks found errors, or an unknown language was asked for; a line for each."""


def build(root: Path, target: Path, wanted: Collection[str]) -> None:
    """Build the project in `root` and put the site at `target`.

    `wanted` are codes of languages; empty for all. Raises UserError, Stopped, or OSError for a full disk,
    each with `target` untouched.
    """
    watch, started = Stopwatch(), time.time()
    build_date()  # its errors come before long work
    check_target(target)
    kept = Cache(open_home(target.parent) / CACHE)
    with staging(target, say) as folder:
        with watch.step("checked"), _nothing_to_collect():
            project = compose(root, _made(folder / "project"))
            for note in project.notes:
                say(f"\n{note}\n")
            kb = KnowledgeBase.load(project.root, kept)
            opened: list[tuple[Site, Renderer]] = []

            def open_ahead() -> None:
                # What is wrong is said by the checks, or when it is needed.
                with suppress(Exception):
                    opened.append(_open(kb, folder, wanted, kept))
                    opened[0][1].get_ready()

            findings = refuse_errors(kb, kept, open_ahead)
        site, renderer = opened[0] if opened else _open(kb, folder, wanted, kept)
        renderer.edition.counted = findings.progress
        say(f"Building {_codes(site.languages)} into {target.name}/")
        _render_and_finish(site, renderer, watch)
        put_in_place(site.folder, target, spare_for(target))
        with watch.step("tidied up"):
            kept.tidy(started)
            shutil.rmtree(folder, ignore_errors=True)
    say(f"Built {target.name}/ in {watch.summary()}")


def _open(
    kb: KnowledgeBase, folder: Path, wanted: Collection[str], kept: Cache
) -> tuple[Site, Renderer]:
    """An empty site in the languages `wanted`, and what makes its pages. Raises BadContent, RenderFailed."""
    site, edition = open_site(kb, folder, choose_languages(kb, wanted), kept)
    return site, Renderer(edition, site.folder)


def render_and_finish(
    kb: KnowledgeBase,
    folder: Path,
    languages: Sequence[Language],
    *,
    kept: Cache = Cache(),
    counted: Sequence[LanguageProgress] | None = None,
    left_out: Collection[str] = (),
) -> Site:
    """Makes the site of `kb` in `languages`, default first, in the folder `folder`.

    Says how long each step took. What is `kept` of earlier builds is not made again; steps that are `left_out` are
    not done. `counted` says how far each language is, where somebody knows already.
    Nothing is checked here. Raises RenderFailed, StepFailed, or OSError for a full disk.
    """
    site, edition = open_site(kb, folder, languages, kept, counted)
    _render_and_finish(site, Renderer(edition, site.folder), Stopwatch(), left_out)
    return site


def _render_and_finish(
    site: Site, renderer: Renderer, watch: Stopwatch, left_out: Collection[str] = ()
) -> None:
    try:
        _render(site, renderer, site.languages, watch)
        finish(site, watch, left_out)
    finally:
        search.end(site)


def _render(
    site: Site, renderer: Renderer, languages: Sequence[Language], watch: Stopwatch
) -> None:
    """Renders `languages` into `site`, and begins the search index of each. Raises RenderFailed, StepFailed."""

    def done(code: str, known: Rendered, seconds: float) -> None:
        say_duration(f"rendered {code}", seconds)
        site.rendered[code] = known
        search.complete(site, site.kb.language(code))

    with watch.step("rendered"):
        render_languages(renderer, languages, partial(search.take, site), done)


def finish(site: Site, watch: Stopwatch, left_out: Collection[str] = ()) -> None:
    """Makes of rendered pages a site, but for the steps that are `left_out`. Raises StepFailed."""
    for name, step in STEPS:
        if name not in left_out:
            with watch.step(name):
                step(site)


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Looks for no garbage: what is loaded stays, and to go through it takes a fifth of the time.

    Afterwards it is left out as well; processes forked later would copy what they go through.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _codes(languages: Sequence[Language]) -> str:
    return ", ".join(language.code for language in languages)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def refuse_errors(
    kb: KnowledgeBase, kept: Cache, meanwhile: Callable[[], None] | None = None
) -> Findings:
    """Checks `kb` and says how many warnings there are. Raises BadContent with a line for each error.

    What is to be done `meanwhile` is done where other processes check.
    """
    findings = look_at(kb, kept, meanwhile)
    errors = [str(kb.composed.named(problem)) for problem in findings.problems if problem.is_error]
    if errors:
        raise BadContent("\n".join(errors))
    if findings.problems:
        say(f"{len(findings.problems)} warnings: make check lists them")
    return findings


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
    kept: Cache,
    counted: Sequence[LanguageProgress] | None = None,
) -> tuple[Site, Edition]:
    """An empty site in `folder`, and what its pages are made from. Raises RenderFailed."""
    for name in ("site", "scratch"):
        (folder / name).mkdir(exist_ok=True)
    config = load_configuration(kb.root, folder / "site")
    edition = read_edition(kb, config, tuple(language.code for language in languages))
    edition.assets = read_names(Path(config.theme.custom_dir))
    edition.settings = told(config)
    edition.counted = counted
    edition.kept = kept
    site = Site(
        folder=folder / "site",
        rendered={},
        scratch=folder / "scratch",
        languages=tuple(languages),
        kb=kb,
        site_url=config.site_url or "",
        name=config.site_name,
        repo_url=config.repo_url or "",
        themes=tuple(map(Path, config.theme.dirs)),
        progress=lambda: edition.progress,
        cache=kept,
    )
    return site, edition
