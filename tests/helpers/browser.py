"""A browser and a host for it: what audits, measures and tests, looks at the site as a reader does.

The host serves a built site as a plain server would, at the root or under a sub-path, with the headers
that the site asks for (`_headers`), its own 404 page and, where asked, gzip; it reaches nobody else.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from handvat.postprocess.headers import ON_PIECES, PIECE, for_address
from playwright.sync_api import Browser, Playwright

# The one without a window first: it is a third quicker, and the other (156, --headless) now and then never
# answers when a page is closed while it goes to another address, so that a whole run of tests stands still.
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


class NoBrowser(Exception):
    """There is no Chromium on this machine; the text says how to get one."""


def launch(playwright: Playwright, **options: Any) -> Browser:
    """Chromium of this machine, started with Playwright's `options`. Raises NoBrowser."""
    program = options.pop("program", None) or next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise NoBrowser(
            "no Chromium on the PATH: install it (Debian: apt install chromium-headless-shell; "
            "Ubuntu: apt install chromium; "
            "Fedora: dnf install chromium; macOS: brew install --cask google-chrome and put "
            "its program on the PATH as google-chrome)"
        )
    # Chromium refuses its sandbox to root, which is who runs this in a container.
    arguments = [*options.pop("args", ()), *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return playwright.chromium.launch(executable_path=program, args=arguments, **options)


@dataclass(frozen=True)
class Answer:
    """One answer of the host. `size` is all that went over the wire, headers too."""

    path: str
    asked: float
    """When the request came, in seconds since 1970."""
    size: int


class _Counter(BufferedIOBase):
    """Passes on what is written, and counts it."""

    def __init__(self, out: BufferedIOBase) -> None:
        self.out = out
        self.size = 0

    def write(self, data: Any) -> int:
        self.size += len(data)
        return self.out.write(data)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answers from a folder, under `prefix`; where `is_compressed`, with the smaller copies of the build."""

    prefix = "/"
    is_compressed = False
    answered: Callable[[Answer], None] | None = None
    asked = 0.0
    is_error = False
    extensions_map = {  # noqa: RUF012 - the base class' own form
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".webmanifest": "application/manifest+json",
    }

    def translate_path(self, path: str) -> str:
        """Where `path` lies; nothing outside the prefix is there."""
        if not path.startswith(self.prefix):
            return str(Path(self.directory, "outside-the-site"))
        return super().translate_path("/" + path.removeprefix(self.prefix))

    def setup(self) -> None:
        """Counts what is written, where somebody wants to know."""
        super().setup()
        if self.answered:
            self.wfile = _Counter(self.wfile)  # type: ignore[assignment]

    def parse_request(self) -> bool:
        """Notes when the request came: a browser opens connections before it needs them."""
        is_good = super().parse_request()
        self.asked = time.time() if is_good else 0.0
        return is_good

    def finish(self) -> None:
        """Tells what was answered. There is one request a connection (HTTP/1.0)."""
        if self.asked and isinstance(self.wfile, _Counter) and self.answered:
            self.answered(Answer(self.path, self.asked, self.wfile.size))
        super().finish()

    def do_GET(self) -> None:
        """Answers with the file, compressed where that helps."""
        path = Path(self.translate_path(self.path.partition("?")[0]))
        if path.is_dir() and self.path.endswith("/"):
            path /= "index.html"
        smaller = path.with_name(f"{path.name}.gz")
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (self.is_compressed and accepts and path.is_file() and smaller.is_file()):
            super().do_GET()
            return
        body = smaller.read_bytes()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers a wrong address with the site's own page."""
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
        """Adds the headers that the site asks its host for, as the servers of `deploy/` do."""
        file = Path(self.directory, "_headers")
        text = file.read_text("utf-8") if file.is_file() else ""
        address = self.path.partition("?")[0]
        is_piece = not self.is_error and PIECE.search(address)
        for name, value in for_address(text, address).items():
            if name in ON_PIECES or not is_piece:
                self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Silent: who looks at the site prints what matters."""


@contextmanager
def served(
    folder: Path,
    prefix: str = "/",
    *,
    is_compressed: bool = False,
    answered: Callable[[Answer], None] | None = None,
) -> Iterator[str]:
    """The address at which `folder` is served under `prefix`, on this machine alone.

    `answered` is told of every answer once it is sent, by several threads.
    """
    settings = {
        "prefix": prefix,
        "is_compressed": is_compressed,
        "answered": staticmethod(answered) if answered else None,
    }
    handler = type("SiteHandler", (Handler,), settings)
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
