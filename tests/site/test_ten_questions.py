"""Ten questions a professional comes with: the answer is two taps from home, and it is whole.

Whole means: on the pages reached there is a sentence to say, a thing to do, a thing never to do,
and somebody to call.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import PHONE, opened
from lxml import html
from playwright.sync_api import Browser
from samples import QUESTIONS

SAY = "//*[contains(@class,'block-say')] | //*[@data-section='say-this'] | //article//li[contains(., '\"')]"
NEVER = (
    "//*[contains(@class,'block-never')] | //*[@data-section='never' or @data-section='not-this' "
    "or @data-section='what-you-never-do']"
)
DO = (
    "//article//ol | //*[@data-section='what-to-do-next' or @data-section='steps' "
    "or @data-section='what-you-do']"
)
CALL = "//article//a[starts-with(@href,'tel:')]"


def read(site: Path, page: str) -> html.HtmlElement:
    return html.fromstring((site / page / "index.html").read_bytes())


def links(site: Path, page: str) -> set[str]:
    """The pages that the text of `page` links to, as addresses below the site's root."""
    found = set()
    for href in read(site, page).xpath("//article//a/@href | //*[@class='children']//a/@href"):
        if not href.startswith(("http", "tel:", "#")):
            target = (site / page / href.partition("#")[0]).resolve()
            found.add(target.relative_to(site.resolve()).as_posix().rstrip("/") + "/")
    return found


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_two_taps_from_home(built_site: Path, question: str) -> None:
    home = links(built_site, "")
    answer = QUESTIONS[question][0]
    assert answer in home or any(answer in links(built_site, page) for page in home)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_has_what_to_say_do_and_never_do_and_somebody_to_call(
    built_site: Path, question: str
) -> None:
    pages = [read(built_site, page) for page in QUESTIONS[question]]
    for name, path in (("say", SAY), ("do", DO), ("never", NEVER), ("call", CALL)):
        assert any(page.xpath(path) for page in pages), f"nothing to {name}"


@pytest.mark.browser
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_reached_without_javascript(
    browser: Browser, root: str, built_site: Path, question: str
) -> None:
    answer = QUESTIONS[question][0]
    home = links(built_site, "")
    way = [answer] if answer in home else [
        next(page for page in sorted(home) if answer in links(built_site, page)), answer
    ]  # fmt: skip
    with opened(browser, viewport=PHONE, java_script_enabled=False) as (page, watch):
        page.goto(root)
        for step in way:
            link = page.locator("article a, .children a").evaluate_all(
                "(all, address) => all.findIndex((a) => a.href.split('#')[0] === address)",
                root + step,
            )
            page.locator("article a, .children a").nth(link).click()
            page.wait_for_url(lambda url, address=root + step: url.split("#")[0] == address)
        assert page.locator("h1").is_visible()
        for name, path in (("say", SAY), ("never", NEVER), ("call", CALL)):
            if read(built_site, answer).xpath(path):
                assert page.locator(f"xpath={path} >> visible=true").count(), name
        assert watch.complaints == []
