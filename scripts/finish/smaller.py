"""Leaves out of scripts and styles what only their authors read: a third of what a phone has to fetch.

Comments and spaces go, names stay: what runs can still be read. rjsmin and rcssmin do no more than that.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

from scripts.finish.site import Site

_MINIFIERS: dict[str, Callable[[str], str]] = {".js": jsmin, ".css": cssmin}


def step(site: Site) -> None:
    """Rewrites our own scripts and styles, in `assets/` and at the root of the site."""
    for path in (*(site.folder / "assets").iterdir(), *site.folder.iterdir()):
        if path.suffix in _MINIFIERS:
            _rewrite(path, _MINIFIERS[path.suffix])


def _rewrite(path: Path, minify: Callable[[str], str]) -> None:
    path.write_text(minify(path.read_text(encoding="utf-8")), encoding="utf-8")
