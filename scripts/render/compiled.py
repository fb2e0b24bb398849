"""Keeps templates compiled, from one language to the next and from one build to the next.

MkDocs makes a new environment for every language, and compiling for it takes as long as rendering
a third of its pages; after a change of one page it took a tenth of the build.
"""

from __future__ import annotations

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

from scripts.cache import Cache, address

_CODES: dict[tuple[str, str, str], CodeType] = {}
"""Kind, name and text of a template → what it was compiled to in this process."""


class Compiled(BytecodeCache):
    """Templates by name and text, for environments with the same settings, which are those of this `kind`."""

    def __init__(self, kind: str, kept: Cache) -> None:
        self.kept = kept
        """What earlier builds compiled."""
        self._kind = kind

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja asks for a template here, and compiles it where the bucket stays empty."""
        known = self._kind, bucket.key, bucket.checksum
        bucket.code = _CODES.get(known)
        if bucket.code is None and self.kept.folder and (kept := self.kept.get(self._at(bucket))):
            bucket.bytecode_from_string(kept)  # from our own cache, which knows its checksum
            if bucket.code is not None:
                _CODES[known] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja hands over here what it has compiled."""
        assert bucket.code is not None
        _CODES[self._kind, bucket.key, bucket.checksum] = bucket.code
        if self.kept.folder:
            self.kept.put(self._at(bucket), bucket.bytecode_to_string())

    def _at(self, bucket: Bucket) -> str:
        # The key is made of the template's name and file, which stand in the code as well; the checksum of its text.
        return address("template", kind=self._kind, name=bucket.key, text=bucket.checksum)
