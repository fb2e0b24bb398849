"""What a screen reader reads: headings, tables, names of controls, and which language a text is in.

In the HTML of every page of every language; what the browser computes, in Chromium's
accessibility tree. WCAG 1.3.1, 2.4.6, 3.1.2, 4.1.2.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import DESKTOP, PHONE, opened
from fixture_site import checkout_base
from lxml import html
from playwright.sync_api import Browser, Page

BASE = checkout_base()
LANGUAGES = [language for language in BASE.languages if language.is_built]
EVERY_LANGUAGE = pytest.mark.parametrize("code", [language.code for language in LANGUAGES])
OTHER_LETTERS = [language.code for language in LANGUAGES if language.code in {"ar", "uk"}]
WORD = r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*"
LATIN_WORDS = re.compile(rf"{WORD}(?:\s+(?:&\s+)?{WORD})+")
# WCAG 3.1.2 excepts proper names: of people, products and licences.
NAMES = {"Aafke Scharloo", "Android Community", "CC BY-SA", "Decap CMS", "Digital Hygge", "Hindustan Times", "Ipsos I",
         "Iva Bicanic", "Jacqueline Kleijer", "LEC EGG", "Mac Cmd", "Microsoft Edge", "Rogier de Groot",
         "Samsung Internet", "Search Engine Land", "Technical Terrence", "Yahoo Sports"}  # fmt: skip
LANDMARKS = {
    "banner",
    "complementary",
    "contentinfo",
    "form",
    "main",
    "navigation",
    "region",
    "search",
}
CONTROLS = {
    "button", "checkbox", "combobox", "dialog", "DisclosureTriangle", "DisclosureTriangleGrouped", "link",
    "searchbox", "textbox",
}  # fmt: skip


def pages(site: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    """Name and tree of every page with the site's frame, 404 pages too; not of redirects."""
    for path in sorted(site.rglob("*.html")):
        root = html.fromstring(path.read_bytes())
        if root.xpath("//main"):
            yield path.relative_to(site).as_posix(), root


def nodes(page: Page) -> list[tuple[str, str, int]]:
    """Role, name and element of all that the accessibility tree shows."""
    session = page.context.new_cdp_session(page)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    return [
        (
            node["role"]["value"],
            node.get("name", {}).get("value", "").strip(),
            node.get("backendDOMNodeId", 0),
        )
        for node in tree
        if not node["ignored"]
    ]


# Headings and tables, on every page


def test_headings_begin_at_one_and_skip_no_level(built_site: Path) -> None:
    wrong, seen = [], 0
    for name, root in pages(built_site):
        seen += 1
        level = 0
        for heading in root.xpath(
            "//main//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5]"
        ):
            here = int(heading.tag[1])
            if here > level + 1 or not heading.text_content().strip():
                wrong.append(f"{name}: h{here} {heading.text_content()!r} follows h{level}")
            level = here
        # Without a script the 404 page of the root has every language, each under its own title.
        titles = len(LANGUAGES) if name == "404.html" else 1
        if len(root.xpath("//h1")) != titles:
            wrong.append(f"{name}: {len(root.xpath('//h1'))} titles")
    assert wrong == []
    assert seen == sum(1 for _ in BASE.pages_in(BASE.default_language.code)) * len(LANGUAGES) + len(
        LANGUAGES
    )


def test_every_table_has_column_headings_and_a_name(built_site: Path) -> None:
    wrong, seen = [], 0
    for name, root in pages(built_site):
        for table in root.xpath("//table"):
            seen += 1
            cells = table.xpath(".//th")
            if not cells or not all(
                cell.get("scope") and cell.text_content().strip() for cell in cells
            ):
                wrong.append(f"{name}: a heading without scope or words")
            frame = table.getparent()
            labels = root.xpath("//*[@id=$id]", id=frame.get("aria-labelledby", ""))
            label = frame.get("aria-label") or "".join(one.text_content() for one in labels)
            if frame.get("role") != "group" or frame.get("tabindex") != "0" or not label.strip():
                wrong.append(f"{name}: a table without a name, or out of reach of the keyboard")
    assert wrong == []
    assert seen > 100


def test_everything_that_folds_has_a_summary(built_site: Path) -> None:
    folds = 0
    for name, root in pages(built_site):
        for fold in root.xpath("//details"):
            folds += 1
            (summary,) = fold.xpath("./summary")
            assert summary.text_content().strip(), name
    assert folds > 100


# Which language a text is in


def test_dutch_in_a_text_of_other_letters_is_marked_as_dutch(built_site: Path) -> None:
    """Names of organisations are names in every language; they may occur in a list of headings."""
    names = NAMES | {contact.name for contact in BASE.own_contacts.values()}
    wrong = Counter()
    for name, root in pages(built_site):
        code = name.partition("/")[0]
        if code not in OTHER_LETTERS:
            continue
        for part in root.xpath("//main//text()[normalize-space()]"):
            host = part.getparent() if part.is_text else part.getparent().getparent()
            around = [host, *host.iterancestors()]
            language = next(one.get("lang") for one in around if one.get("lang"))
            # The index has words of the page's own language in Latin letters.
            if language != code or any(
                one.tag in {"code", "pre", "svg", "noscript"} or one.get("class") == "letter"
                for one in around
            ):
                continue
            wrong.update(
                f"{code}: {words}" for words in LATIN_WORDS.findall(part) if words not in names
            )
    assert wrong == {}
    assert OTHER_LETTERS


def test_languages_and_sources_are_named_in_their_own_language(built_site: Path) -> None:
    marked = 0
    for name, root in pages(built_site):
        for link in root.xpath("//details[contains(@class, 'languages')]//a[@hreflang]"):
            (own,) = link.xpath("./bdi")
            assert own.get("lang") == link.get("hreflang"), name
            assert own.text_content() == BASE.language(own.get("lang")).name
        for title in root.xpath("//*[@class='sources']//cite"):
            assert title.get("lang"), name
            marked += 1
    assert marked > 1000


# Names of controls, in the accessibility tree


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@EVERY_LANGUAGE
def test_every_control_has_a_name_in_the_language_of_the_page(
    browser: Browser, root: str, code: str, size: dict[str, int]
) -> None:
    language, strings = BASE.language(code), BASE.strings[code]
    known = {text for text in strings.texts.values() if isinstance(text, str)}
    known.add(f"{strings('language.open')}: {strings('language.short')}")
    known |= {f"{strings('sources.title')} ({number})" for number in range(1, 100)}
    with opened(browser, viewport=size) as (page, _):
        for path in ("", "now/first-hour/", "tools/signal-checklist/"):
            page.goto(root + language.prefix + path)
            shown = nodes(page)
            if size == PHONE:
                for fold in (".menu", ".languages"):
                    page.click(f"{fold} summary")
                    before = {*shown}
                    shown += [node for node in nodes(page) if node not in before]
            assert [(role, name) for role, name, _ in shown if role in CONTROLS and not name] == []
            controls = {
                (role, name)
                for role, name, _ in shown
                if role
                in {"button", "navigation", "DisclosureTriangle", "DisclosureTriangleGrouped"}
            }
            assert [(role, name) for role, name in controls if name not in known] == []
            names = {name for _, name, _ in shown}
            expected = ["site.skip", "search.open", "exit.label", "exit.what_it_hides"]
            expected += ["menu.label", *(["menu.open", "language.label"] if size == PHONE else [])]
            assert {strings(key) for key in expected} <= names
            landmarks = Counter((role, name) for role, name, _ in shown if role in LANDMARKS)
            assert [landmark for landmark, times in landmarks.items() if times > 1] == []
            assert {"banner", "main", "contentinfo"} <= {role for role, _ in landmarks}


@pytest.mark.browser
@EVERY_LANGUAGE
def test_behind_the_search_window_nothing_is_read(browser: Browser, root: str, code: str) -> None:
    strings = BASE.strings[code]
    with opened(browser) as (page, _):
        page.goto(root + BASE.language(code).prefix)
        page.click(".search-open")
        shown = nodes(page)
    roles = {role for role, _, _ in shown}
    assert roles & LANDMARKS == set(), "the page behind the window is still there"
    assert ("dialog", strings("search.title")) in {(role, name) for role, name, _ in shown}
    assert ("searchbox", strings("search.label")) in {(role, name) for role, name, _ in shown}
    assert ("button", strings("search.close")) in {(role, name) for role, name, _ in shown}
    assert "status" in roles


@pytest.mark.browser
@EVERY_LANGUAGE
def test_no_two_links_of_the_bar_have_one_name_and_two_targets(
    browser: Browser, root: str, code: str
) -> None:
    read = """all => all.filter(it => it.checkVisibility()).map(it => {
      const copy = it.cloneNode(true);
      copy.querySelectorAll('[aria-hidden]').forEach(silent => silent.remove());
      return [copy.textContent.trim(), it.href];
    })"""
    with opened(browser, viewport=PHONE) as (page, _):
        page.goto(root + BASE.language(code).prefix + "now/first-hour/")
        page.click(".menu summary")
        links = page.locator(".bar a").evaluate_all(read)
    targets: dict[str, set[str]] = {}
    for name, target in links:
        assert name
        targets.setdefault(name, set()).add(target)
    assert {name: where for name, where in targets.items() if len(where) > 1} == {}
    assert len(targets) > 10
