"""The usual commands of MkDocs make a site, and print what it lacks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from fixture_site import make_site


def _environment() -> dict[str, str]:
    # Material's warning about MkDocs 2 does not concern this project.
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1"}


@pytest.mark.parametrize("engine", ["mkdocs", "properdocs"])
def test_a_plain_build_has_all_languages_and_prints_what_it_lacks(
    tmp_path: Path, engine: str
) -> None:
    root = make_site(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", engine, "build", "-f", "mkdocs.yml"],
        cwd=root,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "`handvat build` checks first, and adds search" in done.stderr
    home = (root / "site/index.html").read_text("utf-8")
    assert "Welkom." in home and 'lang="nl"' in home
    assert "Welcome." in (root / "site/en/index.html").read_text("utf-8")
    assert 'dir="rtl"' in (root / "site/ar/index.html").read_text("utf-8")


def test_a_plain_serve_shows_a_page(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/base/now/"
    command = [sys.executable, "-m", "mkdocs", "serve", "--no-livereload", "-a"]
    with subprocess.Popen(
        [*command, f"127.0.0.1:{port}"], cwd=root, env=_environment(), stderr=subprocess.PIPE
    ) as process:
        try:
            assert "Kies." in _read_when_ready(address, process)
        finally:
            process.terminate()


def _read_when_ready(address: str, process: subprocess.Popen[bytes]) -> str:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(address) as answer:  # on this machine
                return answer.read().decode("utf-8")
        except OSError:
            time.sleep(0.05)
    assert process.stderr is not None
    pytest.fail(process.stderr.read().decode("utf-8"))
