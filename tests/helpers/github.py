"""A stub of GitHub's API for the editor; it records what a save would propose.

It has the requests of Decap CMS alone (docs.github.com/rest: git database, branches, pulls). Any
other is answered with 404 and recorded in `unknown`, so that those of a new version of the editor
are noticed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import BrowserContext, Request, Route

API = "https://api.github.com"
_DAY = "2026-01-01T00:00:00Z"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": "*",
}


@dataclass
class GitHub:
    """A repository with `files`, path → text, and what was proposed to it."""

    repository: str
    files: Mapping[str, str]
    blobs: dict[str, bytes] = field(default_factory=dict)
    committed: dict[str, str] = field(default_factory=dict)
    """Path → text, of the last commit that was made."""
    branches: list[str] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    """The bodies of the requests for pull requests."""
    unknown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._shas = {path: _sha(text.encode()) for path, text in self.files.items()}
        self.blobs |= {self._shas[path]: text.encode() for path, text in self.files.items()}

    def answer_in(self, context: BrowserContext) -> None:
        """Answers the requests to GitHub of the pages of `context`."""
        context.route(f"{API}/**", self._answer)
        context.route(
            "https://www.githubstatus.com/**", lambda route: _reply(route, {"components": []})
        )

    def _answer(self, route: Route) -> None:
        request = route.request
        path = unquote(urlsplit(request.url).path)
        below = path.removeprefix(f"/repos/{self.repository}")
        if path == "/user":
            _reply(route, {"login": "sam", "name": "Sam", "id": 1, "avatar_url": ""})
        elif path == below:
            self._miss(route)
        elif request.method == "GET":
            self._read(route, below)
        else:
            self._write(route, request, below)

    def _read(self, route: Route, below: str) -> None:
        if below == "":
            owner = {"login": self.repository.split("/", maxsplit=1)[0]}
            rights = {"push": True}
            _reply(route, {"owner": owner, "permissions": rights, "default_branch": "main"})
        elif below == "/pulls":
            _reply(route, [])
        elif below == "/branches/main":
            _reply(route, {"name": "main", "commit": {"sha": "c0"}})
        elif below.startswith("/git/trees/main:"):
            self._read_tree(route, below.removeprefix("/git/trees/main:"))
        elif below.startswith("/git/blobs/") and below.rsplit("/", maxsplit=1)[1] in self.blobs:
            content = self.blobs[below.rsplit("/", maxsplit=1)[1]]
            if "raw" in route.request.headers.get("accept", ""):
                route.fulfill(status=200, headers=_CORS, body=content)
            else:
                _reply(route, {"content": base64.b64encode(content).decode(), "encoding": "base64"})
        elif below.startswith("/commits/") and below.endswith("/status"):
            _reply(route, {"statuses": []})
        elif below == "/commits":
            author = {"name": "Sam", "email": "", "date": _DAY}
            _reply(route, [{"sha": "c0", "commit": {"author": author}}])
        elif below.startswith("/git/ref"):
            _reply(route, {}, 404)  # a branch that is not there yet
        else:
            self._miss(route)

    def _read_tree(self, route: Route, folder: str) -> None:
        below = f"{folder}/"
        tree = [
            {"path": path.removeprefix(below), "type": "blob", "mode": "100644",
             "sha": sha, "size": len(self.blobs[sha])}
            for path, sha in self._shas.items() if path.startswith(below)
        ]  # fmt: skip
        _reply(route, {"sha": "t0", "tree": tree, "truncated": False}, 200 if tree else 404)

    def _write(self, route: Route, request: Request, below: str) -> None:
        sent = json.loads(request.post_data or "{}")
        if below == "/git/blobs":
            content = base64.b64decode(sent["content"])
            self.blobs[_sha(content)] = content
            _reply(route, {"sha": _sha(content)}, 201)
        elif below == "/git/trees":
            self.committed = {
                one["path"]: self.blobs[one["sha"]].decode() for one in sent["tree"] if one["sha"]
            }
            _reply(route, {"sha": "t1", "tree": []}, 201)
        elif below == "/git/commits":
            author = {"name": "Sam", "email": "", "date": _DAY}
            _reply(
                route, {"sha": "c1", "tree": {"sha": "t1"}, "parents": [], "author": author}, 201
            )
        elif below == "/git/refs":
            self.branches.append(sent["ref"])
            _reply(route, {"ref": sent["ref"], "object": {"sha": "c1"}}, 201)
        elif below == "/pulls":
            self.pulls.append(sent)
            branch = sent["head"].partition(":")[2]
            head, base = {"ref": branch, "sha": "c1"}, {"ref": sent["base"], "sha": "c0"}
            _reply(route, {"number": 1, "state": "open", "head": head, "base": base, "labels": [],
                         "user": {"login": "sam"}, "updated_at": _DAY}, 201)  # fmt: skip
        elif below.endswith("/labels"):
            _reply(route, [{"name": name} for name in sent["labels"]])
        else:
            self._miss(route)

    def _miss(self, route: Route) -> None:
        self.unknown.append(f"{route.request.method} {route.request.url}")
        _reply(route, {}, 404)


def _reply(route: Route, value: object, status: int = 200) -> None:
    route.fulfill(
        status=status, content_type="application/json", headers=_CORS, body=json.dumps(value)
    )


def _sha(content: bytes) -> str:
    """The id in git of a file with this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
