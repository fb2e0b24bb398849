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
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

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


def render_language(root: Path, language: str, built: Sequence[str], out: Path) -> None:
    """Renders the pages of one language into the folder `out`, with the theme's files beside them.

    `root` holds `mkdocs.yml`; `built` are the codes of all languages of this build, which the
    language switch lists. Pages of the default language lie at the root of `out`, others below
    `<code>/`; `404.html` always at the root. Raises RenderFailed for any error or warning, OSError
    for a full disk.
    """
    config = load_configuration(root, out)
    plugin = config.plugins["i18n"]
    for entry in plugin.config.languages:
        entry.build = entry.locale in built
    plugin.current_language = language
    # Says that a build is going on already: the plugin then does not start on the other languages.
    plugin.building = True
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
        lines = [*listener.lines, _place(error, root)]
        raise RenderFailed([f"{language}: {line}" for line in lines]) from error
    finally:
        logging.getLogger("mkdocs").removeHandler(listener)


def render_languages(
    root: Path,
    languages: Sequence[str],
    built: Sequence[str],
    out: Path,
    done: Callable[[str, float], None],
    *,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Renders each of `languages` into `out/<code>`, as many at once as there are cores.

    Each process gets an equal share: languages have the same pages. `done` is called with code
    and seconds as each one is ready; `meanwhile` once, when all are at work. Raises RenderFailed
    with the problems of all of them, also when a process dies; OSError for a full disk; and what
    `meanwhile` raises. No process is left behind.
    """
    count = min(len(languages), cores())
    # Forking spares each process half a second of imports, and is safe here: nothing that builds
    # has started a thread. macOS' own libraries do not survive it (bugs.python.org/issue33725).
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    workers: dict[Connection, tuple[BaseProcess, Sequence[str]]] = {}
    problems: list[str] = []
    try:
        for number in range(count):
            share = languages[number::count]
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(sender, root, share, built, out))
            workers[receiver] = process, share
            with held():
                process.start()
            sender.close()
        if meanwhile:
            meanwhile()
        waiting = dict(workers)
        while waiting:
            for receiver in wait(list(waiting)):
                try:
                    result = receiver.recv()
                except EOFError:
                    process, share = waiting.pop(receiver)
                    process.join()
                    if process.exitcode:
                        problems.append(_obituary(share, process.exitcode))
                    continue
                if isinstance(result, OSError):
                    raise result
                if isinstance(result, RenderFailed):
                    problems += result.problems
                else:
                    done(*result)
    finally:
        for receiver, (process, _) in workers.items():
            receiver.close()
            if process.pid is not None:
                process.kill()
                process.join()
    if problems:
        raise RenderFailed(problems)


def cores() -> int:
    """How many processors this process may use: in a container often fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _work(
    sender: Connection, root: Path, languages: Sequence[str], built: Sequence[str], out: Path
) -> None:
    """What a process does: renders its share, and sends what became of each language."""
    follow_parent()
    for language in languages:
        started = time.monotonic()
        try:
            render_language(root, language, built, out / language)
        except (RenderFailed, OSError) as error:
            sender.send(error)
        else:
            sender.send((language, time.monotonic() - started))


def follow_parent() -> None:
    """What a process of ours does first: it leaves stopping to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent acts
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """Ends this process when its parent is killed: nobody must write on into a dead build."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _obituary(languages: Sequence[str], code: int) -> str:
    how = f"by signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"with code {code}"
    return (
        f"{', '.join(languages)}: the process that rendered this ended {how} before it was done; "
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
