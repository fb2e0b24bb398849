"""Turns what is typed and ticked on a screen into what a pen fills in: lines and boxes."""

from __future__ import annotations

from lxml.html import HtmlElement

from handvat.exports.pdf.markup import element


def to_write_on(body: HtmlElement) -> None:
    """Replaces text fields by lines, as many as they had rows, and check boxes by empty squares."""
    for field in body.xpath(".//input[@type='checkbox']"):
        _replace(field, element("span", class_="box"))
    for field in body.xpath(".//input[@type='text']"):
        _replace(field, element("span", class_="line"))
    for field in body.xpath(".//textarea"):
        lines = element("span", class_="lines")
        for _ in range(int(field.get("rows", "1"))):
            lines.append(element("span", class_="line"))
        _replace(field, lines)
    for label in body.xpath(".//label"):
        label.tag = "span" if label.getparent().tag in {"li", "span"} else "p"


def _replace(old: HtmlElement, new: HtmlElement) -> None:
    new.tail = old.tail
    old.getparent().replace(old, new)
