"""The processes of the live preview: one renders pages when they are asked for, another builds the whole site.

A process imports the code and reads the project as they are when it starts, so no old module lives on in
the server, and a mistake in one cannot take the server down.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from handvat.build.build import BadContent, build, choose_languages, open_site, refuse_errors
from handvat.build.mkdocs_runner import PageRenderer
from handvat.console import FULL, Verbosity
from handvat.content.languages import Language
from handvat.content.problem import UserError
from handvat.overlay.apply import load_edition
from handvat.postprocess.assets import lay
from handvat.processes import follow_parent
from handvat.staging import open_cache

PAGES = "pages"
"""Below the folder of the preview: the pages that were rendered."""
SITE = "site"
"""Beside it: the last site that was built as a whole."""

_NICE = 19
"""Priority of the background build (nice(2)): a page that somebody waits for goes first."""

Answer = tuple[Literal["loaded", "new", "file", "missing", "problem"], str]
"""What a process answers: pages were loaded; a page came or went, which needs a new process, since menus,
language switches and fallback pages depend on it; the file of a page, below `PAGES`; there is no such page; or
what is wrong."""


def render_pages(
    pipe: Connection, root: Path, folder: Path, languages: Sequence[str], address: str
) -> None:
    """Load the project in `root`, and answer requests until the pipe is closed.

    `("page", address)` renders the page at an address below the root of the site, `("load", files)` loads
    saved pages (`docs/nl/…`) again. The first message says whether the project could be loaded.
    """
    _begin(address)
    pages: list[_Pages] = []

    def load() -> Answer:
        pages.append(_Pages(root, folder / PAGES, languages))
        return "loaded", ""

    pipe.send(_answer(load))
    while pages:
        try:
            kind, value = pipe.recv()
        except EOFError:
            return
        request = pages[0].render if kind == "page" else pages[0].load
        answer = _answer(lambda request=request, value=value: request(value))
        pipe.send(answer)
        if answer[0] == "file":
            pages[0].prepare(value)


def build_site(
    pipe: Connection, root: Path, folder: Path, languages: Sequence[str], address: str
) -> None:
    """Build the whole site into the folder `SITE`, and send whether it succeeded."""
    _begin(address)
    os.nice(_NICE)

    def work() -> Answer:
        build(root, folder / SITE, languages)
        return "loaded", ""

    pipe.send(_answer(work))


def _begin(address: str) -> None:
    follow_parent()
    Verbosity.level = -1
    os.environ["SITE_URL"] = address  # absolute addresses, as on the 404 page, lead here


def _answer(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except UserError as error:
        return "problem", str(error)
    except OSError as error:
        if error.errno not in FULL:
            raise
        return "problem", f"The disk that holds {Path.cwd()} is full. Make room."


class _Pages:
    """The knowledge base as it is saved, and the renderer of its pages."""

    def __init__(self, root: Path, folder: Path, languages: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.kb = load_edition(root)
        for note in self.kb.overlay.notes:
            print(note)
        cache = open_cache(root)
        problems = [problem for problem in self.kb.problems if problem.is_error]
        if any(not problem.file.startswith("docs/") for problem in problems):
            refuse_errors(self.kb, cache)  # all pages need what is broken
        chosen = choose_languages(self.kb, languages)
        self.site, inputs = open_site(self.kb, folder, chosen, cache)
        self.renderer = PageRenderer(inputs, self.site.folder)
        self.folder = folder
        self._written: set[str] = set()

    def render(self, address: str) -> Answer:
        """Render the page at `address`. Raises BadContent for a page that cannot be read, and RenderFailed."""
        language = self.site.owner(address)
        path = self._path(language, address.removeprefix(language.prefix))
        if path is None:
            return "missing", ""
        if (language.code, path) in self.kb.unreadable:
            file = f"docs/{language.code}/{path}"
            raise BadContent("\n".join(str(one) for one in self.kb.problems if one.file == file))
        page = self.renderer.page(language, path)
        file = self.site.folder / address / "index.html"
        page.write(file)
        if new := page.references - self._written:
            lay(new, self.site.folder, self.site.site_url, self.site.themes, self.kb.overlay.assets)
            self._written |= new
        return "file", file.relative_to(self.folder).as_posix()

    def prepare(self, address: str) -> None:
        """Prepare the renderer of the language at `address`: its page may be the next that is saved."""
        with suppress(UserError, OSError):  # reported when a page needs it
            self.renderer.language(self.site.owner(address))

    def load(self, files: Sequence[str]) -> Answer:
        """Load the pages `files` again. Raises BadContent for one that cannot be read."""
        unreadable = {f"docs/{code}/{path}" for code, path in self.kb.unreadable}
        known = {page.file for page in self.kb.pages.values()} | unreadable
        if any((file in known) != (self.root / file).is_file() for file in files):
            return "new", ""
        # A file that is not there, and never was, is what an editor wrote aside while it saved.
        problems = [one for file in files if file in known for one in self.kb.reread(file)]
        inputs = self.renderer.inputs
        contexts = replace(inputs.contexts)
        self.renderer.inputs = replace(inputs, contexts=contexts, known_progress=None)
        if wrong := [str(problem) for problem in problems if problem.is_error]:
            raise BadContent("\n".join(wrong))
        # MkDocs was prepared without a page that could not be read.
        return ("loaded" if unreadable.isdisjoint(files) else "new"), ""

    def _path(self, language: Language, url: str) -> str | None:
        """The path of the page whose address below `language` is `url`; None for none."""
        codes = (language.code, self.site.default_language.code)
        if url and not url.endswith("/"):
            return None
        for path in (f"{url.rstrip('/')}.md", f"{url}index.md"):
            known = ((code, path) for code in codes)
            if any(one in self.kb.pages or one in self.kb.unreadable for one in known):
                return path
        return None
