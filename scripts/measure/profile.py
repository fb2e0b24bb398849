"""The phone that pages are measured on: a slow network, a slow processor, nothing in its cache.

1.6 Mbit/s with a round trip of 150 ms and a processor four times slower are what Lighthouse and
WebPageTest call slow 4G on a middling phone. Chromium slows itself down (CDP
Network.emulateNetworkConditions, Emulation.setCPUThrottlingRate). Of the network that holds for
Pagefind's worker as well; of the processor it holds for the page alone. Each answer waits one round trip
at the least; looking up a name, connecting and TLS take no time here, and on a phone they do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from scripts.knowledge.measured import Profile

PROFILE = Profile(kilobits=1600, round_trip=150, slower=4, runs=3)

_UP_KILOBITS = 750
_PATIENCE = 60_000

OBSERVERS = """
window.handvat = {first: 0, largest: 0, shift: 0, long: []};
const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
  .observe({type, buffered: true});
watch("paint", (entry) => {
  if (entry.name === "first-contentful-paint") window.handvat.first = entry.startTime;
});
watch("largest-contentful-paint", (entry) => { window.handvat.largest = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) window.handvat.shift += entry.value; });
watch("longtask", (entry) => window.handvat.long.push([entry.startTime, entry.duration]));
"""
"""Runs before the page does, and notes what web.dev's definitions of the measures ask for."""


@contextmanager
def phone(browser: Browser, profile: Profile = PROFILE) -> Iterator[Page]:
    """An empty page on the phone of `profile`, with a profile of its own: nothing is cached."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
    )
    try:
        context.set_default_timeout(_PATIENCE)
        page = context.new_page()
        page.add_init_script(OBSERVERS)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": profile.round_trip,
                "downloadThroughput": profile.kilobits * 1000 / 8,
                "uploadThroughput": _UP_KILOBITS * 1000 / 8,
            },
        )
        session.send("Emulation.setCPUThrottlingRate", {"rate": profile.slower})
        yield page
    finally:
        context.close()
