"""Keeps what was rendered for one page and is the same on the next, so that it is rendered once.

Four fifths of a page stand around its text, and much of that on each page alike; a contact is named on
dozens of pages. Whoever keeps something says by what it differs, and that must be all it depends on.

Keeps templates compiled, from one language to the next and from one build to the next.

MkDocs makes a new environment for every language, and compiling for it takes as long as rendering
a third of its pages; after a change of one page it took a tenth of the build.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from types import CodeType
from weakref import WeakKeyDictionary

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache

from handvat.cache import Cache, address
from handvat.content.knowledge_base import KnowledgeBase


class Kept:
    """Parts of the frame that one page of a language has as the next: search, quick exit.

    Where a link leads from a page depends on how deep the page lies, so a part is rendered once for
    each set of addresses, not for each page.
    """

    def __init__(self) -> None:
        self._parts: dict[tuple[str, ...], str] = {}

    def __call__(self, name: str, *addresses: str, caller: Callable[..., str]) -> str:
        """What stands within `{% call(…) view.kept("name", …) %}`, which gets `addresses` as they are.

        It may print them and what is the same on all pages of the language, nothing of the page.
        """
        key = (name, *addresses)
        if key not in self._parts:
            self._parts[key] = caller(*addresses)
        return self._parts[key]


_kept: WeakKeyDictionary[Environment, tuple[KnowledgeBase, dict[Hashable, str]]] = (
    WeakKeyDictionary()
)


def kept(
    environment: Environment, base: KnowledgeBase, key: Hashable, render: Callable[[], str]
) -> str:
    """What `render` makes; the next time with `key` what it made then.

    It is kept as long as the templates' `environment`, which is one run of MkDocs, and for the same
    knowledge base: a live preview has others of both after each change. `key` says the rest.
    """
    made_of, pieces = _kept.get(environment, (None, {}))
    if made_of is not base:
        pieces = {}
        _kept[environment] = base, pieces
    if key not in pieces:
        pieces[key] = render()
    return pieces[key]


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
