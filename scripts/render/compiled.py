"""Keeps templates compiled from one language to the next, so that each is compiled once in a process.

MkDocs makes a new environment for every language, and compiling for it takes as long as rendering
a third of its pages.
"""

from __future__ import annotations

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Templates by name and text, for environments with the same settings."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja asks for a template here, and compiles it where the bucket stays empty."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja hands over here what it has compiled."""
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


PAGES = Compiled()
"""For pages and their parts."""

PICTURES = Compiled()
"""For drawings, whose environment escapes."""
