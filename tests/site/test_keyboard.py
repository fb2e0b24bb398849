"""Everything by keyboard alone: reading, leaving and calling need no pointer.

WCAG 2.1.1, 2.1.2, 2.4.1, 2.4.3, 2.4.7, 2.4.11 and 1.4.11, with real keys in Chromium, in a language
that runs to the right and one that runs to the left.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest
from chromium import DESKTOP, PHONE, focused, opened
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = ["", "now/first-hour/", "tools/signal-checklist/", "contacts/"]
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
EVERY_PAGE = pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")

# The part of the page with the focus; and whether the focus moved forward: of the two elements, or
# of their ancestors that are siblings, the second begins below the first, or after it on its line.
STOP = """() => {
  const it = document.activeElement;
  const leave = it.closest('.leave');
  const whole = it.closest('.bar, .side, .contents, main, .foot');
  const here = whole ? whole.localName === 'main' ? 'text' : whole.className : 'above';
  // The exit button floats on a phone, and the skip links float everywhere.
  const floats = it.classList.contains('skip') || leave && getComputedStyle(leave).position === 'fixed';
  const before = window.stopBefore;
  window.stopBefore = floats ? null : it;
  if (!before || floats || before.closest('.bar, .side, .contents, main, .foot') !== whole) return [here, ''];
  let one = before, other = it;
  while (!one.parentElement.contains(it)) one = one.parentElement;
  while (!other.parentElement.contains(before)) other = other.parentElement;
  const first = one.getClientRects()[0], second = other.getClientRects()[0];
  const isBeside = Math.abs(first.top - second.top) < Math.min(first.height, second.height) / 2;
  const isRight = second.left > first.left;
  const isAfter = isBeside ? isRight === (document.dir !== 'rtl') : second.top > first.top;
  return [here, isAfter ? '' : one.outerHTML.slice(0, 100) + ' → ' + other.outerHTML.slice(0, 100)];
}"""

# The outline of the focused element, and the background behind it.
LOOK = """() => {
  const it = document.activeElement;
  const style = getComputedStyle(it);
  let behind = it.parentElement;
  while (behind && /, 0\\)$|transparent/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  return {
    html: it.outerHTML.slice(0, 100), outline: style.outlineStyle, width: parseFloat(style.outlineWidth),
    color: style.outlineColor,
    behind: getComputedStyle(behind || document.documentElement).backgroundColor,
  };
}"""

CLASS = "() => document.activeElement.className"

HIDDEN = """() => {
  const it = document.activeElement;
  const boxes = [...it.getClientRects()];
  const seen = boxes.some(box => [0.1, 0.5, 0.9].some(part => {
    const there = document.elementFromPoint(box.left + box.width * part, box.top + box.height / 2);
    return there && (it.contains(there) || there.contains(it));
  }));
  return it === document.body || seen ? '' : it.outerHTML.slice(0, 120);
}"""


Stop = tuple[list[str], dict[str, Any], str]
"""What STOP, LOOK and HIDDEN return at a stop of Tab."""
Walked = Callable[..., list[Stop]]


def walk(page: Page, *scripts: str) -> list:
    """What each of `scripts` returns at each stop of Tab, from the top of the page to its end."""
    calls = ", ".join(f"({script})()" for script in scripts)
    script = f"() => document.activeElement === document.body ? null : [{calls}]"
    stops = []
    for _press in range(600):
        page.keyboard.press("Tab")
        stop = page.evaluate(script)
        if stop is None:
            return stops
        stops.append(stop)
    raise AssertionError("Tab never comes to the end of the page")


@pytest.fixture(scope="module")
def walked(browser: Browser, root: str) -> Walked:
    """The walk through a page, in a window of this size, light or dark; each is done once."""
    cached: dict[tuple[str, int, str], list[Stop]] = {}

    def take(path: str, size: dict[str, int], scheme: str = "light") -> list[Stop]:
        key = path, size["width"], scheme
        if key not in cached:
            with opened(browser, viewport=size, color_scheme=scheme, reduced_motion="reduce") as (
                page,
                _,
            ):
                page.goto(root + path)
                cached[key] = walk(page, STOP, LOOK, HIDDEN)
        return cached[key]

    return take


def luminance(color: str) -> float:
    """WCAG's relative luminance of a computed `rgb(…)`."""
    parts = [int(part) / 255 for part in color[color.index("(") + 1 : -1].split(",")[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@SIZES
@pytest.mark.parametrize("home", ["", "ar/"], ids=["nl", "ar"])
@EVERY_PAGE
def test_the_first_tab_offers_to_skip_to_the_text(
    browser: Browser, root: str, path: str, home: str, size: dict[str, int]
) -> None:
    with opened(browser, viewport=size) as (page, _):
        page.goto(root + home + path)
        page.keyboard.press("Tab")
        assert focused(page) == "skip"
        box = page.locator(".skip").first.bounding_box()
        assert box and box["y"] >= 0 and 0 <= box["x"] <= size["width"] - box["width"]
        page.keyboard.press("Tab")
        assert focused(page) == "skip exit", "the second leaves the site"
        box = page.locator(".skip.exit").bounding_box()
        assert box and box["y"] >= 0 and 0 <= box["x"] <= size["width"] - box["width"]
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        assert focused(page) == "_main"
        page.keyboard.press("Tab")
        assert page.evaluate("() => !!document.activeElement.closest('#_main')")
        assert not page.evaluate(HIDDEN)


@SIZES
@pytest.mark.parametrize("home", ["", "ar/"], ids=["nl", "ar"])
@EVERY_PAGE
def test_the_focus_goes_through_the_page_as_one_reads_it(
    walked: Walked, path: str, home: str, size: dict[str, int]
) -> None:
    stops = [stop for stop, _, _ in walked(home + path, size)]
    parts = [part for part, _ in groupby(part for part, _ in stops)]
    known = ["above", "bar", "side", "contents", "text", "foot"]
    assert parts == [part for part in known if part in parts], "a part comes twice, or too early"
    assert {"above", "bar", "text", "foot"} <= {*parts}
    assert [backwards for _, backwards in stops if backwards] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@SIZES
@EVERY_PAGE
def test_the_focused_element_has_a_visible_outline(
    walked: Walked, path: str, size: dict[str, int], scheme: str
) -> None:
    """WCAG 2.4.7 and 1.4.11: an outline of 2 pixels or more, with 3 to 1 contrast."""
    looks = [look for _, look, _ in walked(path, size, scheme)]
    assert len(looks) > 15
    for look in looks:
        assert look["outline"] not in {"none", "hidden"} and look["width"] >= 2, look
        assert contrast(look["color"], look["behind"]) >= 3, look


@SIZES
@EVERY_PAGE
def test_the_focused_element_is_never_hidden(
    walked: Walked, path: str, size: dict[str, int]
) -> None:
    """WCAG 2.4.11: neither the bar nor the exit button covers the focused element."""
    assert [hidden for _, _, hidden in walked(path, size) if hidden] == []


def test_the_menu_on_a_phone_by_keyboard(browser: Browser, root: str) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root + "now/first-hour/")
        page.focus(".menu summary")
        page.keyboard.press("Enter")
        panel = page.locator(".menu .panel")
        assert panel.is_visible()
        page.keyboard.press("Escape")
        assert not panel.is_visible()
        assert page.locator(".menu summary").evaluate("it => it === document.activeElement")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        address = page.evaluate("() => document.activeElement.href")
        assert page.evaluate("() => !!document.activeElement.closest('.menu .panel')")
        page.keyboard.press("Enter")
        page.wait_for_url(address)


@SIZES
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_languages_by_keyboard(
    browser: Browser, root: str, size: dict[str, int], key: str
) -> None:
    with opened(browser, viewport=size) as (page, _):
        page.goto(root + "now/first-hour/")
        panel = page.locator(".languages .panel")
        links = panel.locator("a")
        page.focus(".languages summary")
        page.keyboard.press(key)
        assert panel.is_visible()
        for number in range(links.count()):
            page.keyboard.press("Tab")
            assert links.nth(number).evaluate("it => it === document.activeElement")
            assert not page.evaluate(HIDDEN)
        page.keyboard.press("Escape")
        assert not panel.is_visible()
        assert page.locator(".languages summary").evaluate("it => it === document.activeElement")
        page.keyboard.press(key)
        for _press in range(links.count() + 1):
            page.keyboard.press("Tab")
        assert not panel.is_visible(), "going on with Tab closes it, so that it covers nothing"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press(key)
        page.keyboard.press("Tab")
        address = page.evaluate("() => document.activeElement.href")
        page.keyboard.press("Enter")
        page.wait_for_url(address)


def test_a_wide_table_scrolls_by_keyboard_and_has_a_name(browser: Browser, root: str) -> None:
    with opened(browser, viewport={"width": 320, "height": 640}) as (page, _):
        for path in ("signals/radicalisation/", "ar/parents/custody-and-guardians/"):
            page.goto(root + path)
            table = page.locator(".table").last
            assert table.evaluate("it => it.scrollWidth > it.clientWidth"), "not too wide here"
            assert walk(page, CLASS).count(["table"]) == page.locator(".table").count()
            table.focus()
            page.keyboard.press("ArrowLeft" if path.startswith("ar/") else "ArrowRight")
            page.wait_for_function(
                "() => [...document.querySelectorAll('.table')].at(-1).scrollLeft !== 0"
            )
            for group in page.locator(".table").all():
                name = group.evaluate(
                    "it => it.getAttribute('aria-label')"
                    " || document.getElementById(it.getAttribute('aria-labelledby')).textContent"
                )
                assert group.get_attribute("role") == "group" and name.strip()


@SIZES
def test_the_search_window_keeps_the_focus_and_gives_it_back(
    browser: Browser, root: str, size: dict[str, int]
) -> None:
    with opened(browser, viewport=size) as (page, _):
        page.goto(root + "now/first-hour/")
        opener = page.locator(".search-open")
        opener.focus()
        page.keyboard.press("Enter")
        page.keyboard.type("naaktfoto")
        page.wait_for_selector(".result-more")  # the last of what is shown
        inside = "() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        for _press in range(80):  # hits may still change while the last letters are typed
            page.keyboard.press("Tab")
            assert page.evaluate(inside), "the focus left the window for the page behind it"
            if focused(page) == "_search-words":
                break
        assert focused(page) == "_search-words", "Tab goes round"
        page.locator(".search-close").focus()
        page.keyboard.press("Enter")
        assert not page.locator("dialog.search").is_visible()
        assert opener.evaluate("it => it === document.activeElement")


def test_search_announces_how_many_pages_it_found(browser: Browser, root: str) -> None:
    """WCAG 4.1.3: the count is in a live region, and changes with the query."""
    text = "document.querySelector('.search-status').textContent"
    with opened(browser) as (page, _):
        page.goto(root)
        page.focus(".search-open")
        page.keyboard.press("Space")
        page.keyboard.type("paspoort")
        page.wait_for_function(f"() => /^\\d+ /.test({text})")
        page.wait_for_selector(".search-results:not([aria-busy]) .result")
        message = page.get_by_role("dialog").get_by_role("status").inner_text()
        shown = page.locator(".result").count()
        assert 0 < shown <= int(message.split()[0])
        page.keyboard.type(" geheim geld school")
        page.wait_for_function(f"old => /^\\d+ /.test({text}) && {text} !== old", arg=message)
