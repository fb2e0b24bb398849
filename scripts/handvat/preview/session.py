"""Shows the site while it is edited: the open browser reloads when a page is saved.

Pages are rendered on request by a process that has loaded the project (`worker.py`). It loads a saved page again; for
a page that comes or goes, and a change of data, templates, settings or code, a new process replaces it. After a pause
another process builds the whole site in the background, with checks and search. Problems are shown in the terminal and
in the browser, which keeps the last good pages. `site/` is not touched.
"""

from __future__ import annotations

import errno
import multiprocessing
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from watchfiles import watch

from handvat.content.problem import UserError
from handvat.overlay.apply import organisation_file
from handvat.overlay.organisation import read_organisation
from handvat.overlay.pages import UPSTREAM
from handvat.preview import worker
from handvat.preview.server import LiveServer
from handvat.processes import Stopped, deferred_signals
from handvat.staging import open_home

_FOLDERS = ("docs", "data", "overrides", "scripts")
_BURST = 50
"""Milliseconds without another change that end a burst of saves."""
_TICK = 200
"""Milliseconds between two looks at the background build, when nothing changes."""
PAUSE = 1.0
"""Seconds without a change before the whole site is built."""

Changes = set[str] | None
"""Saved pages, as `docs/nl/…`; None for any other change, which needs a new process."""


def serve(root: Path, port: int, languages: Sequence[str]) -> None:
    """Serve the project in the folder `root` on `port` until it is stopped.

    `languages` are codes; empty for all. Raises UserError for a port that cannot be used.
    """
    try:
        server = LiveServer(port)
    except OSError as error:
        why = (
            "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        )
        raise UserError(
            f"Port {port} {why}. Choose another: handvat serve --port {max(port + 1, 8000)}"
        ) from error
    folder = open_home(root) / f"serve-{server.server_port}"
    # Left by a preview that was killed; no other uses the folder, since the port is ours.
    shutil.rmtree(folder, ignore_errors=True)
    preview = _Preview(root, folder, server, languages)
    try:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"Preview of {root.name} at {server.address} (Ctrl-C stops). Reading it now ...")
        changes = _changes(root)
        next(changes)  # begins to watch, before the project is read
        preview.show(None)
        print(f"Open {server.address} and save a page: the browser follows.")
        preview.follow(changes)
    except (Stopped, KeyboardInterrupt):  # watchfiles turns the first into the second
        print("\nStopped.")
    finally:
        preview.stop()
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


class _Process:
    """A spawned process: it imports the code and reads the data as they are now."""

    def __init__(self, target: Callable[..., None], *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=target, args=(theirs, *arguments), daemon=False)
        self.process.start()
        theirs.close()
        self._turn = threading.Lock()  # the server answers browsers in several threads

    def receive(self) -> worker.Answer:
        """Return the next message; for a process that ended, a problem."""
        try:
            answer: worker.Answer = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            return "problem", f"A process of the preview ended with {self.process.exitcode}."
        return answer

    def request(self, *message: object) -> worker.Answer:
        """Send a message and return the answer."""
        with self._turn:
            with suppress(OSError):  # it ended: reported by `receive`
                self.pipe.send(message)
            return self.receive()

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.join()
        self.pipe.close()


class _Preview:
    """The worker that renders pages, and the background build for all else."""

    def __init__(
        self, root: Path, folder: Path, server: LiveServer, languages: Sequence[str]
    ) -> None:
        self.root = root
        self.folder = folder
        self.server = server
        self.languages = languages
        self.worker: _Process | None = None
        self.build: _Process | None = None
        self.is_build_due = False
        self._reported = ""
        self._running: list[_Process] = []

    def follow(self, bursts: Iterator[Changes]) -> None:
        """Show each burst of changes, and build the whole site after a pause."""
        changed = time.monotonic()
        for changes in bursts:
            if changes != set():
                self.show(changes)
                changed = time.monotonic()
            elif self.is_build_due and time.monotonic() - changed >= PAUSE:
                self.is_build_due = False
                self.build = self._start(worker.build_site)
            elif self.build and self.build.pipe.poll():
                self._take_over(self.build)

    def show(self, changes: Changes) -> None:
        """Load what was saved and let open pages reload, or show what is wrong with it."""
        started = time.monotonic()
        self._end(self.build)  # it builds what is out of date
        self.build = None
        self.is_build_due = True
        self._reported = ""
        if problem := self._load(changes):
            self._report(problem)
            return
        self.server.show(self._render)
        names = f"{len(changes)} pages" if changes and len(changes) > 1 else "".join(changes or ())
        seconds = time.monotonic() - started
        print(f"{names or 'The project'} read in {seconds:.2f} s: {self.server.address}")

    def stop(self) -> None:
        """End every process of the preview."""
        for process in self._running:
            process.stop()

    def _start(self, target: Callable[..., None]) -> _Process:
        with deferred_signals():  # a stop must not come before `stop` can end the process
            process = _Process(
                target, self.root, self.folder, self.languages, f"{self.server.address}/"
            )
            self._running.append(process)
        return process

    def _end(self, process: _Process | None) -> None:
        if process:
            process.stop()
            self._running.remove(process)

    def _load(self, changes: Changes) -> str:
        """Have a worker load what changed. Return what is wrong with it, or ``""``."""
        if changes is not None and self.worker is not None:
            kind, text = self.worker.request("load", sorted(changes))
            if kind == "problem" and self.worker.process.is_alive():
                return text
            if kind == "loaded":
                return ""
        new = self._start(worker.render_pages)
        kind, text = new.receive()
        if kind == "problem":
            self._end(new)
            return text
        self._end(self.worker)
        self.worker = new
        return ""

    def _render(self, address: str) -> Path | str | None:
        """Return the file of the page at `address`; for a broken page the last good one, or else the problem."""
        assert self.worker is not None
        kind, text = self.worker.request("page", address)
        if kind == "problem":
            self._report(text)
            trees = (self.folder / worker.PAGES / "site", self.folder / worker.SITE)
            last_good = (tree / address / "index.html" for tree in trees)
            return next((page for page in last_good if page.is_file()), text)
        return self.folder / worker.PAGES / text if kind == "file" else None

    def _take_over(self, build: _Process) -> None:
        """Serve what the finished `build` wrote, or report why it failed."""
        kind, text = build.receive()
        self._end(build)
        self.build = None
        if kind == "problem":
            self._report(text)
            return
        self.server.tree = self.folder / worker.SITE
        self.server.show_problem("")
        print("Checked and searchable.")

    def _report(self, problem: str) -> None:
        """Show a problem in the terminal and the browser, once a change: the worker and the build may find the same."""
        if problem != self._reported:
            print(problem, file=sys.stderr)
        self._reported = problem
        self.server.show_problem(problem)


def _changes(root: Path) -> Iterator[Changes]:
    """Yield the changes in the project, burst by burst, and an empty set after each `_TICK` without any."""
    file = organisation_file(root)
    home = file.parent if file else None
    folders = [root / name for name in _FOLDERS if (root / name).is_dir()]
    if home and home.is_dir() and not home.is_relative_to(root):
        folders.append(home)
    elif file and home:
        # Of settings with a mistake, these are the default ones.
        own = home / read_organisation(file)[0].pages, home / UPSTREAM
        folders += [folder for folder in own if folder.is_dir()]
    settings = _settings(root, home)
    for changes in _watch(folders):
        found: Changes = set()
        for _, path in changes:
            one = affected(Path(path), root, home)
            found = None if found is None or one is None else found | one
        # By their times: an editor replaces a file, and a watch of the old one would report nothing more.
        before, settings = settings, _settings(root, home)
        yield found if settings == before else None


def _watch(folders: Sequence[Path]) -> Iterator[set[Any]]:
    options: dict[str, Any] = {
        "watch_filter": None, "step": _BURST, "rust_timeout": _TICK, "yield_on_timeout": True,
    }  # fmt: skip
    try:
        yield from watch(*folders, **options)
    except OSError:  # no watches left (inotify's limit), or a file system that has none
        print("This system cannot report changes; looking for them every second instead.")
        yield from watch(*folders, **options, force_polling=True, poll_delay_ms=1000)


def _settings(root: Path, home: Path | None) -> list[tuple[Path, int]]:
    """Return the times of the settings, and of the data beside an organisation's settings."""
    files = {root / "mkdocs.yml", *(home or root).glob("*.yml")}
    return [(file, file.stat().st_mtime_ns) for file in sorted(files) if file.is_file()]


def affected(path: Path, root: Path, organisation: Path | None = None) -> Changes:
    """Return what a change of the file `path` affects; an empty set for nothing.

    `organisation` is the folder of an organisation's own pages and settings.
    """
    base = root if path.is_relative_to(root) else organisation
    parts = path.relative_to(base).parts if base and path.is_relative_to(base) else ()
    if not parts or any(_is_noise(part) for part in parts):
        return set()
    is_page = base == root and parts[0] == "docs" and len(parts) > 2 and not organisation
    return {"/".join(parts)} if is_page else None


def _is_noise(name: str) -> bool:
    """Return whether it is the name of a temporary file of an editor or of Python (4913 is vim's)."""
    return (
        name.startswith((".", "#"))
        or name.endswith(("~", ".swp", ".tmp", ".pyc"))
        or name in {"__pycache__", "4913"}
    )
