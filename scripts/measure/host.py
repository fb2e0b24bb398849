"""Counts what goes over the wire at the host, where nothing can be missed.

The browser's own count (CDP Network.loadingFinished) is of the page alone: of the script that
Pagefind's worker is made of it tells 1,036 of 12,937 bytes, and of the icon nothing, because some
Chromiums without a window never ask for it. The host sees every byte of every answer, headers too.
Over HTTP/2 headers that repeat are sent shorter; here they are counted whole, as HTTP/1.1 has them.
"""

from __future__ import annotations

import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.browser import Answer, served
from scripts.knowledge.measured import Bytes

_KINDS = {
    "": "document",
    ".html": "document",
    ".css": "style",
    ".js": "script",
    ".svg": "image",
    ".png": "image",
    ".webp": "image",
}


@dataclass
class Host:
    """A site on this machine, and what it has answered so far."""

    address: str
    answers: list[Answer] = field(default_factory=list)

    def add_icon(self, path: str) -> None:
        """Asks for the icon at `path` as a browser does, unless one has already."""
        address = self.address.rstrip("/") + path
        if path not in [answer.path for answer in self.answers]:
            request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - this machine alone
                answer.read()


@contextmanager
def counted(folder: Path) -> Iterator[Host]:
    """A host for the site in `folder` that compresses, as hosts do, and counts."""
    answers: list[Answer] = []
    with served(folder, is_compressed=True, answered=answers.append) as address:
        yield Host(address, answers)


def by_kind(answers: Iterable[Answer]) -> Bytes:
    """The bytes of `answers` by what they are for, told by the ending of the address."""
    sizes = Counter(dict.fromkeys(Bytes.model_fields, 0))
    for answer in answers:
        ending = Path(answer.path.partition("?")[0]).suffix
        sizes[_KINDS.get(ending, "other")] += answer.size
    return Bytes(**sizes)
