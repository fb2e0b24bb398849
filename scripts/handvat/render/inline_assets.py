"""What is in each page itself: the style and scripts that it cannot do without, and the policy that knows them.

On a bad connection a file beside the page shows the first words a whole round trip later, and brings the headers of
another response, a kilobyte of them. What few pages need is in those pages alone.

The Content-Security-Policy forbids a page everything that it does not need, so that a mistake in a text can run
nothing. The headers of the site repeat it (`handvat/postprocess/headers.py`). Sources: CSP Level 3 and Trusted Types
(W3C).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from rcssmin import cssmin
from rjsmin import jsmin

from handvat.content import colour as colours

FOLDER = "inline"
"""Below the theme's folder."""

ICON = "assets/favicon.svg"
"""Below the theme's folder: the mark in the reader's tab."""

# Characters that need no escape in an address within double quotes (RFC 3986; browsers take spaces as they are).
_PLAIN = " '()+,/:;=@"

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


@dataclass(frozen=True)
class Inline:
    """Styles and scripts of the pages themselves, minified."""

    first: str = ""
    """The script that runs before anything is painted."""
    script: str = ""
    """The script of every page: quick exit works at once."""
    style: str = ""
    """The style of every page."""
    home: str = ""
    """What the home page has besides."""
    pictures: str = ""
    """What a page with a picture has besides."""
    icon: str = ""
    """An address that holds the picture itself."""

    def styles(self, kind: str, names: Collection[str]) -> Iterator[str]:
        """The styles of a page of `kind` whose text needs those of `names`, each for an element of its own."""
        yield self.style
        if kind == "home":
            yield self.home
        if "pictures" in names:
            yield self.pictures

    def policy(self, kind: str, names: Collection[str]) -> str:
        """The Content-Security-Policy of that page, which knows its scripts and styles by their hash."""
        scripts, styles = (self.first, self.script), self.styles(kind, names)
        return "; ".join(_POLICY).format(scripts=_hashes(scripts), styles=_hashes(styles))


def read_inline(theme: Path, colour: str = "", icon: Path | None = None) -> Inline:
    """What stands in the pages, from the folder `theme`, with the host's `colour` and `icon` where it has them.

    Raises OSError when a file is not there.
    """

    def read(name: str | Path) -> str:
        return (theme / name).read_text(encoding="utf-8").strip()

    return Inline(
        first=jsmin(read(f"{FOLDER}/scheme.js")),
        script=jsmin(read(f"{FOLDER}/handvat.js")),
        style=cssmin(read(f"{FOLDER}/handvat.css")) + (colours.style(colour) if colour else ""),
        home=cssmin(read(f"{FOLDER}/home.css")),
        pictures=cssmin(read(f"{FOLDER}/pictures.css")),
        icon="data:image/svg+xml," + quote(read(icon or ICON), safe=_PLAIN),
    )


def _hashes(texts: Iterable[str]) -> str:
    return " ".join(map(_hash, texts))


@lru_cache(maxsize=64)  # most pages have the same scripts and styles
def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest())
    return f"'sha256-{digest.decode()}'"
