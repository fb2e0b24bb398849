"""Passing a page on and having it read aloud: by the device alone, and nothing is stored.

`navigator.share`, the clipboard and the voices are fakes, since a headless browser has none.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import DESKTOP, PHONE, Watch, opened
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

PATH = "en/now/first-hour/"
SHARE, LINK, ALOUD = (f".share button:nth-child({place})" for place in (1, 2, 3))

# What the page passes to the device is recorded in `asked`.
SHARING = """
  window.asked = [];
  const set = (name, value) => Object.defineProperty(navigator, name, { value, configurable: true });
  set("share", (data) => { asked.push(data); return Promise.resolve(); });
  set("clipboard", { writeText: (text) => { asked.push(text); return Promise.resolve(); } });
"""
NO_SHARING = "Object.defineProperty(navigator, 'share', { value: undefined });"
REFUSED = (
    SHARING
    + """
  set("share", () => Promise.reject(new DOMException("", "NotAllowedError")));
  set("clipboard", { writeText: () => Promise.reject(new DOMException("", "NotAllowedError")) });
"""
)


def speaking(*voices: tuple[str, bool]) -> str:
    """A device with `voices`, each a language and whether it is the device's own; they load late.
    What it speaks is recorded in `spoken`, and ends when `speech.end()` is called."""
    made = ", ".join(
        f'{{ lang: "{language}", localService: {str(is_local).lower()}, default: false }}'
        for language, is_local in voices
    )
    return f"""
      window.spoken = [];
      window.waiting = [];
      window.SpeechSynthesisUtterance = function (text) {{ this.text = text; this.voice = null; }};
      let voices = [];
      const speech = {{
        onvoiceschanged: null,
        getVoices: () => voices,
        speak: (it) => {{ spoken.push([it.text, it.voice && it.voice.lang, it.voice && it.voice.localService]); waiting.push(it); }},
        cancel: () => {{
          if (waiting.length) {{ console.log("silent"); if (window.isLeaving) sessionStorage.was = "silent"; }}
          waiting.splice(0).forEach((it) => it.onerror && it.onerror());
        }},
        end: () => {{ waiting.splice(0).forEach((it) => it.onend && it.onend()); }},
      }};
      Object.defineProperty(window, "speechSynthesis", {{ value: speech }});
      window.comeLate = () => {{ voices = [{made}]; speech.onvoiceschanged(); }};
    """


def visit(page: Page, address: str, *scripts: str) -> None:
    """Opens `address` on a device that `scripts` describe."""
    for script in scripts:
        page.add_init_script(script)
    page.goto(address)


def read_aloud(page: Page) -> list[tuple[str, str, bool]]:
    """Presses the button; returns each text, its voice's language and whether that is local."""
    page.evaluate("comeLate()")
    page.click(ALOUD)
    expect(page.locator(ALOUD)).to_have_text("Stop reading")
    return [tuple(one) for one in page.evaluate("spoken") if one[0]]


def assert_nothing_stays(page: Page, watch: Watch, *requested: str) -> None:
    stored = "() => [{...localStorage}, {...sessionStorage}, document.cookie, history.state]"
    assert page.evaluate(stored) == [{}, {}, "", None]
    assert page.evaluate("async () => [await caches.keys(), await indexedDB.databases()]") == [
        [],
        [],
    ]
    assert page.context.cookies() == []
    assert [one for one in watch.local if not any(part in one for part in requested)] == []
    assert watch.foreign == []
    assert watch.complaints == []


def test_a_page_is_passed_on_by_its_address_alone_and_nothing_stays(
    browser: Browser, root: str
) -> None:
    with opened(browser, viewport=PHONE) as (page, watch):
        visit(page, root + PATH + "?from=mail#in-short", SHARING)
        watch.local.clear()
        page.click(SHARE)
        page.click(LINK)
        expect(page.locator(".share [role=status]")).to_contain_text("Link copied.")
        title = page.locator("h1").inner_text()
        assert page.evaluate("asked") == [{"url": root + PATH, "title": title}, root + PATH]
        assert_nothing_stays(page, watch)


def test_where_the_device_refuses_the_address_is_shown_to_copy_by_hand(
    browser: Browser, root: str
) -> None:
    for button in (SHARE, LINK):
        with opened(browser) as (page, watch):
            visit(page, root + PATH, REFUSED)
            page.click(button)
            expect(page.locator(".share [role=status] bdi")).to_have_text(root + PATH)
            assert watch.complaints == []


def test_closing_the_share_sheet_of_the_device_copies_nothing(browser: Browser, root: str) -> None:
    with opened(browser) as (page, _):
        closed = 'set("share", () => Promise.reject(new DOMException("", "AbortError")));'
        visit(page, root + PATH, SHARING + closed)
        page.click(SHARE)
        page.evaluate("() => new Promise((done) => setTimeout(done))")
        assert page.evaluate("asked") == []
        assert page.locator(".share [role=status]").inner_text().strip() == ""


def test_what_does_not_work_is_not_shown(browser: Browser, root: str, built_site: Path) -> None:
    file = (built_site / PATH / "index.html").as_uri()
    mute = "Object.defineProperty(window, 'speechSynthesis', { value: undefined });"
    for address, scripts, has_script, shown in [
        (root + PATH, (NO_SHARING, mute), True, ["Copy the link"]),
        (root + PATH, (SHARING, mute), True, ["Share this page", "Copy the link"]),
        (root + PATH, (SHARING, speaking(("nl-NL", True), ("en-GB", False)), "addEventListener('load', () => comeLate())"), True, ["Share this page", "Copy the link"]),
        (file, (SHARING, mute), True, []),
        (root + PATH, (), False, []),
        (root + "404.html", (SHARING,), True, []),
    ]:  # fmt: skip
        with opened(browser, java_script_enabled=has_script) as (page, _):
            visit(page, address, *scripts)
            buttons = page.locator(".share button").all()
            assert [one.inner_text() for one in buttons if one.is_visible()] == shown


def test_the_text_is_read_aloud_in_its_order_by_a_voice_of_the_device(
    browser: Browser, root: str
) -> None:
    with opened(browser, viewport=PHONE) as (page, watch):
        voices = speaking(("en-US", False), ("nl-NL", True), ("en_GB", True))
        visit(page, root + PATH, voices)
        assert not page.locator(ALOUD).is_visible(), "no voice has loaded yet"
        watch.local.clear()
        spoken = read_aloud(page)
        assert {(language, is_local) for _, language, is_local in spoken} == {("en_GB", True)}
        texts = [text for text, _, _ in spoken]
        headings = page.locator("h1, article h2").all_inner_texts()
        assert [text for text in texts if text in headings] == headings
        assert texts[:2] == [headings[0], "In short"]
        left_out = page.locator(
            "article :is(.notice, .contact-link, .contents-fold), .sources, .share"
        )
        for part in left_out.all_text_contents():
            assert part.strip() not in texts
        assert max(map(len, texts)) < 300
        assert_nothing_stays(page, watch, "/assets/aloud.")


def test_a_second_press_silences_and_the_end_offers_to_read_again(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, _):
        visit(page, root + PATH, speaking(("en-GB", True)))
        first = read_aloud(page)
        page.click(ALOUD)
        expect(page.locator(ALOUD)).to_have_text("Read aloud")
        assert page.evaluate("waiting.length") == 0
        page.evaluate("spoken.length = 0")
        page.click(ALOUD)
        assert [one[0] for one in page.evaluate("spoken")] == [one[0] for one in first]
        page.evaluate("speechSynthesis.end()")
        expect(page.locator(ALOUD)).to_have_text("Read aloud")


@pytest.mark.parametrize("way", ["exit", "shift", "link", "hidden"])
def test_leaving_the_page_silences_it(browser: Browser, root: str, way: str) -> None:
    with opened(browser) as (page, _):
        visit(page, root + PATH, speaking(("en-GB", True)))
        read_aloud(page)
        if way == "link":
            page.evaluate("window.isLeaving = true")
            page.click(".brand")
            page.wait_for_url(root + "en/")
            assert page.evaluate("sessionStorage.was") == "silent"
            return
        if way != "hidden":  # the exit does not wait until the browser leaves
            page.evaluate(
                "() => ['pagehide', 'visibilitychange'].forEach((name) =>"
                " addEventListener(name, (event) => event.stopImmediatePropagation(), true))"
            )
        # A page that is unloading cannot be queried: so it logs that it is silent.
        with page.expect_console_message(lambda message: message.text == "silent"):
            if way == "exit":
                page.click(".bar .exit", no_wait_after=True)
            elif way == "shift":
                for _press in range(3):
                    page.keyboard.press("Shift")
            else:
                page.evaluate(
                    "() => { Object.defineProperty(document, 'hidden', { value: true });"
                    " document.dispatchEvent(new Event('visibilitychange')); }"
                )


def test_a_part_in_another_language_is_read_by_a_voice_of_it_or_not_at_all(
    browser: Browser, root: str
) -> None:
    add = """() => {
      const quoted = Object.assign(document.createElement("p"), { lang: "nl", textContent: "Hoi daar." });
      document.querySelector("h1").after(quoted);
    }"""
    for voices in ([("en-GB", True)], [("en-GB", True), ("nl-NL", False)], [("en-GB", True), ("nl-BE", True)]):  # fmt: skip
        with opened(browser) as (page, _):
            visit(page, root + PATH, speaking(*voices))
            page.evaluate(add)
            dutch = [one for one in read_aloud(page) if one[0] == "Hoi daar."]
            assert dutch == [("Hoi daar.", "nl-BE", True)] * (voices[-1] == ("nl-BE", True))


def test_a_voice_that_failed_to_load_is_reported_and_requested_again(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, _):
        visit(page, root + PATH, speaking(("en-GB", True)))
        page.route("**/assets/aloud.*", lambda route: route.abort())
        page.evaluate("comeLate()")
        page.click(ALOUD)
        expect(page.locator(".share [role=status]")).to_contain_text("does not work right now")
        page.unroute("**/assets/aloud.*")
        assert read_aloud(page)


# The exit


@pytest.mark.parametrize("home", ["en/", "ar/"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP, {"width": 800, "height": 1000}], ids=["phone", "desktop", "tablet"])  # fmt: skip
def test_the_exit_keeps_its_corner_when_search_opens(
    browser: Browser, root: str, home: str, size: dict[str, int]
) -> None:
    with opened(browser, viewport=size) as (page, _):
        page.goto(root + home + "now/first-hour/")
        page.evaluate("() => scrollTo({ top: 1000, behavior: 'instant' })")
        on_page = page.locator(".bar .exit").bounding_box()
        page.click(".search-open")
        in_search = page.locator(".search .exit").bounding_box()
        assert on_page and in_search
        assert in_search == pytest.approx(on_page, abs=2)


def test_zoomed_in_the_exit_is_a_drawing_that_keeps_its_name(browser: Browser, root: str) -> None:
    with opened(browser, viewport={"width": 320, "height": 256}) as (page, _):
        page.goto(root + PATH)
        leave = page.locator(".bar").get_by_role("link", name="Leave now", exact=True)
        box = leave.bounding_box()
        assert box is not None
        assert box["height"] >= 44 and 44 <= box["width"] <= 50
        leave.click()
        page.wait_for_url("https://www.bbc.com/weather")
