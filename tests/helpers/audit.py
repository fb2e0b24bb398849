"""`make audit`: axe-core on every page of every language, light and dark, on a phone and a desktop.

    make audit [--pages now/ conversation/] [--languages nl ar]

A barrier that a machine can see must not stand on one page of eight hundred where nobody looks. Works
on the built `site/`, its 404 pages too. Prints progress, then each violation with its page, rule,
element and the address that explains it; counts the runs. What axe cannot see
`tests/test_keyboard.py`, `tests/test_display_settings.py` and `tests/test_names_and_headings.py` try.
Rules: WCAG 2.0 to 2.2, levels A and AA, and axe's best practices.

A page is loaded once and then shown in each view: axe looks anew at what is there each time. That
takes less than half of what a fresh profile for each view takes, and finds the same
(`tests/test_accessibility.py`). Most of the rest is axe measuring contrast.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.overlay.apply import NotComposed, opened
from handvat.workers import cores
from playwright.sync_api import Browser, Page, sync_playwright

from helpers.browser import NoBrowser, launch, served

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
# One thing changes at a time: a change of width lays the whole page out anew.
VIEWS = (("light", "phone"), ("dark", "phone"), ("dark", "desktop"), ("light", "desktop"))
"""Every page is looked at in each of these."""

_SIZES = {"phone": PHONE, "desktop": DESKTOP}
_RUN = "options => axe.run(options).then(results => results.violations)"
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


def pages_of(
    site: Path, languages: Sequence[Language], codes: Sequence[str] = (), starts: Sequence[str] = ()
) -> list[str]:
    """Addresses below the root of the built `site`, which has these `languages`; no redirects.

    All, or those of the languages `codes` that begin with one of `starts` below their language.
    """
    found = []
    for path in sorted([*site.rglob("index.html"), *site.rglob("404.html")]):
        if b"<main" not in path.read_bytes():
            continue  # a sign at an old address
        address = path.relative_to(site).as_posix().removesuffix("index.html")
        # The default language has no prefix, and every address begins with that: so it comes last.
        language = next(one for one in reversed(languages) if address.startswith(one.prefix))
        if codes and language.code not in codes:
            continue
        if starts and not address.removeprefix(language.prefix).startswith(tuple(starts)):
            continue
        found.append(address)
    return found


def open_tab(browser: Browser) -> Page:
    """A tab to look at pages with, one after the other: axe may run in it, and nothing moves."""
    return browser.new_page(bypass_csp=True, reduced_motion="reduce")


def violations(
    tab: Page, root: str, page: str, views: Sequence[tuple[str, str]] = VIEWS
) -> list[Violation]:
    """What axe finds on the page at `root` + `page` in each of the `views`, loaded once in `tab`."""
    tab.set_viewport_size(_SIZES[views[0][1]])
    tab.goto(root + page)
    tab.evaluate(AXE_SCRIPT)
    found = []
    for scheme, width in views:
        tab.set_viewport_size(_SIZES[width])
        tab.emulate_media(color_scheme=scheme)
        found += [
            Violation(page or "home", f"{scheme}, {width}", entry["id"], entry["helpUrl"],
                      node["html"][:160].replace("\n", " "))
            for entry in tab.evaluate(_RUN, _OPTIONS)
            for node in entry["nodes"]
        ]  # fmt: skip
    return found


def _look(root: str, pages: Sequence[str]) -> list[Violation]:
    """One process' share."""
    with sync_playwright() as playwright, launch(playwright) as browser:
        tab = open_tab(browser)
        return [violation for page in pages for violation in violations(tab, root, page)]


def main() -> int:
    """Audits `site/` of the current folder. 0: no violation, 1: some, or no site."""
    parser = argparse.ArgumentParser(prog="make audit", description="axe on every page.")
    parser.add_argument("--languages", nargs="*", default=[], help="only these, as nl ar")
    parser.add_argument("--pages", nargs="*", default=[], help="only pages that begin so, as now/")
    asked = parser.parse_args()
    site = Path("site")
    if not (site / "index.html").is_file():
        print("There is no site/ yet: run make build first.", file=sys.stderr)
        return 1
    with opened(Path.cwd()) as project:
        languages = KnowledgeBase.load(project.root).languages
    unknown = {*asked.languages} - {language.code for language in languages}
    if unknown:
        print(f"mkdocs.yml has no language {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 1
    pages = pages_of(site, languages, asked.languages, asked.pages)
    if not pages:
        print("No page of site/ begins so.", file=sys.stderr)
        return 1
    start = time.perf_counter()
    found: list[Violation] = []
    done = 0
    with served(site) as root, ProcessPoolExecutor(max_workers=cores()) as pool:
        # Every so many, not one after the other: the long pages (A to Z, sources) are spread evenly.
        count = min(len(pages), max(cores(), -(-len(pages) // _PORTION)))
        shares = [pages[number::count] for number in range(count)]
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
    except (NoBrowser, NotComposed) as reason:
        sys.exit(str(reason))
