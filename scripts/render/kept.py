"""Keeps what was rendered for one page and says the same on the next: a contact stands on dozens of pages.

It is kept with the templates' environment, which lives as long as one run of MkDocs, and only for the
knowledge base that it was made of: a live preview has others of both after each change.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from weakref import WeakKeyDictionary

from jinja2 import Environment

from scripts.knowledge.base import KnowledgeBase

_kept: WeakKeyDictionary[Environment, tuple[KnowledgeBase, dict[Hashable, str]]] = (
    WeakKeyDictionary()
)


def kept(
    environment: Environment, base: KnowledgeBase, key: Hashable, render: Callable[[], str]
) -> str:
    """What `render` makes; the next time with `key` what it made then.

    `key` names all that the result depends on besides `environment` and `base`: no page among it.
    """
    made_of, pieces = _kept.get(environment, (None, {}))
    if made_of is not base:
        pieces = {}
        _kept[environment] = base, pieces
    if key not in pieces:
        pieces[key] = render()
    return pieces[key]
