"""Forbids a page everything it does not need, so that a mistake in a text can run nothing.

The same policy stands in each page (for hosts that set no headers) and among the headers of the
site (`scripts/finish/headers.py`). Sources: CSP Level 3 and Trusted Types (W3C).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

SCRIPT = "inline/scheme.js"
"""Below the theme's folder: the one script that cannot wait for a request of its own."""

STYLE = "assets/handvat.css"
"""Below the theme's folder: the style of every page. On a phone with a bad connection a file of its own
shows the first words a whole round trip later, and in the page it costs 7 KB."""

_POLICY = (
    "default-src 'none'",
    # Pagefind is compiled to WebAssembly; script and style within a page are known by their hash.
    "script-src 'self' 'wasm-unsafe-eval' 'sha256-{script}'",
    "style-src 'self' 'sha256-{style}'",
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


@dataclass(frozen=True)
class Inline:
    """What stands in each page itself, without what only its authors read."""

    script: str = ""
    style: str = ""

    @property
    def policy(self) -> str:
        """The Content-Security-Policy of every page, which knows both by their hash."""
        return "; ".join(_POLICY).format(script=_digest(self.script), style=_digest(self.style))


def read_inline(theme: Path) -> Inline:
    """`SCRIPT` and `STYLE` of the folder `theme`. Raises OSError when one is not there."""
    return Inline(
        script=jsmin((theme / SCRIPT).read_text(encoding="utf-8")),
        style=cssmin((theme / STYLE).read_text(encoding="utf-8")),
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
