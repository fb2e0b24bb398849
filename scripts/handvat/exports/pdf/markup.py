"""Small tools for HTML in memory: what lxml lacks, or does in a way that loses text."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import html
from lxml.html import HtmlElement


def element(tag: str, text: str = "", **attributes: str) -> HtmlElement:
    """A new element; `class_` gives its class, and `data_x` the attribute `data-x`."""
    made = html.Element(tag)
    made.text = text or None
    for name, value in attributes.items():
        made.set(name.removesuffix("_").replace("_", "-"), value)
    return made


def remove(found: Iterable[HtmlElement]) -> None:
    """Takes elements out, with what is in them, and leaves the text behind them."""
    for one in list(found):
        one.drop_tree()


def add_class(one: HtmlElement, name: str) -> None:
    """Adds the class `name`."""
    one.set("class", f"{one.get('class', '')} {name}".strip())


def words(one: HtmlElement) -> str:
    """The text in an element, spaces made even."""
    return " ".join(one.text_content().split())
