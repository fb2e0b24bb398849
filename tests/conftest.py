"""What tests share: the checkout's own site, built once, a server for it, and a browser.

`make test` runs the tests in a process for each core and one more (pytest-xdist). All of them share one built site; each has one
server for it and one browser, in which every test opens a fresh profile.
"""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from chromium import launch, served
from fixture_site import CHECKOUT
from playwright.sync_api import Browser, Playwright, sync_playwright

# A fork may have an edition of its own in its root: these tests are of the shipped one.
os.environ["ORGANISATION"] = "-"

# At Python's own thresholds the garbage collector takes a tenth of the time, and finds little.
gc.set_threshold(100_000, 20, 100)

MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3
"""Linux's folder in memory, and the free bytes there from which tests write their sites to it:
they write and delete some hundred thousand small files, which takes a disk's file system a fifth of
the time of all tests."""


def _is_in_memory() -> bool:
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return False
    there = os.statvfs(MEMORY)
    return there.f_bavail * there.f_frsize >= ROOM and not there.f_flag & os.ST_NOEXEC


if _is_in_memory():
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this project."""
    parser.addoption("--every-page", action="store_true", help="axe on every page, in four views")


def pytest_xdist_auto_num_workers() -> int:
    """Return one more than there are cores: a test that waits for a browser or a server leaves its core to another."""
    return len(os.sched_getaffinity(0)) + 1 if sys.platform == "linux" else (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the checkout's site, built as `make build` builds it, once for all processes of a run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    out = shared / "built" / "site"
    out.parent.mkdir(exist_ok=True)
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            _build(out)
    return out


def _build(out: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "LANGS"}
    environment["SITE_URL"] = "https://handvat.example/"
    done = subprocess.run(
        [sys.executable, "-m", "handvat", "build", "--out", str(out)],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"the site does not build:\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="session")
def root(built_site: Path) -> Iterator[str]:
    """The address of the checkout's site at the root of a host."""
    with served(built_site, "/") as address:
        yield address


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium of this machine."""
    chromium = launch(playwright)
    yield chromium
    chromium.close()


@pytest.fixture
def mount_disk() -> Iterator[Callable[[Path, str], None]]:
    """Mounts a disk of some size (`24m`, as mount(8) takes it) on a folder, until the test ends; else skips it."""

    def mount(folder: Path, size: str) -> None:
        folder.mkdir(exist_ok=True)
        if os.geteuid() != 0 or not shutil.which("mount"):
            pytest.skip("only root can mount a disk")
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("this system does not allow mounting a disk")
        mounted.callback(subprocess.run, ["umount", str(folder)], check=True)

    with ExitStack() as mounted:
        yield mount


@pytest.fixture(autouse=True)
def _no_event_loop_of_a_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Between two calls Playwright leaves its event loop marked as running, where asyncio.run() refuses to start."""
    if "playwright" in request.fixturenames:
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)
