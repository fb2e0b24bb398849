"""The processes of the live preview: one renders pages on request, another builds the whole site.

A process imports the code and reads the project as they are when it starts, so the server has no outdated module, and
a mistake in a module cannot end the server.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from handvat.build.build import build, choose_languages, open_site, refuse_errors
from handvat.build.mkdocs_runner import PageRenderer
from handvat.console import Verbosity, explain_os_error
from handvat.content.languages import Language, language_at
from handvat.content.page import url_of
from handvat.content.problem import UserError
from handvat.overlay.apply import load_edition
from handvat.postprocess.assets import copy_files
from handvat.processes import follow_parent
from handvat.site_output import write_file
from handvat.staging import open_cache

PAGES = "pages"
"""Below the folder of the preview: the rendered pages."""
SITE = "site"
"""Beside it: the last complete build."""

_NICE = 19
"""Priority of the background build (nice(2)), below the rendering of a requested page."""

Answer = tuple[Literal["loaded", "new", "file", "missing", "problem"], str]
"""An answer of a process: `loaded`, pages were loaded; `new`, a page came or went, which needs a new process, since
menus, language switches and fallback pages depend on it; `file`, the file of a page, below `PAGES`; `missing`, no page
is at the address; `problem`, what is wrong.
"""


def render_pages(
    pipe: Connection, root: Path, folder: Path, languages: Sequence[str], address: str
) -> None:
    """Load the project in `root`, and answer requests until the pipe is closed.

    `("page", address)` renders the page at an address below the root of the site, `("load", files)` loads
    saved pages (`docs/nl/…`) again. The first message is `loaded`, or a problem after which nothing follows.
    """
    _begin(address)
    try:
        pages = _Pages(root, folder / PAGES, languages)
    except (UserError, OSError) as error:
        pipe.send(_problem(error))
        return
    pipe.send(("loaded", ""))
    with suppress(EOFError):
        while True:
            kind, value = pipe.recv()
            try:
                answer = pages.render(value) if kind == "page" else pages.load(value)
            except (UserError, OSError) as error:
                answer = _problem(error)
            pipe.send(answer)
            if answer[0] == "file":
                pages.prepare(value)


def build_site(
    pipe: Connection, root: Path, folder: Path, languages: Sequence[str], address: str
) -> None:
    """Build the whole site into the folder `SITE`, and send `loaded` or the problem."""
    _begin(address)
    os.nice(_NICE)
    try:
        build(root, folder / SITE, languages)
        pipe.send(("loaded", ""))
    except (UserError, OSError) as error:
        pipe.send(_problem(error))


def _begin(address: str) -> None:
    follow_parent()
    Verbosity.level = -1
    os.environ["SITE_URL"] = address  # absolute addresses, as on the 404 page, lead here


def _problem(error: UserError | OSError) -> Answer:
    """Return the answer for an error that the user can fix. Raises any other."""
    why = explain_os_error(error, Path.cwd()) if isinstance(error, OSError) else str(error)
    if not why:
        raise error
    return "problem", why


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
        """Render the page at `address`. Raises UserError for a page that cannot be read or rendered."""
        language = language_at(address, self.site.languages)
        path = self._path(language, address.removeprefix(language.prefix))
        if path is None:
            return "missing", ""
        if (language.code, path) in self.kb.unreadable:
            file = f"docs/{language.code}/{path}"
            raise UserError("\n".join(str(one) for one in self.kb.problems if one.file == file))
        page = self.renderer.page(language, path)
        file = self.site.folder / address / "index.html"
        write_file(file, page.data, page.copies)
        if new := page.references - self._written:
            copy_files(self.site, new, self.kb.overlay.assets)
            self._written |= new
        return "file", file.relative_to(self.folder).as_posix()

    def prepare(self, address: str) -> None:
        """Prepare the renderer of the language at `address`: the page that is shown is likely the next to be saved."""
        with suppress(UserError, OSError):  # reported when a page needs it
            self.renderer.language(language_at(address, self.site.languages))

    def load(self, files: Sequence[str]) -> Answer:
        """Load the pages `files` again. Raises UserError for one that cannot be read."""
        unreadable = {f"docs/{code}/{path}" for code, path in self.kb.unreadable}
        known = {page.file for page in self.kb.pages.values()} | unreadable
        if any((file in known) != (self.root / file).is_file() for file in files):
            return "new", ""
        # A file that is in neither place is a temporary one of an editor.
        problems = [one for file in files if file in known for one in self.kb.reread(file)]
        inputs = self.renderer.inputs
        contexts = replace(inputs.contexts)  # without what it has cached
        self.renderer.inputs = replace(inputs, contexts=contexts, known_progress=None)
        if wrong := [str(problem) for problem in problems if problem.is_error]:
            raise UserError("\n".join(wrong))
        # MkDocs was prepared without the pages that could not be read.
        return ("loaded" if unreadable.isdisjoint(files) else "new"), ""

    def _path(self, language: Language, url: str) -> str | None:
        """Return the path of the page whose address below `language` is `url`, or None."""
        codes = {language.code, self.site.default_language.code}
        keys = self.kb.pages.keys() | self.kb.unreadable
        found = (path for code, path in keys if code in codes and url_of(path) == url)
        return min(found, default=None)
