"""Forbids a page everything it does not need, so that a mistake in a text can run nothing.

The same policy stands in each page (for hosts that set no headers) and among the headers of the
site (`scripts/finish/headers.py`). Sources: CSP Level 3 and Trusted Types (W3C).
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

INLINE_SCRIPT = "inline/scheme.js"
"""Below the theme's folder: the one script that cannot wait for a request of its own."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

_POLICY = (
    "default-src 'none'",
    # Pagefind is compiled to WebAssembly; the one script within a page is known by its hash.
    "script-src 'self' 'wasm-unsafe-eval' 'sha256-{inline}'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    # `default` is search.js': Pagefind starts its worker from an address, of this site alone.
    "trusted-types default",
)


def content_security_policy(inline: str) -> str:
    """The policy of every page; `inline` is the text of the one script that stands in the page."""
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return "; ".join(_POLICY).format(inline=digest)


def inline_script(theme: Path) -> str:
    """The text of `INLINE_SCRIPT` of the folder `theme`, without what only its authors read."""
    text = _COMMENT.sub("", (theme / INLINE_SCRIPT).read_text(encoding="utf-8"))
    return "".join(line.strip() for line in text.splitlines())
