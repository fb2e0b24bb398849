"""Carries how far each language is as JSON, so that whoever depends on a translation can reckon with it."""

from __future__ import annotations

import json

from handvat.build.site import SiteOutput
from handvat.content.progress import STATUS_FILE


def step(site: SiteOutput) -> None:
    """Writes `STATUS_FILE`: a list with an entry per language, fields as in `LanguageProgress.as_data`."""
    entries = [row.as_data() for row in site.progress()]
    path = site.folder / STATUS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
