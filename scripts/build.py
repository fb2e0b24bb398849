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
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.check import find_problems
from scripts.compose import NotComposed, compose
from scripts.finish.site import Site, StepFailed
from scripts.finish.steps import STEPS
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.clock import NoDay, build_date
from scripts.knowledge.languages import Language
from scripts.rendering import RenderFailed, load_configuration, render_languages
from scripts.staging import FULL, spare_for, staging
from scripts.stopping import Stopped, listen_for_stop
from scripts.swap import SwapRefused, check_target, put_in_place


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
    started = time.monotonic()
    build_date()  # said now, not in the middle of the pages
    check_target(target)
    with staging(target, print) as folder:
        with timed("checked"):
            project = compose(root, _made(folder / "project"))
            for note in project.notes:
                print(f"\n{note}\n")
            kb = load_checked(project.root)
        languages = choose_languages(kb, wanted)
        codes = [language.code for language in languages]
        print(f"Building {', '.join(codes)} into {target.name}/")
        site = render_and_finish(kb, folder, languages)
        put_in_place(site.folder, target, spare_for(target))
    print(f"Built {target.name}/ in {time.monotonic() - started:.1f} s")


def render_and_finish(kb: KnowledgeBase, folder: Path, languages: Sequence[Language]) -> Site:
    """Makes the site of `kb` in `languages`, default first, in the folder `folder`, and says how long it took.

    Nothing is checked here. Raises RenderFailed, StepFailed, or OSError for a full disk.
    """
    codes = [language.code for language in languages]
    rendered = {code: folder / "rendered" / code for code in codes}
    site = open_site(kb.root, folder, rendered, kb, tuple(languages))
    render_languages(kb.root, codes, codes, folder / "rendered", say_rendered)
    finish(site, STEPS)
    return site


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def load_checked(root: Path) -> KnowledgeBase:
    """The knowledge base in `root`. Raises BadContent with a line for each error in it."""
    kb = KnowledgeBase.load(root)
    problems = find_problems(kb)
    errors = [str(kb.composed.named(problem)) for problem in problems if problem.is_error]
    if errors:
        raise BadContent("\n".join(errors))
    if problems:
        print(f"{len(problems)} warnings: make check lists them")
    return kb


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
    root: Path,
    folder: Path,
    rendered: dict[str, Path],
    kb: KnowledgeBase,
    languages: tuple[Language, ...],
) -> Site:
    """A site ready for its finishing steps, in `folder`, once the languages are `rendered`."""
    for name in ("site", "scratch"):
        (folder / name).mkdir(exist_ok=True)
    configuration = load_configuration(root, folder / "site")
    return Site(
        folder=folder / "site",
        rendered=rendered,
        scratch=folder / "scratch",
        languages=languages,
        kb=kb,
        site_url=configuration.site_url or "",
        name=configuration.site_name,
        repo_url=configuration.repo_url or "",
    )


def finish(site: Site, steps: Sequence[tuple[str, Callable[[Site], None]]]) -> None:
    """Runs the finishing `steps` in order, and prints how long each took."""
    for name, step in steps:
        with timed(name):
            step(site)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Prints `name` and how long the block took, when it went well."""
    started = time.monotonic()
    yield
    _say(name, time.monotonic() - started)


def say_rendered(code: str, seconds: float) -> None:
    """Prints that a language is rendered."""
    _say(f"rendered {code}", seconds)


def disk_full(path: Path) -> str:
    """What to say when the disk with `path` is full: an error of copying names the wrong file."""
    return f"The disk that holds {path.parent} is full. Make room and build again."


def _say(name: str, seconds: float) -> None:
    print(f"  {name:<14}{seconds:6.1f} s")


if __name__ == "__main__":
    sys.exit(main())
