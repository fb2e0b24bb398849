"""The web server of the live preview: has pages made as they are asked for, and tells the browser of new ones.

What is no page comes out of one finished tree. The pages forbid inline scripts, so the reload script is a file of this server. It is put into the
pages as they are sent, never into the files, and cannot end up in a published site.
"""

from __future__ import annotations

import io
import json
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_SCRIPT = "/-/live.js"
_EVENTS = "/-/events"

_JAVASCRIPT = """\
/* Reloads this page when a new edition of it is there; shows what keeps it from being built. */
(function (script) {
  "use strict";
  var mine = script.getAttribute("data-round");
  var source = null;
  var box = null;

  function show(problem) {
    if (!box) {
      box = document.createElement("pre");
      box.setAttribute("role", "status");
      box.setAttribute("lang", "en");
      box.setAttribute("dir", "ltr");
      Object.assign(box.style, {
        position: "fixed", insetInline: "1rem", bottom: "1rem", zIndex: "99", margin: "0",
        maxHeight: "50vh", overflow: "auto", padding: "1rem", whiteSpace: "pre-wrap",
        font: "14px/1.5 monospace", color: "#222", background: "#fff8e1",
        border: "1px solid #b08900", borderRadius: "6px"
      });
    }
    box.textContent = problem;
    if (problem) document.body.appendChild(box); else box.remove();
  }

  function listen() {
    if (source) return;
    source = new EventSource("EVENTS");
    source.onmessage = function (event) {
      var now = JSON.parse(event.data);
      if (now.round !== mine) location.reload(); else show(now.problem);
    };
  }

  /* A browser opens six connections to one server: a page nobody looks at must not keep one. */
  function hush() {
    if (source) source.close();
    source = null;
  }

  addEventListener("pagehide", hush);
  addEventListener("pageshow", function () { if (!document.hidden) listen(); });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) hush(); else listen();
  });
})(document.currentScript);
""".replace("EVENTS", _EVENTS)

_BROKEN = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Broken</title></head>
<body><p>This page cannot be shown yet. Below is what to fix.</p></body>
</html>
"""

_WAITING = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Building</title></head>
<body><p>The preview is being built. This page shows it as soon as it is there.</p></body>
</html>
"""


Maker = Callable[[str], Path | str | None]
"""Makes the page at an address below the root of the site: its file, what is wrong with it, or None for no page."""


class LiveServer(ThreadingHTTPServer):
    """Listens at 127.0.0.1 from the moment it is made. Raises OSError when it may not."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.tree: Path | None = None
        """What is there besides pages."""
        self.make: Maker | None = None
        """None until pages can be made."""
        self.round = ""
        """The name of the pages' edition: a page of another one reloads."""
        self._problem = ""
        self._version = 0
        self._changed = threading.Condition()
        self._started = time.time_ns()  # so that pages of an earlier server reload as well
        self.is_closed = False
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def address(self) -> str:
        """The address of the site's root, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def show(self, number: int, make: Maker) -> None:
        """Has pages made by `make` from now on, as round `number`: open pages reload."""
        with self._changed:
            self.make, self.round, self._problem = make, f"{self._started}-{number}", ""
            self._tell()

    def tell(self, problem: str) -> None:
        """Shows `problem` in the open pages; nothing where it is empty."""
        with self._changed:
            if problem != self._problem:
                self._problem = problem
                self._tell()

    def close(self) -> None:
        """Stops listening; open connections end."""
        self.is_closed = True
        with self._changed:
            self._tell()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves before it has got everything is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def wait(self, version: int) -> tuple[int, dict[str, str]]:
        """The state and its version, once it is another than `version`; at most 15 seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != version or self.is_closed, timeout=15)
            return self._version, {"round": self.round, "problem": self._problem}

    def _tell(self) -> None:
        """Wakes whoever waits for the state to change."""
        self._version += 1
        self._changed.notify_all()


class _Handler(SimpleHTTPRequestHandler):
    server: LiveServer

    def __init__(self, request: Any, address: Any, server: LiveServer) -> None:
        # Those of this moment: a request never sees half of one round and half of the next.
        self.tree, self.round = server.tree, server.round
        super().__init__(request, address, server, directory=str(self.tree or "/nowhere"))

    def do_GET(self) -> None:
        # Times of files count in seconds, and a save may take less: nothing is ever "not modified".
        del self.headers["If-Modified-Since"]
        path = urlsplit(self.path).path
        if path == _EVENTS:
            self._stream()
        elif path == _SCRIPT:
            self._send(HTTPStatus.OK, "text/javascript", _JAVASCRIPT.encode())
        elif self.server.make is None:
            self._send_page(HTTPStatus.SERVICE_UNAVAILABLE, _WAITING.encode())
        elif path.endswith("/") and (made := self.server.make(unquote(path).lstrip("/"))):
            self._send_made(made)
        else:
            super().do_GET()

    def _send_made(self, made: Path | str) -> None:
        """A page; where something is wrong with it, a page that the problem can be shown on."""
        if isinstance(made, Path):
            self._send_page(HTTPStatus.OK, made.read_bytes())
        else:
            self._send_page(HTTPStatus.SERVICE_UNAVAILABLE, _BROKEN.encode())

    def send_head(self) -> io.BytesIO | Any:
        """A page gets the reload script; everything else goes out as it is."""
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if self.path.partition("?")[0].endswith("/") else path
        if page.suffix == ".html" and page.is_file():
            self._send_page(HTTPStatus.OK, page.read_bytes())
            return None
        return super().send_head()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the base class gives it
        """Folders without a page are not there, as on any host."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A wrong address is answered in the language of its first folder."""
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
        """Requests are no news: the terminal is for what was built and what is wrong."""

    def _send_page(self, status: HTTPStatus, page: bytes) -> None:
        tag = f'<script src="{_SCRIPT}" data-round="{self.round}"></script>'.encode()
        head, end, tail = page.rpartition(b"</body>")
        live = head + tag + end + tail if end else page + tag
        self._send(status, "text/html; charset=utf-8", live)

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        version = -1
        try:
            while not self.server.is_closed:
                seen, state = self.server.wait(version)
                # A comment when nothing happened: writing finds out whether anybody still listens.
                text = f"data: {json.dumps(state)}\n\n" if seen != version else ":\n\n"
                self.wfile.write(text.encode())
                self.wfile.flush()
                version = seen
        except OSError:
            return  # the browser left the page
