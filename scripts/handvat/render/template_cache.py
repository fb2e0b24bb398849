"""Caches what rendering repeats: fragments that pages share, and compiled templates.

Four fifths of a page are around its text, and much of that is the same on each page. A fragment is cached under a key
that must name everything it depends on.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache


class FragmentCache:
    """The parts of the frame that all pages of one language share: search, quick exit.

    A link's address depends on the depth of the page that it is on, so a part is rendered once for
    each set of addresses.
    """

    def __init__(self) -> None:
        self._parts: dict[tuple[str, ...], str] = {}

    def __call__(self, name: str, *addresses: str, caller: Callable[..., str]) -> str:
        """The content of `{% call(…) view.fragments("name", …) %}`, which receives `addresses`.

        It may print them, and what is the same on all pages of the language, but nothing of the page.
        """
        key = (name, *addresses)
        if key not in self._parts:
            self._parts[key] = caller(*addresses)
        return self._parts[key]


_compiled: dict[tuple[str, str, str], CodeType] = {}
"""Environment settings, name and checksum of the text of a template → its code."""


class CompiledTemplates(BytecodeCache):
    """The templates that this process compiled: MkDocs makes a new environment for each language."""

    def __init__(self, settings: str = "") -> None:
        """`settings` names environments with the same settings, in which the code of a template is the same."""
        self._settings = settings

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket` for Jinja, which compiles the template when it stays empty."""
        bucket.code = _compiled.get((self._settings, bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store what Jinja compiled."""
        assert bucket.code is not None
        _compiled[self._settings, bucket.key, bucket.checksum] = bucket.code
