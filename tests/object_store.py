"""An object store on this machine: moto's S3 (Debian's rclone 1.60 has no `serve s3`), with a watchman.

The watchman notes every write in the order in which the store did it, keeps the promise of a store
(a file that did not come whole is not there), and can cut who writes at a given write.
"""

from __future__ import annotations

import io
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

BUCKET = "readers"
SECRET = "do-not-print-me-0123456789"
_WRITES = {"PUT", "POST", "DELETE"}


class Silent(WSGIRequestHandler):
    def log(self, *_arguments: Any) -> None:
        pass


@dataclass
class Store:
    """The store's application, and what it was asked to write."""

    app: Any
    address: str = ""
    log: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each write that the store did."""
    cut_at: int = 0
    """The number of the write at which `cut` is called; 0 for never."""
    is_cut_before: bool = False
    """Whether that write is lost."""
    cut: Callable[[], None] = lambda: None
    refusal: str = ""
    """Status that every request gets, where it is not empty."""
    asked: int = 0
    at_work: int = 0
    turn: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        if self.refusal:
            start(self.refusal, [("Content-Type", "application/xml")])
            return [b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"]
        method = environ["REQUEST_METHOD"]
        if method not in _WRITES:
            return self.app(environ, start)
        with self.turn:
            self.asked += 1
            is_last = self.asked == self.cut_at
            self.at_work += 1
        try:
            if is_last and self.is_cut_before:
                self.cut()
                return self._lost(start)
            length = int(environ.get("CONTENT_LENGTH") or 0)
            body = environ["wsgi.input"].read(length)
            if len(body) < length:
                return self._lost(start)
            environ["wsgi.input"] = io.BytesIO(body)
            # One at a time, so that the log is the order in which readers saw it.
            with self.turn:
                answer = list(self.app(environ, start))
                self.log.append((method, environ["PATH_INFO"]))
            if is_last:
                self.cut()
            return answer
        finally:
            with self.turn:
                self.at_work -= 1
                self.turn.notify_all()

    def _lost(self, start: Any) -> list[bytes]:
        start("503 Service Unavailable", [])
        return []

    def rest(self) -> None:
        """Waits until the store has done what was under way."""
        with self.turn:
            self.turn.wait_for(lambda: not self.at_work)

    def copy(self, path: str, target: str) -> None:
        """Makes what lies below `path` of the bucket lie below `target` too."""
        for name in self.names(path):
            self.client.copy_object(
                Bucket=BUCKET,
                Key=f"{target}/{name}",
                CopySource={"Bucket": BUCKET, "Key": f"{path}/{name}"},
                ACL="public-read",
            )

    def put(self, name: str, data: bytes) -> None:
        """Somebody else's hand: puts a file into the bucket."""
        self.client.put_object(Bucket=BUCKET, Key=name, Body=data, ACL="public-read")

    def names(self, path: str) -> list[str]:
        """What lies below `path` of the bucket."""
        pages = self.client.get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=BUCKET, Prefix=f"{path}/")
        return [
            e["Key"].removeprefix(f"{path}/") for page in found for e in page.get("Contents", ())
        ]

    @cached_property
    def client(self) -> Any:
        """What reads and writes the bucket without rclone."""
        return boto3.client(
            "s3",
            endpoint_url=self.address,
            aws_access_key_id="key",
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )

    def served(self, path: str) -> dict[str, bytes]:
        """What readers get below `path` of the bucket: name → content."""
        return {name: body for name, (body, _) in self.answers(path).items()}

    def answers(self, path: str) -> dict[str, tuple[bytes, dict[str, str]]]:
        """Name → content and headers (in small letters), as an ordinary visitor gets them."""
        found = {}
        for name in self.names(path):
            url = f"{self.address}/{BUCKET}/{path}/{urllib.request.quote(name)}"
            with urllib.request.urlopen(url) as answer:
                headers = {key.lower(): value for key, value in answer.headers.items()}
                found[name] = (answer.read(), headers)
        return found


@contextmanager
def object_store() -> Iterator[Store]:
    """A store with one empty bucket, on this machine alone."""
    store = Store(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, store, threaded=True, request_handler=Silent)
    store.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        store.client.create_bucket(Bucket=BUCKET)
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def configure(path: Path, store: str = "http://127.0.0.1:9", port: int = 9) -> Path:
    """rclone's configuration at `path`: `store`, and `webdav` and `sftp` at the port of this machine."""
    path.write_text(
        f"[store]\ntype = s3\nprovider = Other\nendpoint = {store}\naccess_key_id = key\n"
        f"secret_access_key = {SECRET}\nacl = public-read\n\n"
        f"[webdav]\ntype = webdav\nvendor = other\nurl = http://127.0.0.1:{port}\n\n"
        # The server asks for no password, but rclone does; this is "any", as rclone obscures it.
        f"[sftp]\ntype = sftp\nhost = 127.0.0.1\nport = {port}\nuser = any\npass = H0ooLaiZqBc9BXlAdPBwgJr58A\n",
        "utf-8",
    )
    return path
