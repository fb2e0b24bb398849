"""Puts into each page itself what it cannot do without: on a bad connection every request of its own waits.

A file beside the page is fetched after it, shows the first words a whole round trip later, and brings the
headers of another answer, a kilobyte of them. What few pages need stands in those pages alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rcssmin import cssmin
from rjsmin import jsmin

from handvat.content import colour as colours
from handvat.render.csp import policy

FOLDER = "inline"
"""Below the theme's folder."""

ICON = "assets/favicon.svg"
"""Below the theme's folder: the mark in the reader's tab."""

# What may stand as it is in an address within double quotes (RFC 3986; browsers take spaces as they are).
_PLAIN = " '()+,/:;=@"


@dataclass(frozen=True)
class Inline:
    """What stands in the pages themselves, without what only its authors read."""

    first: str = ""
    """The script that runs before anything is painted."""
    script: str = ""
    """The script of every page: quick exit works as soon as the page is there."""
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
        return policy((self.first, self.script), self.styles(kind, names))


def read_inline(theme: Path, colour: str = "") -> Inline:
    """What stands in the pages, from the folder `theme`, with the host's `colour` where it has one.

    Raises OSError when a file is not there.
    """

    def read(name: str) -> str:
        return (theme / name).read_text(encoding="utf-8").strip()

    return Inline(
        first=jsmin(read(f"{FOLDER}/scheme.js")),
        script=jsmin(read(f"{FOLDER}/handvat.js")),
        style=cssmin(read(f"{FOLDER}/handvat.css")) + (colours.style(colour) if colour else ""),
        home=cssmin(read(f"{FOLDER}/home.css")),
        pictures=cssmin(read(f"{FOLDER}/pictures.css")),
        icon="data:image/svg+xml," + quote(read(ICON), safe=_PLAIN),
    )
