"""Gathers what pages say of things beyond their own language, so that it can be judged when all is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from handvat.content.page import Page, Place
from handvat.content.shortcodes import BadShortcode, parse_shortcode


class Mentions(NamedTuple):
    """What the pages of one language mention."""

    cited: frozenset[str]
    """Keys of sources."""
    sections: tuple[tuple[str, int, Place], ...]
    """Links to a section of a page in another language: file, line, and where it leads."""
    cards: tuple[tuple[str, int, str], ...]
    """Pages of the source language asked for as cards: file, line, and the path of the page."""


def mentions(pages: Iterable[Page]) -> Mentions:
    """What `pages`, all of one language, mention."""
    cited: set[str] = set()
    sections: list[tuple[str, int, Place]] = []
    cards: list[tuple[str, int, str]] = []
    for page in pages:
        cited.update(item.key for item in page.text.citations if item.key is not None)
        for target in page.text.targets:
            place = page.leads_to(target.address) if target.is_internal else None
            if place and place.fragment and place.language != page.language:
                sections.append((page.file, target.line, place))
        for shortcode in page.text.shortcodes:
            if shortcode.name != "cards":
                continue
            try:
                _, found = parse_shortcode(shortcode.written, {}, "")
            except BadShortcode:
                continue  # another rule says so
            cards += [(page.file, shortcode.line, path) for path in found.pages]
    return Mentions(frozenset(cited), tuple(sections), tuple(cards))
