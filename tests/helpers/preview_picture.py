"""Draw the picture of link previews, which take no SVG, as a PNG.

    PYTHONPATH=tests .venv/bin/python -m helpers.preview_picture

Needed only when `overrides/preview.svg` was changed. The PNG is committed, so that a site builds without Chromium.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from helpers.browser import NoBrowser, launch

DRAWING = Path("overrides/preview.svg")
PICTURE = Path("overrides/assets/preview.png")
SIZE = {"width": 1200, "height": 630}


def main() -> int:
    """Draws the picture of the project in the current folder. Returns 0, or 1 without Chromium."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoBrowser as reason:
            print(reason, file=sys.stderr)
            return 1
        PICTURE.write_bytes(draw(browser, DRAWING.read_text("utf-8")))
        browser.close()
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")
    return 0


def draw(browser: Browser, svg: str) -> bytes:
    """`svg` as a PNG of `SIZE`."""
    page = browser.new_page(viewport=SIZE)
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svg}")
    picture = page.screenshot()
    page.close()
    return picture


if __name__ == "__main__":
    sys.exit(main())
