"""Builds the site so that it cannot half-fail: `site/` is the last good one or the new one.

    python -m scripts.build [--out site]

Everything is checked, rendered and finished in a staging folder, and swapped in at the end. A bad
page, a full disk, Ctrl-C or a killed process leaves `site/` as it was.

LANGS=nl,en builds only these languages, the default one always among them. SITE_URL and REPO_URL
reach `mkdocs.yml`. ORGANISATION=/path/organisation.yml, or that file beside `mkdocs.yml`, makes it an
organisation's own edition (`scripts/compose.py`). SOURCE_DATE_EPOCH fixes the day of the build (reproducible-builds.org).
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

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
from scripts.render.edition import Edition
from scripts.rendering import Renderer, RenderFailed, load_configuration, render_languages, told
from scripts.staging import FULL, open_home, spare_for, staging
from scripts.stopping import Stopped, listen_for_stop
from scripts.swap import SwapRefused, check_target, put_in_place
from scripts.timing import Watch, say_rendered


class BadContent(Exception):
    """The checks found errors, or an unknown language was asked for; a line for each."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds the project in the current folder. Returns 0, 1, or 128 + the signal that ended it."""
    parser = argparse.ArgumentParser(prog="python -m scripts.build", description="Build the site.")
    parser.add_argument("--out", default="site", help="the folder for the finished site")
    target = Path.cwd() / parser.parse_args(arguments).out
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # progress, as it is
    listen_for_stop()
    try:
        build(Path.cwd(), target, os.environ.get("LANGS", ""))
    except Stopped as stop:
        print("Stopped. Nothing is half-built.", file=sys.stderr)
        return 128 + stop.number
    except (NoDay, NotComposed, BadContent, RenderFailed, StepFailed, SwapRefused) as error:
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

    Raises NoDay, NotComposed, BadContent, RenderFailed, StepFailed, SwapRefused, Stopped, or OSError, each with
    `target` untouched.
    """
    watch, started = Watch(), time.time()
    build_date()  # said now, not in the middle of the pages
    check_target(target)
    kept = Cache(open_home(target.parent) / CACHE)
    with staging(target, print) as folder:
        with watch.step("checked"), _nothing_to_collect():
            project = compose(root, _made(folder / "project"))
            for note in project.notes:
                print(f"\n{note}\n")
            kb = KnowledgeBase.load(project.root, kept)
            findings = refuse_errors(kb, kept)
        languages = choose_languages(kb, wanted)
        codes = [language.code for language in languages]
        print(f"Building {', '.join(codes)} into {target.name}/")
        site = render_and_finish(kb, folder, languages, watch, kept=kept, counted=findings.progress)
        put_in_place(site.folder, target, spare_for(target))
        with watch.step("tidied up"):
            kept.tidy(started)
            shutil.rmtree(folder, ignore_errors=True)
    print(f"Built {target.name}/ in {watch.summary()}")


def render_and_finish(
    kb: KnowledgeBase,
    folder: Path,
    languages: Sequence[Language],
    watch: Watch | None = None,
    *,
    kept: Cache = Cache(),
    counted: Sequence[LanguageProgress] | None = None,
    left_out: Collection[str] = (),
) -> Site:
    """Makes the site of `kb` in `languages`, default first, in the folder `folder`.

    Says how long each step took, and tells `watch`. What is `kept` of earlier builds is not made again; steps that
    are `left_out` are not done. `counted` says how far each language is, where somebody knows already.
    Nothing is checked here. Raises RenderFailed, StepFailed, or OSError for a full disk.
    """
    watch = watch or Watch()
    site, edition = open_site(kb, folder, languages, kept, counted)
    renderer = Renderer(edition, site.folder, site.cache)

    def done(code: str, known: Rendered, seconds: float) -> None:
        say_rendered(code, seconds)
        site.rendered[code] = known
        search.begin(site, kb.language(code))

    try:
        with watch.step("rendered"):
            render_languages(renderer, languages, done, meanwhile=partial(search.go_on, site))
        for name, step in STEPS:
            if name not in left_out:
                with watch.step(name):
                    step(site)
    finally:
        search.end(site)
    return site


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


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def refuse_errors(kb: KnowledgeBase, kept: Cache) -> Findings:
    """Checks `kb` and says how many warnings there are. Raises BadContent with a line for each error."""
    findings = look_at(kb, kept)
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
        progress=tuple(edition.progress),
        cache=kept,
    )
    return site, edition


def disk_full(path: Path) -> str:
    """What to say when the disk with `path` is full: an error of copying names the wrong file."""
    return f"The disk that holds {path.parent} is full. Make room and build again."


if __name__ == "__main__":
    sys.exit(main())
