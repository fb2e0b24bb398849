"""Gives search a page without its frame, so that menus are neither found nor read 800 times.

What stands around the text is four fifths of a page, and the same on each: Pagefind leaves it out
in any case, and without it needs two thirds of the time. The words to search by, which readers do not
get (`smaller.py`), are here.
"""

from __future__ import annotations

import re

FIELD = re.compile(r"<meta [^<>]*data-pagefind-meta=[^<>]*>")
"""What a page says to search alone (overrides/main.html)."""

_ROOT = re.compile(r"<html\b[^>]*>")
# No paragraph stands in another, so it ends where the first one ends. What else is left out Pagefind leaves out.
_LEFT_OUT = re.compile(r"<p\b[^>]*\sdata-pagefind-ignore\b[^>]*>.*?</p>", re.DOTALL)
_TEXT = re.compile(r"<article\b[^>]*\sdata-pagefind-body.*</article>", re.DOTALL)


def findable(page: str) -> str | None:
    """Of the rendered `page` what Pagefind reads; None for a page that search must not find."""
    root, text = _ROOT.search(page), _TEXT.search(page)
    if root is None or text is None:
        return None
    # A notice that the Dutch text is newer makes no other page of it: the index need not be made again.
    found = _LEFT_OUT.sub("", text[0])
    return f"<!doctype html>{root[0]}<head>{''.join(FIELD.findall(page))}</head><body>{found}</body></html>"
