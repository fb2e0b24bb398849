"""The site in a real browser: what a reader in a hurry does, with a thumb, a keyboard, no script."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import AT_ONCE, DESKTOP, PHONE, focused, opened, served
from fixture_site import build, checkout_base, make_site
from playwright.sync_api import Browser, Locator, Page, Route, expect

pytestmark = pytest.mark.browser

BASE = checkout_base()

# One page of each kind that looks different, in both languages where it matters.
KINDS = [
    "",
    "en/",
    "now/",
    "now/first-hour/",
    "en/now/image-blackmail/",
    "signals/panic-offline/",
    "contacts/",
    "a-z/",
    "about/sources/",
    "en/about/exit-safely/",
    "about/offline/",
    "tools/signal-checklist/",
    "ar/conversation/first-reaction/",
    "404.html",
]
CONTENT_PAGES = ["now/first-hour/", "en/police/evidence/", "understand/how-it-works/", "contacts/"]
MOST_REQUESTS = 4
MOST_BYTES = 24 * 1024


@pytest.fixture(scope="module")
def sub_path(built_site: Path) -> Iterator[str]:
    """The address of the site in a folder of a host."""
    with served(built_site, "/help/handvat/") as address:
        yield address


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a tiny site that has a right-to-left language, not wholly translated."""
    folder = make_site(tmp_path_factory.mktemp("arabic"))
    (folder / "data/questions").mkdir(exist_ok=True)
    (folder / "data/questions/en.yml").write_text("now/first-hour.md: [a boy has just told me]\n")
    code, output = build(folder, SITE_URL="https://fixture.example/")
    assert code == 0, output
    with served(folder / "site", "/") as address:
        yield address


def ask(page: Page, words: str) -> Locator:
    """Opens search, types `words`, and returns the links to the pages found, once all are there."""
    if not page.locator("dialog.search").is_visible():
        page.click(".search-open")
    page.fill("#_search-words", words)
    page.wait_for_function(
        "() => { const text = document.querySelector('.search-status').textContent;"
        " return text && text !== document.querySelector('dialog').dataset.loading"
        " && !document.querySelector('.search-results[aria-busy]'); }"
    )
    return page.locator(".result-title")


def paths(links: Locator) -> list[str]:
    """Where links lead, from the root of the host."""
    return links.evaluate_all("links => links.map(link => new URL(link.href).pathname)")


# Search


@pytest.mark.parametrize(
    ("home", "words", "expected"),
    [
        ("", "iemand wil geld voor zijn naaktfoto", "/now/image-blackmail/"),
        ("", "meisje raakt in paniek telefoon afgepakt", "/signals/panic-offline/"),
        ("", "collega wil de beelden zien om het zeker te weten", "/now/someone-shows-you-images/"),
        ("en/", "someone wants money for his nude photo", "/en/now/image-blackmail/"),
        ("en/", "girl panics when her phone is taken", "/en/signals/panic-offline/"),
        ("en/", "colleague wants to look at the pictures", "/en/now/someone-shows-you-images/"),
    ],
)
def test_one_search_answers_a_question_in_the_words_of_a_hurry(
    browser: Browser, root: str, home: str, words: str, expected: str
) -> None:
    with opened(browser) as (page, _):
        page.goto(root + home)
        assert expected in paths(ask(page, words))[:5]


def test_search_never_mixes_languages(browser: Browser, root: str) -> None:
    with opened(browser) as (page, _):
        page.goto(root)
        dutch = paths(ask(page, "sextortion"))
        page.goto(root + "en/")
        english = paths(ask(page, "sextortion"))
    assert dutch
    assert not [path for path in dutch if path.startswith("/en/")]
    assert english
    assert all(path.startswith("/en/") for path in english)


def test_few_hits_lead_to_the_other_languages_below_and_marked_as_such(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, watch):
        page.goto(root + "en/")
        # Dutch words that no English text has.
        own = ask(page, "ontslagvergoeding wisselgeld rondgestuurde naaktbeelden").count()
        assert own <= 3
        assert not [address for address in watch.local if "/search/nl.js" in address]
        page.locator(".result-others button").click()
        page.wait_for_selector(".result-language")
        assert page.locator(".result-language[lang=nl][dir=ltr]").inner_text() == "Nederlands"
        theirs = page.locator(".result-language ~ .result[lang=nl]")
        assert theirs.count() > 0
        assert not [path for path in paths(theirs.locator(".result-title")) if "/en/" in path]
        assert page.locator(".result").count() == own + theirs.count()
        assert page.evaluate("document.activeElement.closest('.result').lang") == "nl"


def test_many_hits_do_not_offer_other_languages(browser: Browser, root: str) -> None:
    with opened(browser) as (page, _):
        page.goto(root + "en/")
        assert ask(page, "police").count() > 3
        assert page.locator(".result-others").count() == 0


def test_no_hit_in_any_language_is_reported(browser: Browser, root: str) -> None:
    with opened(browser) as (page, _):
        page.goto(root + "en/")
        ask(page, "xyzzyqwrt")
        page.locator(".result-others button").click()
        nothing = page.locator("dialog.search").get_attribute("data-others-none")
        assert nothing
        expect(page.locator(".search-status")).to_have_text(nothing)
        assert page.locator(".result").count() == 0


def test_a_word_with_another_ending_still_finds(browser: Browser, root: str) -> None:
    with opened(browser) as (page, _):
        page.goto(root)
        assert ask(page, "draaikolkje").count() > 0


def test_search_words_of_a_page_find_it_and_are_never_shown(
    browser: Browser, root: str, built_site: Path
) -> None:
    path, word = _hidden_word(built_site)
    with opened(browser) as (page, _):
        page.goto(root)
        assert path in paths(ask(page, word))
        assert word not in page.locator(".search-results").inner_text().lower()


def _hidden_word(site: Path) -> tuple[str, str]:
    """A Dutch page and one of its search words that occurs in no text."""
    base = checkout_base()
    pages = {}
    for file in sorted(site.rglob("index.html")):
        html = file.read_text(encoding="utf-8")
        if '<html lang="nl"' in html and file.parent.name != "a-z":
            pages[f"/{file.parent.relative_to(site).as_posix()}/"] = html
    texts = {
        path: re.sub(r"<[^>]+>", " ", html[html.index("<article") : html.index("</article>")])
        for path, html in pages.items()
    }
    everything = " ".join(texts.values()).lower()
    for page in base.pages_in("nl"):
        for alias in map(str.lower, page.front.aliases if page.url else ()):
            if re.fullmatch(r"[a-z ]{5,}", alias) and alias not in everything:
                return f"/{page.url}", alias
    raise AssertionError("every search word occurs in a text: none is left to test with")


def test_search_leads_to_the_section_under_a_sub_path(browser: Browser, sub_path: str) -> None:
    with opened(browser) as (page, _):
        page.goto(sub_path + "en/now/first-hour/")
        ask(page, "suicide")
        part = page.locator(".result-part").first
        part.click()
        page.wait_for_url(re.compile(re.escape(sub_path) + "en/.*#.+"))
        assert page.locator(":target").is_visible()
        assert not page.locator("dialog.search").is_visible()


def test_search_by_keyboard_alone(browser: Browser, root: str) -> None:
    with opened(browser) as (page, _):
        page.goto(root)
        page.focus(".search-open")
        page.keyboard.press("Enter")
        assert focused(page) == "_search-words"
        page.keyboard.type("naaktfoto")
        page.wait_for_selector(".result-title")
        assert re.search(r"\d", page.locator(".search-status[role=status]").inner_text())
        page.keyboard.press("ArrowDown")
        assert focused(page) == "result-title"
        page.keyboard.press("ArrowUp")
        assert focused(page) == "_search-words"
        page.keyboard.press("Enter")
        assert focused(page) == "result-title"
        page.keyboard.press("Escape")
        assert not page.locator("dialog.search").is_visible()
        assert "search-open" in focused(page)


def test_a_hit_that_has_the_focus_stays_when_the_last_letters_were_typed_just_before(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, _):
        page.clock.install()
        page.goto(root)
        page.click(".search-open")
        page.keyboard.type("naakt")
        page.clock.run_for(1_000)
        page.wait_for_selector(".result-title")
        page.keyboard.type("foto")
        page.keyboard.press("ArrowDown")
        page.clock.run_for(1_000)
        assert focused(page) == "result-title"


def test_a_question_without_an_answer_offers_other_ways(browser: Browser, root: str) -> None:
    with opened(browser) as (page, _):
        page.goto(root)
        assert not ask(page, "xyzzyqwrt").count()
        assert "xyzzyqwrt" in page.locator(".search-status").inner_text()
        assert page.locator("dialog .ways a").count() == 3
        doors = page.locator(".search-results .door a").evaluate_all("all => all.map(a => a.href)")
        assert [address.removeprefix(root) for address in doors] == [
            "#door-now", "#door-danger", "#door-suspicion", "#door-prepared", "you/",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("home", "words"),
    [("", "hij zegt dat hij zelfmoord wil plegen"), ("en/", "she wants to die"), ("ar/", "يريد الموت"),
     ("tr/", "INTIHAR etmek istiyor"), ("uk/", "у сина суїцидальні думки")],
)  # fmt: skip
def test_words_that_mean_danger_show_first_who_to_call(
    browser: Browser, root: str, home: str, words: str
) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root + home)
        ask(page, words)
        calls = page.locator(".search-danger a[href^='tel:']")
        assert calls.evaluate_all("all => all.map(a => a.getAttribute('href'))") == [
            "tel:112", "tel:113",
        ]  # fmt: skip
        first = page.locator(".search-results .result").first.bounding_box()
        last = calls.last.bounding_box()
        assert first and last and last["y"] < first["y"]


@pytest.mark.parametrize("home", ["", "ar/"])
def test_who_to_call_is_there_before_a_question_and_without_an_index(
    browser: Browser, root: str, home: str
) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.route("**/search/*.js", lambda route: route.abort())
        page.route("**/assets/search.*.js", lambda route: route.abort())
        page.goto(root + home)
        page.click(".search-open")
        line = page.locator(".search-now a")
        targets = line.evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert targets[:2] == ["tel:112", "tel:113"]
        assert page.locator(".search-now").is_visible()
        line.last.click()
        page.wait_for_url(root + home + "you/")


@pytest.mark.parametrize(
    ("words", "numbers", "leads_to"),
    [
        ("ze is niet thuisgekomen", ["tel:112"], "now/immediate-danger/#missing"),
        ("iemand dwingt haar nu voor de camera", ["tel:112"], "now/orders-right-now/"),
        ("mijn dochter is verkracht", ["tel:112", "tel:08000188"], "now/after-sexual-contact/"),
        ("slaapt vannacht op straat", ["tel:112", "tel:08002000"], "now/first-hour/#tonight"),
    ],
)
def test_each_kind_of_danger_shows_its_numbers_and_leads_to_what_to_do(
    browser: Browser, root: str, words: str, numbers: list[str], leads_to: str
) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root)
        ask(page, words)
        links = page.locator(".search-danger a").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        assert links == [*numbers, root + leads_to]


def test_a_young_person_finds_their_page_first_and_is_spoken_to(
    browser: Browser, root: str
) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root)
        assert paths(ask(page, "ik ben 15 en ik wil niet meer leven"))[0].startswith("/you/")
        own = page.locator("dialog.search").get_attribute("data-own")
        assert own and page.locator(".search-danger p").first.inner_text() == own


def test_a_hit_on_a_page_that_is_not_translated_is_marked_as_dutch(
    browser: Browser, arabic: str
) -> None:
    with opened(browser) as (page, _):
        page.goto(arabic + "en/")
        ask(page, "boy told me")
        hit = page.locator(".result", has=page.locator("a[href$='/en/now/first-hour/']"))
        assert hit.get_attribute("lang") == "nl"
        assert hit.locator(".result-note[lang=en]").inner_text() == "Dutch"


def test_nothing_that_is_typed_leaves_the_page_or_stays(browser: Browser, root: str) -> None:
    with opened(browser) as (page, watch):
        page.goto(root)
        ask(page, "zeer geheime vraag over chantage")
        page.keyboard.press("Escape")
        assert not [address for address in watch.local + watch.foreign if "geheime" in address]
        assert page.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]
        assert page.evaluate("() => document.cookie + location.search + location.hash") == ""


def test_a_question_without_danger_shows_no_alarm(browser: Browser, root: str) -> None:
    with opened(browser) as (page, _):
        page.goto(root)
        ask(page, "beleid schrijven voor school")
        assert page.locator(".search-danger").count() == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("naktfoto", "naaktfoto"),
        ("Nàktfotó", "naaktfoto"),
        ("vrtrouwenspersoon", "vertrouwenspersoon"),
        ("xyzzyqwrt", ""),
    ],
)
def test_a_slip_of_the_finger_is_answered_with_the_word_that_was_meant(
    browser: Browser, root: str, typed: str, meant: str
) -> None:
    with opened(browser) as (page, _):
        page.goto(root)
        ask(page, typed)
        button = page.locator(".search-meant button")
        assert button.all_inner_texts() == ([meant] if meant else [])
        if meant:
            button.click()
            page.wait_for_function("() => !document.querySelector('.search-meant')")
            page.wait_for_selector(".result")
            assert page.input_value("#_search-words") == meant


def test_search_that_cannot_load_says_so_and_leads_to_the_index(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, _):
        page.route("**/search/*.js", lambda route: route.abort())
        page.add_init_script(AT_ONCE)
        page.goto(root)
        assert not ask(page, "naaktfoto").count()
        failed = page.locator("dialog").get_attribute("data-failed")
        assert page.locator(".search-status").inner_text() == failed
        page.click("dialog .ways a[href*='a-z']")
        page.wait_for_url(root + "a-z/")


@pytest.mark.parametrize("fault", ["no connection", "not there", "cut short"])
def test_an_index_that_failed_to_load_is_requested_again(
    browser: Browser, root: str, fault: str
) -> None:
    failed: list[str] = []

    def fail_once(route: Route) -> None:
        if failed:
            route.fallback()
            return
        failed.append(route.request.url)
        if fault == "no connection":
            route.abort()
        elif fault == "not there":
            route.fulfill(status=503, body="<title>Busy</title>")
        else:
            route.fulfill(content_type="text/javascript", body=route.fetch().body()[:50_000])

    with opened(browser) as (page, _):
        page.route("**/search/nl.js", fail_once)
        page.add_init_script(AT_ONCE)
        page.goto(root)
        assert paths(ask(page, "zelfmoord"))[0] == "/conversation/asking-about-suicide/"
    assert failed


def test_a_search_that_failed_does_not_report_that_there_are_no_hits(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, _):
        page.route("**/search/nl.js", lambda route: route.abort())
        page.add_init_script(AT_ONCE)
        page.goto(root)
        assert not ask(page, "naaktfoto").count()
        failed = page.locator("dialog").get_attribute("data-failed")
        assert page.locator(".search-status").inner_text() == failed
        assert page.locator(".search-now a[href='tel:112']").is_visible()
        page.unroute_all()
        assert ask(page, "naaktfoto ").count()


def test_back_returns_to_the_hits_and_closing_the_window_forgets_the_question(
    browser: Browser, root: str
) -> None:
    with opened(browser, viewport=PHONE) as (page, watch):
        page.goto(root + "about/privacy/")
        ask(page, "naaktfoto").first.click()
        page.wait_for_url(lambda url: "privacy" not in url)
        assert not page.locator("dialog.search").is_visible()
        assert "naaktfoto" not in page.url
        for _time in range(2):
            page.go_back()
            page.wait_for_selector("dialog.search .result")
            assert page.url == root + "about/privacy/"
            assert page.input_value("#_search-words") == "naaktfoto"
            page.go_forward()
            page.wait_for_url(lambda url: "privacy" not in url)
        page.go_back()
        page.wait_for_selector("dialog.search .result")
        page.click(".search-close")
        page.wait_for_function("() => history.state === null")
        page.reload()
        page.wait_for_function("() => document.readyState === 'complete'")
        assert not page.locator("dialog.search").is_visible()
        assert page.input_value("#_search-words") == ""
        assert page.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]
        assert watch.complaints == []


def test_a_hit_in_the_page_itself_closes_the_window_and_back_opens_it_again(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, _):
        page.goto(root + "now/image-blackmail/")
        ask(page, "chantage met beelden")
        page.locator(".result-part[href*='/now/image-blackmail/#']").first.click()
        page.wait_for_url(lambda url: "#" in url)
        expect(page.locator("dialog.search")).to_be_hidden()
        page.go_back()
        expect(page.locator("dialog.search .result").first).to_be_visible()
        assert page.url == root + "now/image-blackmail/"


LATE = """(() => {
  const soon = setTimeout, never = clearTimeout;
  window.late = new Map();
  window.setTimeout = (work, after) => {
    const number = soon(after ? work : () => {}, after || 0);
    if (!after) late.set(number, work);
    return number;
  };
  window.clearTimeout = (number) => { late.delete(number); never(number); };
})()"""
"""Timeouts of 0 ms run when the test calls them, unless the page clears them."""


def test_back_opens_the_hits_again_also_where_the_device_was_late_to_close_them(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, _):
        page.add_init_script(LATE)
        page.goto(root + "now/image-blackmail/")
        ask(page, "chantage met beelden")
        page.locator(".result-part[href*='/now/image-blackmail/#']").first.click()
        page.wait_for_url(lambda url: "#" in url)
        page.go_back()
        expect(page.locator("dialog.search .result").first).to_be_visible()
        page.evaluate("() => late.forEach(work => work())")
        expect(page.locator("dialog.search .result").first).to_be_visible()


def test_a_question_that_was_not_followed_leaves_nothing_behind(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, _):
        page.goto(root + "about/privacy/")
        ask(page, "naaktfoto")
        page.goto(root + "contacts/")
        page.go_back()
        page.wait_for_function("() => document.readyState === 'complete'")
        assert not page.locator("dialog.search").is_visible()
        assert page.input_value("#_search-words") == ""


def test_without_javascript_search_is_a_link_to_the_index(browser: Browser, root: str) -> None:
    with opened(browser, java_script_enabled=False) as (page, _):
        page.goto(root + "en/now/")
        page.click(".search-open")
        expect(page).to_have_url(root + "en/a-z/")


# Languages


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
@pytest.mark.parametrize("place", ["root", "sub_path"])
def test_the_language_switch_stays_on_the_page(
    browser: Browser, request: pytest.FixtureRequest, place: str, script: bool
) -> None:
    address = request.getfixturevalue(place)
    with opened(browser, viewport=PHONE, java_script_enabled=script) as (page, _):
        page.goto(address + "now/first-hour/")
        page.click(".languages summary")
        page.click(".languages a[hreflang=en]")
        page.wait_for_url(address + "en/now/first-hour/")
        assert page.locator("html").get_attribute("lang") == "en"
        page.click(".languages summary")
        page.click(".languages a[hreflang=nl]")
        page.wait_for_url(address + "now/first-hour/")


@pytest.mark.parametrize(
    ("path", "language"),
    [("en/no/such/page", "en"), ("ar/no-such-page", "ar"), ("no-such-page", "nl")],
)
def test_a_wrong_address_answers_in_the_language_of_the_address(
    browser: Browser, root: str, path: str, language: str
) -> None:
    with opened(browser) as (page, _):
        home = root + ("" if language == "nl" else f"{language}/")
        page.goto(home)
        page.goto(root + path)
        shown = page.locator(f".not-found[lang={language}]")
        shown.locator("h1").wait_for()
        assert page.locator(".not-found:visible").count() == 1
        # The frame too: menu, search and quick exit.
        assert page.locator("html").get_attribute("lang") == language
        assert shown.locator("h1").inner_text() in page.title()
        shown.locator(".ways a").first.click()
        page.wait_for_url(home)
        page.go_back()
        page.go_back()
        assert page.url == home, "the wrong address is in the history twice"


def test_a_wrong_address_answers_in_all_languages_without_javascript(
    browser: Browser, root: str
) -> None:
    with opened(browser, java_script_enabled=False) as (page, _):
        page.goto(root + "no-such-page")
        languages = page.locator(".not-found:visible")
        assert {block.get_attribute("lang") for block in languages.all()} >= {"nl", "en"}


# Quick exit


def test_quick_exit_blanks_the_page_before_the_other_one_answers(
    browser: Browser, root: str
) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root)
        page.goto(root + "now/first-hour/")
        target = page.locator(".bar .exit").get_attribute("href")
        title = page.title()
        waiting: list[Route] = []

        def hold(route: Route) -> None:
            waiting.append(route)

        page.route(target, hold)
        # A page that is unloading cannot be queried: so it logs when it is blank.
        page.evaluate(
            "() => new MutationObserver(() => document.body.childNodes.length ||"
            " console.log('blank: ' + document.title)).observe(document, {childList: true, subtree: true})"
        )
        with page.expect_console_message(lambda one: one.text.startswith("blank: ")) as message:
            page.click(".bar .exit", no_wait_after=True)
        assert message.value.text.removeprefix("blank: ") not in {"", title}
        assert "Handvat" not in message.value.text
        while not waiting:
            page.wait_for_timeout(20)
        waiting[0].fulfill(status=200, content_type="text/html", body="<title>Elsewhere</title>")
        page.wait_for_url(target)
        page.go_back()
        assert page.url == root, "Back must not show the page that was left"


@pytest.mark.parametrize("place", ["page", "search", "menu"])
def test_shift_three_times_leaves(browser: Browser, root: str, place: str) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root + "en/now/")
        target = page.locator(".bar .exit").get_attribute("href")
        if place == "search":
            page.click(".search-open")
        if place == "menu":
            page.click(".menu summary")
        for _press in range(3):
            page.keyboard.press("Shift")
        assert target
        expect(page).to_have_url(target)


def test_capitals_and_other_keys_do_not_leave(browser: Browser, root: str) -> None:
    with opened(browser) as (page, watch):
        page.goto(root)
        page.click(".search-open")
        for key in [
            "Shift+A",
            "Shift+B",
            "Shift+C",
            "Shift",
            "Shift",
            "x",
            "Shift",
            "Shift",
            "Tab",
        ]:
            page.keyboard.press(key)
        assert page.input_value("#_search-words") == "ABCx"
        assert page.evaluate("() => document.documentElement.className") != "gone"
        assert not watch.foreign


def test_quick_exit_without_javascript_is_a_link_that_covers_the_page_at_once(
    browser: Browser, root: str
) -> None:
    covered = """() => [[30, 200], [200, 400], [30, 700]].every(([x, y]) =>
      document.elementFromPoint(x, y).closest('a.exit'))"""
    for place in ("now/first-hour/", "ar/contacts/"):
        with opened(browser, viewport=PHONE, java_script_enabled=False) as (page, _):
            page.goto(root + place)
            link = page.locator(".bar .exit")
            target = link.get_attribute("href")
            assert {"nofollow", "noreferrer", "noopener"} <= set(
                (link.get_attribute("rel") or "").split()
            )
            for _press in range(12):  # reached with the keyboard, it covers nothing yet
                page.keyboard.press("Tab")
                assert not page.evaluate(covered)
            box = link.bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.mouse.down()  # queried before it is up: an unloading page cannot be
            assert page.evaluate(covered), "the page stays in sight while the other one loads"
            page.mouse.up()
            page.wait_for_url(target)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_quick_exit_stays_in_view_and_says_what_it_cannot_hide(
    browser: Browser, root: str, size: dict[str, int]
) -> None:
    with opened(browser, viewport=size) as (page, _):
        page.goto(root + "now/first-hour/")
        page.evaluate(
            "() => scrollTo({ top: document.body.scrollHeight / 2, behavior: 'instant' })"
        )
        for name in (".bar .exit", ".bar .exit-about"):
            box = page.locator(name).bounding_box()
            assert box is not None
            assert 0 <= box["y"] <= size["height"] - box["height"]
            assert min(box["height"], box["width"]) >= 44
        page.click(".bar .exit-about")
        page.wait_for_url(root + "about/exit-safely/")


@pytest.mark.parametrize("width", [320, 360, 390])
def test_on_a_phone_whom_to_call_is_beside_the_exit_and_nothing_overlaps(
    browser: Browser, root: str, width: int
) -> None:
    within = """() => {
      const boxes = [...document.querySelectorAll('.calls a, .bar .exit, .bar .exit-about')]
        .filter(it => it.checkVisibility()).map(it => it.getBoundingClientRect());
      return boxes.every((one, number) => one.left >= 0 && one.right <= innerWidth && one.bottom <= innerHeight
        && Math.min(one.width, one.height) >= 44 && boxes.slice(number + 1).every(other => one.right < other.left
          || other.right < one.left || one.bottom < other.top));
    }"""
    numbers = [number.dial for contact in BASE.danger_contacts for number in contact.numbers]
    size = {"width": width, "height": 640}
    with opened(browser, viewport=size, java_script_enabled=False) as (page, _):
        for language in BASE.languages:
            page.emulate_media(media="screen")
            page.goto(f"{root}{language.prefix}now/immediate-danger/")
            calls = page.locator(".calls a:visible")
            seen = 1 if width == 320 else 2
            assert calls.evaluate_all("all => all.map(it => it.textContent)") == numbers[:seen]
            assert page.evaluate(within), language.code
            page.emulate_media(media="print")
            assert not page.locator(".calls").is_visible()


@pytest.mark.parametrize("path", ["now/image-blackmail/", "now/images-going-round/"])
def test_in_short_calls_who_helps_with_images_then_the_police_then_112(
    browser: Browser, root: str, path: str
) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        for place, first in ((".calls-now a", 3), (".contacts .contact-number", 3)):
            page.goto(root + path)
            calls = page.locator(place).evaluate_all(
                "all => all.map(it => it.getAttribute('href'))"
            )
            assert calls[:first] == ["tel:0202615275", "tel:09008844", "tel:112"]


def test_a_number_on_a_button_stays_on_one_line_on_the_smallest_phone_with_the_largest_text(
    browser: Browser, root: str
) -> None:
    broken = """() => [...document.querySelectorAll('.contact-number')].filter(it => {
      const number = it.querySelector('bdi'), lines = document.createRange();
      lines.selectNodeContents(number);
      const card = it.closest('.contact, .section').getBoundingClientRect(), box = it.getBoundingClientRect();
      return lines.getClientRects().length > 1 || box.left < card.left || box.right > card.right;
    }).map(it => it.textContent)"""
    for path in ("contacts/", "contacts/other-countries/", "ar/now/image-blackmail/"):
        with opened(browser, viewport={"width": 320, "height": 640}) as (page, _):
            page.goto(root + path)
            page.context.new_cdp_session(page).send(
                "Page.setFontSizes", {"fontSizes": {"standard": 32}}
            )
            assert page.evaluate(broken) == []


def test_the_second_skip_link_leaves_at_once(browser: Browser, root: str) -> None:
    with opened(browser) as (page, watch):
        page.goto(root)
        page.goto(root + "now/first-hour/")
        target = page.locator(".bar .exit").get_attribute("href") or ""
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(target)
        page.go_back()
        assert page.url == root, "Back must not show the page that was left"
        assert watch.complaints == []


# Sources, sections


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_sources_open_when_a_citation_is_followed_and_lead_back(
    browser: Browser, root: str, script: bool
) -> None:
    with opened(browser, java_script_enabled=script) as (page, _):
        page.goto(root + "now/first-hour/")
        source = page.locator("#_source-2")
        expect(source).to_be_hidden()
        page.locator(".cite a[href='#_source-2']").first.click()
        expect(source).to_be_in_viewport()
        source.locator(".source-back").first.click()
        page.wait_for_url("**#_cite-2-1")
        expect(page.locator("#_cite-2-1")).to_be_in_viewport()
        page.goto("about:blank")
        page.goto(root + "now/first-hour/#_source-2")
        expect(source).to_be_in_viewport()


def test_a_page_opens_at_its_section_without_smooth_scrolling(browser: Browser, root: str) -> None:
    moves = "() => getComputedStyle(document.documentElement).scrollBehavior"
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root + "now/first-hour/#steps")
        assert page.evaluate(moves) == "auto"
        page.locator(".contents-fold summary").click()
        assert page.evaluate(moves) == "smooth"


# Menu, colours


def test_the_menu_opens_without_javascript_and_closes_at_a_touch_elsewhere_with_it(
    browser: Browser, root: str
) -> None:
    for script in (True, False):
        with opened(browser, viewport=PHONE, java_script_enabled=script) as (page, _):
            page.goto(root + "en/")
            page.click(".menu summary")
            assert page.locator(".menu .panel a[href]").first.is_visible()
            if script:
                page.locator(".languages summary").click()
                assert not page.locator(".menu .panel").is_visible()


def test_chosen_colours_are_remembered_and_nothing_else_is(browser: Browser, root: str) -> None:
    with opened(browser, color_scheme="light") as (page, _):
        page.goto(root)
        light = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
        page.click(".foot [data-choice=dark]")
        page.goto(root + "en/now/first-hour/")
        dark = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
        assert dark != light
        assert page.locator(".foot [data-choice=dark]").get_attribute("aria-pressed") == "true"
        ask(page, "suicide")
        stored = page.evaluate("() => [{...localStorage}, {...sessionStorage}, document.cookie]")
        assert stored == [{"handvat-scheme": "dark"}, {}, ""]
        assert page.context.cookies() == []
        page.keyboard.press("Escape")
        page.click(".foot [data-choice=auto]")
        assert page.evaluate("() => localStorage.length") == 0


# Every kind of page


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path or "home")
def test_a_page_requests_no_other_host_and_logs_no_error(
    browser: Browser, root: str, path: str
) -> None:
    with opened(browser) as (page, watch):
        page.goto(root + path, wait_until="load")
        page.click(".search-open")
        page.fill("#_search-words", "a")
        page.wait_for_selector(".result, .search-status:not(:empty)")
        page.keyboard.press("Escape")
        page.evaluate(
            "() => new Promise(done => requestIdleCallback(() => done(), {timeout: 200}))"
        )
        ids = page.locator("[id]").evaluate_all("all => all.map(it => it.id)")
    assert len(ids) == len(set(ids))
    assert watch.foreign == []
    assert watch.complaints == []


@pytest.mark.parametrize("path", CONTENT_PAGES)
def test_a_content_page_is_light(browser: Browser, root: str, built_site: Path, path: str) -> None:
    with opened(browser) as (page, watch):
        page.goto(root + path, wait_until="networkidle")
        icons = page.locator("link[rel=icon]").evaluate_all("links => links.map(link => link.href)")
    # A browser with a window requests an icon, a headless one does not: it is inline in the page.
    assert icons and all(icon.startswith("data:") for icon in icons)
    requests = {*watch.local}
    files = [built_site / url.removeprefix(root).split("?")[0] for url in requests]
    weights = {
        file: len(gzip.compress((file / "index.html" if file.is_dir() else file).read_bytes(), 9))
        for file in files
    }
    assert len(requests) <= MOST_REQUESTS, requests
    assert sum(weights.values()) <= MOST_BYTES, weights


def test_every_page_is_in_the_same_column_on_a_wide_screen(browser: Browser, root: str) -> None:
    with opened(browser) as (page, _):
        starts = set()
        for path in (
            "now/first-hour/",
            "glossary/",
            "a-z/",
            "about/",
            "ar/glossary/",
            "ar/police/",
        ):
            page.goto(root + path)
            box = page.locator("h1").bounding_box()
            assert box
            starts.add(round(1440 - box["x"] - box["width"] if path[:3] == "ar/" else box["x"]))
        assert len(starts) == 1


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path or "home")
def test_a_page_fits_the_narrowest_phone(browser: Browser, root: str, path: str) -> None:
    """WCAG 1.4.10: no scrolling in two directions at 320 pixels."""
    with opened(browser, viewport={"width": 320, "height": 640}) as (page, _):
        page.goto(root + path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_right_to_left_page_mirrors_wholly(
    browser: Browser, arabic: str, viewport: dict[str, int]
) -> None:
    places = {}
    for path in ("en/", "ar/"):
        with opened(browser, viewport=viewport) as (page, watch):
            page.goto(arabic + path)
            box = page.locator(".brand").bounding_box()
            out = page.locator(".bar .exit").bounding_box()
            assert box is not None and out is not None
            places[path] = tuple(
                part["x"] + part["width"] / 2 < viewport["width"] / 2 for part in (box, out)
            )
            width = page.evaluate("() => document.documentElement.scrollWidth")
            assert width <= viewport["width"], "the page scrolls sideways"
            assert watch.complaints == []
    assert places["en/"] == (True, False)
    assert places["ar/"] == (False, True)


def test_dutch_text_on_an_arabic_page_runs_left_to_right(browser: Browser, arabic: str) -> None:
    with opened(browser) as (page, _):
        page.goto(arabic + "ar/now/first-hour/")
        direction = "element => getComputedStyle(element).direction"
        assert page.locator("body").evaluate(direction) == "rtl"
        assert page.locator("article h1").evaluate(direction) == "ltr"


def test_all_doors_are_in_the_first_screen_of_a_phone(browser: Browser, root: str) -> None:
    with opened(browser, viewport={"width": 390, "height": 664}, java_script_enabled=False) as (
        page,
        _,
    ):
        for language in BASE.languages:
            page.goto(root + language.prefix)
            doors = page.locator(".doors a")
            boxes = [door.bounding_box() or {} for door in doors.all()]
            leave = page.locator(".bar .exit").bounding_box() or {}
            assert len(boxes) == 5
            assert all(box["y"] + box["height"] < leave["y"] for box in boxes), language.code
            assert all(box["height"] >= 44 for box in boxes)
        for number in range(5):
            page.goto(root)
            doors.nth(number).click()
            expect(page.locator("article h2").nth(number)).to_be_in_viewport()


def test_the_first_screen_of_a_small_phone_has_all_of_in_short_and_begins_with_what_to_do(
    browser: Browser, root: str
) -> None:
    small = {"width": 360, "height": 640}
    paths = [page.url for page in BASE.pages_in("nl") if page.folder == "now"]
    places = """() => {
      const short = document.querySelector("[data-section=in-short]"), next = short.parentElement.querySelectorAll("h2")[1];
      return [short.querySelector(".to-steps"), short.querySelector("p"), short.querySelector(".calls-now"),
        document.querySelector(".bar .exit"), next].map(it => it.getBoundingClientRect().toJSON());
    }"""
    with opened(browser, viewport=small, java_script_enabled=False) as (page, _):
        for language in BASE.languages:
            for path in paths:
                page.goto(f"{root}{language.prefix}{path}")
                way, text, calls, leave, what_to_do = page.evaluate(places)
                place = language.code, path
                assert max(way["bottom"], text["bottom"], calls["bottom"]) < leave["top"], place
                assert what_to_do["top"] < small["height"], place
        page.click(".to-steps")
        expect(page.locator("article h2").nth(1)).to_be_in_viewport()


def test_whom_to_call_is_beside_the_exit_only_where_those_buttons_are_out_of_view(
    browser: Browser, root: str
) -> None:
    with opened(browser, viewport={"width": 360, "height": 640}) as (page, _):
        page.goto(root + "now/image-blackmail/")
        beside = page.locator(".calls")
        expect(page.locator(".calls-now")).to_be_in_viewport(ratio=1)
        expect(beside).to_be_hidden()
        page.evaluate(
            "() => scrollTo({ top: document.body.scrollHeight / 2, behavior: 'instant' })"
        )
        expect(beside).to_be_visible()
        page.evaluate("() => scrollTo({ top: 0, behavior: 'instant' })")
        expect(beside).to_be_hidden()
