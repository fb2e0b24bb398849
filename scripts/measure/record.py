"""Keeps the figures: prints them as a table, writes them to `data/measured.yml`, with day and machine."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import yaml
from playwright.sync_api import Browser

from scripts.knowledge.measured import (
    NAME,
    Helped,
    LoadedPage,
    Machine,
    Measured,
    Searched,
    Size,
    Spread,
)

_HEAD = "# What `make bench SAVE=1` measured (scripts/bench.py). Written whole each time: edit nothing.\n"


def this_machine(browser: Browser) -> Machine:
    """What the browser runs on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        cores=os.cpu_count() or 1,
        memory=max(1, round(memory / 2**30)),
        system=platform.system(),
        chromium=browser.version,
    )


def write(measured: Measured, root: Path) -> None:
    """Writes `measured` into the project in `root`."""
    text = yaml.safe_dump(
        measured.model_dump(),
        sort_keys=False,
        allow_unicode=True,
        width=200,
        default_flow_style=None,
    )
    (root / NAME).write_text(_HEAD + text, encoding="utf-8")


LOADED_HEAD = (
    f"{'first load of':<46}{'KB':>7}{'req':>4}{'html':>7}{'css':>7}{'js':>7}{'rest':>7}"
    f"{'FCP ms':>18}{'LCP ms':>18}{'blocking ms':>15}{'shift':>8}"
)
SEARCHED_HEAD = f"{'first search':<46}{'KB':>7}{'req':>4}{'ms from first letter to result':>39}"


def loaded_line(page: LoadedPage) -> str:
    """One line of the table of pages."""
    sizes = page.bytes
    kinds = (sizes.document, sizes.style, sizes.script, sizes.image + sizes.other)
    spans = (
        f"{_span(page.first_paint):>18}{_span(page.largest_paint):>18}{_span(page.blocking):>15}"
    )
    name = f"{page.language}/{page.page}{_size(page.site)}"
    kilobytes = "".join(f"{_kilo(size):>7}" for size in kinds)
    return (
        f"{name:<46}{_kilo(sizes.total):>7}{page.requests:>4}{kilobytes}{spans}{page.shift:>8.3f}"
    )


def searched_line(found: Searched) -> str:
    """One line of the table of searches."""
    name = f"{found.language}: {found.query}{_size(found.site)}"
    return f"{name:<46}{_kilo(found.bytes):>7}{found.requests:>4}{_span(found.time):>39}"


def helped_line(found: Helped) -> str:
    """One line on how soon somebody who types of danger sees who to call."""
    name = f"{found.language}: {found.query} (who to call)"
    return f"{name:<46}{'':>11}{_span(found.time):>39}"


def _size(site: Size) -> str:
    return f", {site.pages} pages × {site.languages}" if site.is_generated else ""


def _kilo(size: int) -> str:
    return f"{size / 1000:.1f}"


def _span(spread: Spread) -> str:
    return f"{spread.median} ({spread.least}–{spread.most})"
