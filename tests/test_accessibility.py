"""No barrier that a machine can see: axe-core on one page of each type, in each language.

`make audit` looks at every page in four views; here each type of page is seen once a language, in one
of them: light on a phone, or dark on a desktop.
"""

from __future__ import annotations

import pytest
from conftest import CHECKOUT
from playwright.sync_api import Browser

from scripts.audit import VIEWS, violations
from scripts.knowledge.base import KnowledgeBase

pytestmark = pytest.mark.browser

BASE = KnowledgeBase.load(CHECKOUT)
LANGUAGES = [language for language in BASE.languages if language.is_built]


def one_of_each_type(code: str) -> list[str]:
    """Addresses below the root of the site; another page of a type for each language."""
    language = BASE.language(code)
    pages: dict[str, list[str]] = {"home": [language.prefix]}
    for page in BASE.pages_in(code):
        if page.path != "index.md":
            pages.setdefault(page.front.type, []).append(language.prefix + page.url)
    number = [one.code for one in LANGUAGES].index(code)
    return [some[number % len(some)] for some in pages.values()]


@pytest.mark.parametrize("code", [language.code for language in LANGUAGES])
def test_axe_finds_nothing(browser: Browser, root: str, code: str) -> None:
    number = [language.code for language in LANGUAGES].index(code)
    view = VIEWS[0] if number % 2 else VIEWS[-1]
    found = [
        str(violation)
        for page in (*one_of_each_type(code), f"{BASE.language(code).prefix}404.html")
        for violation in violations(browser, root, page, *view)
    ]
    assert found == []
