"""axe-core on a page, as a reader sees it: light and dark, on a phone and a desktop.

Rules: WCAG 2.0 to 2.2, levels A and AA, and axe's best practices. A page is loaded once and then shown in each view, since
axe looks at what is rendered each time it runs; a fresh profile for each view finds the same (`test_accessibility.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

# One thing changes at a time: a change of width lays the whole page out again.
VIEWS = (("light", "phone"), ("dark", "phone"), ("dark", "desktop"), ("light", "desktop"))
"""Colour scheme and width."""

_SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}
_RUN = "options => axe.run(options).then(results => results.violations)"
_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "selectors": False,  # else axe works out one for each element that it looked at
}


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


def open_tab(browser: Browser) -> Page:
    """A tab in which axe may run (the Content-Security-Policy forbids it) and nothing moves."""
    return browser.new_page(bypass_csp=True, reduced_motion="reduce")


def violations(
    tab: Page,
    root: str,
    page: str,
    views: Sequence[tuple[str, str]] = VIEWS,
    leave_out: Sequence[str] = (),
) -> list[Violation]:
    """What axe finds on the page at `root` + `page` in each of the `views`, loaded once in `tab`.

    `leave_out` are ids of rules that do not run.
    """
    tab.set_viewport_size(_SIZES[views[0][1]])
    response = tab.goto(root + page)
    assert response and response.ok, f"there is no page {page}"
    tab.evaluate(AXE_SCRIPT)
    options = _OPTIONS | {"rules": {rule: {"enabled": False} for rule in leave_out}}
    found = []
    for scheme, width in views:
        tab.set_viewport_size(_SIZES[width])
        tab.emulate_media(color_scheme=scheme)
        found += [
            Violation(page or "home", f"{scheme}, {width}", entry["id"], entry["helpUrl"],
                      node["html"][:160].replace("\n", " "))
            for entry in tab.evaluate(_RUN, options)
            for node in entry["nodes"]
        ]  # fmt: skip
    return found
