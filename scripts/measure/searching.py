"""What it costs to search for the first time: bytes, requests, and how long until a result is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Browser

from scripts.browser import Answer
from scripts.knowledge.measured import Profile, Searched, Size
from scripts.measure.host import Host
from scripts.measure.loading import spread
from scripts.measure.profile import PROFILE, phone

RESULT = ".result"
"""A page that was found."""
HELP = ".search-danger"
"""Who to call, which stands there when the words mean danger."""

_AT_ONCE = 3
_PAUSE = 250
"""A reader types some letters, and looks: milliseconds from one handful of letters to the next."""
_SETTLE = 1_000

_WATCH = """(selector) => {
  const seen = window.handvatSearch = {};
  const note = (name) => { seen[name] = seen[name] || performance.timeOrigin + performance.now(); };
  const dialog = document.querySelector("dialog.search");
  document.querySelector(".search-open").addEventListener("click", () => note("opened"), true);
  dialog.addEventListener("input", () => note("typed"), true);
  new MutationObserver(() => { if (dialog.querySelector(selector)) note("there"); })
    .observe(dialog, {childList: true, subtree: true});
}"""
"""Notes in the page itself when things happen, so that asking for them takes no time."""


@dataclass(frozen=True)
class Search:
    """One search on a phone that never searched before.

    `answers` are what the host was asked for from opening the window until what was waited for
    stood there: also if it arrived later, since it took its part of the line. `time` is
    milliseconds from the first letter.
    """

    answers: tuple[Answer, ...]
    time: float

    @property
    def size(self) -> int:
        """All bytes, headers too."""
        return sum(answer.size for answer in self.answers)


def search(
    browser: Browser,
    host: Host,
    address: str,
    query: str,
    *,
    awaited: str = RESULT,
    profile: Profile = PROFILE,
) -> Search:
    """Types `query` into the search of the page at `address` until `awaited` (RESULT or HELP) is there.

    Raises Playwright's TimeoutError where it never comes.
    """
    with phone(browser, profile) as page:
        page.goto(host.address + address, wait_until="load")
        page.wait_for_timeout(_SETTLE)
        page.evaluate(_WATCH, awaited)
        host.answers.clear()
        page.click(".search-open")
        for start in range(0, len(query), _AT_ONCE):
            page.keyboard.type(query[start : start + _AT_ONCE])
            page.wait_for_timeout(_PAUSE)
        # A selector: the page's Content-Security-Policy forbids waiting for an expression.
        page.wait_for_selector(f"dialog.search {awaited}", state="attached")
        page.wait_for_timeout(_SETTLE)
        seen = page.evaluate("window.handvatSearch")
    return Search(
        tuple(answer for answer in host.answers if answer.asked * 1000 <= seen["there"]),
        seen["there"] - seen["typed"],
    )


def summarise(language: str, query: str, site: Size, searches: Iterable[Search]) -> Searched:
    """The figures of several searches for the same; bytes are those of the median search."""
    searches = sorted(searches, key=lambda one: one.size)
    middle = searches[len(searches) // 2]
    return Searched(
        language=language,
        query=query,
        site=site,
        requests=len(middle.answers),
        bytes=middle.size,
        time=spread(one.time for one in searches),
    )
