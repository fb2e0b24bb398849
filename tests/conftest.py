"""What tests share: the checkout's own site, built once, a server for it, and a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import launch, served
from playwright.sync_api import Browser, Playwright, sync_playwright

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the checkout's site, built as `make build` builds it."""
    out = tmp_path_factory.mktemp("built") / "site"
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
    return out


@pytest.fixture(scope="module")
def root(built_site: Path) -> Iterator[str]:
    """The address of the checkout's site at the root of a host."""
    with served(built_site, "/") as address:
        yield address


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium of this machine."""
    chromium = launch(playwright)
    yield chromium
    chromium.close()
