"""Shows the site while it is written: a saved page is in the open browser at once.

Watches the project with watchdog (which MkDocs needs anyway) and serves with Python's own HTTP
server: a preview for one person needs no more. Pages are made when a browser asks for them, by a process that has
read the project (`scripts/handvat/preview/worker.py`): it reads a saved page again; a page that comes or goes, and a change to
data, templates, settings or scripts, start a new one. When nothing is saved for a moment, everything is checked and
made findable, in the background. What is broken is said in the terminal and in the browser, which keeps the last
good pages. `site/` is never touched.
"""

from __future__ import annotations

import errno
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from handvat.build.staging import open_home
from handvat.cache import NAME as CACHE
from handvat.content.problem import UserError
from handvat.overlay.apply import organisation_file
from handvat.overlay.organisation import NAME as ORGANISATION_FILE
from handvat.preview.server import LiveServer
from handvat.signals import Stopped, deferred_signals

_FOLDERS = ("docs", "data", "overrides", "scripts")
_QUIET = 0.05  # seconds without a change that end a burst of saves
CALM = 1.0  # seconds without a change after which the whole site is made anew

Changes = set[str] | None
"""Files among the texts that were saved, by their place in the project; None stands for anything else."""


def serve(root: Path, port: int) -> None:
    """Serve the project in the folder `root` until somebody stops it. Raises UserError."""
    try:
        server = LiveServer(port)
    except OSError as error:
        raise UserError(_no_port(port, error)) from error
    folder = open_home(root) / f"serve-{server.server_port}"
    try:
        # What a killed preview left: nobody else can be at work there, the port is ours.
        shutil.rmtree(folder, ignore_errors=True)
        _serve(root, folder, server)
    except Stopped:
        print("\nStopped.")
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


def _serve(root: Path, folder: Path, server: LiveServer) -> None:
    changes: queue.Queue[Changes] = queue.Queue()
    observer = _watch(root, changes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Preview of {root.name} at {server.address} (Ctrl-C stops). Reading it now ...")
    preview = _Preview(root, folder, server)
    try:
        preview.take(None)
        print(f"Open {server.address} and save a page: the browser follows.")
        while True:
            preview.take(_burst(changes, preview))
    finally:
        observer.stop()
        preview.stop()


class _Desk:
    """The process that makes pages as they are asked for, from what it has read."""

    def __init__(self, start: Callable[..., subprocess.Popen[str]], folder: Path) -> None:
        self.folder = folder
        self.process = start("desk", folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._turn = threading.Lock()  # browsers ask from several threads

    def problem(self) -> str:
        """What keeps it from working; empty once it is ready."""
        return self._answer().get("problem", "")

    def ask(self, **order: object) -> dict[str, str]:
        """Gives it an order (`preview.serve_desk`); its answer."""
        with self._turn:
            assert self.process.stdin is not None
            try:
                self.process.stdin.write(json.dumps(order) + "\n")
                self.process.stdin.flush()
            except OSError:
                return {"problem": self._obituary()}
            return self._answer()

    def _answer(self) -> dict[str, str]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"problem": self._obituary()}

    def _obituary(self) -> str:
        return f"The preview ended with {self.process.wait()}; the terminal says why."


class _Preview:
    """What browsers see: the pages of a desk, and besides them the tree of the last good round."""

    def __init__(self, root: Path, folder: Path, server: LiveServer) -> None:
        self.root = root
        self.folder = folder
        self.server = server
        self.number = 0
        self.desk: _Desk | None = None
        self.opening: _Desk | None = None
        """The last one that was begun."""
        self.round: subprocess.Popen[str] | None = None
        self.is_round_due = False
        self.rounds: list[Path] = []

    def take(self, changes: Changes) -> None:
        """Lets the browser see what was saved, or what is wrong with it."""
        if self.round:
            self.round.terminate()  # it makes what nobody wants any more
        self.is_round_due = True
        try:
            self._show(changes)
        finally:
            self._forget_round()

    def _forget_round(self) -> None:
        """Throws away the round that was stopped. No browser waits for that: at a thousand pages it takes a second."""
        if self.round:
            self.round.communicate()
            shutil.rmtree(self.rounds.pop(), ignore_errors=True)
            self.round = None

    def _show(self, changes: Changes) -> None:
        started = time.monotonic()
        problem = self._reread(changes)
        if problem:
            print(problem, file=sys.stderr)
            self.server.tell(problem)
            return
        self.number += 1
        self.server.show(self.number, self._page)
        names = f"{len(changes)} pages" if changes and len(changes) > 1 else "".join(changes or ())
        print(
            f"{names or 'The project'} read in {time.monotonic() - started:.2f} s: {self.server.address}"
        )

    def poll(self, calm: float) -> bool:
        """Goes on with the round, which begins after some `calm` (seconds). Whether there is more to wait for."""
        if self.is_round_due and calm >= CALM:
            self.is_round_due = False
            folder = self.folder / f"round-{self.number}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            with deferred_signals():
                self.round = self._start(
                    "round", folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
                )
            self.rounds.append(folder)
        if self.round is None:
            return self.is_round_due
        if self.round.poll() is None:
            return True
        _, problem = self.round.communicate()
        folder = self.rounds[-1]
        if self.round.returncode == 0:
            self.server.tree = folder / "site"
            self.server.tell("")
            for old in self.rounds[:-2]:  # the one before may be halfway to a browser
                shutil.rmtree(old, ignore_errors=True)
            self.rounds = self.rounds[-2:]
            print("Checked and searchable.")
        else:
            problem = problem.strip() or f"The round ended with {self.round.returncode}."
            print(problem, file=sys.stderr)
            self.server.tell(problem)
            shutil.rmtree(self.rounds.pop(), ignore_errors=True)
        self.round = None
        return False

    def stop(self) -> None:
        """Ends every process of the preview."""
        self._end(self.round)
        for desk in (self.opening, self.desk):
            self._end(desk and desk.process)

    def _reread(self, changes: Changes) -> str:
        """What is wrong with what was saved; empty when pages can be made of it."""
        if changes is not None and self.desk is not None and self.desk.process.poll() is None:
            answer = self.desk.ask(changed=sorted(changes))
            if "anew" not in answer:
                return answer.get("problem", "")
        folder = self.folder / "desk"  # the same for all: the last good pages are there
        folder.mkdir(parents=True, exist_ok=True)
        with deferred_signals():
            self.opening = _Desk(self._start, folder)
        if problem := self.opening.problem():
            self._end(self.opening.process)
            return problem
        self.desk, before = self.opening, self.desk
        self._end(before and before.process)
        return ""

    def _page(self, address: str) -> Path | str | None:
        """The page at `address`; where it is broken, the last good one, or what is wrong where there is none."""
        assert self.desk is not None
        answer = self.desk.ask(page=address)
        if problem := answer.get("problem"):
            print(problem, file=sys.stderr)
            self.server.tell(problem)
            places = (self.desk.folder / "site", self.server.tree)
            pages = (place / address / "index.html" for place in places if place)
            return next((page for page in pages if page.is_file()), problem)
        return self.desk.folder / "site" / answer["file"] if "file" in answer else None

    def _start(self, verb: str, folder: Path, **pipes: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "handvat.preview.worker",
                verb,
                str(folder),
                str(open_home(self.root) / CACHE),
            ],
            cwd=self.root,
            # Absolute addresses in the pages then lead here: those on the 404 page have to.
            env={**os.environ, "SITE_URL": f"{self.server.address}/"},
            text=True,
            encoding="utf-8",
            errors="replace",
            **pipes,
        )

    def _end(self, process: subprocess.Popen[str] | None) -> None:
        if process is not None and process.poll() is None:
            process.terminate()
            process.communicate()


def _burst(changes: queue.Queue[Changes], preview: _Preview) -> Changes:
    """Waits for a change and for those that come with it: what they ask for together."""
    began = time.monotonic()
    while True:
        try:
            is_waiting = preview.poll(time.monotonic() - began)
            found = changes.get(timeout=0.2 if is_waiting else None)
            break
        except queue.Empty:
            continue
    while True:
        try:
            more = changes.get(timeout=_QUIET)
        except queue.Empty:
            return found
        found = None if found is None or more is None else found | more


class _Watcher(FileSystemEventHandler):
    """Puts into the queue what each change asks for."""

    def __init__(
        self, root: Path, organisation: Path | None, changes: queue.Queue[Changes]
    ) -> None:
        self.root = root
        self.organisation = organisation
        self.changes = changes

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in {"created", "modified", "moved", "deleted"}:
            return
        if event.is_directory and event.event_type == "modified":
            return
        # An editor that saves through a rename shows as a move: its destination counts as well.
        for path in (event.src_path, event.dest_path):
            if path:
                found = affected(Path(os.fsdecode(path)), self.root, self.organisation)
                if found != set():
                    self.changes.put(found)


def affected(path: Path, root: Path, organisation: Path | None = None) -> Changes:
    """What to read again when the file `path` changed: a file among the texts; None is everything, an empty set nothing.

    `organisation` is the folder in which a host keeps its own pages and settings.
    """
    if organisation and path.is_relative_to(organisation) and not path.is_relative_to(root):
        parts = path.relative_to(organisation).parts
        return set() if any(_is_noise(part) for part in parts) else None
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    if not parts or any(_is_noise(part) for part in parts):
        return set()
    if parts[0] == "docs" and len(parts) > 2 and not organisation:
        return {"/".join(parts)}
    is_ours = parts in {("mkdocs.yml",), (ORGANISATION_FILE,)} or (
        parts[0] in _FOLDERS and len(parts) > 1
    )
    return None if is_ours else set()


def _is_noise(name: str) -> bool:
    """Files that editors and Python write beside the real ones (4913 is vim's)."""
    return (
        name.startswith((".", "#"))
        or name.endswith(("~", ".swp", ".tmp", ".pyc"))
        or name in {"__pycache__", "4913"}
    )


def _watch(root: Path, changes: queue.Queue[Changes]) -> BaseObserver:
    file = organisation_file(root)
    home = file.parent if file else None
    watcher = _Watcher(root, home, changes)

    def start(observer: BaseObserver) -> BaseObserver:
        observer.schedule(watcher, str(root), recursive=False)
        for name in _FOLDERS:
            if (root / name).is_dir():
                observer.schedule(watcher, str(root / name), recursive=True)
        if home and home.is_dir() and not home.is_relative_to(root):
            observer.schedule(watcher, str(home), recursive=True)
        observer.daemon = True
        observer.start()
        return observer

    try:
        return start(Observer())
    except OSError:  # no watches left (inotify's limit), or a file system that has none
        print("This system cannot tell of changes; looking for them every second instead.")
        return start(PollingObserver(timeout=1))


def _no_port(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        cure = f"Stop what runs there, or choose another: handvat serve --port {port + 1}"
        return f"Port {port} is taken. {cure}"
    return (
        f"Port {port} cannot be used ({error.strerror}). Choose another: handvat serve --port 8000"
    )
