"""The servers of `deploy/`, started on this machine alone.

They run with exactly the files that a host gets. Only what cannot be the same on every machine is
replaced: the port, the folder of the site and where a server writes.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"

# As Debian's nginx.conf where it matters, and worse: logs with addresses, and cached open files. A
# site's own configuration has to override it. The brotli module is loaded as its package does it.
_NGINX = """\
{user}
include /etc/nginx/modules-enabled/*.conf;
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/main.log info;
events {{ worker_connections 768; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    sendfile on;
    tcp_nopush on;
    gzip on;
    open_file_cache max=1000;
    access_log {folder}/access.log;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    include {folder}/handvat.conf;
}}
"""

_STARTS_WITHIN = 30.0
"""Seconds: many times what a server needs on a busy machine."""


class NoServer(Exception):
    """The server is not on this machine, or does not start; the text says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    folder: Path
    """Everything that it writes, logs too, is in here."""
    reload: Callable[[], None]
    """Reloads its configuration, with the headers."""


@contextmanager
def nginx(root: Path, site: Path, folder: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """nginx, serving the folder `root` with the headers of `site`; it writes to `folder`.

    `settings` are further texts of `nginx.conf` to replace. Raises NoServer.
    """
    program = _find("nginx", "nginx libnginx-mod-http-brotli-static")
    port = free_port()
    write_headers("nginx", folder, site)
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    places = {
        "listen 80 default_server;": f"listen 127.0.0.1:{port} default_server;",
        "    listen [::]:80 default_server;\n": "",
        "    root /srv/handvat/site;": f"    root {root};",
        "/etc/nginx/handvat-headers.conf": str(folder / "headers.nginx"),
        "/var/log/nginx/": f"{folder}/",
        **settings,
    }
    for old, new in places.items():
        assert text.count(old) == 1, f"deploy/nginx.conf does not contain exactly once: {old}"
        text = text.replace(old, new)
    (folder / "handvat.conf").write_text(text, "utf-8")
    # Started by root, nginx would switch to another user, who cannot read a temporary folder.
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(_NGINX.format(folder=folder, user=user), "utf-8")
    command = [program, "-c", str(main), "-e", str(folder / "main.log")]
    reload = [*command, "-s", "reload"]
    with _running(command, {}, port, folder):
        yield Server(port, folder, lambda: _run(reload, {}))


@contextmanager
def caddy(root: Path, site: Path, folder: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """Caddy, serving the folder `root` with the headers of `site`; it writes to `folder`.

    `settings` are further settings of the `Caddyfile`. Raises NoServer.
    """
    program = _find("caddy", "caddy")
    port = free_port()
    write_headers("caddy", folder, site)
    environment = {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "HANDVAT_ADDRESS": f"http://127.0.0.1:{port}, http://localhost:{port}",
        "HANDVAT_ROOT": str(root),
        "HANDVAT_HEADERS": str(folder / "headers.caddy"),
        "HANDVAT_ADMIN": f"localhost:{free_port()}",
        **settings,
    }
    file = ["--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    with _running([program, "run", *file], environment, port, folder):
        yield Server(port, folder, lambda: _run([program, "reload", *file, "--force"], environment))


SERVERS = {"nginx": nginx, "caddy": caddy}


def write_headers(name: str, folder: Path, site: Path, before: Path | None = None) -> None:
    """Writes the security headers of `site`, as a host does, to where the server `name` reads them."""
    out = str(folder / f"headers.{name}")
    command = [sys.executable, str(DEPLOY / "headers.py"), name, "--out", out, str(site)]
    subprocess.run([*command, *([str(before)] if before else [])], check=True)


@dataclass(frozen=True)
class Answer:
    """The response of a server, unchanged."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def __getitem__(self, name: str) -> str | None:
        """The header `name`; several of one name in one line, as in HTTP."""
        found = self.headers.get_all(name)
        return ", ".join(found) if found else None


def ask(
    port: int, path: str, method: str = "GET", *, source: str = "127.0.0.1", **headers: str
) -> Answer:
    """Requests `path` exactly as written, also where no browser would, from the address `source`.

    `If_None_Match="…"` is the header If-None-Match.
    """
    fields = {"Host": "127.0.0.1", "Connection": "close", **headers}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items()]
    request = f"{method} {path} HTTP/1.1\r\n{''.join(lines)}\r\n"
    with socket.create_connection(("127.0.0.1", port), 60, (source, 0)) as connection:
        connection.sendall(request.encode("latin-1"))
        response = http.client.HTTPResponse(connection, method=method)
        response.begin()
        return Answer(response.status, response.headers, response.read())


def free_port() -> int:
    """A port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _find(program: str, packages: str) -> str:
    # Debian installs servers in a folder that only root has on the PATH.
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not found:
        raise NoServer(f"{program} is not on this machine: apt install {packages}")
    return found


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    subprocess.run(
        command, env={**os.environ, **environment}, check=True, capture_output=True, timeout=60
    )


@contextmanager
def _running(
    command: list[str], environment: Mapping[str, str], port: int, folder: Path
) -> Iterator[None]:
    """Starts the server, waits until it answers, and ends it."""
    output = folder / "output.log"
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=file, stderr=file
        )
    try:
        ends = time.monotonic() + _STARTS_WITHIN
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > ends:
                log = output.read_text("utf-8", errors="replace")[-2000:]
                raise NoServer(f"{command[0]} does not start:\n{log}")
            time.sleep(0.05)
        yield
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program, and kill it if it does not end."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def hosted(name: str, root: Path, site: Path, folder: Path, **settings: str) -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(SERVERS[name](root, site, folder, settings))
        except NoServer as reason:
            if os.environ.get("CI") == "true":
                pytest.fail(str(reason))
            pytest.skip(str(reason))
        yield server
