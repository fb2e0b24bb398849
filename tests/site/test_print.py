"""What comes out of a printer: the text, where it came from, who to call; forms, and cards to cut."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from chromium import opened, served
from fixture_site import build, checkout_base, make_site
from fixture_site import page as text_page
from handvat.render.page_context import PageContextFactory
from handvat.render.pictures import TYPEABLE, code_to
from handvat.site_output import build_date
from paper import Sheet, sheets_of
from PIL import Image
from playwright.sync_api import Browser, Page

BASE = checkout_base()
CODES = [language.code for language in BASE.languages if language.is_built]
MILLIMETRE = 96 / 25.4
"""In CSS pixels."""
BETWEEN_THE_MARGINS = round((210 - 2 * 17) * MILLIMETRE)

# One page of each kind that looks different on paper.
KINDS = [
    "",
    "now/",
    "now/first-hour/",
    "conversation/by-chat/",
    "understand/how-it-works/",
    "contacts/",
    "a-z/",
    "glossary/",
    "about/sources/",
    "about/languages/",
    "tools/signal-checklist/",
    "tools/first-24-hours/",
    "tools/conversation-practice/",
]
FORMS = [
    "signal-checklist",
    "first-24-hours",
    "parent-letter",
    "evidence-handover",
    "policy-checklist",
]
ADDRESS = "https://handvat.github.io/help/"
"""Of a site that a phone can reach, in a folder of its host; no test connects to it."""


def printed(page: Page) -> Sequence[Sheet]:
    """The sheets of paper that the page becomes."""
    return sheets_of(page.pdf(prefer_css_page_size=True))


def words(sheets: Sequence[Sheet]) -> str:
    """All text on the sheets, without spaces: an address may be broken over two lines."""
    text = "".join(sheet.text for sheet in sheets)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def prefix(code: str) -> str:
    return BASE.language(code).prefix


# Every page


@pytest.mark.browser
def test_a_printed_page_is_its_text_alone_dark_on_white(browser: Browser, root: str) -> None:
    ink = "() => getComputedStyle(document.querySelector('article')).color"
    with opened(browser, color_scheme="light") as (page, _):
        page.goto(root + "now/first-hour/")
        dark_on_light = page.evaluate(ink)
        page.click(".foot [data-choice=dark]")
        assert page.evaluate(ink) != dark_on_light
        page.emulate_media(media="print")
        assert page.evaluate(ink) == dark_on_light
        assert page.locator("article h1").is_visible()
        assert page.locator(".sources").is_visible()
        for name in (".bar", ".side", ".contents", ".foot-links", ".foot .scheme"):
            assert not page.locator(name).first.is_visible(), name


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
@pytest.mark.parametrize("code", ["nl", "ar"])
def test_the_address_of_a_link_to_elsewhere_is_printed_and_no_other(
    browser: Browser, root: str, code: str, script: bool
) -> None:
    with opened(browser, java_script_enabled=script) as (page, _):
        page.goto(f"{root}{prefix(code)}now/first-hour/")
        links = page.locator(":is(.text, .sources) a[href^='http']")
        addresses = {link.get_attribute("href") or "" for link in links.all()}
        text = words(printed(page))
        page.emulate_media(media="print")
        direction = links.last.evaluate("it => getComputedStyle(it, '::after').direction")
    assert len(addresses) >= 3
    for address in addresses:
        assert address in text
    assert direction == "ltr"
    assert "../" not in text and "tel:" not in text


@pytest.mark.browser
@pytest.mark.parametrize("code", ["nl", "ar"])
def test_the_foot_has_who_to_call_the_date_and_the_address_of_the_newest(
    browser: Browser, root: str, code: str
) -> None:
    path = f"{prefix(code)}signals/panic-offline/"
    crisis = BASE.danger_contacts
    numbers = [number.dial for contact in crisis for number in contact.numbers]
    assert len(numbers) >= 2
    with opened(browser) as (page, _):
        page.goto(root + path)
        assert page.locator(".foot-danger").is_visible()
        assert not page.locator(".foot-paper").is_visible()
        sheets = printed(page)
        page.emulate_media(media="print")
        foot = page.locator(".foot").inner_text()
        assert page.locator(".notice-review").is_visible()
    assert BASE.strings[code].date(build_date()) in foot
    assert f"https://handvat.example/{path}" in foot
    last = words(sheets[-1:])
    assert f"https://handvat.example/{path}" in last
    for number in numbers:
        assert number in foot
        assert number.replace(" ", "") in last


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("nl", [["112"], ["113"]]),
        ("de", [["112", "110"]]),
        ("pl", [["112"], ["116 111", "800 12 12 12"]]),
        ("ua", []),
    ],
)
def test_who_to_call_is_that_of_the_sites_country_and_not_of_the_language(
    country: str, numbers: list[list[str]]
) -> None:
    site = PageContextFactory(replace(BASE, country=country), ADDRESS, None, ("nl", "ar"))
    view = site.view(BASE.language("ar"), "now/index.md")
    assert [[number.dial for number in call.numbers] for call in view.danger] == numbers


@pytest.mark.browser
def test_each_sheet_is_numbered_but_those_of_a_letter_and_of_cards(
    browser: Browser, root: str
) -> None:
    with opened(browser) as (page, _):
        for path, is_numbered in (
            ("now/first-hour/", True),
            ("ar/now/first-hour/", True),
            ("tools/policy-checklist/", True),
            ("tools/parent-letter/", False),
            ("tools/pocket-cards/", False),
            ("tools/picture-cards/", False),
        ):
            page.goto(root + path)
            sheets = printed(page)
            for number, sheet in enumerate(sheets, 1):
                found = re.search(rf"\b{number} / {len(sheets)}\b", sheet.text)
                assert bool(found) is is_numbered, (path, number)


@pytest.mark.browser
@pytest.mark.parametrize("code", ["nl", "ar"])
def test_nothing_is_wider_than_the_sheet(browser: Browser, root: str, code: str) -> None:
    with opened(browser, viewport={"width": BETWEEN_THE_MARGINS, "height": 1000}) as (page, _):
        page.emulate_media(media="print")
        for path in KINDS:
            page.goto(root + prefix(code) + path)
            wide = page.evaluate(
                "() => [...document.querySelectorAll('body *:not(.visually-hidden)')].filter(it => {"
                " const box = it.getBoundingClientRect();"
                " return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1); })"
                ".map(it => it.outerHTML.slice(0, 100))"
            )
            assert wide == [], path


@pytest.mark.browser
def test_what_is_folded_on_a_screen_is_open_on_paper(browser: Browser, root: str) -> None:
    with opened(browser, bypass_csp=True) as (page, _):
        page.goto(root + "about/languages/")
        page.evaluate(
            "() => document.querySelector('article').insertAdjacentHTML('beforeend',"
            " '<details><summary>Meer</summary><p>Opengevouwen</p></details>')"
        )
        assert "Opengevouwen" in words(printed(page))


@pytest.mark.browser
@pytest.mark.parametrize("code", CODES)
def test_the_handout_for_parents_is_two_sheets_of_what_is_for_tonight(
    browser: Browser, root: str, code: str
) -> None:
    path = f"{prefix(code)}parents/for-parents/"
    with opened(browser) as (page, _):
        page.goto(root + path)
        numbers = page.locator(".contacts .contact-number").evaluate_all(
            "all => all.map(it => it.getAttribute('href').replace('tel:', ''))"
        )
        sheets = printed(page)
        page.emulate_media(media="print")
        shown = page.locator("article h2:visible").evaluate_all("all => all.map(it => it.id)")
        smallest = page.locator("article *:visible, .foot-paper").evaluate_all(
            "all => Math.min(...all.filter(it => it.innerText.trim())"
            ".flatMap(it => [it, '::after'].map((_, after) =>"
            " parseFloat(getComputedStyle(it, after ? '::after' : null).fontSize))))"
        )
    assert len(sheets) == 2
    assert len(numbers) >= 6
    assert all(number in words(sheets[:1]) for number in numbers)
    assert shown == ["in-short", "what-to-say", "suicide", "ask-first", "today", "who-to-call"]
    assert smallest / 96 * 72 >= 9.49
    assert f"https://handvat.example/{path}" in words(sheets[1:])


@pytest.mark.browser
@pytest.mark.parametrize(("tool", "most"), [("first-24-hours", 4), ("parent-letter", 1)])
def test_a_sheet_is_as_short_in_every_language(
    browser: Browser, root: str, tool: str, most: int
) -> None:
    with opened(browser) as (page, _):
        for code in CODES:
            page.goto(f"{root}{prefix(code)}tools/{tool}/")
            assert len(printed(page)) <= most, code


# Tables on a phone


@pytest.mark.browser
@pytest.mark.parametrize("path", ["tools/", "signals/secrecy/", "ar/signals/secrecy/"])
def test_a_phone_shows_the_rows_of_a_wide_table_as_cards_with_the_words_of_the_columns(
    browser: Browser, root: str, path: str
) -> None:
    with opened(browser, viewport={"width": 360, "height": 640}) as (page, _):
        page.goto(root + path)
        table = page.get_by_role("table").first
        heads = table.get_by_role("columnheader").all_inner_texts()
        assert len(heads) == 3
        assert table.locator("xpath=..").evaluate("it => it.scrollWidth <= it.clientWidth")
        rows = table.get_by_role("row").all()[1:]
        for row in rows:
            cells = row.get_by_role("cell").all()
            tops = [(cell.bounding_box() or {})["y"] for cell in cells]
            assert tops == sorted(tops) and len(set(tops)) == 3, "below each other"
            labels = [
                cell.evaluate("it => getComputedStyle(it, '::before').content") for cell in cells
            ]
            assert labels[0] == "none"
            assert all(head in label for head, label in zip(heads[1:], labels[1:], strict=True))
        page.set_viewport_size({"width": 800, "height": 640})
        first = rows[0].get_by_role("cell")
        assert len({(cell.bounding_box() or {})["y"] for cell in first.all()}) == 1


# Forms


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_an_empty_form_has_dotted_lines_to_write_on_and_boxes_to_tick(
    browser: Browser, root: str, script: bool
) -> None:
    unlined = """all => all.filter(it => {
      const style = getComputedStyle(it);
      return style.borderBlockEndStyle !== 'dotted' && !style.backgroundImage.includes('radial');
    }).length"""
    heights = (
        "all => all.map(it => [it.getBoundingClientRect().height, Number(it.getAttribute('rows'))])"
    )
    widths = "all => all.map(it => it.getBoundingClientRect().width)"
    frame = ".fill" if script else ":is(input, textarea)"
    with opened(browser, java_script_enabled=script) as (page, _):
        page.emulate_media(media="print")
        for code in ("nl", "ar"):
            for form in FORMS:
                page.goto(f"{root}{prefix(code)}tools/{form}/")
                lines = page.locator(f"article :not(td) > .field > {frame}")
                assert lines.count() > 2
                assert lines.evaluate_all(unlined) == 0, form
                for height, rows in page.locator("article .field textarea").evaluate_all(heights):
                    assert height >= max(1, rows * 8 * MILLIMETRE - 1), "too few lines"
                for width in page.locator("article .tick input").evaluate_all(widths):
                    assert width >= 4 * MILLIMETRE


# Cards


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a tiny site with cards, built with its public address."""
    short = "## Kort { #in-short }\n\nBlijf.\n\n"
    long = "now/somebody-shows-you-an-image-of-somebody-else"
    asked = f'["now/first-hour.md", "now/index.md", "about/index.md", "{long}.md"]'
    tool = f"{short}## Zo {{ #how-to-use-it }}\n\nKnip.\n\n## Kaarten {{ #cards }}\n\n"
    tool += f"{{{{ cards({asked}) }}}}\n"
    pages = {"nl/tools/index.md": text_page("Kies", "Kies.\n")}
    pages[f"nl/{long}.md"] = text_page("Iemand laat je iets zien", short)
    pages["nl/now/index.md"] = text_page("Nu", short)
    pages["nl/about/index.md"] = text_page("Over", short)
    for code in ("nl", "en", "ar"):
        is_translated = code != "nl"
        name = f"{code}/tools/pocket-cards.md"
        pages[name] = text_page("Kaarten", tool, "tool", translated=is_translated)
    pages["en/now/index.md"] = text_page("Now", short, translated=True)
    folder = make_site(tmp_path_factory.mktemp("cards"), pages)
    done, output = build(folder, SITE_URL=ADDRESS)
    assert done == 0, output
    with served(folder / "site", "/help/") as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize("home", ["", "en/", "ar/"])
def test_a_phone_reads_from_each_card_the_address_of_its_page(
    browser: Browser, cards: str, home: str
) -> None:
    with opened(browser, device_scale_factor=3) as (page, watch):
        page.emulate_media(media="print")
        page.goto(f"{cards}{home}tools/pocket-cards/")
        assert page.locator(".card .qr").count() == page.locator(".card").count() == 4
        for card in page.locator(".card").all():
            code = card.locator(".qr")
            title = card.locator("h3")
            box = code.bounding_box()
            assert box and min(box["width"], box["height"]) >= 20 * MILLIMETRE
            (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())))
            leads_to = title.locator("a").evaluate("it => it.href").replace(cards, ADDRESS)
            assert read.text == leads_to
            assert leads_to.startswith(ADDRESS + home)
            assert code.get_attribute("role") == "img"
            assert title.inner_text() in (code.get_attribute("aria-label") or "")
            letters = leads_to.removeprefix("https://").rstrip("/")
            assert (letters in card.inner_text()) == (len(letters) <= TYPEABLE)
        assert watch.complaints == []


def test_a_long_address_is_printed_as_a_code_alone() -> None:
    assert code_to("https://handvat.nl/now/").letters == "handvat.nl/now"
    assert code_to(f"https://handvat.nl/{'now/' * 12}").letters == ""


def test_a_card_of_a_site_without_an_address_has_no_code(built_site: Path) -> None:
    html = (built_site / "tools" / "pocket-cards" / "index.html").read_text("utf-8")
    assert 'class="card"' in html
    assert 'class="qr"' not in html
    assert "handvat.example" not in html[html.index('class="cards"') : html.index("</article>")]


@pytest.mark.browser
@pytest.mark.parametrize("code", CODES)
def test_a_sheet_of_a4_holds_four_cards_of_105_by_148_millimetres(
    browser: Browser, root: str, code: str
) -> None:
    sheet = {"width": 794, "height": 1123}
    with opened(browser, viewport=sheet, bypass_csp=True) as (page, _):
        page.goto(f"{root}{prefix(code)}tools/pocket-cards/")
        # The longest texts are on the real cards, so these get a code too.
        page.locator(".card-foot").evaluate_all(
            "(all, svg) => all.forEach(it => it.insertAdjacentHTML('afterbegin',"
            " '<span class=qr>' + svg + '</span>'))",
            code_to(f"https://handvat.github.io/{code}/now/someone-shows-you-images/").svg,
        )
        sheets = len(printed(page))
        page.emulate_media(media="print")
        shapes = page.locator(".card:has(.card-foot)").evaluate_all(
            "all => all.map(it => { const box = it.getBoundingClientRect();"
            " return [box.width, box.height, box.left, box.top,"
            " it.scrollHeight - it.clientHeight]; })"
        )
    assert (len(shapes), sheets) == (10, 3)
    _, _, first_left, first_top, _ = shapes[0]
    for number, (width, height, left, top, too_much) in enumerate(shapes):
        assert width / MILLIMETRE == pytest.approx(105, abs=0.1)
        assert height / MILLIMETRE == pytest.approx(148, abs=0.1)
        assert (top - first_top) / MILLIMETRE == pytest.approx(148 * (number // 2), abs=0.3)
        assert abs(left - first_left) / MILLIMETRE == pytest.approx(105 * (number % 2), abs=0.1)
        assert too_much <= 1, "a card has more text than fits on it"
