"""The search document of a rendered page: the parts of its text that the index is made of."""

from __future__ import annotations

import re
from html import unescape

from handvat.site_output import Part

_TEXT = re.compile(r"<article\b[^>]*\sdata-search-body.*</article>", re.DOTALL)
_TAG = re.compile(r"<(/?\w*)([^>]*)>")
_SPACES = re.compile(r"[ \n\t]+")  # French has other spaces, where a line must not break
_ID = re.compile(r'\sid="([^"]+)"')
_BETWEEN = {
    # Isolated (UAX #9), so that the brackets of a number stay on their sides in Arabic.
    "bdi": "\u2068",
    "/bdi": "\u2069",
    **dict.fromkeys(
        [end + name for end in ("", "/") for name in ("a", "code", "em", "strong", "sup")], ""
    ),
}
"""Tag → the text in its place; a space where it is not here."""


def search_document(page: str) -> tuple[Part, ...]:
    """Return what search reads of the rendered `page`; nothing for a page that search must not find.

    The elements with `data-search-ignore` are left out. A notice that the source page is newer, or the table of each
    language's progress, would change the document: after a changed word in one language, all others needed a new index.
    """
    found = _TEXT.search(page)
    article = found[0] if found else ""
    # The text before the first tag, then name and attributes of each tag and the text after it.
    pieces = _TAG.split(article)
    parts: list[tuple[str, list[str], list[str]]] = [("", [], [])]
    into = parts[0][2]
    ignored, depth = "", 0
    for tag, attributes, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if depth:
            depth += (tag == ignored) - (tag == f"/{ignored}")
        elif "data-search-ignore" in attributes and f"</{tag}>" in article:  # not a void element
            ignored, depth = tag, 1
        if depth:
            continue
        if tag == "h2" and (named := _ID.search(attributes)):
            parts.append((named[1], [], []))
            into = parts[-1][1]
        elif tag == "/h2":
            into = parts[-1][2]
        elif tag == "/h1":
            into.clear()  # the title, which the index has already
        into += _BETWEEN.get(tag, " "), text
    read = [
        Part(id_, *(_SPACES.sub(" ", unescape("".join(one))).strip() for one in texts))
        for id_, *texts in parts
    ]
    return tuple(part for part in read if any(part))
