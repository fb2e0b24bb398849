"""Every page fits every window: from a phone at 200 % zoom to a desktop, and with large text."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import launch, opened
from playwright.sync_api import Browser, Page, Playwright

LANGUAGES = ("", "en/", "de/", "fr/", "tr/", "ar/", "pl/", "uk/")
PAGES = ("", "now/immediate-danger/", "contacts/", "signals/", "tools/first-24-hours/")
WIDTHS = range(195, 1441, 10)
NARROW = range(195, 400, 10)
"""A phone of 390 px at 100 to 200 % zoom, a desktop at 400 %."""

# A frame has its own viewport, and resizing it is many times faster than resizing a browser.
WALK = """async ([address, widths]) => {
  const frame = document.createElement("iframe");
  frame.style.cssText = "border: 0; height: 560px; width: 390px";
  document.body.replaceChildren(frame);
  await new Promise((done) => { frame.onload = done; frame.src = address; });
  const page = frame.contentDocument, faults = [];
  page.documentElement.style.scrollBehavior = "auto";
  const exit = page.querySelector(".bar .exit");
  for (const width of widths) {
    frame.style.width = width + "px";
    const wide = page.documentElement.scrollWidth;
    const box = exit.getBoundingClientRect();
    if (wide > width) {
      const cause = [...page.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1);
      faults.push(`${width}: ${wide} wide, by ${cause.slice(-1).map((one) => one.outerHTML.slice(0, 90))}`);
    }
    if (box.left < -0.5 || box.right > width + 0.5 || box.top < -0.5 || box.bottom > 560.5 || box.width < 24)
      faults.push(`${width}: the exit is at ${Math.round(box.left)}-${Math.round(box.right)}, down to ${Math.round(box.bottom)}`);
  }
  return faults;
}"""


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Answers without the headers that forbid frames, and with an empty page at /frame."""

    def do_GET(self) -> None:
        if self.path != "/frame":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>frame</title>")

    def log_message(self, *_arguments: Any) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def frames(built_site: Path) -> Iterator[str]:
    """The address of the site where its pages can be framed."""
    handler = functools.partial(_Handler, directory=str(built_site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def walk(page: Page, frames: str, prefix: str, widths: range) -> dict[str, list[str]]:
    """Page → faults, for those that have some."""
    page.goto(frames + "frame")
    found = {path: page.evaluate(WALK, [f"{frames}{prefix}{path}", list(widths)]) for path in PAGES}
    return {path: faults for path, faults in found.items() if faults}


@pytest.mark.browser
@pytest.mark.parametrize("prefix", LANGUAGES, ids=lambda prefix: prefix.strip("/") or "nl")
def test_a_page_fits_every_width_with_the_exit_in_view(
    browser: Browser, frames: str, prefix: str
) -> None:
    with opened(browser, viewport={"width": 1500, "height": 700}) as (page, _):
        assert walk(page, frames, prefix, WIDTHS) == {}


@pytest.mark.browser
def test_a_page_fits_a_phone_with_letters_of_one_and_a_half_times_the_size(
    playwright: Playwright, frames: str
) -> None:
    large = launch(playwright, args=["--blink-settings=defaultFontSize=24"])
    try:
        with opened(large, viewport={"width": 1500, "height": 700}) as (page, _):
            found = {prefix: walk(page, frames, prefix, NARROW) for prefix in LANGUAGES}
            assert {prefix: faults for prefix, faults in found.items() if faults} == {}
    finally:
        large.close()
