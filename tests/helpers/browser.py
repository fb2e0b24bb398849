"""A browser, and a host that serves a built site to it.

The host serves as a plain server would, at the root or under a sub-path, with the headers in the
site's `_headers` and its own 404 page, on this machine alone.
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
from http import HTTPStatus
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Playwright

# The one without a window first: it is a third quicker, and the other (156, --headless) now and
# then hangs when a page is closed during a navigation, and a whole run of tests with it.
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

PIECE = re.compile(r"/(assets|search)/.+\.(css|js)$")
"""The address of a subresource of a page: a style, a script, a part of the search index."""

ON_PIECES = ("Referrer-Policy", "Cross-Origin-Resource-Policy", "X-Content-Type-Options")
"""The headers that apply to these; the others are about documents. nginx and Caddy (`deploy/`)
leave those out, since they would be a tenth of what a phone fetches for a first search; `_headers`
cannot."""


class NoBrowser(Exception):
    """There is no Chromium on this machine; the text says how to get one."""


def launch(playwright: Playwright, **options: Any) -> Browser:
    """Start Chromium of this machine with Playwright's `options`. Raise NoBrowser."""
    program = options.pop("program", None) or next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise NoBrowser(
            "no Chromium on the PATH: install it (Debian: apt install chromium-headless-shell; "
            "Ubuntu: apt install chromium; "
            "Fedora: dnf install chromium; macOS: brew install --cask google-chrome and put "
            "its program on the PATH as google-chrome)"
        )
    # Chromium has no sandbox for root, the user in a container.
    arguments = [*options.pop("args", ()), *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return playwright.chromium.launch(executable_path=program, args=arguments, **options)


def for_address(text: str, address: str) -> dict[str, str]:
    """The headers that a host which reads `text`, the file `_headers`, sends for the path `address`."""
    found: dict[str, str] = {}
    fits = False
    for line in text.splitlines():
        if line.startswith(" "):
            name, value = line.strip().split(": ", 1)
            if fits:
                found[name] = f"{found[name]}, {value}" if name in found else value
        else:
            start = line.removesuffix("*")
            fits = address.startswith(start) if line.endswith("*") else address == start
    return found


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answer from a folder, under `prefix`."""

    prefix = "/"
    is_error = False
    extensions_map = {  # noqa: RUF012 - the base class' own form
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".webmanifest": "application/manifest+json",
    }

    def translate_path(self, path: str) -> str:
        """The file of the address `path`; one that does not exist for an address outside the prefix."""
        if not path.startswith(self.prefix):
            return str(Path(self.directory, "outside-the-site"))
        return super().translate_path("/" + path.removeprefix(self.prefix))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a wrong address with the site's own page."""
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.is_error = True
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Add the headers of the site's `_headers`, as the servers of `deploy/` do."""
        file = Path(self.directory, "_headers")
        text = file.read_text("utf-8") if file.is_file() else ""
        address = self.path.partition("?")[0]
        is_piece = not self.is_error and PIECE.search(address)
        for name, value in for_address(text, address).items():
            if name in ON_PIECES or not is_piece:
                self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""


@contextmanager
def served(folder: Path, prefix: str = "/") -> Iterator[str]:
    """The address at which `folder` is served under `prefix`, on this machine alone."""
    handler = type("SiteHandler", (Handler,), {"prefix": prefix})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
