"""Forbids a page everything it does not need, so that a mistake in a text can run nothing.

The same policy stands in each page (for hosts that set no headers) and among the headers of the
site (`scripts/handvat/postprocess/headers.py`). Sources: CSP Level 3 and Trusted Types (W3C).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache

_POLICY = (
    "default-src 'none'",
    # Pagefind is compiled to WebAssembly; scripts and style within a page are known by their hash.
    "script-src 'self' 'wasm-unsafe-eval' {scripts}",
    "style-src 'self' {styles}",
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


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The Content-Security-Policy of a page in which the texts `scripts` and `styles` stand."""
    return "; ".join(_POLICY).format(scripts=_hashes(scripts), styles=_hashes(styles))


def _hashes(texts: Iterable[str]) -> str:
    return " ".join(map(_hash, texts))


@lru_cache(maxsize=64)
def _hash(text: str) -> str:
    """Kept: most pages have the same scripts and styles."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest())
    return f"'sha256-{digest.decode()}'"
