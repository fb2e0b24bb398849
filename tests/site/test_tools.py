"""The tools in a real browser: ticked, typed into, practised with, copied, printed, and forgotten.

They are found by `data-tool`, so that a test works for the page in any language.
"""

from __future__ import annotations

import gzip
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import PHONE, Watch, launch, opened, served
from fixture_site import asset, build, checkout_base, make_site
from fixture_site import page as text_page
from paper import Sheet, sheets_of
from playwright.sync_api import Browser, Dialog, Locator, Page, Playwright, expect

pytestmark = pytest.mark.browser

BASE = checkout_base()
SAY = BASE.strings[BASE.default_language.code]
TO_FILL_IN = [
    "signal-checklist",
    "first-24-hours",
    "parent-letter",
    "evidence-handover",
    "policy-checklist",
    "safety-plan",
    "school-incident",
    "file-language",
    "online-passport",
]
TOOLS = [*TO_FILL_IN, "conversation-practice", "pocket-cards", "picture-cards"]
MOST_BYTES_OF_THE_SCRIPT = 4 * 1024
A4 = (595, 842)
"""In points, as PDF measures."""

MOST_PAGES = {
    "signal-checklist": 4,
    "first-24-hours": 4,
    "parent-letter": 1,
    "evidence-handover": 3,
    "policy-checklist": 3,
    "safety-plan": 2,
    "school-incident": 4,
    "file-language": 1,
    "online-passport": 2,
    "pocket-cards": 3,
    "picture-cards": 2,
}
"""Of an empty sheet: what fits on fewer pages is carried along sooner."""


@pytest.fixture(scope="module")
def tools(built_site: Path, root: str) -> dict[str, str]:
    """Name → address of every tool, in the default language."""
    found = {}
    for file in built_site.rglob("index.html"):
        html = file.read_text("utf-8")
        named = re.search(r'<article[^>]* data-tool="([^"]+)"', html)
        if named and f'<html lang="{BASE.default_language.code}"' in html:
            found[named[1]] = f"{root}{file.parent.relative_to(built_site).as_posix()}/"
    return found


@pytest.fixture(scope="module")
def remembering(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with its back/forward cache, which Playwright switches off."""
    chromium = launch(
        playwright,
        ignore_default_args=["--disable-back-forward-cache"],
        # The headless shell has no back/forward cache.
        program=shutil.which("chromium") or shutil.which("google-chrome"),
    )
    yield chromium
    chromium.close()


def leave(page: Page) -> None:
    """Goes to the home page. By key: while a page scrolls under the mouse a busy machine loses the click."""
    page.locator(".brand").press("Enter")
    expect(page).not_to_have_url(re.compile("/tools/"), timeout=30_000)


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until `target` has the focus, as somebody without a mouse does."""
    for _press in range(400):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def fill_in(page: Page) -> None:
    """Ticks the first box there is and types into every field."""
    for box in page.locator("article .tick input").all()[:1]:
        box.check()
    type_into_every_field(page)


def type_into_every_field(page: Page) -> None:
    """Types as `Locator.fill` does, in one call: a form has up to sixty fields."""
    page.locator("article .field :is(input, textarea)").evaluate_all(
        "all => all.forEach(it => { it.focus(); it.select();"
        " if (!document.execCommand('insertText', false, 'Geheim 17')) throw it.outerHTML; })"
    )


def fill_in_and_go_back(page: Page, is_remembered: bool) -> None:
    """Fills in the page, leaves it and returns: to the page itself, or to one that is loaded anew."""
    address = page.url
    page.evaluate("() => { window.isTheSame = true; }")
    fill_in(page)
    assert "Geheim 17" in what_is_left(page)
    leave(page)
    page.go_back(wait_until="commit")  # a page from memory is not loaded again
    assert page.url == address
    assert page.evaluate("() => !!window.isTheSame") is is_remembered


def what_is_left(page: Page) -> str:
    """What the next reader finds: ticks, texts, and what the script made of them."""
    return page.evaluate(
        "() => [...document.querySelectorAll('article input, article textarea')]"
        ".map(it => it.type === 'checkbox' ? (it.checked ? 'ticked' : '') : it.value).join('')"
        " + [...document.querySelectorAll('.typed, .gathered li')].map(it => it.textContent).join('')"
    )


def words(element: Locator) -> str:
    return " ".join(element.inner_text().split())


def printed(page: Page) -> tuple[list[Sheet], str]:
    """The page as paper, and all words on it; some fonts join letters (ﬁ), which are taken apart."""
    sheets = sheets_of(page.pdf(prefer_css_page_size=True))
    texts = [sheet.text for sheet in sheets]
    assert all(map(str.strip, texts)), "an empty sheet of paper"
    return sheets, " ".join(unicodedata.normalize("NFKC", " ".join(texts)).split())


# All of them


def test_every_tool_is_there_and_no_other_page_loads_its_script(
    tools: dict[str, str], built_site: Path
) -> None:
    assert sorted(tools) == sorted(TOOLS)
    for file in built_site.rglob("*.html"):
        html = file.read_text("utf-8")
        for name in ("tools.js", "tools.css"):
            assert (asset(built_site, name) in html) == (" data-tool=" in html), file
    script = (built_site / asset(built_site, "tools.js")).read_bytes()
    assert len(gzip.compress(script, 9)) <= MOST_BYTES_OF_THE_SCRIPT


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_stores_nothing_sends_nothing_and_logs_no_error(
    browser: Browser, tools: dict[str, str], tool: str
) -> None:
    with opened(browser) as (page, watch):
        page.goto(tools[tool], wait_until="networkidle")
        page.evaluate("() => { window.print = () => {}; }")
        before = set(watch.local)
        fill_in(page)
        for button in page.locator(".tool button:visible").all():
            button.click()
        for choice in page.locator("article .part:visible li a[href^='#']").all()[:1]:
            choice.click()
        for field in page.locator("article .field input").all()[:1]:
            field.press("Enter")
        page.evaluate(
            "() => new Promise(done => requestIdleCallback(() => done(), {timeout: 200}))"
        )
        stored = page.evaluate("() => [{...localStorage}, {...sessionStorage}, document.cookie]")
        databases = page.evaluate("async () => (await indexedDB.databases()).length")
        named = page.locator("article [name]").count()
        ids = page.locator("[id]").evaluate_all("all => all.map(it => it.id)")
        assert set(watch.local) == before
    assert (stored, databases, named) == ([{}, {}, ""], 0, 0)
    assert len(ids) == len(set(ids))
    assert watch.foreign == []
    assert watch.complaints == []


@pytest.mark.parametrize("tool", TO_FILL_IN)
def test_what_was_filled_in_is_gone_when_the_page_is_loaded_again(
    browser: Browser, tools: dict[str, str], tool: str
) -> None:
    with opened(browser) as (page, _):
        page.goto(tools[tool])
        fill_in_and_go_back(page, is_remembered=False)
        page.wait_for_load_state()  # only then has the browser filled in what it remembers
        assert what_is_left(page) == ""
        fill_in(page)
        page.reload()
        assert what_is_left(page) == ""


def test_what_was_filled_in_is_gone_when_back_brings_a_page_from_memory(
    remembering: Browser, tools: dict[str, str]
) -> None:
    with opened(remembering) as (page, _):
        for tool in TO_FILL_IN:
            page.goto(tools[tool])
            fill_in_and_go_back(page, is_remembered=True)
            assert what_is_left(page) == "", tool
            fill_in(page)
            page.reload()
            assert what_is_left(page) == "", tool


@pytest.mark.parametrize("tool", TO_FILL_IN)
@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_clear_empties_everything_and_keeps_the_focus(
    browser: Browser, tools: dict[str, str], tool: str, script: bool
) -> None:
    with opened(browser, java_script_enabled=script) as (page, _):
        page.goto(tools[tool])
        type_into_every_field(page)
        typed = "all => all.map(it => it.value)"
        fields = page.locator("article .field :is(input, textarea)")
        assert {*fields.evaluate_all(typed)} == {"Geheim 17"}
        page.locator(".tool [type=reset]").focus()
        page.keyboard.press("Enter")
        assert {*fields.evaluate_all(typed)} == {""}
        if script:
            assert what_is_left(page) == ""
            assert words(page.locator(".tool-status")) == SAY("tools.cleared")
            assert page.evaluate("() => document.activeElement.type") == "reset"


@pytest.mark.parametrize("tool", TOOLS)
def test_without_javascript_everything_can_be_read_ticked_and_filled_in(
    browser: Browser, tools: dict[str, str], tool: str
) -> None:
    with opened(browser, java_script_enabled=False) as (page, _):
        page.goto(tools[tool])
        parts = page.locator("article :is(section, .part, .tick, .card, .field)")
        hidden = parts.locator("visible=false").evaluate_all("all => all.map(it => it.textContent)")
        assert parts.count() and hidden == []
        for line in page.locator("article .tick").all():
            line.click(position={"x": 10, "y": 10})
            assert line.locator("input").is_checked(), words(line)
        type_into_every_field(page)
        assert page.locator(".tool .notice").inner_text() == SAY("tools.no_script")
        assert not page.locator(".tool-print:visible, .tool-copy:visible").count()


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_fits_the_narrowest_phone(
    browser: Browser, tools: dict[str, str], tool: str
) -> None:
    with opened(browser, viewport={"width": 320, "height": 640}) as (page, _):
        page.goto(tools[tool])
        fill_in(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
        heights = page.locator(".tick, .tool-buttons > :visible").evaluate_all(
            "all => all.map(it => [it.textContent, it.getBoundingClientRect().height])"
        )
        assert heights and [height for height in heights if height[1] < 44] == []
        # Safari zooms in on a field with smaller letters, and the exit leaves the window.
        small = page.locator("article :is(input, textarea)").evaluate_all(
            "all => all.filter(it => it.type !== 'checkbox' && parseFloat(getComputedStyle(it).fontSize) < 16)"
            ".map(it => it.outerHTML)"
        )
        assert small == []


@pytest.mark.parametrize("tool", TO_FILL_IN)
def test_every_box_and_field_has_a_name(browser: Browser, tools: dict[str, str], tool: str) -> None:
    with opened(browser) as (page, _):
        page.goto(tools[tool])
        # A citation is named "Source 1".
        page.locator(".tick [aria-label]").evaluate_all(
            "all => all.forEach(it => it.textContent = it.ariaLabel)"
        )
        for line in page.locator(".tick").all():
            assert page.get_by_role("checkbox", name=words(line), exact=True).count(), words(line)
        fields = page.locator("article").get_by_role("textbox")
        labels = fields.evaluate_all("all => all.map(it => it.labels[0].innerText.trim())")
        assert labels and all(labels)
        assert len(labels) == page.locator("article .field").count()


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool != "conversation-practice"])
@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_the_sheet_is_one_touch_from_in_short(
    browser: Browser, tools: dict[str, str], tool: str, script: bool
) -> None:
    with opened(browser, viewport=PHONE, java_script_enabled=script) as (page, _):
        page.goto(tools[tool])
        start = page.locator(".tool-start")
        assert start.evaluate("it => it.previousElementSibling.dataset.section") == "in-short"
        assert start.locator(".tool-print").is_visible() is script
        start.locator("a").click()
        first = page.locator(
            ".section:not([data-section=how-to-use-it])"
            " :is(.tick, .field, .card, .picture-card, table)"
        ).first
        section = first.locator("xpath=ancestor::section[@data-section]").last
        expect(section.locator("h2")).to_be_in_viewport()


# The signal checklist


def test_while_something_is_ticked_the_list_leads_to_its_summary_beside_the_exit(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(tools["signal-checklist"])
        way = page.locator(".ticked")
        assert not way.is_visible()
        box = page.locator(".tick input").nth(3)
        box.check()
        expect(way).to_be_in_viewport(ratio=1)
        line, leave = way.bounding_box(), page.locator(".bar .leave").bounding_box()
        assert line and leave and line["y"] + line["height"] <= leave["y"]
        way.locator("a").click()
        expect(page.locator("#summary")).to_be_in_viewport()
        box.uncheck()
        assert not way.is_visible()


def test_the_checklist_by_keyboard_gathers_each_kind_with_its_next_step(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser) as (page, _):
        page.goto(tools["signal-checklist"])
        gathered = page.locator(".gathered")
        assert words(gathered) == f"{SAY('tools.summary')} {SAY('tools.summary_none')}"
        kinds = page.locator(".part:has(.tick)")
        expected = SAY("tools.summary")
        for kind in (kinds.nth(1), kinds.nth(3)):
            lines = [kind.locator(".tick").nth(number) for number in (0, 2)]
            for line in lines:
                tab_to(page, line.locator("input"))
                page.keyboard.press("Space")
            parts = [kind.locator("h3"), *lines, kind.locator(".block-next")]
            expected += "".join(f" {words(part)}" for part in parts)
        # Nothing is added: no count, no score, no verdict.
        assert words(gathered) == expected
        page.keyboard.press("Space")
        assert words(gathered) != expected
        assert page.locator(".gathered [id]").count() == 0


def test_the_checklist_announces_once_that_there_is_a_summary(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser) as (page, _):
        page.goto(tools["signal-checklist"])
        page.evaluate(
            "() => { window.announced = []; const line = document.querySelector('.tool-status');"
            " new MutationObserver(() => announced.push(line.textContent))"
            ".observe(line, {childList: true}); }"
        )
        for box in page.locator(".tick input").all()[:5]:
            box.check()
        assert page.evaluate("() => announced") == [SAY("tools.summary_ready")]
        assert page.locator(".tool-status").get_attribute("role") == "status"
        assert page.locator(".gathered[aria-live], [aria-live] .gathered").count() == 0


@pytest.mark.parametrize("way", ["clipboard", "by-hand"])
def test_copy_gives_the_summary_with_what_was_typed(
    browser: Browser, tools: dict[str, str], way: str
) -> None:
    with opened(browser) as (page, _):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        if way == "by-hand":
            page.add_init_script(
                "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
            )
        page.goto(tools["signal-checklist"])
        page.click(".tool-copy")
        assert words(page.locator(".tool-status")) == SAY("tools.nothing")
        line = page.locator(".tick").nth(7)
        line.locator("input").check()
        field = page.locator("[data-section=summary] .field:has(textarea)").first
        field.locator("textarea").fill("Dinsdag belde ze.\nWoensdag niet.")
        page.click(".tool-copy")
        status = page.locator(".tool-status")
        page.wait_for_function("text => document.querySelector('.tool-status').textContent === text",
                               arg=SAY("tools.copied"))  # fmt: skip
        assert page.evaluate("() => document.activeElement.className") == "tool-copy"
        title = words(page.locator("h1"))
        kind = line.locator("xpath=ancestor::section[@role='group']")
        label = words(field.locator(".field-label"))
        page.goto(tools["parent-letter"])
        paste = page.locator("article textarea").first
        paste.focus()
        page.keyboard.press("ControlOrMeta+V")
        copied = paste.input_value()
        page.go_back()
        assert copied.startswith(
            f"{title}\n\n{SAY('tools.summary')}\n\n{words(kind.locator('h3'))}\n"
        )
        assert f"- {words(line)}\n" in copied
        assert words(kind.locator(".block-next p").last) in copied
        assert copied.endswith(f"{label}: Dinsdag belde ze.\nWoensdag niet.\n")
        assert status.inner_text() == ""


def test_copy_of_a_list_marks_what_is_ticked_and_what_is_not(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser) as (page, _):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(tools["policy-checklist"])
        first, second = page.locator(".tick").all()[:2]
        second.locator("input").check()
        page.click(".tool-copy")
        page.wait_for_function("() => document.querySelector('.tool-status').textContent")
        copied = page.evaluate("() => navigator.clipboard.readText()")
        assert f"[ ] {words(first)}\n[x] {words(second)}\n" in copied


# The practice talks


def arrive(page: Page, step: str | None) -> None:
    """Waits until the heading of `step` has the focus: the address changes a moment earlier."""
    page.wait_for_function(
        "step => document.activeElement.matches('h3[id=\"' + step + '\"]')", arg=step
    )


def test_a_talk_by_keyboard_step_by_step_and_back(browser: Browser, tools: dict[str, str]) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(tools["conversation-practice"])
        talk = page.locator("article .section:has(.part)").first
        step = talk.locator(".part:visible")
        assert step.count() == 1
        start = step.get_attribute("data-part")
        choices = step.locator("li a")
        assert choices.count() >= 2
        chosen, answer = words(choices.last), choices.last.get_attribute("href")
        tab_to(page, choices.last)
        page.keyboard.press("Enter")
        arrive(page, answer[1:])
        assert page.url.endswith(answer)
        assert step.get_attribute("data-part") == answer[1:]
        assert page.locator("h3:focus").is_visible()
        assert words(talk.locator(".trail li")) == SAY("tools.you_said", choice=chosen)
        again = step.locator("li a").first
        assert again.get_attribute("href") == f"#{start}", "a choice that fails can be tried again"
        tab_to(page, again)
        page.keyboard.press("Enter")
        arrive(page, start)
        assert not talk.locator(".trail").is_visible()
        page.go_back()
        expect(step).to_have_attribute("data-part", answer[1:])
        page.go_back()
        expect(step).to_have_attribute("data-part", start)
        page.go_forward()
        expect(talk.locator(".trail li")).to_have_text(SAY("tools.you_said", choice=chosen))
        tab_to(page, talk.locator(".tool-buttons a:visible"))
        page.keyboard.press("Enter")
        arrive(page, start)
        assert step.get_attribute("data-part") == start


def test_every_talk_can_be_played_to_its_end(browser: Browser, tools: dict[str, str]) -> None:
    with opened(browser) as (page, _):
        page.goto(tools["conversation-practice"])
        talks = page.locator("article .section:has(.part)").all()
        assert len(talks) >= 6
        for talk in talks:
            answers = 0
            seen: set[str] = set()
            while (links := talk.locator(".part:visible > ul a[href^='#']")).count():
                ways = [link.get_attribute("href") or "" for link in links.all()]
                new = next((way for way in ways if way not in seen), None)
                assert new, f"{ways} lead only to parts already seen"
                seen.add(new)
                answers += bool(re.search(r"-[a-z]$", new))
                links.nth(ways.index(new)).click()
                arrive(page, new[1:])
                if len(seen) > 60:
                    raise AssertionError("a talk without an end")
            assert answers > 0
            assert talk.locator(".part:visible a").count(), "the end leads on"


def test_a_list_of_cards_opens_the_talks_and_each_ends_with_the_next(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(tools["conversation-practice"])
        talks = page.locator("article .section:has(.part)")
        titles = [words(talk.locator("h2")) for talk in talks.all()]
        cards = page.locator(".tool-start li a")
        assert [words(card) for card in cards.all()] == titles
        cards.nth(1).click()
        talk = talks.nth(1)
        expect(talk.locator("h2")).to_be_in_viewport()
        steps = talk.locator(".part:has(li + li)").count()
        for step in range(1, steps + 1):
            progress = SAY("tools.step", step=step, all=steps)
            # The first choice is the one that leads on; its answer is a part of the same step.
            for _link in ("choice", "on"):
                expect(talk.locator(".trail + .small-title")).to_have_text(progress)
                link = talk.locator(".part:visible li a").first
                following = (link.get_attribute("href") or "").removeprefix("#")
                link.click()
                arrive(page, following)
        expect(talk.locator(".trail + .small-title")).to_be_hidden()
        onward = talk.locator(".tool-buttons a:visible").first
        assert words(onward) == SAY("tools.next_talk", title=titles[2])
        onward.click()
        expect(talks.nth(2).locator("h2")).to_be_in_viewport()


def test_the_whole_text_of_a_talk_is_one_button_away(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser) as (page, _):
        page.goto(tools["conversation-practice"])
        talk = page.locator("article .section:has(.part)").first
        button = talk.locator("button")
        assert words(button) == SAY("tools.whole")
        button.click()
        assert talk.locator(".part:visible").count() == talk.locator(".part").count()
        talk.locator(".part li a").nth(1).click()
        assert talk.locator(".part:visible").count() == talk.locator(".part").count()
        button.click()
        assert talk.locator(".part:visible").count() == 1


def test_a_link_into_a_talk_shows_that_step(browser: Browser, tools: dict[str, str]) -> None:
    with opened(browser) as (page, _):
        page.goto(tools["conversation-practice"])
        part = page.locator("article .part:not(:visible):has(.cite)").first
        step = part.get_attribute("data-part")
        mark = part.locator(".cite a").first.get_attribute("id")
        page.goto("about:blank")
        page.goto(f"{tools['conversation-practice']}#{step}")
        expect(page.locator(f"#{step}")).to_be_visible()
        page.goto("about:blank")
        page.goto(tools["conversation-practice"])
        page.click(".sources summary")
        page.locator(f"a[href='#{mark}']").click()
        page.wait_for_url(f"**#{mark}")
        # A source leads back to where it is cited.
        expect(page.locator(f"#{mark}")).to_be_visible()


def test_a_talk_begins_anew_when_the_page_was_left(
    remembering: Browser, tools: dict[str, str]
) -> None:
    with opened(remembering) as (page, _):
        page.goto(tools["conversation-practice"])
        page.locator("article .part:visible li a").first.click()
        page.locator(".trail li").wait_for()
        leave(page)
        page.go_back(wait_until="commit")
        assert "#" in page.url
        expect(page.locator(".trail:visible")).to_have_count(0)


def test_without_javascript_the_choices_of_a_talk_jump(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser, java_script_enabled=False) as (page, _):
        page.goto(tools["conversation-practice"])
        link = page.locator("article .part li a[href^='#']").nth(2)
        target = link.get_attribute("href")
        link.click()
        page.wait_for_url(f"**{target}")
        box = page.locator(f"[id='{target[1:]}']").bounding_box()
        assert box and 0 <= box["y"] < 900


# On paper


@pytest.mark.parametrize("tool", MOST_PAGES)
@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_sheet_prints_on_a4_without_anything_around_it(
    browser: Browser, tools: dict[str, str], tool: str, script: bool
) -> None:
    with opened(browser, java_script_enabled=script, color_scheme="dark") as (page, _):
        page.goto(tools[tool])
        labels = page.locator("article .field-label:visible").all_inner_texts()
        usage = words(page.locator("[data-section=how-to-use-it] h2"))
        paper, text = printed(page)
    assert len(paper) <= MOST_PAGES[tool]
    for sheet in paper:
        assert (round(sheet.width), round(sheet.height)) == pytest.approx(A4, abs=2)
    for label in labels:
        assert " ".join(label.split()) in text
    around = ("tools.print", "tools.copy", "tools.clear", "exit.label", "notice.preview",
              "menu.on_this_page", "footer.licence", "menu.report", "sources.title")  # fmt: skip
    for name in around:
        assert not re.search(rf"\b{re.escape(SAY(name))}(?!\w)", text), name
    titles = [BASE.page("nl", f"{name}/index.md") for name in ("understand", "risk-factors")]
    for other in titles:
        assert other and other.front.title not in text, "the menu is printed"
    assert usage not in text


@pytest.mark.parametrize("tool", TO_FILL_IN)
def test_what_was_typed_is_printed_in_full(
    browser: Browser, tools: dict[str, str], tool: str
) -> None:
    long = "Ze vertelde het langzaam, en wij schreven mee tot het hele verhaal er stond: einde"
    with opened(browser) as (page, _):
        page.goto(tools[tool])
        has_line = page.locator("article .field > * > input").count() > 0
        if has_line:
            page.locator("article .field > * > input").first.fill(f"{long} een")
        # PDFium parts the letters of a line that begins right below its label.
        lines = "\n" + "\n".join(f"regel {number}." for number in range(70))
        if page.locator("article textarea").count():
            page.locator("article textarea").last.fill(f"{lines}\n{long} twee")
        _, text = printed(page)
        assert (f"{long} een" in text) == has_line
        if page.locator("article textarea").count():
            assert f"{long} twee" in text
            assert "regel 0." in text and "regel 69." in text


def test_a_filled_in_checklist_prints_its_summary_and_an_empty_one_its_boxes(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser) as (page, _):
        page.goto(tools["signal-checklist"])
        ticked, left = (words(page.locator(".tick").nth(number)) for number in (0, 1))
        _, empty = printed(page)
        page.locator(".tick input").first.check()
        _, filled = printed(page)
    assert ticked in empty and left in empty
    assert SAY("tools.summary") not in empty
    assert SAY("tools.summary") in filled and ticked in filled
    assert left not in filled


def test_no_page_break_goes_through_a_field_a_row_or_a_line(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser) as (page, _):
        page.emulate_media(media="print")
        for tool in TO_FILL_IN:
            page.goto(tools[tool])
            rules = page.locator("article :is(.field, tr, .tick)").evaluate_all(
                "all => all.map(it => getComputedStyle(it).breakInside)"
            )
            assert set(rules) == {"avoid"}, tool


def test_cards_are_four_to_a_side_and_one_to_a_screen(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(tools["pocket-cards"])
        cards = page.locator(".card:not(:has(.phone-card))")
        titles = [words(card.locator("h3")) for card in cards.all()]
        heights = [card.bounding_box()["height"] for card in cards.all()]
        empty = cards.locator(".card-calls").evaluate_all(
            "all => all.map(it => it.getBoundingClientRect().top"
            " - it.closest('.card').querySelector('ul').getBoundingClientRect().bottom)"
        )
        paper, _ = printed(page)
        page.emulate_media(media="print")
        clipped = cards.evaluate_all(
            "all => all.filter(it => it.scrollHeight > it.clientHeight + 1).length"
        )
    assert len(titles) == 10
    # As tall as its text, in large letters, and no taller than a screen.
    assert all(PHONE["height"] * 0.4 < height < PHONE["height"] for height in heights), heights
    assert all(gap < 40 for gap in empty)
    sheets = [" ".join(sheet.text.split()) for sheet in paper]
    assert len(sheets) == 3
    for number, title in enumerate(titles):
        assert title in sheets[number // 4]
    assert clipped == 0, "a card has more text than fits on it"


def test_a_card_has_the_numbers_of_whom_it_names_and_always_one(
    browser: Browser, tools: dict[str, str]
) -> None:
    named = {"politie": "police", "Helpwanted": "image-helpline", "Veilig Thuis": "child-protection",
             "112": "emergency", "113": "suicide-prevention"}  # fmt: skip
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(tools["pocket-cards"])
        for card in page.locator(".card:not(:has(.phone-card))").all():
            text = words(card.locator("ul").first)
            calls = card.locator(".card-calls a")
            dialled = {link.get_attribute("href") for link in calls.all()}
            expected = [BASE.own_contacts[one] for word, one in named.items()
                        if re.search(rf"(?<!\(){word}", text)] or BASE.danger_contacts  # fmt: skip
            assert dialled == {f"tel:{one.numbers[0].dial.replace(' ', '')}" for one in expected}, (
                text
            )
            assert all((link.bounding_box() or {})["height"] >= 44 for link in calls.all())


def test_a_sheet_of_words_prints_all_its_tables(browser: Browser, tools: dict[str, str]) -> None:
    with opened(browser) as (page, _):
        page.goto(tools["file-language"])
        rows = [words(row) for row in page.locator("article tbody td").all()]
        _, text = printed(page)
    assert len(rows) > 20
    for row in rows:
        assert unicodedata.normalize("NFKC", row) in text


def test_a_cover_card_is_as_large_as_a_bank_card_and_has_no_title_on_paper(
    browser: Browser, tools: dict[str, str]
) -> None:
    with opened(browser) as (page, _):
        page.goto(tools["pocket-cards"])
        covers = page.locator(".phone-card")
        assert [cover.is_visible() for cover in covers.all()] == [True, False, False, False]
        sentences = covers.first.locator("ul:not(.phone-numbers) li").all_text_contents()
        numbers = covers.first.locator(".phone-numbers li").all_text_contents()
        title = words(page.locator(".card:has(.phone-card) h3"))
        _, text = printed(page)
        page.emulate_media(media="print")
        shapes = covers.evaluate_all(
            "all => all.map(it => { const {width, height} = it.getBoundingClientRect();"
            " return [width, height, it.scrollHeight - it.clientHeight]; })"
        )
        page.goto(tools["pocket-cards"].replace("tools/pocket-cards", "you"))
        there = words(page.locator("[data-section=say-this]"))
    assert len(sentences) == len(numbers) == 4
    assert all(" ".join(sentence.split()) in there for sentence in sentences)
    assert text.count(numbers[-1]) == 4
    assert title not in text
    for width, height, too_much in shapes:
        assert (width, height) == pytest.approx((52.5 * 96 / 25.4, 85 * 96 / 25.4), abs=1)
        assert too_much <= 1


def test_picture_cards_are_six_to_a_sheet_and_two_beside_each_other_on_a_phone(
    browser: Browser, tools: dict[str, str], built_site: Path
) -> None:
    for viewport in (PHONE, {"width": 320, "height": 640}):
        with opened(browser, viewport=viewport) as (page, _):
            page.goto(tools["picture-cards"])
            cards = page.locator(".part:has(.picture-card)")
            names = [words(card.locator("h3")) for card in cards.all()]
            for card, name in zip(cards.all(), names, strict=True):
                assert card.get_by_role("img", name=name, exact=True).count() == 1
                drawing = card.locator("svg").bounding_box()
                assert drawing and drawing["width"] >= 100
            starts = [round((card.bounding_box() or {})["x"]) for card in cards.all()]
            paper, _ = printed(page)
            page.emulate_media(media="print")
            clipped = cards.evaluate_all(
                "all => all.filter(it => it.scrollHeight > it.clientHeight + 1).length"
            )
        assert len(names) == 12
        assert starts == starts[:2] * 6 and starts[0] < starts[1]
        assert clipped == 0
        sheets = [" ".join(sheet.text.split()) for sheet in paper]
        for number, name in enumerate(names):
            assert unicodedata.normalize("NFKC", name) in unicodedata.normalize(
                "NFKC", sheets[number // 6]
            )
    page_folder = built_site / "tools" / "picture-cards"
    assert (page_folder / "index.html.br").stat().st_size < 20_000


def test_the_whole_talk_is_printed(browser: Browser, tools: dict[str, str]) -> None:
    with opened(browser) as (page, _):
        page.goto(tools["conversation-practice"])
        headings = page.locator(".part > h3").all_text_contents()
        _, text = printed(page)
    assert len(headings) > 5
    for heading in headings:
        assert " ".join(heading.split()) in text


# From right to left


CHECKLIST = """\
## In short { #in-short }

Tick.

## How { #how-to-use-it }

So.

## List { #checklist }

### One { #one }

- [ ] A line
- [ ] Call [somebody](../contacts/index.md)

/// next
Do this.
///

## Summary { #summary }

{{ field("Words", lines=2) }}
"""


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a tiny checklist on a site that runs from right to left."""
    name = "tools/signal-checklist.md"
    checklist = text_page("Checklist", CHECKLIST, "tool", translated=True)
    pages = {
        "nl/tools/index.md": text_page("Tools", "Kies.\n"),
        f"nl/{name}": text_page("Lijst", CHECKLIST, "tool"),
        f"ar/{name}": checklist.replace("../contacts", "../../nl/contacts"),
    }
    folder = make_site(tmp_path_factory.mktemp("arabic"), pages)
    code, output = build(folder, SITE_URL="https://fixture.example/")
    assert code == 0, output
    with served(folder / "site", "/") as address:
        yield f"{address}ar/tools/signal-checklist/"


def test_a_checklist_from_right_to_left_has_its_boxes_on_the_right(
    browser: Browser, arabic: str
) -> None:
    watch: Watch
    with opened(browser, viewport=PHONE) as (page, watch):
        page.goto(arabic)
        for line in page.locator(".tick").all():
            box, text = (
                line.locator("input").bounding_box(),
                line.locator("label span").bounding_box(),
            )
            assert box and text and box["x"] > text["x"] + text["width"]
            line.locator("input").check()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
        assert "somebody" in words(page.locator(".gathered"))
    assert watch.complaints == []


def test_a_link_in_the_label_of_a_box_is_followed_and_does_not_tick_it(
    browser: Browser, arabic: str
) -> None:
    with opened(browser) as (page, _):
        page.goto(arabic)
        line = page.locator(".tick").nth(1)
        line.locator("label").click()
        assert line.locator("input").is_checked()
        with page.context.expect_page() as beside:
            line.locator("a").click()
        beside.value.wait_for_url("**/contacts/")
        assert line.locator("input").is_checked(), "what was filled in is still there"


def test_leaving_what_was_filled_in_is_asked_about_but_not_by_the_exit(
    browser: Browser, arabic: str
) -> None:
    with opened(browser) as (page, _):
        asked = []

        def answer(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", answer)
        page.goto(arabic)
        page.reload()
        assert asked == [], "nothing is filled in yet"
        page.locator(".tick label").nth(1).click()
        page.evaluate("() => { location.href = '../../'; }")
        page.wait_for_function("() => document.querySelector('.tick input:checked')")
        assert asked == ["beforeunload"]
        page.click(".bar .exit")
        page.wait_for_url(re.compile("^https:"))
        assert asked == ["beforeunload"]
