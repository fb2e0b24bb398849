"""Removes from a rendered text everything that could run a script or reach another host.

The checks report HTML and dangerous addresses with their line. A text that was rendered without the checks, or
something that they overlook, must not reach a reader either. So the HTML is sanitised by nh3 (ammonia) with a list of
what is allowed: a parser like that of browsers, not patterns of ours.
"""

from __future__ import annotations

import re

import nh3

from handvat.content.markdown import BLOCK_KINDS

_SCHEME = re.compile(r"[\x00-\x20]*[A-Za-z][A-Za-z0-9+.-]*:")
_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
_TAGS = {
    *_HEADINGS, "a", "bdi", "blockquote", "br", "code", "div", "em", "hr", "img", "input", "label", "li", "ol", "p",
    "pre", "section", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# Only what render/html_writer.py writes, and only on its own elements.
_ATTRIBUTES = {
    **{heading: {"id"} for heading in _HEADINGS},
    "a": {"href", "title"},
    "div": {"tabindex", "role", "aria-labelledby"},
    "img": {"src", "alt", "title"},
    "input": {"autocomplete", "form", "aria-labelledby"},
    "ol": {"start"},
    "section": {"role", "aria-labelledby", "data-section", "data-part"},
    "span": {"id"},
    "td": {"align", "data-label"},
    "th": {"align", "scope"},
}
_VALUES = {"input": {"type": {"checkbox"}}}
_CLASSES = {
    "div": {"table", "block", *(f"block-{kind}" for kind in BLOCK_KINDS)},
    "li": {"tick"},
    "p": {"block-label", "block-title"},
    "section": {"section", "part"},
}


def _keep(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute, None where it is not allowed."""
    if name == "id" and value.startswith("_") is not (tag == "span"):
        return None  # ids with an underscore belong to the templates, and to boxes to tick
    if name in {"href", "src"} and value.lstrip().startswith(("//", "\\", "/\\")):
        return None  # another host, without a scheme
    if name == "src" and _SCHEME.match(value):
        return None  # a request would reveal the reader to another host
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    attribute_filter=_keep,
    tag_attribute_values=_VALUES,
    allowed_classes=_CLASSES,
    url_schemes={"https"},
    link_rel=None,
    strip_comments=True,
)


def cleaned(content: str) -> str:
    """Return the HTML `content` without anything that is not allowed."""
    # As an entity, each of the many no-break spaces in French takes three times the bytes.
    return _CLEANER.clean(content).replace("&nbsp;", "\u00a0")
