"""Takes along the copies that a host made for readers without internet, where there are any."""

from __future__ import annotations

import shutil

from handvat.build.site import SiteOutput
from handvat.content.downloads import find_downloads


def step(site: SiteOutput) -> None:
    """Copies what `handvat export zip` and `handvat export pdf` made for the languages of this build."""
    codes = {language.code for language in site.languages}
    for download in find_downloads(site.kb.root):
        if download.language in codes:
            target = site.folder / download.url
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(download.path, target)
