"""The copy for offline use: opened from `file://`, every link in it leads somewhere."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import tinyhtml5
from chromium import DESKTOP, PHONE, opened
from fixture_site import CHECKOUT, build, checkout_base, make_site, page, verb
from lxml import html
from playwright.sync_api import Browser, Page
from samples import QUESTIONS

CODES = ["nl", "ar"]
EPOCH = "1795478400"  # 24 November 2026
FEWEST_PAGES = 80
"""Pages that a whole language has at least."""


def make(site: Path, out: Path, root: Path = CHECKOUT, **settings: str) -> tuple[int, str]:
    """Runs the command on the built `site`; gives the exit code and what was printed."""
    arguments = ["--site", str(site), "--out", str(out)]
    return verb(root, "export zip", *arguments, **{"SOURCE_DATE_EPOCH": EPOCH, **settings})


@pytest.fixture(scope="module")
def archives(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the zip files in Dutch and Arabic."""
    out = tmp_path_factory.mktemp("archives")
    code, output = make(built_site, out, LANGS="nl,ar")
    assert code == 0, output
    return out


@pytest.fixture(scope="module")
def copies(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Language → the folder that its archive unpacks to."""
    stick = tmp_path_factory.mktemp("USB stick é")  # as sticks are named
    for path in archives_of(archives):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(stick)
    return {code: stick / f"handvat-{code}" for code in CODES}


@pytest.fixture(scope="module")
def published(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Arabic copy of a site that has an address on the internet."""
    folder = tmp_path_factory.mktemp("published")
    site = folder / "site"
    for path in [
        *(built_site / "ar").rglob("*.html"),
        built_site / "index.html",
        *(built_site / "assets").iterdir(),
        *(built_site / "search").iterdir(),
        built_site / "robots.txt",
    ]:
        target = site / path.relative_to(built_site)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes().replace(b"handvat.example", b"handvat.nl"))
    (site / "about/languages").mkdir(parents=True)
    status = "about/languages/status.json"
    (site / status).write_bytes((built_site / status).read_bytes())
    code, output = make(site, folder, LANGS="ar")
    assert code == 0, output
    with zipfile.ZipFile(folder / "handvat-ar.zip") as archive:
        archive.extractall(folder)
    return folder / "handvat-ar"


@cache
def read(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def archives_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.zip"))


def pages_of(folder: Path) -> list[Path]:
    """The pages of a copy: a loop over none would find nothing wrong."""
    found = sorted(folder.rglob("*.html"))
    assert len(found) > 20
    return found


@cache
def ids(path: Path) -> frozenset[str]:
    return frozenset(read(path).xpath("//@id"))


def links(path: Path) -> Iterator[str]:
    yield from read(path).xpath("//@href | //@src")


def links_within(path: Path) -> Iterator[tuple[str, Path, str]]:
    """The address, file and fragment of each link of a page that does not lead to the internet."""
    for link in links(path):
        if not re.match(r"(?:https?|tel|mailto|sms|data):", link):
            parts = urlsplit(link)
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            yield link, file, parts.fragment


# What is in it


@pytest.mark.parametrize("code", CODES)
def test_an_archive_holds_one_folder_with_the_pages_of_one_language(
    archives: Path, code: str
) -> None:
    with zipfile.ZipFile(archives / f"handvat-{code}.zip") as archive:
        names = archive.namelist()
    assert all(name.isascii() and name.startswith(f"handvat-{code}/") for name in names)
    assert names == sorted(names)
    pages = {name.partition("/")[2] for name in names if name.endswith(".html")}
    base = checkout_base()
    assert pages == {f"{page.url}index.html" for page in base.pages_in("nl")}
    assert len(pages) > FEWEST_PAGES
    kinds = {Path(name).suffix for name in names}
    assert kinds == {".html", ".css", ".js", ".json", ".txt"}
    assert not [name for name in names if name.endswith("404.html")]
    assert [name for name in names if "/search/" in name] == [f"handvat-{code}/search/{code}.js"]


@pytest.mark.parametrize("code", CODES)
def test_every_link_leads_to_a_file_of_the_copy_or_to_the_internet(
    copies: dict[str, Path], code: str
) -> None:
    folder = copies[code].resolve()
    dead = []
    for path in sorted(folder.rglob("*.html")):
        for link, file, fragment in links_within(path):
            if not file.is_relative_to(folder) or not file.is_file():
                dead.append(f"{path}: {link}")
            elif fragment and fragment not in ids(file):
                dead.append(f"{path}: {link} (no such element)")
        dead += [f"{path}: {link}" for link in links(path) if "handvat.example" in link]
    assert dead == []


@pytest.mark.parametrize("code", CODES)
def test_the_ten_questions_are_answered_two_taps_from_home(
    copies: dict[str, Path], code: str
) -> None:
    def reached(path: Path) -> set[Path]:
        near = read(path).xpath("//article//a/@href | //*[@class='children']//a/@href")
        return {file for link, file, _ in links_within(path) if link in near}

    home = copies[code].resolve() / "index.html"
    doors = reached(home)
    for question, answers in QUESTIONS.items():
        answer = home.parent / answers[0] / "index.html"
        assert answer in doors or any(
            answer in reached(door) for door in doors if door.suffix == ".html"
        ), question


def difference(before: object, after: object) -> list[str]:
    """What differs for a browser in the page `after`: elements and texts, as words."""

    def seen(tree: object) -> list[str]:
        found = []
        for element in tree.iter():  # type: ignore[attr-defined]
            if isinstance(element.tag, str):
                name = element.tag.rpartition("}")[2]
                marks = " ".join(sorted(f"{key}={value}" for key, value in element.items()
                                        if key not in {"href", "src", "content"}))  # fmt: skip
                found.append(f"<{name} {marks}> {(element.text or '').strip()}")
                found.append((element.tail or "").strip())
        return [words for words in found if words]

    return _without(seen(before), seen(after)) + _without(seen(after), seen(before))


def _without(these: list[str], those: list[str]) -> list[str]:
    left = list(those)
    return [one for one in these if one not in left or left.remove(one)]  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    "page", ["now/first-hour/", "understand/how-it-works/", "tools/first-24-hours/"]
)
def test_a_browser_reads_the_same_text_as_on_the_site(
    built_site: Path, copies: dict[str, Path], page: str
) -> None:
    """Drawings, tables, folds and blocks survive being read and written again."""
    for code, prefix in (("nl", ""), ("ar", "ar/")):
        trees = []
        for file in (built_site / prefix / page, copies[code] / page):
            tree = tinyhtml5.parse((file / "index.html").read_text("utf-8"))
            (article,) = [each for each in tree.iter() if str(each.tag).endswith("}article")]
            for section in article.iter():
                # Its link to the Dutch text becomes the name of a download, as tested below.
                for notice in [*section]:
                    if notice.get("class") in {"notice notice-stale", "notice notice-review"}:
                        section.remove(notice)
            trees.append(article)
        assert difference(*trees) == []


def test_a_copy_requests_nothing_that_only_a_site_has(copies: dict[str, Path]) -> None:
    for folder in copies.values():
        for path in pages_of(folder):
            root = read(path)
            kinds = {link.get("rel") for link in root.xpath("//link")}
            assert kinds <= {"icon", "stylesheet"}, path
            for name in root.xpath("//@data-script | //@data-style | //@data-index"):
                assert (path.parent / name).is_file(), name
            assert root.xpath("//@data-others") == []
            (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
            assert "default-src 'none'" in policy and "script-src 'self' 'sha256-" in policy
            assert "connect-src" not in policy and "worker" not in policy


@pytest.mark.parametrize("code", CODES)
def test_language_and_direction_stay(copies: dict[str, Path], code: str) -> None:
    direction = {"nl": "ltr", "ar": "rtl"}[code]
    for path in pages_of(copies[code]):
        assert (read(path).get("lang"), read(path).get("dir")) == (code, direction)


def test_each_page_has_the_date_of_the_copy(copies: dict[str, Path]) -> None:
    for code, words in (("nl", "Kopie van 24 november 2026."), ("ar", "24 نوفمبر 2026")):
        for path in pages_of(copies[code]):
            (foot,) = read(path).xpath("//footer[@class='foot']")
            assert words in foot.text_content(), path


def test_the_menu_of_languages_refers_to_the_other_downloads(copies: dict[str, Path]) -> None:
    (menu,) = read(copies["nl"] / "index.html").xpath("//details[contains(@class,'languages')]")
    assert menu.xpath(".//a/@hreflang") == ["nl"]
    assert "Elke andere taal is een eigen download." in menu.text_content()


def test_an_offer_of_the_dutch_text_names_its_download(copies: dict[str, Path]) -> None:
    for file in pages_of(copies["ar"]):
        # A page that is Dutch itself offers it above the text.
        notices = read(file).xpath(
            "//*[contains(@class,'notice-untranslated') or contains(@class,'notice-stale') or"
            " contains(@class,'notice-review') and not(//*[contains(@class,'notice-untranslated')])]"
        )
        for notice in notices:
            assert all("about/how-we-work/" in href for href in notice.xpath(".//a/@href"))
            assert "handvat-nl.zip" in notice.text_content()
    assert read(copies["ar"] / "now/first-hour/index.html").xpath(
        "//*[contains(@class,'notice-review')]"
    )


def test_a_published_site_is_one_tap_away(published: Path) -> None:
    page = read(published / "now/first-hour/index.html")
    menu = page.xpath("//details[contains(@class,'languages')]//a/@href")
    assert "https://handvat.nl/now/first-hour/" in menu
    assert "https://handvat.nl/en/now/first-hour/" in menu
    assert "index.html" in menu
    assert page.xpath("//*[contains(@class,'notice-review')]/a/@href") == [
        "https://handvat.nl/now/first-hour/"
    ]
    assert page.xpath("//footer/p/a/@href") == ["https://handvat.nl/ar/now/first-hour/"]
    assert "https://handvat.nl/ar/" in (published / "README.txt").read_text("utf-8-sig")


def test_a_note_in_the_language_describes_the_copy(copies: dict[str, Path]) -> None:
    note = (copies["nl"] / "LEESMIJ.txt").read_bytes()
    assert note.startswith(b"\xef\xbb\xbf") and b"\r\n" in note
    text = note.decode("utf-8-sig")
    for words in ("24 november 2026", "index.html", "usb-stick", "werkt zichzelf niet bij",
                  "Nog geen professional", "CC BY-SA 4.0"):  # fmt: skip
        assert words in text, words
    assert "index.html" in (copies["ar"] / "README.txt").read_text("utf-8-sig")
    assert "MIT" in (copies["nl"] / "LICENSE.txt").read_text("utf-8-sig")


def test_the_same_site_gives_the_same_bytes(
    built_site: Path, archives: Path, tmp_path: Path
) -> None:
    code, output = make(built_site, tmp_path, LANGS="nl,ar")
    assert code == 0, output
    assert len(archives_of(tmp_path)) == len(CODES)
    for path in archives_of(tmp_path):
        assert path.read_bytes() == (archives / path.name).read_bytes()


def test_a_copy_of_a_site_on_a_local_network_does_not_lead_there(tmp_path: Path) -> None:
    """On another network `handvat.local` is another machine, or none."""
    root = make_site(tmp_path)
    (root / "LICENSE").write_text("MIT")
    code, output = build(root, "--site-url", "http://handvat.local/", LANGS="nl")
    assert code == 0, output
    code, output = make(root / "site", tmp_path, root, LANGS="nl")
    assert code == 0 and "has no public address" in output, output
    with zipfile.ZipFile(tmp_path / "handvat-nl.zip") as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert not [text for text in texts if re.search(r'href="[^"]*handvat\.local', text)]


def test_a_copy_of_an_organisation_has_its_name_and_footer_and_no_other_edition_offers_it(
    tmp_path: Path,
) -> None:
    root = make_site(tmp_path, {"nl/about/offline.md": page("Mee", "{{ downloads() }}\n")})
    (root / "LICENSE").write_text("MIT")
    settings = root / "organisation.yml"
    settings.write_text("name: Gemeente\nfooter: {nl: Van het jeugdteam.}\n", "utf-8")
    file = root / "site/downloads/handvat-nl.zip"
    assert build(root, LANGS="nl")[0] == 0
    code, output = make(root / "site", root / "downloads", root, LANGS="nl")
    assert code == 0, output
    with zipfile.ZipFile(root / "downloads/handvat-nl.zip") as archive:
        note = archive.read("handvat-nl/LEESMIJ.txt").decode()
    assert "Gemeente: " in note and "Van het jeugdteam." in note
    assert build(root, LANGS="nl")[0] == 0 and file.is_file()
    settings.unlink()
    code, output = build(root, LANGS="nl")
    assert (code, file.exists()) == (0, False)
    assert "handvat-nl.zip is not offered: it is of Gemeente (nl), not Handvat (nl)" in output


# What goes wrong


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"LANGS": "nl,xx"}, "there is no language xx; known are nl, en"),
        ({"LANGS": "de"}, "was built without de: run handvat build first"),
        ({"LANGS": "nl", "SOURCE_DATE_EPOCH": "yesterday"}, "give seconds since 1970"),
    ],
)
def test_a_wrong_setting_is_reported_in_one_sentence(
    tmp_path: Path, settings: dict[str, str], message: str
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<main>")
    code, output = make(tmp_path / "site", tmp_path / "out", **settings)
    assert (code, "Traceback" in output) == (1, False)
    assert message in output
    assert not (tmp_path / "out").exists()


def test_a_missing_site_is_reported(tmp_path: Path) -> None:
    code, output = make(tmp_path / "site", tmp_path / "out")
    assert (code, output) == (
        1,
        f"There is no site in {tmp_path / 'site'}: run handvat build first.\n",
    )


def test_the_site_of_one_edition_is_not_packed_as_another(tmp_path: Path) -> None:
    """Else a host who forgets ORGANISATION would offer this site's pages under a name of its own."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<main>")
    (tmp_path / "site/manifest.webmanifest").write_text('{"name": "Gemeente Voorbeeld"}')
    code, output = make(tmp_path / "site", tmp_path / "out")
    assert (code, "Traceback" in output) == (1, False)
    assert (
        "is the site of 'Gemeente Voorbeeld', and these settings are those of 'Handvat'" in output
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("damage", [
    lambda text: text.replace("<footer", "<div").replace("</footer", "</div"),
    lambda text: text.replace("<footer", '<script src="assets/gone.js"></script><footer'),
], ids=["another frame", "a script that is not there"])  # fmt: skip
def test_a_page_that_would_not_work_stops_the_export_and_the_last_copy_stays(
    built_site: Path, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    (tmp_path / "site").mkdir()
    text = (built_site / "index.html").read_text("utf-8")
    (tmp_path / "site/index.html").write_text(damage(text), "utf-8")
    (tmp_path / "handvat-nl.zip").write_text("the last one")
    code, output = make(tmp_path / "site", tmp_path, LANGS="nl")
    assert (code, "Traceback" in output) == (1, False)
    assert "index.html: " in output and "handvat build" in output
    assert (tmp_path / "handvat-nl.zip").read_text() == "the last one"
    assert not list(tmp_path.glob(".*"))


# In a browser


def follow(page: Page, selector: str) -> None:
    """Follows the link at `selector` as a reader does, and waits for the next page."""
    before = page.url
    page.click(selector)
    page.wait_for_url(lambda url: url != before)
    assert page.url.startswith("file://")
    assert page.locator("h1").is_visible()


def is_styled(page: Page) -> bool:
    """Whether styles work: without them the hidden line on top would be visible."""
    return not page.locator(".not-unpacked").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("has_script", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_reader_finds_the_way_from_a_file(
    browser: Browser, copies: dict[str, Path], code: str, has_script: bool, viewport: dict[str, int]
) -> None:
    options = {"viewport": viewport, "java_script_enabled": has_script}
    with opened(browser, **options) as (page, watch):
        failed = []
        page.on("requestfailed", lambda request: failed.append(request.url))
        page.goto((copies[code] / "index.html").as_uri())
        assert is_styled(page)
        follow(page, "article a[href='now/index.html']")
        follow(page, "article a[href*='image-blackmail']")
        assert page.locator("article a[href^='tel:']").first.is_visible()
        follow(page, ".crumbs a >> nth=0")
        page.click(".menu > summary") if viewport == PHONE else None
        follow(page, f"{'.menu' if viewport == PHONE else '.side'} a[href$='tools/index.html']")
        follow(page, "article ~ * a[href*='signal-checklist'], article a[href*='signal-checklist']")
        page.locator("article input[type=checkbox]").first.check()
        assert page.locator("#_tool .tool-print").is_visible() == has_script
        assert page.locator(".gathered").count() == int(has_script)
        if has_script:
            page.click(".search-open")
            page.fill("#_search-words", "whatsapp")
            page.wait_for_selector(".result-title")
            page.keyboard.press("Escape")
            title = read(copies[code] / "understand/how-it-works/index.html").xpath("//h1")[0].text
            page.click(".search-open")
            page.fill("#_search-words", title)
            follow(page, ".result-title[href*='how-it-works']")
        else:
            follow(page, ".search-open")
            follow(page, ".letter a[href*='how-it-works']")
        picture = page.locator("figure svg").first
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box is not None and box["width"] > 200 and box["height"] > 100
        follow(page, ".brand")
        assert page.url == (copies[code] / "index.html").as_uri()
        assert (watch.complaints, watch.local, watch.foreign, failed) == ([], [], [], [])


@pytest.mark.browser
def test_an_arabic_copy_is_right_to_left(browser: Browser, copies: dict[str, Path]) -> None:
    with opened(browser, viewport=DESKTOP) as (page, _):
        page.goto((copies["ar"] / "now/first-hour/index.html").as_uri())
        brand, way_out = (page.locator(name).bounding_box() for name in (".brand", ".bar .exit"))
        assert brand is not None and way_out is not None
        assert brand["x"] > DESKTOP["width"] / 2 > way_out["x"]
        assert page.locator("h1").evaluate("it => getComputedStyle(it).direction") == "rtl"


@pytest.mark.browser
def test_colours_and_quick_exit_work_from_a_file(browser: Browser, copies: dict[str, Path]) -> None:
    with opened(browser, color_scheme="light") as (page, watch):
        page.goto((copies["nl"] / "index.html").as_uri())
        page.click(".foot [data-choice=dark]")
        # The next page on file:// may read before Chromium has stored the choice (seen after 0.5 s on a
        # busy machine; never on http, in 360 tries).
        for _ in range(50):
            page.goto((copies["nl"] / "contacts/index.html").as_uri())
            if page.evaluate("document.documentElement.dataset.scheme") == "dark":
                break
            page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
        page.click(".bar .exit")
        page.wait_for_url(re.compile("^https:"))
        assert watch.complaints == []
        page.go_back()
        assert "contacts" not in page.url, "Back shows the page that was left"


@pytest.mark.browser
def test_a_page_opened_within_the_zip_shows_that_it_must_be_unpacked(
    browser: Browser, copies: dict[str, Path], tmp_path: Path
) -> None:
    """As Windows does it: the page alone, in a folder of its own."""
    alone = tmp_path / "index.html"
    alone.write_bytes((copies["nl"] / "index.html").read_bytes())
    with opened(browser) as (page, _):
        page.goto(alone.as_uri())
        assert "pak de hele zip uit" in page.locator(".not-unpacked").inner_text()
        assert page.locator(".not-unpacked").is_visible()
