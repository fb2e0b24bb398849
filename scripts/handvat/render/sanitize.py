"""Removes from a rendered text whatever could run or reach another host, however it came to be there.

The checks refuse HTML with its line, and addresses that run something. A project that was rendered without them, or
something that a check overlooks, still must not reach a reader. So the rendered text is sanitised as well, by nh3
(ammonia) with a list of what is allowed: a parser as browsers have it, not patterns of ours.
"""

from __future__ import annotations

import re

import nh3

from handvat.content.markdown import BLOCK_KINDS

_SCHEME = re.compile(r"[\x00-\x20]*[A-Za-z][A-Za-z0-9+.-]*:")
_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
_TAGS = {
    *_HEADINGS,
    *[
        "a",
        "bdi",
        "blockquote",
        "br",
        "code",
        "div",
        "em",
        "hr",
        "img",
        "input",
        "label",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "span",
        "strong",
    ],
    *["table", "tbody", "td", "th", "thead", "tr", "ul"],
}
# `{ #id }` and `{ .class }` behind a text become attributes of any element: only those that the
# style sheet and scripts/handvat/render/html_writer.py give stay, and only on their own elements.
_ATTRIBUTES = {
    **{heading: {"id"} for heading in _HEADINGS},
    "a": {"href", "title"},
    "div": {"tabindex", "role", "aria-labelledby"},
    "img": {"src", "alt", "title"},
    "input": {"autocomplete", "form", "aria-labelledby"},
    "ol": {"start"},
    "section": {"role", "aria-labelledby", "data-section", "data-part"},
    "span": {"id"},
    "td": {"align"},
    "th": {"align", "scope"},
}
_VALUES = {"input": {"type": {"checkbox"}}}
_CLASSES = {
    "div": {"table", "block", *(f"block-{kind}" for kind in BLOCK_KINDS)},
    "em": {"law"},
    "li": {"tick"},
    "p": {"block-label", "block-title"},
    "section": {"section", "part"},
    "span": {"handvat-call", "handvat-cite"},
}


def _keep(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, None where it is not allowed."""
    if name == "id" and value.startswith("_") is not (tag == "span"):
        return None  # ids with an underscore are the frame's, and those of boxes to tick
    if name in {"href", "src"} and value.lstrip().startswith(("//", "\\", "/\\")):
        return None  # no scheme, and yet another host
    if name == "src" and _SCHEME.match(value):
        return None  # another host would learn who reads
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
    """The HTML `content` without anything that is not allowed."""
    # A no-break space as it is: as an entity each of the many in French takes three times the bytes.
    return _CLEANER.clean(content).replace("&nbsp;", "\u00a0")
