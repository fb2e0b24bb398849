"""Builds the site so that it cannot half-fail: `site/` is the last good one or the new one.

    python -m scripts.build [--out site]

Everything is checked, rendered and finished in a staging folder, and swapped in at the end. A bad
page, a full disk, Ctrl-C or a killed process leaves `site/` as it was.

LANGS=nl,en builds only these languages, the default one always among them. PART=part-1 writes no site but a part of
the site of all languages, with the pages in LANGS, to that folder (`scripts/merge.py` joins parts). SITE_URL and REPO_URL
reach `mkdocs.yml`. ORGANISATION=/path/organisation.yml, or that file beside `mkdocs.yml`, makes it an
organisation's own edition (`scripts/compose.py`). SOURCE_DATE_EPOCH fixes the day of the build (reproducible-builds.org).
"""

from __future__ import annotations

import gc

if __name__ == "__main__":
    gc.disable()  # of what is imported nothing is garbage: to look for some takes an eighth of the time

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from scripts.cache import NAME as CACHE
from scripts.cache import Cache
from scripts.compose import NotComposed, compose
from scripts.findings import Findings, look_at
from scripts.finish import search
from scripts.finish.assets import read_names
from scripts.finish.site import Rendered, Site, StepFailed
from scripts.finish.steps import STEPS
from scripts.hooks import read_edition
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.clock import NoDay, build_date
from scripts.knowledge.languages import Language
from scripts.knowledge.progress import LanguageProgress
from scripts.parts import PART, NotJoined, origin_of, write_part
from scripts.render.edition import Edition
from scripts.rendering import Renderer, RenderFailed, load_configuration, render_languages, told
from scripts.staging import FULL, open_home, spare_for, staging
from scripts.stopping import Stopped, listen_for_stop
from scripts.swap import SITE, Kind, SwapRefused, check_target, put_in_place
from scripts.timing import Watch, say_rendered


class BadContent(Exception):
    """The checks found errors, or an unknown language was asked for; a line for each."""


class Work(NamedTuple):
    """A build that has begun: what it works on is checked, and its staging folder is there."""

    folder: Path
    site: Site
    renderer: Renderer
    watch: Watch


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds the project in the current folder. Returns 0, 1, or 128 + the signal that ended it."""
    parser = argparse.ArgumentParser(prog="python -m scripts.build", description="Build the site.")
    parser.add_argument("--out", default="site", help="the folder for the finished site")
    out = parser.parse_args(arguments).out
    root, languages, part = Path.cwd(), os.environ.get("LANGS", ""), os.environ.get("PART", "")
    target = root / (part or out)
    make = build_part if part else build
    return answered(lambda: make(root, target, languages), target)


def answered(work: Callable[[], None], target: Path) -> int:
    """Does `work`, which puts something at `target`, and says what went wrong. Returns the exit code."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # progress, as it is
    listen_for_stop()
    try:
        work()
    except Stopped as stop:
        print("Stopped. Nothing is half-built.", file=sys.stderr)
        return 128 + stop.number
    except WRONG as error:
        print(f"{error}\nNot built: {target.name}/ is as it was.", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        print(f"{disk_full(target)} {target.name}/ is as it was.", file=sys.stderr)
        return 1
    return 0


def build(root: Path, target: Path, wanted: str) -> None:
    """Builds the project in `root` and puts the site at `target`; `wanted` is LANGS.

    Raises what is WRONG, Stopped, or OSError, each with `target` untouched.
    """
    with begun(root, target, wanted=wanted) as work:
        site = work.site
        print(f"Building {_codes(site.languages)} into {target.name}/")
        _render_and_finish(site, work.renderer, work.watch)
        put_in_place(site.folder, target, spare_for(target))


def build_part(root: Path, target: Path, wanted: str) -> None:
    """Puts at `target` the part with the languages in `wanted` (LANGS; all where it is empty) of the whole site.

    Raises what `build` raises.
    """
    with begun(root, target, PART) as work:
        site = work.site
        chosen = choose_part(site.kb, wanted)
        print(f"Building {_codes(chosen)} into {target.name}/, a part of {_codes(site.languages)}")
        try:
            _render(site, work.renderer, chosen, work.watch)
            with work.watch.step("search"):
                search.index_languages(site, chosen)
        finally:
            search.end(site)
        with work.watch.step("written"):
            origin = origin_of(site, work.renderer.edition, root)
            write_part(_made(work.folder / "part"), site, origin)
        put_in_place(work.folder / "part", target, spare_for(target), PART)


@contextmanager
def begun(
    root: Path, target: Path, kind: Kind = SITE, *, wanted: str = "", renders: bool = True
) -> Iterator[Work]:
    """Checks the project in `root`, and gives what is needed to make something of this `kind` of it, to stand at `target`.

    `wanted` are the languages (LANGS). `renders` says whether pages are made: else nothing is made ready for them, and
    what earlier builds kept for theirs may not go. Raises what is WRONG, Stopped, or OSError.
    """
    watch, started = Watch(), time.time()
    build_date()  # said now, not in the middle of the pages
    check_target(target, kind)
    kept = Cache(open_home(target.parent) / CACHE)
    with staging(target, print) as folder:
        with watch.step("checked"), _nothing_to_collect():
            project = compose(root, _made(folder / "project"))
            for note in project.notes:
                print(f"\n{note}\n")
            kb = KnowledgeBase.load(project.root, kept)
            opened: list[tuple[Site, Renderer]] = []

            def open_ahead() -> None:
                # What is wrong is said by the checks, or when it is needed.
                with suppress(Exception):
                    opened.append(_open(kb, folder, wanted, kept))
                    opened[0][1].get_ready()

            findings = refuse_errors(kb, kept, open_ahead if renders else None)
        site, renderer = opened[0] if opened else _open(kb, folder, wanted, kept)
        renderer.edition.counted = findings.progress
        yield Work(folder, site, renderer, watch)
        with watch.step("tidied up"):
            if renders:
                kept.tidy(started)
            shutil.rmtree(folder, ignore_errors=True)
    print(f"Built {target.name}/ in {watch.summary()}")


def _open(kb: KnowledgeBase, folder: Path, wanted: str, kept: Cache) -> tuple[Site, Renderer]:
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
    _render_and_finish(site, Renderer(edition, site.folder), Watch(), left_out)
    return site


def _render_and_finish(
    site: Site, renderer: Renderer, watch: Watch, left_out: Collection[str] = ()
) -> None:
    try:
        _render(site, renderer, site.languages, watch)
        finish(site, watch, left_out)
    finally:
        search.end(site)


def _render(site: Site, renderer: Renderer, languages: Sequence[Language], watch: Watch) -> None:
    """Renders `languages` into `site`, and begins the search index of each. Raises RenderFailed, StepFailed."""

    def done(code: str, known: Rendered, seconds: float) -> None:
        say_rendered(code, seconds)
        site.rendered[code] = known
        search.complete(site, site.kb.language(code))

    with watch.step("rendered"):
        render_languages(renderer, languages, partial(search.take, site), done)


def finish(site: Site, watch: Watch, left_out: Collection[str] = ()) -> None:
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
        print(f"{len(findings.problems)} warnings: make check lists them")
    return findings


def choose_languages(kb: KnowledgeBase, wanted: str) -> tuple[Language, ...]:
    """The languages to build, default first: those in `wanted` (LANGS), or all that are built.

    Raises BadContent for a code that the site does not have.
    """
    codes = wanted.replace(",", " ").split()
    known = [language.code for language in kb.languages]
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise BadContent(
            f"LANGS: there is no language {', '.join(unknown)}; known are {', '.join(known)}"
        )
    return tuple(
        language
        for language in kb.languages
        if language.is_default or (language.code in codes if codes else language.is_built)
    )


def choose_part(kb: KnowledgeBase, wanted: str) -> tuple[Language, ...]:
    """The languages of a part of the whole site: those in `wanted` (LANGS) and no other, or all.

    Raises BadContent for a code that the site does not have, or does not show.
    """
    choose_languages(kb, wanted)
    codes = wanted.replace(",", " ").split()
    whole = choose_languages(kb, "")
    known = [language.code for language in whole]
    if hidden := [code for code in codes if code not in known]:
        raise BadContent(
            f"LANGS: the site does not show {', '.join(hidden)}, so no part of it has it; it shows {', '.join(known)}"
        )
    return tuple(language for language in whole if not codes or language.code in codes)


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


WRONG = (NoDay, NotComposed, BadContent, RenderFailed, StepFailed, SwapRefused, NotJoined)
"""What somebody has to mend; the text says what."""


def disk_full(path: Path) -> str:
    """What to say when the disk with `path` is full: an error of copying names the wrong file."""
    return f"The disk that holds {path.parent} is full. Make room and build again."


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # To take apart all that was loaded, for nobody, takes a fortieth of a build after a small change.
    os._exit(code)
