"""Names and fingerprints of the files that a reader's device stores for reading offline.

The build writes `offline/<code>.json` for each language (`postprocess/service_worker.py`); `handvat deploy` reads it.
"""

from __future__ import annotations

import hashlib
import re

FOLDER = "offline"
"""Below the root of the site."""

INDEX = "index.html"

# The day of the build is at the foot of each printed page. A host that builds every night must not make every
# reader fetch every page again.
_DAY = re.compile(rb'<p class="foot-paper">.*?</p>', re.DOTALL)

_HASHED = re.compile(
    r"pagefind/[^/]+/(?:[^/]+\.pf_meta|(?:index|fragment|filter)/[^/]+\.pf_(?:index|fragment|filter))"
    r"|assets/[^/]+\.[0-9a-f]{8}\.(?:css|js)"
)


def hashed_name(name: str, data: bytes) -> str:
    """Return `name` with a hash of its content `data`: `search.0123abcd.js` for `search.js`."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:8]}.{ending}"


def is_hashed(name: str) -> bool:
    """Return whether the file at `name`, below the root of the site, has a hash of its content in its name.

    Such a file never changes: scripts, styles and pieces of the search index.
    """
    return bool(_HASHED.fullmatch(name))


def address_of(name: str) -> str:
    """Return the address of the file at `name`, below the root of the site: that of a page ends with a slash."""
    return name.removesuffix(INDEX) if name.rsplit("/", maxsplit=1)[-1] == INDEX else name


def fingerprint(data: bytes) -> str:
    """Return a short hash of a file, the same whatever the day at the foot of a page."""
    return hashlib.sha256(_DAY.sub(b"", data)).hexdigest()[:12]
