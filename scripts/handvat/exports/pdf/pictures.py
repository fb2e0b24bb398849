"""The drawings as WeasyPrint needs them: colours as attributes, words as text of the page.

WeasyPrint does not apply style sheets of the page to an inline SVG. The colours stay in the style sheets of the site:
they are read here, and each shape gets as attributes what a browser would compute.

It also lays out the words of an SVG letter by letter (Kozea/WeasyPrint#2249, #2909): Arabic letters are not joined and
run backwards. So words are laid over the drawing as text of the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tinycss2
from lxml.html import HtmlElement
from lxml.html.builder import CLASS, E

from handvat.exports.built_site import by_class, replace, words

WIDTH, HEIGHT = 78.0, 222.0
"""The largest size of a drawing, in millimetres: as wide as its words need, at most as high as a page."""

LARGEST = 0.3
"""The largest size of a unit of a drawing, in millimetres, for those that are small."""

_BASE_LINE = 0.388
"""The distance of the base line of Noto Sans below the middle of its line, as a share of its size."""
_VARIABLE = re.compile(r"var\((--[\w-]+)\)")
_PICTURE = re.compile(r"\.picture(?: \.([\w-]+)| (svg))?")


@dataclass(frozen=True)
class Colours:
    """The colours in the style sheets of the site, in the light scheme."""

    palette: Mapping[str, str]
    """The variables of `:root`, such as `--act`."""
    shapes: Mapping[str, Mapping[str, str]]
    """Class in a drawing → its declarations; `""` for the frame around it, `svg` for the drawing."""


def read_colours(*style_sheets: Path) -> Colours:
    """Read the rules of the root and of the pictures, without those of a medium or a scheme."""
    palette: dict[str, str] = {}
    shapes: dict[str, dict[str, str]] = {}
    text = "".join(sheet.read_text("utf-8") for sheet in style_sheets)
    rules = tinycss2.parse_stylesheet(text, True, True)
    for rule in rules:
        if rule.type != "qualified-rule":
            continue
        selector = tinycss2.serialize(rule.prelude).strip()
        declarations = {
            one.name: tinycss2.serialize(one.value).strip()
            for one in tinycss2.parse_blocks_contents(rule.content, True, True)
            if one.type == "declaration"
        }
        found = _PICTURE.fullmatch(selector)
        if selector == ":root":
            palette |= declarations
        elif found:
            shapes[found[1] or found[2] or ""] = declarations
    return Colours(palette, shapes)


def prepare_drawings(body: HtmlElement, colours: Colours) -> None:
    """Colour every drawing in `body`, lay its words over it, and set its alternative text."""
    for figure in by_class(body, "picture"):
        for drawing in figure.findall("svg"):
            # WeasyPrint reads the alternative text from the title alone.
            title, description = drawing.find("title"), drawing.find("desc")
            if title is None:  # a picture card, which its heading names
                drawing.insert(0, E.title(words(figure.getprevious())))
            if title is not None and description is not None:
                title.text = f"{words(title)}. {words(description)}"
            variables = {**colours.palette, **_variables(colours.shapes.get("", {}))}
            _paint(drawing, variables, colours, "svg")
            _lay_words_over(drawing)


def _lay_words_over(drawing: HtmlElement) -> None:
    """Move each line of words from the drawing to its place above it, as HTML."""
    width, height = (float(number) for number in drawing.get("viewbox").split()[2:])
    unit = min(WIDTH / width, HEIGHT / height, LARGEST)
    size = f"width:{width * unit:.2f}mm;height:{height * unit:.2f}mm"
    frame = E.div(CLASS("drawing"), style=size)
    replace(drawing, frame)
    drawing.set("style", size)
    frame.append(drawing)
    for text in list(drawing.iter("text")):
        size = float(text.get("font-size", drawing.get("font-size", "16")))
        look = f"font-size:{size * unit:.2f}mm;font-weight:{text.get('font-weight', '400')}"
        if text.get("fill"):
            look += f";color:{text.get('fill')}"
        for line in text.iter("tspan"):
            x, y = float(line.get("x")), float(line.get("y"))
            top = (y - size * (0.5 + _BASE_LINE)) * unit
            place = f"top:{top:.2f}mm;{_across(x, width, unit, text, drawing)}"
            frame.append(E.span(words(line), style=f"{place};{look}"))
        text.drop_tree()


def _across(x: float, width: float, unit: float, text: HtmlElement, drawing: HtmlElement) -> str:
    """Return the declarations of where a line begins, or of the box it is centred in."""
    if text.get("text-anchor") == "middle":
        half = min(x, width - x)
        return f"left:{(x - half) * unit:.2f}mm;width:{2 * half * unit:.2f}mm;text-align:center"
    if drawing.get("direction") == "rtl":
        return f"right:{(width - x) * unit:.2f}mm"
    return f"left:{x * unit:.2f}mm"


def _paint(shape: HtmlElement, inherited: Mapping[str, str], colours: Colours, *more: str) -> None:
    """Set fill and stroke of a shape and of those in it, each from the nearest variable."""
    rules = [
        colours.shapes[name]
        for name in colours.shapes
        if name and name in (*more, *shape.get("class", "").split())
    ]
    variables = dict(inherited)
    for rule in rules:
        variables |= _variables(rule)
    for rule in rules:
        for name in ("fill", "stroke"):
            if name in rule:
                shape.set(name, _value(rule[name], variables))
    for child in shape.iterchildren("*"):
        _paint(child, variables, colours)


def _variables(rule: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in rule.items() if name.startswith("--")}


def _value(written: str, variables: Mapping[str, str]) -> str:
    while found := _VARIABLE.search(written):
        written = written.replace(found[0], variables[found[1]])
    return written
