"""One round of the live preview, in a process of its own: `scripts/serve.py` starts it.

A fresh process reads every script, template and data file as it is now, so that no old module
lives on in the server, and a mistake in one of them cannot take the server down. It imports first
and then waits for its order, a line of JSON: a round of a saved page so begins warm.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.build import (
    BadContent,
    choose_languages,
    disk_full,
    open_site,
    refuse_errors,
)
from scripts.compose import NotComposed, compose, organisation_file
from scripts.finish.search import index_languages
from scripts.finish.site import Site, StepFailed
from scripts.finish.steps import STEPS
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.page import read_body
from scripts.rendering import RenderFailed, render_languages
from scripts.staging import FULL
from scripts.stopping import Stopped, listen_for_stop
from scripts.timing import Watch, say_rendered

_NOTE = "round.json"  # what the next round, and the server, have to know of this one
_PROJECT = "project"  # of an organisation, put together for each round
# The first comes when the page can be seen, the others never.
_LATER = {"search", "unused files", "fingerprints", "compress", "editor"}


def main() -> int:
    """Carries out one order for the project in the current folder. Returns 0 or 1.

    The order: `{"verb": "show" or "index", "folder": …, "before": … or null, "languages": [codes]
    or null for all}`.
    """
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    listen_for_stop()
    try:
        # What is parsed now need not be when the order comes: most pages are still the same then.
        for page in KnowledgeBase.load(Path.cwd()).pages.values():
            read_body(page)
        line = sys.stdin.readline()
        if not line:
            return 0  # the server has ended, or has no use for this process
        order = json.loads(line)
        folder, codes = Path(order["folder"]), order["languages"]
        if order["verb"] == "show":
            before = Path(order["before"]) if order["before"] else None
            show(Path.cwd(), folder, before, codes)
        else:
            index(Path.cwd(), folder, codes)
    except Stopped as stop:
        return 128 + stop.number
    except (NotComposed, BadContent, RenderFailed, StepFailed) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        print(disk_full(Path.cwd()), file=sys.stderr)
        return 1
    return 0


def show(root: Path, folder: Path, before: Path | None, codes: Sequence[str] | None) -> None:
    """Renders `codes` (None: all languages) and lays the whole site into `folder / "site"`.

    Takes the other languages out of the folder `before`. When pages came or went since then, all
    languages are rendered: menus, language switches and fallback pages of the others depend on it.
    Raises what a build raises, with `before` as it was.
    """
    root = _project(root, folder)
    pages = sorted(str(path.relative_to(root)) for path in (root / "docs").rglob("*.md"))
    last = json.loads((before / _NOTE).read_text("utf-8")) if before else {}
    wanted = os.environ.get("LANGS", "")
    kb = KnowledgeBase.load(root)
    is_whole = before is None or codes is None or pages != last["pages"]
    if is_whole:
        refuse_errors(kb)
        fresh = built = [language.code for language in choose_languages(kb, wanted)]
    else:
        built = last["built"]
        fresh = [code for code in built if code in codes]
    rendered = folder / "rendered"
    where = {code: rendered / code for code in fresh}
    if before:
        kept = [code for code in built if code not in fresh]
        where |= {code: before / "rendered" / code for code in kept}
    sites: list[Site] = []

    def prepare() -> None:
        if not is_whole:
            refuse_errors(kb)
        sites.append(open_site(root, folder, where, kb, choose_languages(kb, wanted)))

    # Checking a page takes as long as rendering its language: both at once, and both must be well.
    render_languages(kb, fresh, built, rendered, say_rendered, meanwhile=prepare)
    site = sites[0]
    for name, step in STEPS:
        if name not in _LATER:
            step(site)
    if before and (before / "site" / "pagefind").is_dir():
        shutil.copytree(before / "site" / "pagefind", site.folder / "pagefind")
    for code in built:
        if code not in fresh:
            where[code].rename(rendered / code)
    note = {"pages": pages, "built": built, "fresh": fresh}
    (folder / _NOTE).write_text(json.dumps(note), encoding="utf-8")


def _project(root: Path, folder: Path) -> Path:
    """The project to show: that in `root`, or what an organisation makes of it, within `folder`."""
    if organisation_file(root) is None:
        return root
    (folder / _PROJECT).mkdir()
    project = compose(root, folder / _PROJECT)
    for note in project.notes:
        print(note)
    return project.root


def index(root: Path, folder: Path, codes: Sequence[str]) -> None:
    """Makes the pages of `codes` in `folder / "site"` findable. Raises StepFailed or OSError."""
    project = folder / _PROJECT
    kb = KnowledgeBase.load(project if project.is_dir() else root)
    languages = choose_languages(kb, os.environ.get("LANGS", ""))
    shutil.rmtree(folder / "scratch", ignore_errors=True)
    rendered = {language.code: folder / "rendered" / language.code for language in languages}
    site = open_site(kb.root, folder, rendered, kb, languages)
    with Watch().step("searchable"):
        index_languages(site, [language for language in languages if language.code in codes])


if __name__ == "__main__":
    sys.exit(main())
