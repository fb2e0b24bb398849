"""Names scripts and styles after what is in them, so that no page ever gets those of another edition.

A cache that keeps pages longer than it should, a store that changes file by file, a page that was opened before
an upgrade: each had a page of one edition ask for `assets/search.js` and get the next one's. Under a name of its
own a file never means anything else, so browsers may keep it for ever and need not ask.
"""

from __future__ import annotations

import re

from scripts.finish.site import Site
from scripts.knowledge.device_list import after_content

# As the templates write it (overrides/): a page's own words stand in no such attribute.
_NAMED = re.compile(r'(\s(?:href|src|data-script|data-style)="[^"<>]*?assets/)([^"/<>]+)(?=")')


def step(site: Site) -> None:
    """Renames the scripts and styles in `assets/` to `search.<8 hex digits>.js`, and the pages follow.

    Pictures keep their names: other sites and devices know them by it.
    """
    names = {}
    for path in sorted((site.folder / "assets").iterdir()):
        if path.suffix in {".js", ".css"}:
            names[path.name] = after_content(path.name, path.read_bytes())
            path.rename(path.with_name(names[path.name]))

    def renamed(found: re.Match[str]) -> str:
        return found[1] + names.get(found[2], found[2])

    for page in site.folder.rglob("*.html"):
        text = page.read_text("utf-8")
        page.write_text(_NAMED.sub(renamed, text), "utf-8")
