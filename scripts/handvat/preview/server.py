"""The web server of the live preview: renders pages on request, and tells the browser when to reload.

All other files come from the last complete build. The pages forbid inline scripts, so the reload script is a file of
this server. It is added to pages as they are sent, never to files, and cannot end up in a published site.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_SCRIPT = "/-/live.js"
_EVENTS = "/-/events"  # as in live.js
_HEARTBEAT = 15
"""Seconds after which a silent event stream sends a comment: writing shows whether the browser is still there."""

_JAVASCRIPT = Path(__file__).with_name("live.js")

_NOTICE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Preview</title></head>
<body><p>{}</p></body>
</html>
"""
_WAITING = "The preview is being built. This page shows it as soon as it is there."
_BROKEN = "This page cannot be shown yet. The problem is below."

Render = Callable[[str], Path | str | None]
"""Address below the root of the site → the file of the page, the text of a problem, or None where no page is."""


class LiveServer(ThreadingHTTPServer):
    """A server at 127.0.0.1 that listens from its creation on. Raises OSError where it may not."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.tree: Path | None = None
        """The last complete build; None before the first."""
        self.render: Render | None = None
        """None until the project is loaded."""
        self.state: Mapping[str, str] = {"round": "", "problem": ""}
        """The event that browsers get: the version of the pages (those of another one reload), and the problem shown."""
        self.is_closed = False
        self._changed = threading.Condition()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def address(self) -> str:
        """The address of the site's root, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def show(self, render: Render) -> None:
        """Render pages with `render` from now on, without a problem; open pages reload."""
        with self._changed:
            self.render = render
            # A time, so that pages of an earlier server reload as well.
            self.state = {"round": str(time.time_ns()), "problem": ""}
            self._changed.notify_all()

    def show_problem(self, problem: str) -> None:
        """Show `problem` in the open pages, or none where it is empty."""
        with self._changed:
            self.state = {**self.state, "problem": problem}
            self._changed.notify_all()

    def wait(self, seen: Mapping[str, str]) -> Mapping[str, str]:
        """Return the state once it differs from `seen`, the server closes, or `_HEARTBEAT` is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.state != seen or self.is_closed, _HEARTBEAT)
            return self.state

    def close(self) -> None:
        """Stop listening, and end open connections."""
        with self._changed:
            self.is_closed = True
            self._changed.notify_all()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error, except that a browser left before it had the whole answer."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(SimpleHTTPRequestHandler):
    server: LiveServer

    def __init__(self, request: Any, address: Any, server: LiveServer) -> None:
        # Read once: a request must not mix two versions.
        self.tree, self.round = server.tree, server.state["round"]
        super().__init__(request, address, server, directory=str(self.tree or "/nowhere"))

    def do_GET(self) -> None:
        # File times count in seconds, and two saves may share one: no answer is "not modified".
        del self.headers["If-Modified-Since"]
        path = urlsplit(self.path).path
        render = self.server.render
        if path == _EVENTS:
            self._stream()
        elif path == _SCRIPT:
            self._send(HTTPStatus.OK, "text/javascript", _JAVASCRIPT.read_bytes())
        elif render is None:
            self._send_notice(_WAITING)
        elif path.endswith("/") and (page := render(unquote(path).lstrip("/"))):
            if isinstance(page, Path):
                self._send_page(HTTPStatus.OK, page.read_bytes())
            else:
                self._send_notice(_BROKEN)
        else:
            super().do_GET()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the base class passes it
        """Answer 404 for a folder without a page, as any host does."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a wrong address in the language of its first folder."""
        if code != HTTPStatus.NOT_FOUND or self.tree is None:
            return super().send_error(code, message, explain)
        first = unquote(urlsplit(self.path).path).strip("/").split("/")[0]
        for page in (self.tree / first / "404.html", self.tree / "404.html"):
            if first not in {".", ".."} and page.is_file():
                return self._send_page(HTTPStatus.NOT_FOUND, page.read_bytes())
        return super().send_error(code, message, explain)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class' name
        """Print no requests: the terminal is for builds and problems."""

    def _send_notice(self, text: str) -> None:
        self._send_page(HTTPStatus.SERVICE_UNAVAILABLE, _NOTICE.format(text).encode())

    def _send_page(self, status: HTTPStatus, page: bytes) -> None:
        tag = f'<script src="{_SCRIPT}" data-round="{self.round}"></script>'.encode()
        head, end, tail = page.rpartition(b"</body>")
        live = head + tag + end + tail if end else page + tag
        self._send(status, "text/html; charset=utf-8", live)

    def _send(self, status: HTTPStatus, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self) -> None:
        """Send the state of the server, and again whenever it changes (server-sent events)."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        seen: Mapping[str, str] = {}
        try:
            while not self.server.is_closed:
                state = self.server.wait(seen)
                text = f"data: {json.dumps(state)}\n\n" if state != seen else ":\n\n"
                self.wfile.write(text.encode())
                self.wfile.flush()
                seen = state
        except OSError:
            return  # the browser left the page
