"""The style and scripts within each page, and the Content-Security-Policy that allows them.

On a bad connection a separate file delays the first words by a round trip, and adds a kilobyte of response headers.
What few pages need is in those pages alone.

The policy forbids everything that a page does not need, so that a mistake in a text cannot run anything. The headers
of the site repeat it (`postprocess/hosting.py`). Sources: CSP Level 3 and Trusted Types (W3C).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from rcssmin import cssmin
from rjsmin import jsmin

from handvat.content import colour as colours
from handvat.content.overlay import ICON

FOLDER = "inline"
"""Below the theme's folder."""

# Characters that need no escape in an address within double quotes (RFC 3986; browsers take spaces as they are).
_PLAIN = " '()+,/:;=@"

_POLICY = (
    "default-src 'none'",
    # Scripts and styles within a page are allowed by their hash.
    "script-src 'self' {scripts}",
    "style-src 'self' {styles}",
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    # `default` is a policy in handvat.js: search and the worker are loaded from an address of this site alone.
    "trusted-types default",
)


@dataclass(frozen=True)
class Inline:
    """Styles and scripts within the pages, minified."""

    first: str = ""
    """The script that runs before the first paint."""
    script: str = ""
    """The script of every page: quick exit works at once."""
    style: str = ""
    """The style of every page."""
    more: Mapping[str, str] = field(default_factory=dict)
    """The additional styles, by kind of page (`home`, `handout`) or by what it has (`pictures`)."""
    icon: str = ""
    """The icon as a `data:` address."""

    def styles(self, kind: str, names: Collection[str]) -> Iterator[str]:
        """Yield the styles of a page of `kind` whose text needs those of `names`, for an element each."""
        yield self.style
        yield from (style for name, style in self.more.items() if name in {kind, *names})

    def policy(self, kind: str, names: Collection[str]) -> str:
        """Return the Content-Security-Policy of that page, with the hash of each script and style."""
        scripts, styles = (self.first, self.script), self.styles(kind, names)
        return "; ".join(_POLICY).format(scripts=_hashes(scripts), styles=_hashes(styles))


def read_inline(theme: Path, colour: str, icon: Path | None) -> Inline:
    """Read styles and scripts from the folder `theme`, with the host's `colour` (or `""`) and `icon` (or None).

    Raises OSError for a missing file.
    """

    def read(name: str | Path) -> str:
        return (theme / name).read_text(encoding="utf-8").strip()

    return Inline(
        first=jsmin(read(f"{FOLDER}/scheme.js")),
        script=jsmin(read(f"{FOLDER}/handvat.js")),
        style=cssmin(read(f"{FOLDER}/handvat.css")) + (colours.style(colour) if colour else ""),
        more={one: cssmin(read(f"{FOLDER}/{one}.css")) for one in ("home", "handout", "pictures")},
        icon="data:image/svg+xml," + quote(read(icon or ICON), safe=_PLAIN),
    )


def _hashes(texts: Iterable[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in texts)
    return " ".join(f"'sha256-{digest.decode()}'" for digest in digests)
