"""Lays the languages, each rendered alone, into one tree, and lets none overwrite another.

The default language is the root, and brings the theme's files; the others stand below `<code>/`. Files
are moved; where the live preview keeps what was rendered for its next round they are copied, and not
linked: a later step may change them in place.
"""

from __future__ import annotations

import filecmp
import os
import shutil

from scripts.finish.site import PAGES, Site, StepFailed


def step(site: Site) -> None:
    """Fills `site.folder` from `site.rendered`. Raises StepFailed when two languages disagree."""
    take = shutil.copyfile if site.keeps_rendered else os.replace
    for language in site.languages:
        source = site.rendered[language.code] / PAGES
        for path in sorted(source.rglob("*")):
            if path.is_dir():
                continue
            name = path.relative_to(source).as_posix()
            if name == "404.html":
                name = f"{language.prefix}404.html"
            target = site.folder / name
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                take(path, target)
            elif not filecmp.cmp(path, target, shallow=False):
                raise StepFailed(
                    f"{language.code}: {name} is not the same as in the languages before it, and the site "
                    "has room for one; a file that differs by language belongs below that language's own folder"
                )
