"""Keeps what was rendered for one page and is the same on the next, so that it is rendered once.

Four fifths of a page stand around its text, and much of that on each page alike; a contact is named on
dozens of pages. Whoever keeps something says by what it differs, and that must be all it depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from weakref import WeakKeyDictionary

from jinja2 import Environment

from scripts.knowledge.base import KnowledgeBase


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
