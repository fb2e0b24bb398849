"""`make audit`: axe-core on every page of every language, light and dark, on a phone and a desktop.

    python -m scripts.audit [--pages now/ conversation/] [--languages nl ar]

A barrier that a machine can see must not stand on one page of eight hundred where nobody looks. Works
on the built `site/`. Prints progress, then each violation with its page, rule, element and the address
that explains it; counts the runs. What axe cannot see (keys, focus, mirroring) `tests/test_browser.py` tries. Rules: WCAG 2.0 to 2.2, levels A and AA, and axe's best practices.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from scripts.browser import NoBrowser, launch, served

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
VIEWS = tuple((scheme, width) for scheme in ("light", "dark") for width in ("phone", "desktop"))
"""Every page is looked at in each of these."""

_SIZES = {"phone": PHONE, "desktop": DESKTOP}
_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_PORTION = 24
"""Pages that one process takes at a time: a new browser for each would cost more than the look."""


@dataclass(frozen=True)
class Violation:
    """A barrier on a page; `element` is the start of its HTML."""

    page: str
    view: str
    rule: str
    help_url: str
    element: str

    def __str__(self) -> str:
        return f"{self.page} ({self.view}): {self.rule}: {self.element}; see {self.help_url}"


def pages_of(site: Path, languages: Sequence[str] = (), starts: Sequence[str] = ()) -> list[str]:
    """Addresses below the root of the built `site`, all or those asked for; no redirects."""
    codes = {path.parent.name for path in site.glob("*/404.html")}
    found = []
    for path in sorted(site.rglob("index.html")):
        if b"<main" not in path.read_bytes():
            continue  # a sign at an old address
        address = path.parent.relative_to(site).as_posix()
        address = "" if address == "." else f"{address}/"
        first, _, rest = address.partition("/")
        code, below = (first, rest) if first in codes else ("", address)
        if languages and (code or "nl") not in languages:
            continue
        if starts and not below.startswith(tuple(starts)):
            continue
        found.append(address)
    return found


def violations(browser: Browser, root: str, page: str, scheme: str, width: str) -> list[Violation]:
    """What axe finds on the page at `root` + `page` in one view."""
    context = browser.new_context(
        viewport=_SIZES[width], color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    try:
        tab = context.new_page()
        tab.goto(root + page)
        found = Axe().run(tab, options=_OPTIONS).response["violations"]
    finally:
        context.close()
    return [
        Violation(page or "home", f"{scheme}, {width}", entry["id"], entry["helpUrl"],
                  node["html"][:160].replace("\n", " "))
        for entry in found
        for node in entry["nodes"]
    ]  # fmt: skip


def _look(root: str, pages: Sequence[str]) -> list[Violation]:
    """One process' share."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        return [
            violation
            for page in pages
            for scheme, width in VIEWS
            for violation in violations(browser, root, page, scheme, width)
        ]


def main() -> int:
    """Audits `site/` of the current folder. 0: no violation, 1: some, or no site."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.audit", description="axe on every page."
    )
    parser.add_argument("--languages", nargs="*", default=[], help="only these, as nl ar")
    parser.add_argument("--pages", nargs="*", default=[], help="only pages that begin so, as now/")
    asked = parser.parse_args()
    site = Path("site")
    if not (site / "index.html").is_file():
        print("There is no site/ yet: run make build first.", file=sys.stderr)
        return 1
    pages = pages_of(site, asked.languages, asked.pages)
    start = time.perf_counter()
    found: list[Violation] = []
    done = 0
    with served(site) as root, ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        shares = [pages[at : at + _PORTION] for at in range(0, len(pages), _PORTION)]
        running = {pool.submit(_look, root, share): len(share) for share in shares}
        for share in as_completed(running):
            found += share.result()
            done += running[share]
            minutes = (time.perf_counter() - start) / 60
            print(
                f"{done} of {len(pages)} pages, {len(found)} violations, {minutes:.1f} min "
                f"(about {minutes / done * (len(pages) - done):.0f} min to go)",
                flush=True,
            )
    for violation in sorted(found, key=str):
        print(violation)
    print(f"axe: {len(pages) * len(VIEWS)} runs on {len(pages)} pages: {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NoBrowser as reason:
        sys.exit(str(reason))
