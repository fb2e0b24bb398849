"""Finds what in a page could run, redirect a reader or load from another host, in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import tinyhtml5

_ELEMENTS = {
    "applet", "base", "embed", "foreignobject", "frame", "frameset", "iframe", "math", "object",
    "portal",
}  # fmt: skip
_ATTRIBUTES = {"style", "srcdoc", "formaction", "action", "ping", "background", "srcset", "target"}
_ADDRESSES = {"href", "src", "xlink:href", "{http://www.w3.org/1999/xlink}href", "cite", "poster"}
_SCHEMES = {"", "https", "http", "tel"}
_UTF8 = lxml.html.HTMLParser(encoding="utf-8")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HASH = re.compile(r"'(sha256-[^']+)'")


def look(html: str, is_whole: bool = False) -> tuple[list[str], list[str]]:
    """What must not be in `html`, and the ids that it has more than once.

    A text is parsed as browsers do; a whole page, whose templates escape their values, with
    libxml2, which is forty times as quick.
    """
    tree: Any = (
        lxml.html.document_fromstring(html.encode("utf-8", "replace"), _UTF8)
        if is_whole
        else tinyhtml5.parse(html, namespace_html_elements=False)
    )
    policy = next(
        (
            element.get("content", "")
            for element in tree.iter("meta")
            if element.get("http-equiv") == "Content-Security-Policy"
        ),
        "",
    )
    known = set(_HASH.findall(policy))
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    return (
        [breach for element in elements for breach in _of(element, known)],
        [name for name, count in ids.items() if count > 1],
    )


def _of(element: Any, known: set[str]) -> Iterator[str]:
    tag = element.tag.rpartition("}")[2].lower()
    if tag in _ELEMENTS:
        yield f"<{tag}>"
    if tag == "meta" and element.get("http-equiv", "").lower() not in {
        "", "content-security-policy", "x-ua-compatible",
    }:  # fmt: skip
        yield f"<meta http-equiv={element.get('http-equiv')!r}>"
    if tag == "script" and element.get("type") == "application/ld+json":
        json.loads(element.text or "")
    elif tag in {"script", "style"} and not element.get("src") and element.text:
        digest = hashlib.sha256((element.text or "").encode()).digest()
        if f"sha256-{base64.b64encode(digest).decode()}" not in known:
            yield f"<{tag}> that the policy does not allow: {(element.text or '')[:60]!r}"
    elif tag == "script" and urlsplit(element.get("src")).netloc:
        yield f"<script src={element.get('src')!r}>"
    for name, value in element.attrib.items():
        lower = str(name).lower()
        if lower.startswith("on") or lower in _ATTRIBUTES:
            yield f"<{tag} {name}={value[:60]!r}>"
        if lower in _ADDRESSES:
            # What browsers leave out before they look for the scheme (URL Standard, 4.4).
            address = re.sub(r"[\t\n\r]|^[\x00-\x20]+", "", value)
            scheme = found[1].lower() if (found := _SCHEME.match(address)) else ""
            is_icon = tag == "link" and address.startswith("data:image/svg+xml,")
            if scheme not in _SCHEMES and not is_icon:
                yield f"<{tag} {name}={value[:60]!r}>"
            if tag in {"img", "script", "link"} and element.get("rel") not in {
                "canonical", "alternate",
            } and address.startswith(("http", "//", "\\")):  # fmt: skip
                yield f"<{tag} {name}={value[:60]!r}> loads from another host"
