"""A page as readers get it, with all that the steps after it have to know: nobody reads or changes it again."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from html import unescape
from pathlib import Path

import deflate

from scripts.finish.assets import named_in, with_names
from scripts.finish.compress import smaller_copies
from scripts.finish.findable import findable
from scripts.finish.smaller import smaller_page
from scripts.knowledge.device_list import fingerprint

_GZIP = ".gz"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@dataclass(frozen=True)
class Finished:
    """A page, and what it is made of."""

    data: bytes
    copies: Mapping[str, bytes]
    """The ending of a compressed copy → the copy."""
    findable: str
    """What search reads of it; `""` for a page that search must not find."""
    named: frozenset[str]
    """Addresses of the files that it names."""
    policy: str
    """Its Content-Security-Policy."""
    fingerprint: str
    """What tells it from another edition of it (`device_list.fingerprint`)."""
    is_new: bool = False
    """Whether it was made now, and not by an earlier build."""

    def to_bytes(self) -> bytes:
        """All of it, to be kept."""
        whole = replace(self, data=b"") if _GZIP in self.copies else self
        return pickle.dumps([getattr(whole, one.name) for one in fields(whole)], protocol=5)

    @classmethod
    def from_bytes(cls, data: bytes) -> Finished:
        """What `to_bytes` gave."""
        page = cls(*pickle.loads(data))  # noqa: S301 - from our own cache, which knows its checksum
        # A copy holds the page: to unpack it takes less than to read it.
        if page.data:
            return page
        return replace(page, data=bytes(deflate.gzip_decompress(page.copies[_GZIP])))

    def write(self, path: Path, folders: set[Path]) -> None:
        """Writes the page to `path` and its copies beside it; `folders` are those that are there already."""
        make_folder(path.parent, folders)
        for ending, data in {"": self.data, **self.copies}.items():
            # Not with a Path for each: they take as long to make as a file to write.
            with open(f"{path}{ending}", "wb") as file:  # noqa: PTH123
                file.write(data)


def finish(output: str, address: str, names: Mapping[str, str]) -> Finished:
    """The rendered page `output`, which stands at `address`, finished.

    `names` are the scripts and styles of the site by the names that templates know (`assets.read_names`).
    """
    page = with_names(smaller_page(output), names)
    policy = _POLICY.search(page)
    data = page.encode("utf-8", "xmlcharrefreplace")  # as MkDocs writes
    return Finished(
        data,
        smaller_copies(data),
        findable(output) or "",
        frozenset(named_in(page, address)),
        unescape(policy[1]) if policy else "",
        fingerprint(data),
    )


def make_folder(folder: Path, known: set[Path]) -> None:
    """Makes `folder` unless it is among the `known`, and notes it: asking the disk for each page takes longer."""
    if folder not in known:
        folder.mkdir(parents=True, exist_ok=True)
        known.add(folder)
