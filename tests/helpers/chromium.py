"""A browser for the tests, and a host for it on this machine alone.

Without Chromium the tests that need it are skipped on somebody's own
machine, and fail where CI=true: a check that silently did not run protects nobody.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Route

from helpers import browser as host
from helpers.browser import served

__all__ = ["AT_ONCE", "DESKTOP", "PHONE", "Watch", "focused", "launch", "opened", "served"]

AT_ONCE = "const soon = setTimeout; window.setTimeout = (work) => soon(work, 0);"
"""For `add_init_script`: the timers of a page fire at once, those of searches and retries too."""
_HERE = re.compile(r"^http://127\.0\.0\.1[:/]")
_ELSEWHERE = re.compile(r"^https?://(?!127\.0\.0\.1[:/])")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}


def launch(playwright: Playwright, **options: object) -> Browser:
    """Chromium of this machine; skips, or in CI fails, where there is none."""
    # The process of a new tab loads its first page too: a quarter less work for each that is opened.
    arguments = [*options.pop("args", ()), "--renderer-process-limit=1"]
    try:
        return host.launch(playwright, args=arguments, **options)
    except host.NoBrowser as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@dataclass
class Watch:
    """What a browser did that a reader does not see."""

    local: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: Browser, **options: object) -> Iterator[tuple[Page, Watch]]:
    """A page in a fresh profile. Requests to other hosts get a page of one word."""
    context: BrowserContext = browser.new_context(**{"viewport": DESKTOP, **options})
    context.set_default_timeout(30_000)
    watch = Watch()

    def answer(route: Route) -> None:
        watch.foreign.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<title>Elsewhere</title>")

    def note(request: Request) -> None:
        if _HERE.match(request.url):
            watch.local.append(request.url)

    context.on("request", note)
    context.route(_ELSEWHERE, answer)
    page = context.new_page()
    page.on("pageerror", lambda error: watch.complaints.append(str(error)))
    page.on("console", lambda message: _note(watch, message.type, message.text))
    try:
        yield page, watch
    finally:
        context.close()


def _note(watch: Watch, kind: str, text: str) -> None:
    # A violation of the Content-Security-Policy arrives here too, as an error. A page that
    # rightly has status 404 is not an error.
    if kind in {"error", "warning"} and "status of 404" not in text:
        watch.complaints.append(text)


def focused(page: Page) -> str:
    """What has the focus: its id, class or text."""
    return page.evaluate(
        "() => { const it = document.activeElement; return it.id || it.className || it.textContent; }"
    )
