"""From a changed Dutch sentence to the notice a reader sees, and back: the whole way, in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from chromium import opened, served
from fixture_site import CHECKOUT, build, make_site, page, verb
from handvat.content.languages import read_languages
from handvat.content.yaml_files import read_yaml
from playwright.sync_api import Browser
from samples import commit

BODY = "## Kort { #in-short }\n\nBlijf rustig.\n\n## Dan { #then }\n\nBel.\n"
DUTCH = "docs/nl/now/first-hour.md"
PLACE = "now/first-hour/"


def others() -> list[str]:
    """The seven languages that follow the Dutch, as the checkout's `mkdocs.yml` lists them."""
    languages, problems = read_languages(read_yaml(CHECKOUT / "mkdocs.yml", CHECKOUT))
    assert not problems
    return [language.code for language in languages if not language.is_default]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A committed site in the checkout's languages, with one page that is fresh in each of them."""
    root = make_site(tmp_path, {"nl/now/first-hour.md": page("P", BODY)})
    shutil.copytree(CHECKOUT / "data/strings", root / "data/strings", dirs_exist_ok=True)
    settings = root / "mkdocs.yml"
    text = settings.read_text("utf-8")
    for code in others():
        if f"locale: {code}," not in text:
            entry = f"        - {{locale: {code}, name: {code}, build: true}}\nextra:"
            text = text.replace("extra:", entry)
        path = root / f"docs/{code}/now/first-hour.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(f"Q {code}", BODY, translated=True), "utf-8")
        home = root / f"docs/{code}/index.md"
        home.write_text(page(f"H {code}", "Hi.\n", translated=True), "utf-8")
    settings.write_text(text, "utf-8")
    do(root, "translations mark-current", *(f"docs/{code}/now/first-hour.md" for code in others()))
    commit(root, "in step")
    return root


def do(root: Path, name: str, *arguments: str) -> None:
    """Runs one of the contributor's commands on the project in `root`."""
    code, output = verb(root, name, *arguments)
    assert code == 0, output


Notices = dict[str, list[tuple[str, str, str]]]
"""Language → for each notice its section, its words, and where its link leads."""


@pytest.fixture
def notices(project: Path, browser: Browser) -> Callable[[], Notices]:
    """Builds and serves the project, and reads the notices a reader sees in each language."""

    def look() -> Notices:
        code, output = build(project, SITE_URL="https://fixture.example/")
        assert code == 0, output
        found: Notices = {}
        with served(project / "site", "/") as root, opened(browser) as (tab, _):
            for code in others():
                tab.goto(f"{root}{code}/{PLACE}")
                found[code] = tab.locator(".notice-stale").evaluate_all(
                    "notices => notices.filter(n => n.checkVisibility()).map(n => ["
                    "n.closest('[data-section]').dataset.section, n.textContent.trim(),"
                    "n.querySelector('a').href])"
                )
                for notice in found[code]:
                    tab.goto(notice[2])
                    assert tab.locator("html").get_attribute("lang") == "nl"
                    assert tab.locator(":target").inner_text() == "Dan"
        return found

    return look


@pytest.mark.browser
def test_one_changed_dutch_section_is_stale_in_seven_languages_until_marked_unchanged(
    project: Path, notices: Callable[[], Notices]
) -> None:
    assert len(others()) == 7
    assert set(map(len, notices().values())) == {0}

    dutch = project / DUTCH
    dutch.write_text(dutch.read_text("utf-8").replace("Bel.", "Bel nu."), "utf-8")
    found = notices()
    for code in others():
        (notice,) = found[code]
        assert notice[0] == "then", f"{code}: not the section that changed"
        assert notice[2].endswith(f"/{PLACE}#then")
    assert len({notice[1] for (notice,) in found.values()}) == 7, "each in its own language"

    do(project, "translations mark-unchanged", DUTCH)
    assert set(map(len, notices().values())) == {0}
