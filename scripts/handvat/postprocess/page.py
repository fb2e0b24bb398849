"""Make the page that readers get of a rendered page, and the document that search reads.

Indents and what the theme has for its own menu are left out of the page: a phone has to fetch all of it. The search
document leaves out the frame around the text, so that menus are not found on every page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from handvat.content.offline import fingerprint
from handvat.postprocess.assets import named_in
from handvat.postprocess.compress import smaller_copies
from handvat.search.document import search_document
from handvat.site_output import Part

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@dataclass(frozen=True)
class OutputPage:
    """A page of the site, with the facts of it that later steps need."""

    data: bytes
    copies: Mapping[str, bytes]
    """Suffix of a compressed copy → the copy."""
    search_document: Sequence[Part]
    """What search reads of it; empty for a page that search must not find."""
    references: frozenset[str]
    """Absolute addresses of the scripts, styles and pictures that it needs."""
    policy: str
    """Its Content-Security-Policy."""
    fingerprint: str
    """See `offline.fingerprint`."""


def output_page(output: str, address: str) -> OutputPage:
    """Make the page that readers get of the rendered page `output`, whose address is `address`."""
    page = minify_html(output)
    policy = _POLICY.search(page)
    data = page.encode("utf-8", "xmlcharrefreplace")  # as MkDocs writes
    return OutputPage(
        data,
        smaller_copies(data),
        search_document(output),
        frozenset(named_in(page, address)),
        unescape(policy[1]) if policy else "",
        fingerprint(data),
    )


# What Material's frame has for its own menu, search and notices; ours are links and <details>. A test
# fails when something of them is left, should a later Material write them otherwise.
_FRAME = re.compile(
    r'<input class="md-toggle"[^>]*>|<label class="md-overlay"[^>]*></label>'
    r'|<div data-md-component="(?:skip|announce)">(?:\s*<a [^>]*class="md-skip">[^<]*</a>)?\s*</div>'
    r'|<div class="md-dialog"[^>]*>\s*<div [^>]*></div>\s*</div>'
)
_INDENT = re.compile(r"\n\s+")
# Elements in which white space counts; the policy has the hashes of scripts and styles. The pattern goes from `<`
# to `<`: character by character through the style takes much longer.
_AS_WRITTEN = re.compile(r"(<(pre|textarea|script|style)\b[^<]*+(?:<(?!/\2>)[^<]*+)*+</\2>)")


def minify_html(text: str) -> str:
    """Leave out of the page `text` what no reader needs."""
    # Every third part is the name of the element that is in the part before it, and stays as it is.
    parts = _AS_WRITTEN.split(text)
    for number in range(0, len(parts), 3):
        parts[number] = _INDENT.sub("\n", _FRAME.sub("", parts[number]))
    return "".join(part for number, part in enumerate(parts) if number % 3 != 2)
