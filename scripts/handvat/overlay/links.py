"""Takes links to pages that an edition does not have out of a text, so that no reader follows one to nowhere.

This happens when a text is rendered. What is checked, and what translations are compared with, is the shipped text: a
translation is not out of date because an edition leaves a page out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import dirname, relpath

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page

_NOWHERE = "#_left-out"
"""An address that no page has: ids of headings do not begin so."""

_LINK = rf'<a href="{_NOWHERE}"[^>]*>((?:(?!</a>).)*)</a>'
_WORDS = re.compile(_LINK, re.DOTALL)
_ENTRY = re.compile(
    rf"<li>(?:<p>)?\s*{_LINK}[\s.;,]*(?:</p>)?\s*</li>\n"
    rf"|<tr>\n<td[^>]*>\s*{_LINK}\s*</td>(?:(?!</tr>).)*</tr>\n",
    re.DOTALL,
)
_EMPTY_LIST = re.compile(r"<(ul|ol)[^>]*>\s*</\1>\n")


def edition_links(
    base: KnowledgeBase, page: Page | None, leads_to: Callable[[str], str]
) -> Callable[[str], str]:
    """`leads_to`, which gives the address on the site for one that is written on `page`, for the edition of `base`.

    A link of an own page to a shipped one that was renamed leads to its new name.
    """
    if not base.overlay or page is None:
        return leads_to

    def lead(address: str) -> str:
        place = None if ":" in address else page.leads_to(address)
        if place is None or place.path in base.paths_in(place.language):
            return leads_to(address)
        new = base.redirects.get(place.path, place.path) if base.is_own(page) else place.path
        if new in base.overlay.left_out:
            return _NOWHERE
        if new != place.path:
            address = relpath(f"{place.language}/{new}", dirname(f"{page.language}/{page.path}"))
            address += f"#{place.fragment}" if place.fragment else ""
        return leads_to(address)

    return lead


def without_left_out(html: str) -> str:
    """The rendered text `html` with plain words for links to pages that the edition leaves out.

    A list item that was nothing but such a link goes, and so does a row of a table that begins with one.
    """
    if _NOWHERE not in html:
        return html
    html = _EMPTY_LIST.sub("", _ENTRY.sub("", html))
    return _WORDS.sub(r"\1", html)
