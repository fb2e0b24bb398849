"""The live preview's work, in processes of its own: `scripts/handvat/preview/session.py` starts them.

A process reads every script, template and data file as it is when it starts, so that no old module lives on in the
server, and a mistake in one of them cannot take the server down. There are two kinds of work. The desk makes each
page when a browser asks for it, from the texts as they are saved at that moment: so a saved page is there at once,
however large the site is. A round makes the whole site as a build does, checks it, and brings search and the lists
up to date, while nobody waits.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from handvat.build.build import (
    BadContent,
    choose_languages,
    open_site,
    refuse_errors,
    render_and_postprocess,
)
from handvat.build.mkdocs_runner import PageRenderer
from handvat.build.site import SiteOutput
from handvat.cache import Cache
from handvat.console import FULL
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.problem import UserError
from handvat.overlay.apply import compose, organisation_file
from handvat.postprocess.assets import lay
from handvat.signals import Stopped, listen_for_stop

_PROJECT = "project"  # of an organisation, put together for each round
# No reader of the preview needs them.
_LEFT_OUT = {"compress", "editor"}
_NICE = 19
"""How far a round stands back (nice(2)): a page that somebody waits for goes first."""


def main(arguments: Sequence[str]) -> int:
    """`desk` answers orders, `round` makes the whole site; then the folder to work in, and the one of the cache.

    Returns 0 or 1.
    """
    verb, folder, kept = arguments[0], Path(arguments[1]), Cache(Path(arguments[2]))
    try:
        listen_for_stop()  # which lets a stop through that came while this was started
        if verb == "desk":
            # Whatever else is said goes to the terminal: the answers have their own way.
            answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            serve_desk(Path.cwd(), folder, kept, answers)
        else:
            os.nice(_NICE)
            make_round(Path.cwd(), folder, kept)
    except Stopped as stop:
        return 128 + stop.number
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        print(f"The disk that holds {Path.cwd()} is full. Make room.", file=sys.stderr)
        return 1
    return 0


def make_round(root: Path, folder: Path, kept: Cache) -> None:
    """Checks the project in `root` and makes its site in `folder / "site"`. Raises what a build raises."""
    kb = KnowledgeBase.load(_project(root, folder))
    progress = refuse_errors(kb, kept).progress
    languages = choose_languages(kb, os.environ.get("LANGS", "").replace(",", " ").split())
    site, inputs = open_site(kb, folder, languages, kept, progress)
    render_and_postprocess(site, inputs, without=_LEFT_OUT)


def serve_desk(root: Path, folder: Path, kept: Cache, answers: TextIO) -> None:
    """Answers orders until there are no more: a line of JSON each, and a line of JSON for each.

    `{"page": address}` asks for the page at an address below the root of the site. The answer: `{"file": …}`, below
    `folder`; `{"problem": text}`; or `{}` where no page is. `{"changed": [files]}` tells of pages that were saved;
    the answer has a problem where one of them cannot be read, and `{"anew": ""}` where a page came or went, which
    needs another desk: menus, language switches and fallback pages depend on it. The first line says whether there
    is a desk at all.
    """

    def say(answer: dict[str, str]) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    try:
        desk = Desk(root, folder, kept)
    except UserError as error:
        say({"problem": str(error)})
        return
    say({})
    for line in sys.stdin:
        order = json.loads(line)
        try:
            if "page" in order:
                file = desk.page(order["page"])
                say({"file": file} if file else {})
                if file:
                    desk.get_ready(order["page"])
            else:
                say({} if desk.reread(order["changed"]) else {"anew": ""})
        except UserError as error:
            say({"problem": str(error)})


class Desk:
    """The knowledge base as it is saved, and MkDocs ready to make any page of it."""

    def __init__(self, root: Path, folder: Path, kept: Cache) -> None:
        self.kb = KnowledgeBase.load(_project(root, folder))
        if any(
            problem.is_error and not problem.file.startswith("docs/")
            for problem in self.kb.problems
        ):
            refuse_errors(self.kb, kept)  # what all pages need is broken
        languages = choose_languages(self.kb, os.environ.get("LANGS", "").replace(",", " ").split())
        self.site: SiteOutput
        self.site, inputs = open_site(self.kb, folder, languages, kept)
        self.renderer = PageRenderer(inputs, self.site.folder)
        self.laid: set[str] = set()

    def page(self, address: str) -> str | None:
        """Makes the page at `address`; its file below the folder of the site, None where no page is.

        Raises BadContent for a page that cannot be read, and RenderFailed.
        """
        language = self.site.owner(address)
        path = self._path(language, address.removeprefix(language.prefix))
        if path is None:
            return None
        broken = (language.code, path)
        if broken in self.kb.unreadable:
            file = f"docs/{language.code}/{path}"
            raise BadContent(
                "\n".join(str(problem) for problem in self.kb.problems if problem.file == file)
            )
        page = self.renderer.page(language, path)
        file = f"{address}index.html"
        target = self.site.folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.data)
        if new := page.references - self.laid:
            lay(new, self.site.folder, self.site.site_url, self.site.themes, {})
            self.laid |= new
        return file

    def get_ready(self, address: str) -> None:
        """Opens the engine of the page at `address`: who looks at it may save it next, and need not wait for that then."""
        # What is wrong is said when a page needs it.
        with suppress(UserError, OSError):
            self.renderer.language(self.site.owner(address))

    def _path(self, language: Language, url: str) -> str | None:
        """The page whose address below `language` is `url`."""
        codes = (language.code, self.site.default_language.code)
        if url and not url.endswith("/"):
            return None
        for path in (f"{url.rstrip('/')}.md", f"{url}index.md"):
            known = ((code, path) for code in codes)
            if any(one in self.kb.pages or one in self.kb.unreadable for one in known):
                return path
        return None

    def reread(self, files: Sequence[str]) -> bool:
        """Reads the pages `files` (`docs/nl/…`) again; False where one of them came or went, or another file is there.

        Raises BadContent for one that cannot be read.
        """
        there = {page.file for page in self.kb.pages.values()}
        there |= {f"docs/{code}/{path}" for code, path in self.kb.unreadable}
        if any((file in there) != (self.kb.root / file).is_file() for file in files):
            return False
        # What is not there, and never was, is what an editor wrote aside while it saved.
        pages = [file for file in files if file in there]
        problems = [problem for file in pages for problem in self.kb.reread(file)]
        inputs = self.renderer.inputs
        self.renderer.inputs = replace(
            inputs, contexts=replace(inputs.contexts), known_progress=None
        )
        if wrong := [str(problem) for problem in problems if problem.is_error]:
            raise BadContent("\n".join(wrong))
        return True


def _project(root: Path, folder: Path) -> Path:
    """The project to show: that in `root`, or what an organisation makes of it, within `folder`."""
    if organisation_file(root) is None:
        return root
    shutil.rmtree(folder / _PROJECT, ignore_errors=True)
    (folder / _PROJECT).mkdir(parents=True)
    project = compose(root, folder / _PROJECT)
    for note in project.notes:
        print(note)
    return project.root


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
