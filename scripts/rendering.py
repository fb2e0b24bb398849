"""Runs MkDocs once for each language, each into a folder of its own.

Left to itself, static-i18n runs MkDocs for every language into one folder: the last 404 page wins
and speaks the wrong language (ultrabug/mkdocs-static-i18n#284), and no language can be rendered
without the others. So the plugin says what a language is (which files, which fallback), and this
module says which one is built. It is also the only way that works with MkDocs' successors, and it
lets the languages share the cores of the machine.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from jinja2 import Environment
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.theme import Theme

from scripts.finish.site import FINDABLE, PAGES
from scripts.hooks import GIVEN, Given
from scripts.knowledge.base import KnowledgeBase
from scripts.processes import cores, follow_parent
from scripts.staging import FULL
from scripts.stopping import held


class RenderFailed(Exception):
    """MkDocs stopped or warned. `problems` has a line for each thing to mend, page named."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[RenderFailed], tuple[tuple[str, ...]]]:
        return RenderFailed, (self.problems,)


class _Listener(logging.Handler):
    """Keeps MkDocs' warnings and errors, which name the page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def load_configuration(root: Path, out: Path) -> MkDocsConfig:
    """`mkdocs.yml` in the folder `root`, with its site going to `out`, and strict.

    Raises RenderFailed when MkDocs does not accept it.
    """
    listener = _Listener()
    logging.getLogger("mkdocs").addHandler(listener)
    try:
        return load_config(str(root / "mkdocs.yml"), site_dir=str(out), strict=True)
    except MkDocsException as error:
        raise RenderFailed([f"mkdocs.yml: {line}" for line in listener.lines or [error]]) from error
    finally:
        logging.getLogger("mkdocs").removeHandler(listener)


def render_language(given: Given, language: str, out: Path) -> None:
    """Renders the pages of one language into `out / PAGES`, as readers get them.

    Pages of the default language lie at its root, others below `<code>/`; `404.html` always at the
    root. The default language brings the theme's files for all. What search reads of the pages goes
    to `out / FINDABLE`. Raises RenderFailed for any error or warning, OSError for a full disk.
    """
    base = given.base
    config = load_configuration(base.root, out / PAGES)
    config.extra[GIVEN] = given
    config.extra[FINDABLE] = out / FINDABLE
    plugin = config.plugins["i18n"]
    # The plugin pairs each page with every language it is to build, for a language switch of its own.
    # Ours needs no such pairs: all it has to know is this language, and the one that stands in for it.
    for entry in plugin.config.languages:
        entry.build = entry.locale in {language, base.default_language.code}
    plugin.current_language = language
    # Says that a build is going on already: the plugin then does not start on the other languages.
    plugin.building = True
    if language != base.default_language.code:
        _leave_files_out(config.theme)
    # The sitemap of the whole site is a finishing step: MkDocs' own lists pages that do not exist.
    config.theme.static_templates.discard("sitemap.xml")

    listener = _Listener()
    logging.getLogger("mkdocs").addHandler(listener)
    try:
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    except MkDocsException as error:
        lines = listener.lines or [str(error)]
        raise RenderFailed([f"{language}: {line}" for line in lines]) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        lines = [*listener.lines, _place(error, base.root)]
        raise RenderFailed([f"{language}: {line}" for line in lines]) from error
    finally:
        logging.getLogger("mkdocs").removeHandler(listener)


def _leave_files_out(theme: Theme) -> None:
    """Lets MkDocs find no file of `theme` to copy: the default language brings them, for all.

    For every language it would look through 14,000 names, most of them icons.
    """
    make = theme.get_env

    def environment() -> Environment:
        made = make()
        made.loader.list_templates = list
        return made

    theme.get_env = environment


def render_languages(
    base: KnowledgeBase,
    languages: Sequence[str],
    built: Sequence[str],
    out: Path,
    done: Callable[[str, float], None],
    *,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Renders each of `languages` of `base` into `out/<code>`, as many at once as there are cores.

    `built` are the codes of all languages of this build, which the language switch lists. Whoever is
    ready takes the next language. `done` is called with code and seconds as each language is
    ready; `meanwhile` once, when all are at work. Raises RenderFailed with the problems of all of
    them, also when a process dies; OSError for a full disk; and what `meanwhile` raises. No process
    is left behind.
    """
    # Forking spares each process half a second of imports, and all that `base` holds; it is safe here:
    # nothing that builds has started a thread. macOS' own libraries do not survive it
    # (bugs.python.org/issue33725).
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    given = Given(base, tuple(built))
    workers: dict[Connection, BaseProcess] = {}
    todo = deque(languages)
    rendering: dict[Connection, str] = {}
    problems: list[str] = []
    try:
        for _ in range(min(len(languages), cores())):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, given, out))
            workers[ours] = process
            with held():
                process.start()
            theirs.close()
            rendering[ours] = _hand_out(todo, ours)
        if meanwhile:
            meanwhile()
        while rendering:
            for worker in wait(list(rendering)):
                language = rendering.pop(worker)
                try:
                    result = worker.recv()
                except (EOFError, ConnectionResetError):
                    workers[worker].join()
                    problems.append(_obituary(language, workers[worker].exitcode or 0))
                    continue
                if isinstance(result, OSError):
                    raise result
                if isinstance(result, RenderFailed):
                    problems += result.problems
                else:
                    done(language, result)
                if todo:
                    rendering[worker] = _hand_out(todo, worker)
    finally:
        for worker, process in workers.items():
            worker.close()
            if process.pid is not None:
                process.kill()
                process.join()
    if problems:
        raise RenderFailed(problems)


def _hand_out(todo: deque[str], worker: Connection) -> str:
    """Gives the next language to `worker`, and returns it."""
    language = todo.popleft()
    with suppress(BrokenPipeError):  # one that has died meanwhile is met when its answer is awaited
        worker.send(language)
    return language


def _work(parent: Connection, given: Given, out: Path) -> None:
    """What a process does: renders what it is told to, and says of each language what became of it."""
    follow_parent()
    while True:
        language = parent.recv()
        started = time.monotonic()
        try:
            render_language(given, language, out / language)
        except (RenderFailed, OSError) as error:
            parent.send(error)
        else:
            parent.send(time.monotonic() - started)


def _obituary(language: str, code: int) -> str:
    how = f"by signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"with code {code}"
    return (
        f"{language}: the process that rendered this ended {how} before it was done; "
        "when memory is short, build fewer languages with LANGS"
    )


def _place(error: BaseException, root: Path) -> str:
    """The error with the line of ours, in a template or in Python, where it happened."""
    text = f"{type(error).__name__}: {error}"
    line = getattr(error, "lineno", None)
    name = getattr(error, "filename", None)
    if isinstance(name, str) and line:  # jinja2.TemplateSyntaxError
        return f"{os.path.relpath(name, root)}:{line}: {text}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).is_relative_to(root) and "site-packages" not in frame.filename:
            return f"{os.path.relpath(frame.filename, root)}:{frame.lineno}: {text}"
    return text
