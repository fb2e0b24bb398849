"""Lays the languages, each rendered alone, into one tree, and lets none overwrite another.

The default language is the root, the others stand below `<code>/`. Theme files come out of every
language and are kept once. Files are copied and not linked: a later step may change them in place,
and the live preview keeps the rendered folders for its next round.
"""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

from scripts.finish.site import PAGES, Site, StepFailed


def step(site: Site) -> None:
    """Fills `site.folder` from `site.rendered`. Raises StepFailed when two languages disagree."""
    for language in site.languages:
        source = site.rendered[language.code] / PAGES
        for path in sorted(source.rglob("*")):
            if path.is_dir():
                continue
            name = path.relative_to(source).as_posix()
            if name == "404.html":
                name = f"{language.prefix}404.html"
            _copy(path, site.folder / name, f"{language.code}: {name}")


def _copy(source: Path, target: Path, name: str) -> None:
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    elif not filecmp.cmp(source, target, shallow=False):
        raise StepFailed(
            f"{name} is not the same as in the languages before it, and the site has room for one; "
            "a file that differs by language belongs below that language's own folder"
        )
