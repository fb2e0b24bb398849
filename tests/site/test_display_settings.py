"""Settings of a reader's device apply: larger text, zoom, more space, less motion, own colours.

WCAG 1.4.4, 1.4.10, 1.4.12, 2.3.3, 2.5.8 and forced colours, on each kind of page, in Dutch and in
Arabic.
"""

from __future__ import annotations

import pytest
from chromium import DESKTOP, PHONE, opened
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

KINDS = [
    "", "now/", "now/image-blackmail/", "understand/how-it-works/", "contacts/", "a-z/", "about/sources/",
    "about/languages/", "tools/signal-checklist/", "tools/first-24-hours/", "tools/pocket-cards/",
]  # fmt: skip
BOTH = [*KINDS, "ar/", "ar/now/image-blackmail/", "ar/contacts/", "ar/tools/signal-checklist/"]
ZOOMED = {"width": 320, "height": 256}
"""A window of 1280 by 1024 at 400 %."""
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-block-end: 2em !important; }"""

# Text that is cut off by a box that hides overflow. Text for screen readers alone is left out.
CUT_OFF = """() => [...document.body.querySelectorAll('*')].filter(it => {
  const style = getComputedStyle(it);
  if (it.closest('svg, [inert]') || !it.checkVisibility() || style.clipPath !== 'none') return false;
  const cuts = side => ['hidden', 'clip'].includes(side);
  return cuts(style.overflowX) && it.scrollWidth > it.clientWidth + 1
    || cuts(style.overflowY) && it.scrollHeight > it.clientHeight + 1
    || style.textOverflow === 'ellipsis';
}).map(it => it.outerHTML.slice(0, 120))"""

# Parts of the bar that overlap, or leave the screen.
BAR = """() => {
  const parts = [...document.querySelectorAll('.bar > *, .bar .calls a, .bar .exit, .bar .exit-about')]
    .filter(it => it.checkVisibility() && !it.matches('.reach'));
  const boxes = parts.map(it => it.getBoundingClientRect());
  const wrong = [];
  boxes.forEach((box, number) => {
    if (box.left < -1 || box.right > innerWidth + 1) wrong.push('outside: ' + parts[number].className);
    boxes.slice(number + 1).forEach((other, later) => {
      if (box.left < other.right - 1 && other.left < box.right - 1 && box.top < other.bottom - 1 && other.top < box.bottom - 1) {
        wrong.push(parts[number].className + ' over ' + parts[number + 1 + later].className);
      }
    });
  });
  return wrong;
}"""

# Text that overflows its box: a button that is too small for its name.
SPILLED = """() => [...document.querySelectorAll('a, button, summary, label, th, td, p, li, h1, h2, h3')]
  .filter(it => {
    const style = getComputedStyle(it);
    if (!it.checkVisibility() || style.display === 'inline') return false;
    if (style.clipPath !== 'none' || it.closest('svg, .table')) return false;
    const box = it.getBoundingClientRect();
    const words = document.createTreeWalker(it, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      if (!words.currentNode.data.trim() || words.currentNode.parentElement.closest('.visually-hidden, .search-open span')) continue;
      const range = document.createRange();
      range.selectNodeContents(words.currentNode);
      if ([...range.getClientRects()].some(line => line.left < box.left - 2 || line.right > box.right + 2)) return true;
    }
    return false;
  }).map(it => it.outerHTML.slice(0, 120))"""


def enlarge_text(page: Page) -> None:
    """Sets the browser's own text size to twice the usual 16 pixels."""
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})


def lost(page: Page) -> list[str]:
    """The parts of a page that cannot be read or reached as it is shown now."""
    is_wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    found = ["the page scrolls sideways"] if is_wide else []
    for what in (CUT_OFF, SPILLED, BAR):
        found += map(str, page.evaluate(what))
    page.evaluate("() => scrollTo({ top: document.body.scrollHeight / 2, behavior: 'instant' })")
    for name in (".bar .exit", ".bar .exit-about"):
        is_there = page.locator(name).evaluate(
            "it => { const box = it.getBoundingClientRect();"
            " const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);"
            " return box.top >= 0 && box.bottom <= innerHeight && it.contains(there); }"
        )
        found += [] if is_there else [f"{name} is out of reach"]
    return found


def lost_on_phone_and_desktop(page: Page) -> list[str]:
    """What `lost` finds on the phone that `page` is on, and then on a desktop."""
    found = lost(page)
    page.set_viewport_size(DESKTOP)
    return found + lost(page)


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path or "home")
def test_text_twice_as_large_loses_nothing(browser: Browser, root: str, path: str) -> None:
    """WCAG 1.4.4, by the browser's own setting: the size that all others are relative to."""
    size = "() => parseFloat(getComputedStyle(document.body).fontSize)"
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root + path)
        usual = page.evaluate(size)
        enlarge_text(page)
        assert page.evaluate(size) == 2 * usual
        assert lost_on_phone_and_desktop(page) == []


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path or "home")
def test_more_space_between_letters_words_and_lines_loses_nothing(
    browser: Browser, root: str, path: str
) -> None:
    """WCAG 1.4.12."""
    with opened(browser, viewport=PHONE, bypass_csp=True) as (page, _):
        page.goto(root + path)
        page.add_style_tag(content=SPACING)
        assert lost_on_phone_and_desktop(page) == []


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path or "home")
def test_at_four_times_the_size_a_page_is_read_in_one_direction_and_little_is_covered(
    browser: Browser, root: str, path: str
) -> None:
    """WCAG 1.4.10."""
    covered = """() => [...document.querySelectorAll('body *')].filter(it => {
      const box = it.getBoundingClientRect();
      return ['fixed', 'sticky'].includes(getComputedStyle(it).position) && box.height && box.top < innerHeight && box.bottom > 0;
    }).reduce((sum, it) => sum + it.getBoundingClientRect().height, 0) / innerHeight"""
    with opened(browser, viewport=ZOOMED, reduced_motion="reduce") as (page, _):
        page.goto(root + path)
        assert lost(page) == []
        assert page.evaluate(covered) < 0.3


def test_at_four_times_the_size_menu_and_search_still_work(browser: Browser, root: str) -> None:
    inside = "it => { const box = it.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
    below_bar = (
        "it => Math.abs(it.getBoundingClientRect().top"
        " - document.querySelector('.bar').getBoundingClientRect().bottom)"
    )
    with opened(browser, viewport=ZOOMED, reduced_motion="reduce") as (page, _):
        page.goto(root + "now/first-hour/")
        for fold in (".menu", ".languages"):
            page.click(f"{fold} summary")
            assert page.locator(f"{fold} .panel").evaluate(below_bar) < 10
            last = page.locator(f"{fold} .panel a").last
            last.focus()
            assert last.evaluate(inside), f"the last entry of {fold} cannot be scrolled to"
            page.keyboard.press("Escape")
        page.click(".search-open")
        page.keyboard.type("naaktfoto")
        page.wait_for_selector(".result-title")
        page.keyboard.press("ArrowDown")
        assert page.locator(".result-title").first.evaluate(inside)
        assert page.locator("dialog.search").evaluate("it => it.scrollWidth <= it.clientWidth")


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path or "home")
def test_with_reduced_motion_nothing_moves(browser: Browser, root: str, path: str) -> None:
    """WCAG 2.3.3."""
    moving = """() => [...document.querySelectorAll('*')].flatMap(it => ['', '::before', '::after'].map(part => {
      const style = getComputedStyle(it, part || null);
      const takes = [style.transitionDuration, style.animationDuration].join().split(',').some(time => parseFloat(time) > 0);
      return takes || style.scrollBehavior === 'smooth' ? it.outerHTML.slice(0, 80) : '';
    })).filter(Boolean)"""
    with opened(browser, reduced_motion="reduce") as (page, _):
        page.goto(root + path)
        assert page.evaluate(moving) == []
        page.click(".languages summary")
        assert page.evaluate("() => document.getAnimations().length") == 0


GROUND = "() => getComputedStyle(document.documentElement).backgroundColor"

# Forced colours (Windows contrast themes): lines and icons replace the site's own colours


def test_in_forced_colours_buttons_and_states_keep_a_shape(browser: Browser, root: str) -> None:
    look = """it => { const style = getComputedStyle(it);
      return [style.borderBlockStartStyle !== 'none' && parseFloat(style.borderBlockStartWidth) || 0,
              style.backgroundColor, style.color]; }"""
    for scheme in ("light", "dark"):
        with opened(browser, forced_colors="active", color_scheme=scheme) as (page, _):
            page.goto(root + "tools/signal-checklist/")
            for name in (".bar .exit", ".bar .exit-about", ".search-open", ".scheme button", ".contact-number",
                         ".tool-print", ".contact-link", "[data-section=in-short]", ".block"):  # fmt: skip
                assert page.locator(name).first.evaluate(look)[0] >= 1, name
            current = page.locator(".side [aria-current=page]").evaluate(look)
            assert current[0] > page.locator(".side a:not([aria-current])").first.evaluate(look)[0]
            pressed = page.locator(".foot [aria-pressed=true]").evaluate(look)
            assert pressed[1] not in {page.evaluate(GROUND), pressed[2]}
            tick = page.locator(".tick input").first
            empty = tick.screenshot()
            tick.check()
            assert tick.screenshot() != empty


def test_in_forced_colours_each_kind_of_block_has_its_own_sign(browser: Browser, root: str) -> None:
    with opened(browser, forced_colors="active") as (page, _):
        seen = {}
        for path in ("now/image-blackmail/", "tools/signal-checklist/", "duties/meldcode/"):
            page.goto(root + path)
            for block in page.locator(".block").all():
                kind = block.get_attribute("class").split()[1]
                label = block.locator(".block-label")
                if not label.is_visible():
                    assert kind == "block-never"  # its section is called so
                    continue
                seen[kind] = label.evaluate(
                    "it => { const sign = getComputedStyle(it, '::before');"
                    " return [sign.maskImage, sign.backgroundColor !== getComputedStyle(document.documentElement).backgroundColor, it.textContent]; }"
                )
        assert len(seen) >= 3
        assert len({(mask, words) for mask, _, words in seen.values()}) == len(seen)
        assert all(mask != "none" and shows for mask, shows, _ in seen.values())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_a_picture_is_drawn_in_the_readers_colours(
    browser: Browser, root: str, scheme: str
) -> None:
    with opened(browser, forced_colors="active", color_scheme=scheme) as (page, _):
        for path in ("understand/how-it-works/", "help/", "police/report-or-notify/"):
            page.goto(root + path)
            lost = page.locator(".picture svg").first.evaluate(
                """svg => { const ground = getComputedStyle(document.documentElement).backgroundColor;
                  return [...svg.querySelectorAll('text, .trace')].filter(it => {
                    const style = getComputedStyle(it);
                    return (it.localName === 'text' ? style.fill : style.stroke) === ground && !it.closest('.on, .twist');
                  }).map(it => it.outerHTML.slice(0, 100)); }"""
            )
            assert lost == []


# Targets


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path or "home")
def test_a_thumb_hits_every_button_and_every_entry_of_a_menu(
    browser: Browser, root: str, path: str
) -> None:
    """The site's own rule: 44 pixels. WCAG 2.5.8 asks 24, which axe measures at every link."""
    small = """() => [...document.querySelectorAll(
      'button, summary, .bar a, .menu-list a, .contents-list a, .contact-reach a, .contact-number, .ways a, .letters a, .foot-links a,'
      + ' [data-section^=door-] li a, .tool-buttons a, .tick > label, input:not(.tick input), textarea')]
      .filter(it => it.checkVisibility() && !it.matches('.skip'))
      .filter(it => { const box = it.getBoundingClientRect(); return Math.min(box.width, box.height) < 43.5; })
      .map(it => it.outerHTML.slice(0, 120) + ' ' + JSON.stringify(it.getBoundingClientRect()))"""
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root + path)
        if page.locator(".contents-fold").count():
            page.click(".contents-fold summary")
        assert page.evaluate(small) == []
        page.click(".menu summary")
        assert page.evaluate(small) == []
        page.click(".languages summary")
        assert page.evaluate(small) == []
