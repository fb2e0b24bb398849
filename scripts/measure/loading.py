"""What it costs to open a page for the first time: bytes, requests, and how long until it is there."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Browser

from scripts.browser import Answer
from scripts.knowledge.measured import LoadedPage, Profile, Size, Spread
from scripts.measure.host import Host, by_kind
from scripts.measure.profile import PROFILE, phone

_SETTLE = 1_000
"""Milliseconds after `load` in which a late request, shift or long task is still seen."""
_LONG = 50
"""Milliseconds that a task may take before it blocks: web.dev/articles/tbt."""


@dataclass(frozen=True)
class Load:
    """One load of a page. Times are milliseconds; `answers` are all that the host sent."""

    answers: tuple[Answer, ...]
    first_paint: float
    largest_paint: float
    blocking: float
    shift: float

    @property
    def size(self) -> int:
        """All bytes, headers too."""
        return sum(answer.size for answer in self.answers)


def load(browser: Browser, host: Host, address: str, profile: Profile = PROFILE) -> Load:
    """Opens the page at `address`, below the root of `host`, once."""
    host.answers.clear()
    with phone(browser, profile) as page:
        page.goto(host.address + address, wait_until="load")
        page.wait_for_timeout(_SETTLE)
        seen = page.evaluate("window.handvat")
        icon = page.evaluate(
            "(() => { const icon = document.querySelector('link[rel=icon]');"
            " return icon && !icon.href.startsWith('data:') && new URL(icon.href).pathname; })()"
        )
        if icon:
            host.add_icon(icon)
    late = [(start, length) for start, length in seen["long"] if start + length > seen["first"]]
    return Load(
        tuple(host.answers),
        seen["first"],
        seen["largest"],
        sum(max(0, length - _LONG) for _, length in late),
        seen["shift"],
    )


def summarise(page: str, language: str, site: Size, loads: Iterable[Load]) -> LoadedPage:
    """The figures of one page from several loads of it; bytes are those of the median load."""
    loads = sorted(loads, key=lambda one: one.size)
    middle = loads[len(loads) // 2]
    return LoadedPage(
        page=page,
        language=language,
        site=site,
        requests=len(middle.answers),
        bytes=by_kind(middle.answers),
        first_paint=spread(one.first_paint for one in loads),
        largest_paint=spread(one.largest_paint for one in loads),
        blocking=spread(one.blocking for one in loads),
        shift=round(max(one.shift for one in loads), 4),
    )


def spread(values: Iterable[float]) -> Spread:
    """Median, least and most of `values`, as whole milliseconds."""
    values = list(values)
    return Spread(
        median=round(statistics.median(values)), least=round(min(values)), most=round(max(values))
    )
