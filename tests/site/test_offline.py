"""Handvat without a network, on request: stored on the device, updated, removed."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from chromium import PHONE, focused, opened, served
from fixture_site import PAGES, build, make_site, page
from lxml import html
from playwright.sync_api import Browser, Page

OFFLINE = page("Zonder internet", "{{ keep() }}\n\n{{ downloads() }}\n")


def offered(site: Path, code: str) -> dict:
    """The list of what a device can store of a language."""
    return json.loads((site / "offline" / f"{code}.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny site with the page that offers copies, built, and a handbook that a host made."""
    folder = make_site(
        tmp_path_factory.mktemp("offline"), {**PAGES, "nl/about/offline.md": OFFLINE}
    )
    (folder / "downloads").mkdir()
    (folder / "downloads" / "handvat-nl.pdf").write_bytes(b"%PDF-" + b"x" * 1_260_000)
    (folder / "downloads" / "handvat-nl.pdf.json").write_text('{"edition": "Handvat (nl)"}')
    os.utime(folder / "downloads" / "handvat-nl.pdf", (1795478400, 1795478400))
    (folder / "downloads" / "notes.txt").write_text("not for readers", "utf-8")
    (folder / "downloads" / "handvat-nl.zip").write_bytes(b"with the numbers of another country")
    (folder / "downloads" / "handvat-nl.zip.json").write_text('{"edition": "Handvat (be)"}')
    (folder / "downloads" / "handvat-en.pdf").write_bytes(b"of nobody knows what")
    code, output = build(folder)
    assert code == 0, output
    assert "downloads/handvat-nl.zip is not offered: it is of Handvat (be), not" in output
    assert "downloads/handvat-en.pdf is not offered: it is of an unknown edition, not" in output
    return folder


@pytest.fixture
def site(project: Path, tmp_path: Path) -> Path:
    """A copy of that site, for tests that change it."""
    return Path(shutil.copytree(project / "site", tmp_path / "site"))


def test_every_file_that_a_page_of_the_language_loads_is_offered(built_site: Path) -> None:
    for code, prefix in (("nl", ""), ("ar", "ar/")):
        files = offered(built_site, code)["files"]
        pages = [address for address in files if address.endswith("/") or not address]
        assert len(pages) > 90
        assert all(address.startswith(prefix) for address in pages)
        if not prefix:
            assert not [address for address in pages if address.split("/")[0] in {"ar", "en"}]
        for address in pages:
            folder = built_site / address
            root = html.fromstring((folder / "index.html").read_bytes())
            loaded = root.xpath("//script/@src | //link[@rel='stylesheet']/@href")
            loaded += root.xpath("//@data-script | //@data-style | //dialog/@data-index")
            for link in loaded:
                path = (folder / link).resolve().relative_to(built_site.resolve()).as_posix()
                assert path in files, f"{address}: {link}"
        assert f"search/{code}.js" in files
        assert "sw.js" not in files


def test_the_size_offered_is_that_of_the_files(built_site: Path) -> None:
    copy = offered(built_site, "nl")
    sizes = [
        (built_site / address / "index.html" if address.endswith("/") or not address else built_site / address).stat().st_size
        for address in copy["files"]
    ]  # fmt: skip
    assert copy["size"] == sum(sizes)


def test_a_later_day_alone_is_not_a_new_edition(tmp_path: Path) -> None:
    folder = make_site(tmp_path, {**PAGES, "nl/about/offline.md": OFFLINE})
    versions = []
    for day in ("1795478400", "1795564800"):
        code, output = build(folder, SOURCE_DATE_EPOCH=day)
        assert code == 0, output
        versions.append(offered(folder / "site", "nl"))
    assert versions[0]["date"] != versions[1]["date"]
    assert versions[0]["version"] == versions[1]["version"]


def test_the_manifest_is_in_the_language_and_requests_no_window_of_its_own(
    built_site: Path,
) -> None:
    for prefix, code, direction in (("", "nl", "ltr"), ("ar/", "ar", "rtl")):
        folder = built_site / prefix
        manifest = json.loads((folder / "manifest.webmanifest").read_text("utf-8"))
        assert (manifest["lang"], manifest["dir"]) == (code, direction)
        assert manifest["display"] == "browser"
        assert (folder / manifest["start_url"] / "index.html").is_file()
        assert (folder / manifest["icons"][0]["src"]).is_file()


def test_a_download_of_this_edition_is_offered_with_size_and_day_and_nothing_else(
    project: Path,
) -> None:
    root = html.fromstring((project / "site/about/offline/index.html").read_bytes())
    (link,) = root.xpath("//ul[contains(@class,'downloads')]//a")
    assert link.get("href") == "../../downloads/handvat-nl.pdf"
    assert (project / "site/downloads/handvat-nl.pdf").stat().st_size == 1_260_005
    words = " ".join(link.text_content().split())
    assert "1,3 MB" in words and "24 november 2026" in words
    assert [path.name for path in (project / "site/downloads").iterdir()] == ["handvat-nl.pdf"]


def test_where_a_host_made_nothing_the_page_says_so(built_site: Path) -> None:
    root = html.fromstring((built_site / "ar/about/offline/index.html").read_bytes())
    assert root.xpath("//ul[contains(@class,'downloads')]") or root.xpath(
        "//article//p[@class='notice']"
    )


# In a browser

STORED = "() => caches.keys().then((names) => names.length)"
WORKERS = "() => navigator.serviceWorker.getRegistrations().then((all) => all.length)"


def keep(tab: Page, address: str) -> None:
    """Presses the button to store the copy, and waits until it is complete."""
    tab.goto(address)
    tab.wait_for_selector(".keep-do:visible")
    tab.click(".keep-do")
    tab.wait_for_selector(".keep-drop:visible", timeout=120_000)


@pytest.mark.browser
def test_nothing_is_stored_before_it_is_requested(browser: Browser, root: str) -> None:
    with opened(browser) as (tab, watch):
        for address in ("", "about/offline/", "now/first-hour/"):
            tab.goto(root + address, wait_until="networkidle")
            assert (tab.evaluate(STORED), tab.evaluate(WORKERS)) == (0, 0)
            assert not tab.locator("link[rel=manifest]").count()
        assert watch.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize(("prefix", "words"), [("", "naaktfoto"), ("ar/", "ابتزاز")])
def test_what_is_stored_is_read_and_searched_without_a_server_until_it_is_removed(
    browser: Browser, built_site: Path, prefix: str, words: str
) -> None:
    with opened(browser, viewport=PHONE) as (tab, watch):
        with served(built_site, "/kennis/") as address:
            keep(tab, f"{address}{prefix}about/offline/")
            assert focused(tab) == "keep-drop"
            stored = tab.locator(".keep-status").inner_text()
        tab.goto(address + prefix)
        tab.locator("[data-section^=door-] li a").first.click()
        tab.wait_for_url(lambda url: "/now/" in url)
        tab.goto(f"{address}{prefix}tools/signal-checklist/")
        tab.locator("article input[type=checkbox]").first.check()
        tab.click(".search-open")
        tab.fill("#_search-words", words)
        tab.locator(".result-title").first.click()
        tab.wait_for_selector("h1")
        assert tab.locator("html").get_attribute("lang") == (prefix.strip("/") or "nl")
        tab.goto(f"{address}en/now/")  # of another language nothing is stored
        assert tab.url == f"{address}{prefix}about/offline/"
        tab.wait_for_selector(".keep-drop:visible")
        assert tab.locator(".keep-status").inner_text() == stored
        assert watch.complaints == []
        with served(built_site, "/kennis/"):
            tab.click(".keep-drop")
            tab.wait_for_selector(".keep-do:visible")
            assert (tab.evaluate(STORED), tab.evaluate(WORKERS)) == (0, 0)
            assert focused(tab) == "keep-do"


@pytest.mark.browser
def test_a_copy_that_cannot_be_complete_is_not_stored(browser: Browser, site: Path) -> None:
    shutil.rmtree(site / "now/first-hour")
    with served(site, "/") as address, opened(browser) as (tab, _):
        tab.goto(address + "about/offline/")
        tab.wait_for_selector(".keep-do:visible")
        tab.click(".keep-do")
        failed = tab.locator(".keep").get_attribute("data-failed")
        tab.wait_for_function(
            "(text) => document.querySelector('.keep-status').textContent === text", arg=failed
        )
        assert tab.locator(".keep-do").is_visible()
        assert (tab.evaluate(STORED), tab.evaluate(WORKERS)) == (0, 0)


@pytest.mark.browser
def test_a_new_edition_replaces_the_old_one_in_the_background(
    browser: Browser, project: Path, site: Path
) -> None:
    with served(site, "/") as address, opened(browser) as (tab, _):
        keep(tab, address + "about/offline/")
        changed = make_site(project.parent / "changed", {
            **PAGES, "nl/about/offline.md": OFFLINE,
            "nl/now/first-hour.md": PAGES["nl/now/first-hour.md"].replace("Blijf rustig", "Ga zitten"),
        })  # fmt: skip
        code, output = build(changed)
        assert code == 0, output
        shutil.copytree(changed / "site", site, dirs_exist_ok=True)
        # The worker looks for a new edition when it starts anew, and then every ten minutes.
        tab.evaluate("() => navigator.serviceWorker.getRegistration().then((it) => it.update())")
        session = tab.context.new_cdp_session(tab)
        session.send("ServiceWorker.enable")
        session.send("ServiceWorker.stopAllWorkers")
        end = time.monotonic() + 60
        while time.monotonic() < end:
            tab.goto(address + "now/first-hour/")
            if "Ga zitten" in tab.inner_text("article"):
                break
            tab.wait_for_timeout(500)
        assert "Ga zitten" in tab.inner_text("article")
        assert tab.evaluate(STORED) == 1


@pytest.mark.browser
def test_without_javascript_the_page_says_what_else_there_is(browser: Browser, root: str) -> None:
    with opened(browser, java_script_enabled=False) as (tab, _):
        tab.goto(root + "about/offline/")
        assert not tab.locator(".keep-do").is_visible()
        assert "JavaScript" in tab.locator(".keep").inner_text()
