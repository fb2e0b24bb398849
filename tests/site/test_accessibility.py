"""No barrier that a machine can see: axe-core on one page of each type, in each language.

Each type of page is tested once a language, light on a phone or dark on a desktop; with
`--every-page` (`make audit`) every page in four views, `-k "[ar]"` for one language. And axe
itself is tested on a page with barriers. What axe cannot see is tested in `test_keyboard.py`,
`test_display_settings.py` and `test_names_and_headings.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import served
from fixture_site import checkout_base
from helpers.axe import VIEWS, open_tab, violations
from playwright.sync_api import Browser, Page

BASE = checkout_base()
LANGUAGES = [language for language in BASE.languages if language.is_built]
BARRIERS = """\
<!doctype html><html lang="en"><title>Barriers</title><meta name="viewport" content="width=device-width">
<style>
  p { color: #000; background: #fff }
  @media (prefers-color-scheme: dark) and (min-width: 60rem) { .dark-desktop { color: #eee } }
  @media (prefers-color-scheme: light) and (max-width: 40rem) { .light-phone { color: #ddd } }
  @media (min-width: 60rem) { button { display: none } }
</style>
<main><h1>Barriers</h1><p class="dark-desktop">One</p><p class="light-phone">Two</p><button></button></main>
"""


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab for axe."""
    page = open_tab(browser)
    yield page
    page.context.close()


def one_of_each_type(code: str) -> list[str]:
    """Addresses below the root of the site; another page of a type for each language."""
    language = BASE.language(code)
    pages: dict[str, list[str]] = {"home": [language.prefix]}
    for page in BASE.pages_in(code):
        if page.path != "index.md":
            pages.setdefault(page.front.type, []).append(language.prefix + page.url)
    number = [one.code for one in LANGUAGES].index(code)
    return [*(some[number % len(some)] for some in pages.values()), f"{language.prefix}404.html"]


def every_page(code: str) -> list[str]:
    """Addresses below the root of the site, those of pages that the language lacks too."""
    prefix = BASE.language(code).prefix
    pages = BASE.pages_in(BASE.default_language.code)
    return [*(prefix + page.url for page in pages), f"{prefix}404.html"]


@pytest.mark.browser
@pytest.mark.parametrize("code", [language.code for language in LANGUAGES])
def test_axe_finds_nothing(tab: Page, root: str, code: str, pytestconfig: pytest.Config) -> None:
    is_every = pytestconfig.getoption("--every-page")
    number = [language.code for language in LANGUAGES].index(code)
    view = ("light", "phone") if number % 2 else ("dark", "desktop")
    pages, views = (every_page(code), VIEWS) if is_every else (one_of_each_type(code), [view])
    # Colours depend on the view, the kind of page and the direction of writing: two languages for each view, as this
    # rule alone takes as long as all others.
    without = () if is_every or code in {"nl", "en", "ar", "pl"} else ("color-contrast",)
    found = [str(one) for page in pages for one in violations(tab, root, page, views, without)]
    assert found == []
    print(f"axe: {len(pages) * len(views)} runs in {code}")


@pytest.mark.browser
def test_axe_finds_a_barrier_in_just_the_views_that_have_it(
    browser: Browser, tab: Page, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(BARRIERS)
    good = BARRIERS.replace("@media (", "@media print and (").replace("<button>", "<button>Go")
    (tmp_path / "good.html").write_text(good)
    with served(tmp_path) as root:
        found = violations(tab, root, "")
        assert {(one.rule, one.view) for one in found} == {
            ("color-contrast", "dark, desktop"), ("color-contrast", "light, phone"),
            ("button-name", "light, phone"), ("button-name", "dark, phone"),
        }  # fmt: skip
        # Nothing of one page is left over on the next, and a fresh profile for each view finds the same.
        assert violations(tab, root, "good.html") == []
        fresh = []
        for view in VIEWS:
            other = open_tab(browser)
            fresh += violations(other, root, "", [view])
            other.context.close()
        assert fresh == found


def test_every_page_is_every_page_of_the_built_site(built_site: Path) -> None:
    files = [*built_site.rglob("index.html"), *built_site.rglob("404.html")]
    there = {
        path.relative_to(built_site).as_posix().removesuffix("index.html")
        for path in files
        if b"<main" in path.read_bytes()  # else it is a redirect
    }
    assert {page for language in LANGUAGES for page in every_page(language.code)} == there
