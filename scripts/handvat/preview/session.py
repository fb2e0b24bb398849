"""Shows the site while it is edited: a saved page is in the open browser at once.

Pages are rendered when a browser asks for them, by a worker process that has loaded the project
(`worker.py`). It loads a saved page again; for a page that comes or goes, and a change of data, templates,
settings or code, a new worker is started. After a pause the whole site is built in the background, with
checks and search. Problems are shown in the terminal and in the browser, which keeps the last good pages.
`site/` is not touched.
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
from handvat.preview import worker
from handvat.preview.server import LiveServer
from handvat.processes import Stopped, deferred_signals
from handvat.staging import open_home

_FOLDERS = ("docs", "data", "overrides", "scripts")
_BURST = 50
"""Milliseconds without another change that end a burst of saves."""
_TICK = 200
"""Milliseconds after which the background build is looked after, when nothing changes."""
PAUSE = 1.0
"""Seconds without a change after which the whole site is built."""

Changes = set[str] | None
"""Saved pages, as `docs/nl/…`; None for everything else, which needs a new worker."""


def serve(root: Path, port: int, languages: Sequence[str]) -> None:
    """Serve the project in the folder `root` on `port` until it is stopped.

    `languages` are codes; empty for all. Raises UserError for a port that cannot be used.
    """
    try:
        server = LiveServer(port)
    except OSError as error:
        raise UserError(_no_port(port, error)) from error
    folder = open_home(root) / f"serve-{server.server_port}"
    # What a killed preview left: the port is ours, so no other uses the folder.
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
    """A process of its own, so that it imports the code and reads the data as they are now."""

    def __init__(self, target: Callable[..., None], *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=target, args=(theirs, *arguments), daemon=False)
        with deferred_signals():  # a stop must not come before `stop` knows of the process
            self.process.start()
        theirs.close()
        self._turn = threading.Lock()  # browsers ask from several threads

    def receive(self) -> Any:
        """The next message; for a process that ended, a problem that says so."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            return "problem", f"A process of the preview ended with {self.process.exitcode}."

    def request(self, *message: object) -> Any:
        """Send a message and return the answer."""
        with self._turn:
            with suppress(OSError):  # it ended: `receive` says so
                self.pipe.send(message)
            return self.receive()

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.join()
        self.pipe.close()


class _Preview:
    """What browsers see: pages of the worker, and for all else the tree of the last good build."""

    def __init__(
        self, root: Path, folder: Path, server: LiveServer, languages: Sequence[str]
    ) -> None:
        self.root = root
        self.folder = folder
        self.server = server
        self.languages = languages
        self.number = 0
        self.worker: _Process | None = None
        self.build: _Process | None = None
        self.is_build_due = False

    def follow(self, bursts: Iterator[Changes]) -> None:
        """Show each burst of changes, and build the whole site after a pause."""
        changed = time.monotonic()
        for changes in bursts:
            if changes == set():
                self._look_after_build(time.monotonic() - changed)
            else:
                self.show(changes)
                changed = time.monotonic()

    def show(self, changes: Changes) -> None:
        """Let open pages reload with what was saved, or show what is wrong with it."""
        started = time.monotonic()
        if self.build:  # it builds what is out of date
            self.build.stop()
            self.build = None
        self.is_build_due = True
        if problem := self._load(changes):
            self._complain(problem)
            return
        self.number += 1
        self.server.show(self.number, self._page)
        names = f"{len(changes)} pages" if changes and len(changes) > 1 else "".join(changes or ())
        seconds = time.monotonic() - started
        print(f"{names or 'The project'} read in {seconds:.2f} s: {self.server.address}")

    def stop(self) -> None:
        """End every process of the preview."""
        for process in (self.worker, self.build):
            if process:
                process.stop()

    def _load(self, changes: Changes) -> str:
        """Have a worker load what changed. Returns what is wrong with it, or ``""``."""
        if changes is not None and self.worker is not None:
            kind, text = self.worker.request("load", sorted(changes))
            if kind == "problem" and self.worker.process.is_alive():
                return text
            if kind == "loaded":
                return ""
        new = _Process(worker.render_pages, self.root, self.folder, self.languages, self._address)
        kind, text = new.receive()
        if kind == "problem":
            new.stop()
            return text
        if self.worker:
            self.worker.stop()
        self.worker = new
        return ""

    def _page(self, address: str) -> Path | str | None:
        """The file of the page at `address`; for a broken page the last good one, or else the problem."""
        assert self.worker is not None
        kind, text = self.worker.request("page", address)
        if kind == "problem":
            self._complain(text)
            trees = (self.folder / worker.PAGES / "site", self.folder / worker.SITE)
            last_good = (tree / address / "index.html" for tree in trees)
            return next((page for page in last_good if page.is_file()), text)
        return self.folder / worker.PAGES / text if kind == "file" else None

    def _look_after_build(self, calm: float) -> None:
        """Start the background build after `calm` seconds without a change; take over a finished one."""
        if self.is_build_due and calm >= PAUSE:
            self.is_build_due = False
            self.build = _Process(
                worker.build_site, self.root, self.folder, self.languages, self._address
            )
        elif self.build and self.build.pipe.poll():
            kind, text = self.build.receive()
            self.build.stop()
            self.build = None
            if kind == "problem":
                self._complain(text)
                return
            self.server.tree = self.folder / worker.SITE
            self.server.tell("")
            print("Checked and searchable.")

    @property
    def _address(self) -> str:
        return f"{self.server.address}/"

    def _complain(self, problem: str) -> None:
        print(problem, file=sys.stderr)
        self.server.tell(problem)


def _changes(root: Path) -> Iterator[Changes]:
    """What changes in the project, burst by burst; an empty set when nothing does for a moment."""
    file = organisation_file(root)
    home = file.parent if file else None
    folders = [root / name for name in _FOLDERS if (root / name).is_dir()]
    if home and home.is_dir() and not home.is_relative_to(root):
        folders.append(home)
    elif home:
        folders += [path for path in home.iterdir() if path.name in {"pages", "upstream"}]
    settings = _settings(root, home)
    for changes in _watch(folders):
        found: Changes = set()
        for _, path in changes:
            one = affected(Path(path), root, home)
            found = None if found is None or one is None else found | one
        # An editor replaces a file, and a watch of the old one would see nothing more.
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
    """When the settings were written, and the data that an organisation has beside its own."""
    files = {root / "mkdocs.yml", *(home or root).glob("*.yml")}
    return [(file, file.stat().st_mtime_ns) for file in sorted(files) if file.is_file()]


def affected(path: Path, root: Path, organisation: Path | None = None) -> Changes:
    """What a change of the file `path` affects; an empty set for nothing.

    `organisation` is the folder in which a host keeps its own pages and settings.
    """
    base = root if path.is_relative_to(root) else organisation
    parts = path.relative_to(base).parts if base and path.is_relative_to(base) else ()
    if not parts or any(_is_noise(part) for part in parts):
        return set()
    is_page = base == root and parts[0] == "docs" and len(parts) > 2 and not organisation
    return {"/".join(parts)} if is_page else None


def _is_noise(name: str) -> bool:
    """Whether editors or Python write a file of this name beside the real ones (4913 is vim's)."""
    return (
        name.startswith((".", "#"))
        or name.endswith(("~", ".swp", ".tmp", ".pyc"))
        or name in {"__pycache__", "4913"}
    )


def _no_port(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        cure = f"Stop what runs there, or choose another: handvat serve --port {port + 1}"
        return f"Port {port} is taken. {cure}"
    return (
        f"Port {port} cannot be used ({error.strerror}). Choose another: handvat serve --port 8000"
    )
