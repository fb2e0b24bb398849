"""Shows the site while it is written: a saved page is in the open browser about a second later.

    python -m scripts.serve        PORT=8000 LANGS=nl,en

Watches the project with watchdog (which MkDocs needs anyway) and serves with Python's own HTTP
server: a preview for one person needs no more. A saved page renders its own language again; a
change to data, templates, settings or scripts renders all, and so does a page that comes or goes.
(A Dutch page shown in place of a missing translation follows at the next such change.) What is
broken is said in the terminal and in the browser, which keeps the last good pages. `site/` is
never touched.
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
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from scripts.compose import organisation_file
from scripts.knowledge.organisation import NAME as ORGANISATION_FILE
from scripts.live import LiveServer
from scripts.staging import open_home
from scripts.stopping import Stopped, listen_for_stop

_FOLDERS = ("docs", "data", "overrides", "scripts")
_QUIET = 0.1  # seconds without a change that end a burst of saves

Languages = set[str] | None
"""Languages to render; None stands for all of them."""


def main() -> int:
    """Serves the project in the current folder until somebody stops it. Returns 0 or 1."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    listen_for_stop()
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        print(f"PORT is {text!r}; it must be a number from 1 to 65535.", file=sys.stderr)
        return 1
    try:
        server = LiveServer(int(text))
    except OSError as error:
        print(_no_port(int(text), error), file=sys.stderr)
        return 1
    folder = open_home(Path.cwd()) / f"serve-{server.server_port}"
    try:
        # What a killed preview left: nobody else can be at work there, the port is ours.
        shutil.rmtree(folder, ignore_errors=True)
        _serve(Path.cwd(), folder, server)
    except Stopped:
        print("\nStopped.")
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _serve(root: Path, folder: Path, server: LiveServer) -> None:
    changes: queue.Queue[Languages] = queue.Queue()
    observer = _watch(root, changes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Preview of {root.name} at {server.address} (Ctrl-C stops). Building it now ...")
    preview = _Preview(root, folder, server)
    try:
        preview.show(None)
        print(f"Open {server.address} and save a page: the browser follows.")
        while True:
            preview.show(_burst(changes, preview))
    finally:
        observer.stop()
        preview.stop()


class _Preview:
    """The rounds: each one is rendered aside, then served whole, then made findable."""

    def __init__(self, root: Path, folder: Path, server: LiveServer) -> None:
        self.root = root
        self.folder = folder
        self.server = server
        self.number = 0
        self.shown: list[Path] = []
        self.wanted: Languages = set()
        """What a failed round still owes."""
        self.unindexed: set[str] = set()
        self.indexing: subprocess.Popen[str] | None = None
        self.standby: subprocess.Popen[str] | None = None
        """A process that has imported everything and waits for the next saved page."""

    def show(self, languages: Languages) -> None:
        """Renders `languages` and lets the browser reload, or shows it what is wrong."""
        self._end(self.indexing)  # a new save is more urgent than finding the old text
        self.indexing = None
        self.wanted = None if languages is None or self.wanted is None else self.wanted | languages
        if self.wanted is None:  # perhaps a script has changed that the standby knows as it was
            self._end(self.standby)
            self.standby = None
        self.number += 1
        folder = self.folder / f"round-{self.number}"
        folder.mkdir(parents=True)
        process = self.standby = self.standby or self._start()
        _, problems = process.communicate(self._order("show", folder, self.wanted))
        self.standby = None
        if process.returncode == 0:
            self._serve(folder)
        else:
            problems = problems.strip() or f"The preview ended with {process.returncode}."
            print(problems, file=sys.stderr)
            self.server.tell(problems)
            shutil.rmtree(folder, ignore_errors=True)
        self.standby = self._start()

    def poll(self) -> bool:
        """Whether search is still being indexed. Says so when it failed."""
        if self.indexing is None:
            return False
        if self.indexing.poll() is None:
            return True
        _, problems = self.indexing.communicate()
        if self.indexing.returncode == 0:
            self.unindexed.clear()
        else:
            print(f"Search is not up to date: {problems}", file=sys.stderr)
        self.indexing = None
        return False

    def stop(self) -> None:
        """Ends every process of the preview."""
        self._end(self.indexing)
        self._end(self.standby)

    def _serve(self, folder: Path) -> None:
        self.wanted = set()
        self.shown.append(folder)
        self.server.serve(folder / "site", self.number)
        print(f"Ready: {self.server.address}")
        for old in self.shown[:-2]:  # the one before may be halfway to a browser
            shutil.rmtree(old, ignore_errors=True)
        self.shown = self.shown[-2:]
        note = json.loads((folder / "round.json").read_text(encoding="utf-8"))
        self.unindexed |= set(note["fresh"])
        self.indexing = self._start()
        assert self.indexing.stdin is not None
        self.indexing.stdin.write(self._order("index", folder, self.unindexed))
        self.indexing.stdin.flush()

    def _order(self, verb: str, folder: Path, languages: Languages) -> str:
        order = {
            "verb": verb,
            "folder": str(folder),
            "before": str(self.shown[-1]) if self.shown else None,
            "languages": None if languages is None else sorted(languages),
        }
        return json.dumps(order) + "\n"

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "scripts.preview"],
            cwd=self.root,
            # Absolute addresses in the pages then lead here: those on the 404 page have to.
            env={**os.environ, "SITE_URL": f"{self.server.address}/"},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def _end(self, process: subprocess.Popen[str] | None) -> None:
        if process is not None and process.poll() is None:
            process.terminate()
            process.communicate()


def _burst(changes: queue.Queue[Languages], preview: _Preview) -> Languages:
    """Waits for a change and for those that come with it: what they ask for together."""
    while True:
        try:
            found = changes.get(timeout=0.2 if preview.poll() else None)
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
        self, root: Path, organisation: Path | None, changes: queue.Queue[Languages]
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
                languages = affected(Path(os.fsdecode(path)), self.root, self.organisation)
                if languages != set():
                    self.changes.put(languages)


def affected(path: Path, root: Path, organisation: Path | None = None) -> Languages:
    """The languages that have to be rendered when the file `path` changed; None is all of them.

    `organisation` is the folder in which a host keeps its own pages and settings.
    """
    if organisation and path.is_relative_to(organisation) and not path.is_relative_to(root):
        parts = path.relative_to(organisation).parts
        return set() if any(_is_noise(part) for part in parts) else None
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    if not parts or any(_is_noise(part) for part in parts):
        return set()
    if parts[0] == "docs" and len(parts) > 2:
        return {parts[1]}
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


def _watch(root: Path, changes: queue.Queue[Languages]) -> BaseObserver:
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
        cure = f"Stop what runs there, or choose another: make serve PORT={port + 1}"
        return f"Port {port} is taken. {cure}"
    return f"Port {port} cannot be used ({error.strerror}). Choose another: make serve PORT=8000"


if __name__ == "__main__":
    sys.exit(main())
