"""Knows the list of files that a reader's device keeps, and by what it tells one edition from another.

The build writes `offline/<code>.json` for each language; whoever carries the site elsewhere can see by
it whether the site is whole.
"""

from __future__ import annotations

import hashlib
import re

FOLDER = "offline"
"""Below the root of the site."""

INDEX = "index.html"

# The day of the edition stands at the foot of each printed page. A host that builds every night must not
# make every reader fetch every page again.
_DAY = re.compile(rb'<p class="foot-paper">.*?</p>', re.DOTALL)


_NAMED_AFTER_CONTENT = re.compile(
    r"pagefind/[^/]+/(?:[^/]+\.pf_meta|(?:index|fragment|filter)/[^/]+\.pf_(?:index|fragment|filter))"
    r"|assets/[^/]+\.[0-9a-f]{8}\.(?:css|js)"
)


def after_content(name: str, data: bytes) -> str:
    """`name` with a part that only a file of `data` has: `search.js` as `search.0123abcd.js`."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:8]}.{ending}"


def is_after_content(name: str) -> bool:
    """Whether the file at `name`, below the root of the site, is named after what is in it.

    Then the same name is always the same bytes: pieces of the search index, and scripts and styles.
    """
    return bool(_NAMED_AFTER_CONTENT.fullmatch(name))


def address_of(name: str) -> str:
    """The address of the file at `name`, below the root of the site: that of a page ends with a slash."""
    return name.removesuffix(INDEX) if name.rsplit("/", maxsplit=1)[-1] == INDEX else name


def file_at(address: str) -> str:
    """The file at `address`: what `address_of` came from."""
    return f"{address}{INDEX}" if not address or address.endswith("/") else address


def fingerprint(data: bytes) -> str:
    """What tells a file from another edition of it, the day at the foot of a page aside."""
    return hashlib.sha256(_DAY.sub(b"", data)).hexdigest()[:12]
