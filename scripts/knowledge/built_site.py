"""Reads from a built site what it says of itself, for whoever carries it elsewhere: nothing else knows for sure."""

from __future__ import annotations

from pathlib import Path

_SITEMAP = "Sitemap: "


def site_address(site: Path) -> str:
    """The address that the site in the folder `site` was built for, with a slash at the end.

    `""` where it says none. Every build says it to search engines, in `robots.txt`.
    """
    file = site / "robots.txt"
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        if line.startswith(_SITEMAP):
            return line.removeprefix(_SITEMAP).removesuffix("sitemap.xml")
    return ""
