"""A browser for the tests, and a host for it that reaches nobody else.

Chromium is looked up on the PATH. Without it the tests that need it are skipped on somebody's own
machine, and fail where CI=true: a check that silently did not run protects nobody.
"""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a built site as a plain host does, at the root or under a sub-path, with its headers."""

    prefix = "/"

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.prefix):
            return str(Path(self.directory, "outside-the-site"))
        return super().translate_path("/" + path.removeprefix(self.prefix))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html")
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Adds the headers that the site asks its host for, so that every test runs under them."""
        file = Path(self.directory, "_headers")
        for line in file.read_text("utf-8").splitlines()[1:] if file.is_file() else ():
            self.send_header(*line.strip().split(": ", 1))
        super().end_headers()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Silent: pytest prints what matters."""


@contextmanager
def served(folder: Path, prefix: str) -> Iterator[str]:
    """The address at which `folder` is served under `prefix`."""
    handler = type("PrefixHandler", (Handler,), {"prefix": prefix})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def launch(playwright: Playwright, **options: object) -> Browser:
    """Chromium of this machine; skips, or in CI fails, where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        message = (
            "no Chromium on the PATH: install it (Debian, Ubuntu: apt install chromium; "
            "Fedora: dnf install chromium; macOS: brew install --cask google-chrome and put "
            "its program on the PATH as google-chrome)"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # Chromium refuses its sandbox to root, which is who runs tests in a container.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=program, args=arguments, **options)


@dataclass
class Watch:
    """What a browser did that a reader does not see."""

    local: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: Browser, **options: object) -> Iterator[tuple[Page, Watch]]:
    """A page in a fresh profile. Other hosts are not reached: they answer with one word."""
    context: BrowserContext = browser.new_context(**{"viewport": DESKTOP, **options})
    context.set_default_timeout(30_000)
    watch = Watch()

    def answer(route: Route) -> None:
        url = route.request.url
        if url.startswith("http://127.0.0.1"):
            watch.local.append(url)
            route.continue_()
        else:
            watch.foreign.append(url)
            route.fulfill(status=200, content_type="text/html", body="<title>Elsewhere</title>")

    context.route(re.compile("^https?:"), answer)
    page = context.new_page()
    page.on("pageerror", lambda error: watch.complaints.append(str(error)))
    page.on("console", lambda message: _note(watch, message.type, message.text))
    try:
        yield page, watch
    finally:
        context.close()


def _note(watch: Watch, kind: str, text: str) -> None:
    # A violation of the Content-Security-Policy arrives here too, as an error. The status of a page
    # that rightly answers 404 is none.
    if kind in {"error", "warning"} and "status of 404" not in text:
        watch.complaints.append(text)


def focused(page: Page) -> str:
    """What has the focus: its id, class or text."""
    return page.evaluate(
        "() => { const it = document.activeElement; return it.id || it.className || it.textContent; }"
    )
