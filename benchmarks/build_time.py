"""How long a contributor waits for a build and for a saved text, by number of pages.

    .venv/bin/python benchmarks/build_time.py [--sizes 40 200] [--runs 3] [--beside CHECKOUT] [--peer]

Measures the checkout in this folder with its own pages and with generated ones (`synthetic.py`) of `--sizes` pages a
language: a build without a cache, a build after a change of one text, and the time from a saved text until an open
browser shows it. `--beside` does the same with another checkout and its own pages, `--peer` with Material and
static-i18n alone on the same Markdown. They take turns, run by run, so that a busy machine slows all of them. Prints
medians (least–most) of seconds. Everything happens in copies in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from page_load import launch
from playwright.sync_api import Browser, Error, sync_playwright
from synthetic import write_project

TEXT, ADDRESS = "docs/nl/now/first-hour.md", "now/first-hour/"
"""The text that is changed, and where the site shows it."""
PATIENCE = 300
"""Seconds until a preview must show a saved text."""
# Settings of the caller would change what is built; without bytecode each process compiles all modules.
SETTINGS = {"LANGS", "SITE_URL", "REPO_URL", "EDIT_URI", "ORGANISATION", "PYTHONDONTWRITEBYTECODE"}
PEER = """\
site_name: Handvat
theme: {{name: material, font: false}}
plugins:
  - search
  - i18n: {{docs_structure: folder, fallback_to_default: true, reconfigure_material: true, languages: [{}]}}
markdown_extensions: [attr_list, tables, pymdownx.blocks.admonition: {{types: [scene, say, never, next, note]}}]
"""
TABLE = "{:<12}{:>23}{:>23}{:>12}{:>23}"


@dataclass
class Builder:
    """What builds the copy of a project in `folder`: a checkout, or the peer in its `.venv`."""

    name: str
    checkout: Path
    folder: Path
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def command(self, verb: str, port: int) -> list[str]:
        """The command line for `verb`: build, or serve on `port`."""
        programs = self.checkout.absolute() / ".venv" / "bin"
        if self.name == "peer":
            options = ["--livereload", "-a", f"127.0.0.1:{port}"] if port else []
            return [f"{programs}/mkdocs", verb, "--quiet", *options]
        if (programs / "handvat").exists():
            return [f"{programs}/handvat", verb, *(["--port", str(port)] if port else [])]
        return [f"{programs}/python", "-m", f"scripts.{verb}"]  # an older checkout: reads PORT

    @contextmanager
    def running(self, verb: str, port: int = 0) -> Iterator[subprocess.Popen[bytes]]:
        """The running command, ended with all its processes. Raise SystemExit with its output if it fails."""
        env = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        env |= {"PORT": str(port), "TMPDIR": str(self.folder.parent)}
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(self.command(verb, port), cwd=self.folder, env=env, stdout=output,
                                       stderr=output, start_new_session=True)  # fmt: skip
            try:
                yield process
            finally:
                has_ended = process.poll() is not None
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                process.wait()
                if has_ended and (process.returncode or port):
                    output.seek(0)
                    raise SystemExit(f"{output.read().decode()}\n{self.name}: {verb} failed")

    def build(self, kind: str) -> None:
        """Build, "cold" without a cache, or "warm"; note the seconds."""
        for name in (".build", "site") if kind == "cold" else ():
            shutil.rmtree(self.folder / name, ignore_errors=True)
        started = time.perf_counter()
        with self.running("build") as process:
            process.wait()
            self.seconds[kind].append(time.perf_counter() - started)

    def save(self) -> str:
        """Change the text; return the word that is new in it."""
        file = self.folder / TEXT
        # Letters only: a figure that translations do not have is an error.
        word = "Proef" + "".join("abcdefghij"[int(digit)] for digit in str(time.time_ns()))
        text = file.read_text("utf-8").split("\nProef")[0].rstrip()
        file.write_text(f"{text}\n\n{word}.\n", encoding="utf-8")
        return word

    def preview(self, browser: Browser, runs: int) -> None:
        """Note the seconds from each save until the open browser shows it."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        tab, word, ends = browser.new_page(), self.save(), time.monotonic() + PATIENCE
        with self.running("serve", port) as process:
            while process.poll() is None and time.monotonic() < ends:
                with suppress(Error):  # it does not answer yet
                    tab.goto(f"http://127.0.0.1:{port}/{ADDRESS}")
                    if word in tab.inner_text("body"):
                        break
                time.sleep(0.2)
            for _ in range(runs if process.poll() is None else 0):
                # A preview that checks the whole site in the background takes no longer than a build.
                time.sleep(2 + max(self.seconds["cold"]))
                started, shown = time.perf_counter(), f"text={self.save()}"
                tab.wait_for_selector(shown, timeout=PATIENCE * 1000)
                self.seconds["visible"].append(time.perf_counter() - started)
        tab.close()

    def line(self, size: int) -> str:
        """The figures as a line of the table."""
        cold, warm, visible = (self.seconds[kind] for kind in ("cold", "warm", "visible"))
        share = f"{statistics.median(warm) / statistics.median(cold):.0%}"
        name = f"{size or 'today'} {self.name}"
        return TABLE.format(name, spread(cold), spread(warm), share, spread(visible))


def spread(values: Sequence[float]) -> str:
    """Median, least and most: `9.32 (9.10–10.01)`."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def write_peer(project: Path, folder: Path) -> None:
    """Lay the Markdown of `project` out in `folder` for Material and static-i18n as they are shipped."""
    shutil.copytree(project / "docs", folder / "docs")
    languages = re.findall(r"\{locale: [^}]*\}", (project / "mkdocs.yml").read_text("utf-8"))
    (folder / "mkdocs.yml").write_text(PEER.format(", ".join(languages)), "utf-8")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure builds and the live preview.")
    parser.add_argument("--sizes", nargs="*", type=int, default=[40, 200], help="pages a language")
    parser.add_argument("--runs", type=int, default=3, help="of each measurement")
    parser.add_argument("--beside", type=Path, help="another checkout, with its .venv")
    parser.add_argument("--peer", action="store_true", help="Material and static-i18n too")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends what runs, removes the copies
    checkouts = {"here": Path(), **({"beside": options.beside} if options.beside else {})}
    print(TABLE.format("pages", "cold", "warm", "warm/cold", "save to visible"), flush=True)
    for size in (0, *options.sizes):
        with tempfile.TemporaryDirectory(prefix="handvat-bench-") as temporary:
            builders = [Builder(name, checkouts[name], Path(temporary, name)) for name in checkouts]
            for builder in builders:
                write_project(builder.checkout, builder.folder, size)
            if options.peer:
                builders.append(Builder("peer", Path(), Path(temporary, "peer")))
                write_peer(builders[0].folder, builders[-1].folder)
            for kind in ["cold", "warm"] * options.runs:
                for builder in builders:
                    builder.save()
                    builder.build(kind)
            with sync_playwright() as playwright, launch(playwright) as browser:
                for builder in builders:
                    builder.preview(browser, options.runs)
                    print(builder.line(size), flush=True)


if __name__ == "__main__":
    main()
