"""The site as it is published: what no page alone can show.

Bugs of the engine (MkDocs 1.6.1, Material 9.8.2, static-i18n 1.3.1) that a test guards against are
named with their upstream issues.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from fixture_site import CHECKOUT, build, checkout_base, known_words, make_site, search_index
from handvat.content.git_history import FEEDS, changed_on
from handvat.content.translation import STATUS_FILE
from handvat.postprocess import well_known
from handvat.postprocess.compress import ENDINGS
from handvat.search.tokens import words
from lxml import etree, html

ADDRESS = "https://handvat.example/"
BASE = checkout_base()
# A language in preparation is checked but not built.
BASE.languages = tuple(language for language in BASE.languages if language.is_built)
BASE.pages = {
    key: page
    for key, page in BASE.pages.items()
    if key[0] in {item.code for item in BASE.languages}
}
CODES = [language.code for language in BASE.languages]


@cache
def read(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes())


@cache
def ids_of(path: Path) -> frozenset[str]:
    return frozenset(read(path).xpath("//@id"))


def address_of(path: Path, site: Path) -> str:
    return ADDRESS + path.relative_to(site).as_posix().removesuffix("index.html")


def html_of(site: Path) -> list[Path]:
    """Every page with the frame of the site; redirects from old addresses have none."""
    found = [
        path
        for path in sorted(site.rglob("*.html"))
        if not read(path).xpath("//meta[@http-equiv='refresh']")
    ]
    assert len(found) > len(BASE.pages) / 2, "too few pages for the tests to mean anything"
    return found


def pages_of(site: Path) -> dict[str, Path]:
    """Address → file of every page but the 404 pages."""
    return {address_of(path, site): path for path in html_of(site) if path.name != "404.html"}


def own_pages_of(site: Path) -> dict[str, Path]:
    """Address → file of every translated page; the canonical page of others is the Dutch one."""
    every, own = pages_of(site), {}
    for address, path in every.items():
        (canonical,) = read(path).xpath("//link[@rel='canonical']/@href")
        if canonical == address:
            own[address] = path
        else:
            assert canonical in every and "notice-untranslated" in path.read_text("utf-8")
    return own


def file_of(address: str, site: Path) -> Path:
    path = site / unquote(urlsplit(address).path).lstrip("/")
    return path / "index.html" if address.endswith("/") or path.is_dir() else path


def language_of(path: Path, site: Path) -> str:
    first = path.relative_to(site).parts[0]
    return first if first in CODES else BASE.default_language.code


def test_every_page_of_every_language_is_there(built_site: Path) -> None:
    expected = {
        ADDRESS + language.prefix + page.url
        for language in BASE.languages
        for page in BASE.pages_in(BASE.default_language.code)
    }
    assert set(pages_of(built_site)) == expected


def test_every_link_leads_to_a_file_and_every_fragment_to_an_element(built_site: Path) -> None:
    dead = []
    for path in html_of(built_site):
        here = address_of(path, built_site)
        for target in {*read(path).xpath("//@href | //@src | //@data-script")}:
            full = urljoin(here, target)
            if not full.startswith(ADDRESS):
                continue
            plain, _, fragment = full.partition("#")
            file = file_of(plain, built_site)
            if not file.is_file():
                dead.append(f"{here}: {target}")
            elif fragment and fragment not in ids_of(file):
                dead.append(f"{here}: {target} (no such element)")
    assert dead == []


def test_nothing_is_loaded_from_another_host(built_site: Path) -> None:
    foreign = []
    for path in html_of(built_site):
        for element in read(path).iter():
            for name, value in element.attrib.items():
                is_fetched = name in {"src", "srcset", "poster", "data", "action"} or (
                    name == "href" and element.tag in {"link", "use", "image"}
                )
                if (
                    is_fetched
                    and re.match(r"(?:https?:)?//", value)
                    and not value.startswith(ADDRESS)
                ):
                    foreign.append(f"{path}: {value}")
    for path in [*built_site.rglob("*.css"), *built_site.rglob("*.js")]:
        found = re.findall(r"url\(\s*['\"]?(?:https?:)?//[^)]*|https?://(?!www\.w3\.org/)[^\s'\"]+",
                           path.read_text("utf-8"))  # fmt: skip
        foreign += [f"{path}: {address}" for address in found]
    assert foreign == []


def test_the_policy_allows_every_inline_script_and_style(built_site: Path) -> None:
    inline = []
    for path in html_of(built_site):
        for element in read(path).iter():
            if (
                element.tag in {"script", "style"}
                and not element.get("src")
                and element.get("type") != "application/ld+json"  # data; nothing runs
                and digest(element.text or "") not in policy_of(path)
            ):
                inline.append(f"{path}: <{element.tag}>")
            inline += [
                f"{path}: {name}"
                for name in element.attrib
                if name == "style" or str(name).startswith("on")
            ]
    assert inline == []


def test_nothing_is_left_of_the_theme_s_own_menu_and_notices(built_site: Path) -> None:
    left = [
        (path.name, mark)
        for path in html_of(built_site)
        for mark in ("md-toggle", "md-overlay", "md-skip", "md-dialog", 'component="announce"')
        if mark in path.read_text("utf-8")
    ]
    assert left == []


def policy_of(path: Path) -> str:
    """The Content-Security-Policy that a page states."""
    (policy,) = read(path).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    return policy


def digest(text: str) -> str:
    """The hash by which a policy allows an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def test_the_headers_for_hosts_repeat_the_policy_and_refuse_what_no_page_needs(
    built_site: Path,
) -> None:
    lines = (built_site / "_headers").read_text("utf-8").splitlines()
    assert lines[0] == "/*"
    headers = dict(line.strip().split(": ", 1) for line in lines[1:])
    directives = headers["Content-Security-Policy"].split("; ")
    assert directives[-1] == "frame-ancestors 'none'"
    for page in (
        "index.html",
        "now/first-hour/index.html",
        "ar/understand/how-it-works/index.html",
    ):
        # Inline code differs by page: the header has the hashes of all, and no other difference.
        allowed = [{*directive.split()} for directive in policy_of(built_site / page).split("; ")]
        for own, common in zip(allowed, directives[:-1], strict=True):
            assert own <= {*common.split()}
            assert all(word.startswith("'sha256-") for word in {*common.split()} - own)
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_site_without_an_editor_contains_nothing_of_one(built_site: Path) -> None:
    assert not (built_site / "edit").exists()
    text = (built_site / "_headers").read_text("utf-8")
    assert text.count("\n/") == 0 and "'unsafe-eval'" not in text


def test_every_page_forbids_what_it_does_not_need(built_site: Path) -> None:
    for path in html_of(built_site):
        policy = policy_of(path)
        assert "default-src 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe-inline" not in policy
        assert "'unsafe-eval'" not in policy
        assert read(path).xpath("//meta[@name='referrer']/@content") == ["no-referrer"]


def test_language_and_direction_are_those_of_the_page(built_site: Path) -> None:
    for path in pages_of(built_site).values():
        language = BASE.language(language_of(path, built_site))
        root = read(path)
        assert (root.get("lang"), root.get("dir")) == (language.code, language.direction)


def test_titles_are_unique_within_a_language(built_site: Path) -> None:
    titles = Counter(
        (language_of(path, built_site), read(path).findtext(".//title").strip())
        for path in pages_of(built_site).values()
    )
    assert [title for title, count in titles.items() if count > 1] == []
    for path in pages_of(built_site).values():
        assert len(read(path).xpath("//h1")) == 1, path


def test_required_sections_are_in_the_page_in_order(built_site: Path) -> None:
    for page in BASE.pages.values():
        prefix = BASE.language(page.language).prefix
        root = read(file_of(ADDRESS + prefix + page.url, built_site))
        there = root.xpath("//h2/@id")
        wanted = list(BASE.page_types[page.front.type].sections)
        assert [key for key in there if key in wanted] == wanted, page.file


def test_every_id_occurs_once_on_a_page(built_site: Path) -> None:
    for path in html_of(built_site):
        ids = Counter(read(path).xpath("//@id"))
        assert [key for key, count in ids.items() if count > 1] == [], path


def test_hreflang_is_absolute_and_mutual(built_site: Path) -> None:
    pairs = {}
    for address, path in own_pages_of(built_site).items():
        links = read(path).xpath("//link[@rel='alternate'][@hreflang]")
        pairs[address] = {link.get("hreflang"): link.get("href") for link in links}
        assert pairs[address][language_of(path, built_site)] == address
    for address, alternates in pairs.items():
        assert {BASE.default_language.code, "x-default"} <= set(alternates), address
        for code, other in alternates.items():
            assert other in pairs, f"{address} names {other}"
            if code != "x-default":
                assert pairs[other] == alternates
        assert alternates["x-default"] == alternates[BASE.default_language.code]


def test_the_sitemap_names_the_pages_that_exist_and_no_other(built_site: Path) -> None:
    tree = etree.parse(built_site / "sitemap.xml")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    listed = tree.xpath("//s:loc/text()", namespaces=names)
    assert sorted(listed) == sorted(own_pages_of(built_site))
    # MkDocs' own lists pages that do not exist; this one is a copy of the file above.
    assert (
        gzip.decompress((built_site / "sitemap.xml.gz").read_bytes())
        == (built_site / "sitemap.xml").read_bytes()
    )


def test_no_language_has_a_sitemap_below_a_page(built_site: Path) -> None:
    # Material's script asks for one below every language link (doocs/leetcode#5439).
    assert list(built_site.rglob("sitemap.xml")) == [built_site / "sitemap.xml"]
    for path in html_of(built_site):
        assert b"bundle." not in path.read_bytes()


def test_each_404_page_is_in_its_language(built_site: Path) -> None:
    # Left to itself the last language wins (ultrabug/mkdocs-static-i18n#284).
    blocks = read(built_site / "404.html").xpath(
        "//*[contains(@class,'not-found')][@data-language]"
    )
    assert [block.get("lang") for block in blocks] == CODES
    for language in BASE.languages[1:]:
        root = read(built_site / language.code / "404.html")
        assert root.get("lang") == language.code
        assert BASE.strings[language.code]("not_found.title") in root.text_content()


def test_the_404_page_works_at_any_depth(built_site: Path) -> None:
    found = [*built_site.rglob("404.html")]
    assert len(found) == len(CODES)
    for path in found:
        for target in read(path).xpath("//@href | //@src"):
            is_rooted = target.startswith(("/", "https://", "#", "tel:", "data:"))
            assert is_rooted, f"{path}: {target} is relative, on a page for any address"


def test_every_page_leads_a_young_person_to_the_one_for_themself(built_site: Path) -> None:
    for code in CODES:
        prefix = BASE.language(code).prefix
        for path in ("", "now/image-blackmail/", "duties/"):
            root = read(built_site / prefix / path / "index.html")
            links = {
                urljoin(f"/{prefix}{path}", link) for link in root.xpath("//footer//li/a/@href")
            }
            assert f"/{prefix}you/" in links, f"{code}: {path}"


def test_search_has_one_index_for_each_language(built_site: Path) -> None:
    # Material's one index mixes all languages (ultrabug/mkdocs-static-i18n#31).
    found = {path.name for path in (built_site / "search").iterdir()}
    assert {name for name in found if name.endswith(".js")} == {f"{code}.js" for code in CODES}
    for code in CODES:
        pages = search_index(built_site, code)["pages"]
        own = {page[0] for page in pages if len(page) == 3}
        assert own == {page.url for page in BASE.pages_in(code)}
        assert all(page[3] == "nl" for page in pages if len(page) > 3), "fallback pages"


def test_search_words_are_in_the_index_and_not_in_the_page(built_site: Path) -> None:
    page = BASE.page("nl", "now/image-blackmail.md")
    assert page is not None
    source = file_of(ADDRESS + page.url, built_site).read_text("utf-8")
    shown = [alias for alias in page.front.aliases if alias in source]
    assert len(shown) < len(page.front.aliases) / 2, "the list of search words is in the page"
    known = known_words(search_index(built_site, "nl"))
    assert all(known.issuperset(words(alias)) for alias in page.front.aliases)


def test_no_unused_file_of_the_theme_is_published(built_site: Path) -> None:
    published = {
        path.relative_to(built_site).as_posix()
        for path in built_site.rglob("*")
        if path.is_file()
        # A compressed copy is beside its file (test_steps.py).
        and path.suffix not in {".html", *ENDINGS}
        and path.parent.name != "search"
    }
    own = {f"assets/{path.name}" for path in (CHECKOUT / "overrides" / "assets").rglob("*")}
    published = {re.sub(r"^(assets/[^.]+)\.[0-9a-f]{8}\.", r"\1.", name) for name in published}
    feeds = {language.prefix + name for language in BASE.languages for name in FEEDS}
    offline = {f"offline/{language.code}.json" for language in BASE.languages}
    offline |= {f"{language.prefix}manifest.webmanifest" for language in BASE.languages} | {"sw.js"}
    named = {
        "sitemap.xml",
        "robots.txt",
        "_headers",
        STATUS_FILE,
        well_known.LLMS_TXT,
        well_known.SECURITY_TXT,
    }
    assert published <= own | named | feeds | offline


def test_every_page_links_to_how_to_report_a_mistake_before_a_host_that_requires_a_login(
    built_site: Path,
) -> None:
    for page in BASE.pages.values():
        prefix = BASE.language(page.language).prefix
        address = ADDRESS + prefix + page.url
        first, *_ = read(file_of(address, built_site)).xpath("//p[@class='improve']/a/@href")
        assert urljoin(address, first) == f"{ADDRESS}{prefix}about/contribute/", page.file


def test_what_to_do_comes_before_the_review_notice_and_before_the_contents(
    built_site: Path,
) -> None:
    seen = 0
    for page in BASE.pages.values():
        root = read(file_of(ADDRESS + BASE.language(page.language).prefix + page.url, built_site))
        (notice,) = root.xpath("//article/*[contains(@class, 'notice-review')]")
        day = changed_on(BASE.root, page)
        assert day is None or BASE.strings[page.language].date(day) in notice.text_content()
        before = notice.getprevious()
        if page.front.type == "tool":
            assert before.get("class") == "tool-start", page.file
            before = before.getprevious()
        if page.section("in-short"):
            seen += 1
            assert before.get("data-section") == "in-short", page.file
        elif page.path != "index.md":
            assert before.tag == "h1", page.file
        for contents in root.xpath("//article/*[@class='contents-fold']"):
            before = contents.getprevious()
            if page.folder == "now":  # what to do first comes before them too
                assert before.get("data-section") == page.sections[1].id, page.file
                before = before.getprevious()
            assert before is notice, page.file
    assert seen > 500


def test_every_page_has_its_edit_link_to_the_file_of_its_language(built_site: Path) -> None:
    for page in BASE.pages.values():
        prefix = BASE.language(page.language).prefix
        root = read(file_of(ADDRESS + prefix + page.url, built_site))
        assert root.xpath("//a[contains(@href, $end)]", end=f"/edit/main/{page.file}"), page.file


def test_every_page_says_who_checked_it_and_asks_engines_to_stay_away(built_site: Path) -> None:
    for page in BASE.pages.values():
        strings = BASE.strings[page.language]
        prefix = BASE.language(page.language).prefix
        root = read(file_of(ADDRESS + prefix + page.url, built_site))
        assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]
        words = " ".join(root.text_content().split())
        assert strings("notice.preview") in words
        assert strings("review.none") in words, page.file


def test_every_page_has_a_way_out_that_works_without_scripts(built_site: Path) -> None:
    for path in html_of(built_site):
        code = language_of(path, built_site)
        assert read(path).xpath("//a[@class='exit']/@href")[0] == BASE.strings[code]("exit.target")


def test_citations_lead_to_their_source_and_back(built_site: Path) -> None:
    cited = 0
    for path in pages_of(built_site).values():
        root = read(path)
        marks = root.xpath("//sup[@class='cite']/a")
        cited += len(marks)
        back = set(root.xpath("//a[starts-with(@href,'#_cite-')]/@href"))
        assert {f"#{mark.get('id')}" for mark in marks} == back, path
    assert cited > 100


def test_no_call_or_mark_is_left_over_in_a_page(built_site: Path) -> None:
    for path in html_of(built_site):
        text = path.read_text("utf-8")
        root = read(path)
        for code in root.xpath("//code"):
            code.clear()
        assert "{{" not in root.text_content(), path
        assert "///" not in root.text_content(), path
        assert "handvat-call" not in text and "handvat-cite" not in text, path
        assert "handvat-label" not in text, path


_WORDS = (
    "//article//text()[not(ancestor::code or ancestor::pre or ancestor::svg or ancestor::script)]"
)


def test_no_text_has_a_straight_quotation_mark(built_site: Path) -> None:
    for path in own_pages_of(built_site).values():
        left = [text for text in read(path).xpath(_WORDS) if "'" in text or '"' in text]
        assert left == [], path


def test_dutch_words_in_other_languages_are_marked_as_dutch(built_site: Path) -> None:
    found = 0
    for address, path in own_pages_of(built_site).items():
        if language_of(path, built_site) == "nl" or address.endswith("/a-z/"):
            continue  # the index has Latin spellings of other languages too
        for text in read(path).xpath(
            f"{_WORDS}[not(ancestor::nav or ancestor::details or ancestor::h1)]"
        ):
            if re.search(r"\b(?:aangifte|aandachtsfunctionaris|zedenpolitie|Veilig Thuis)\b", text):
                assert text.getparent().xpath("ancestor-or-self::*/@lang")[-1] == "nl", (path, text)
                found += 1
    assert found > 500


def test_every_language_leads_from_dutch_words_to_its_glossary(
    built_site: Path,
) -> None:
    leads = {
        language_of(path, built_site)
        for path in own_pages_of(built_site).values()
        if read(path).xpath("//p//a[@class='word' and contains(@href, 'glossary/#_term-aangifte')]")
    }
    assert leads == set(CODES)


@pytest.fixture(scope="module")
def fixture_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny site with a right-to-left language of which only the home page is translated."""
    folder = make_site(tmp_path_factory.mktemp("fixture"))
    code, output = build(folder)
    assert code == 0, output
    return folder / "site"


def test_a_page_not_yet_translated_shows_dutch_as_dutch(fixture_build: Path) -> None:
    root = read(fixture_build / "ar/now/first-hour/index.html")
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")
    (article,) = root.xpath("//article[@lang]")
    assert (article.get("lang"), article.get("dir")) == ("nl", "ltr")
    assert "Blijf rustig" in article.text_content()
    assert root.xpath("//link[@rel='canonical']/@href") == [
        "https://fixture.example/base/now/first-hour/"
    ]
    assert root.xpath("//link[@hreflang]") == []
    assert root.xpath("//@data-search-body") == []


def test_what_is_not_translated_is_in_no_sitemap_and_no_index(fixture_build: Path) -> None:
    sitemap = (fixture_build / "sitemap.xml").read_text("utf-8")
    assert "/base/ar/</loc>" in sitemap
    assert "/ar/now/" not in sitemap
    assert [page[0] for page in search_index(fixture_build, "ar")["pages"]] == [""]


def test_the_switch_of_a_page_lists_every_language_and_marks_the_missing(
    fixture_build: Path,
) -> None:
    root = read(fixture_build / "now/first-hour/index.html")
    links = root.xpath("//a[@hreflang]")
    assert {link.get("hreflang") for link in links} >= {"nl", "en", "ar"}
    arabic = next(link for link in links if link.get("hreflang") == "ar")
    assert arabic.get("href") == "../../ar/now/first-hour/"
    assert "nog niet" in arabic.getparent().text_content()


def test_a_right_to_left_language_is_right_to_left_throughout(fixture_build: Path) -> None:
    for path in (fixture_build / "ar").rglob("*.html"):
        root = read(path)
        assert (root.get("lang"), root.get("dir")) == ("ar", "rtl"), path
    css = read(fixture_build / "index.html").findtext("head/style")
    physical = re.findall(r"[{;]\s*(?:margin|padding|border|inset)?-?(?:left|right)\s*:", css)
    assert physical == [], "physical sides do not mirror"
