"""The finishing steps: what holds for the site as a whole, not for a page."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import re
import shutil
import string
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import brotli
import pytest
from fixture_site import asset, make_built_site
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.offline import is_hashed
from handvat.content.translation import STATUS_FILE
from handvat.postprocess import assets, compress, not_found, well_known
from handvat.postprocess.page import minify_html
from handvat.site_output import (
    RenderedLanguage,
    SiteOutput,
    StepFailed,
)

ADDRESS = "https://fixture.example/base/"
NAMES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_built_site(tmp_path_factory.mktemp("finish"))


@pytest.fixture(scope="module")
def folder(project: Path) -> Path:
    return project / "site"


@pytest.fixture
def unfinished(project: Path, tmp_path: Path) -> SiteOutput:
    """A site of two languages before its first step."""
    kb = KnowledgeBase.load(project)
    for name in ("site/en", "scratch", "theme/assets"):
        (tmp_path / name).mkdir(parents=True)
    for code, name in (("nl", "404.html"), ("en", "en/404.html")):
        (tmp_path / "site" / name).write_text(f'<main><div class="not-found">{code}</div></main>')
    return SiteOutput(
        folder=tmp_path / "site",
        rendered={
            "nl": RenderedLanguage({"404.html": ("", 0)}),
            "en": RenderedLanguage({"en/404.html": ("", 0)}),
        },
        themes=(tmp_path / "theme",),
        scratch=tmp_path / "scratch",
        languages=kb.languages[:2],
        kb=kb,
        site_url=ADDRESS,
    )


# --- languages


def test_the_theme_is_there_once_for_all_languages(folder: Path) -> None:
    assert list(folder.rglob("search*.js"))
    assert not (folder / "en/assets").exists()
    assert not (folder / "ar/assets").exists()


def test_two_languages_that_differ_in_a_static_file_are_reported(unfinished: SiteOutput) -> None:
    for code in ("nl", "en"):
        file = unfinished.scratch / f"{code}.json"
        file.write_text(code)
        unfinished.rendered[code].static_files["words.json"] = file
    with pytest.raises(StepFailed, match=r"en: words\.json"):
        assets.step(unfinished)


def test_the_progress_of_each_language_is_on_the_site_as_json(folder: Path) -> None:
    rows = json.loads((folder / STATUS_FILE).read_text("utf-8"))
    assert [(row["language"], row["pages"], row["of"]) for row in rows] == [
        ("nl", 10, 10), ("en", 2, 10), ("ar", 1, 10),
    ]  # fmt: skip
    assert "now/first-hour.md" in rows[1]["missing"]


# --- 404


def test_the_root_404_page_has_the_words_of_every_language_each_marked_as_such(
    folder: Path,
) -> None:
    text = (folder / "404.html").read_text("utf-8")
    places = [
        text.index(
            f'<div class="not-found" data-language="{code}" lang="{code}" dir="{direction}">'
        )
        for code, direction in (("nl", "ltr"), ("en", "ltr"), ("ar", "rtl"))
    ]
    assert places == sorted(places)
    assert text.count('class="not-found"') == 3
    assert f"/base/{asset(folder, 'not-found.js')}" in text


@pytest.mark.parametrize(("code", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_language_has_a_404_page_of_its_own(folder: Path, code: str, direction: str) -> None:
    text = (folder / code / "404.html").read_text("utf-8")
    assert f'<html lang="{code}" dir="{direction}"' in text.replace(' class="no-js"', "")
    assert text.count('class="not-found"') == 1


def test_a_404_page_without_its_block_is_refused(unfinished: SiteOutput) -> None:
    (unfinished.folder / "en/404.html").write_text("<main><div>Gone</div></main>")
    with pytest.raises(StepFailed, match=r"en/404\.html"):
        not_found.step(unfinished)


def test_a_block_ends_where_its_own_div_ends(unfinished: SiteOutput) -> None:
    block = '<div class="not-found"><div>é</div>\n<p>a</p></div>'
    (unfinished.folder / "en/404.html").write_text(f"<p>é</p>\n{block}<div>no</div>", "utf-8")
    not_found.step(unfinished)
    text = (unfinished.folder / "404.html").read_text("utf-8")
    assert text == f'<main><div class="not-found">nl</div>\n{block}</main>'


# --- sitemap


def test_the_sitemap_names_every_page_that_exists_and_no_other(project: Path, folder: Path) -> None:
    tree = ET.parse(folder / "sitemap.xml")
    found = [element.text for element in tree.iterfind(".//map:loc", NAMES)]
    expected = [
        ADDRESS + language.prefix + page.url
        for language in KnowledgeBase.load(project).languages
        for page in KnowledgeBase.load(project).pages_in(language.code)
    ]
    assert found == expected
    assert f"{ADDRESS}en/now/" in found
    assert f"{ADDRESS}en/now/first-hour/" not in found, "a fallback page is not a page of its own"
    for address in expected:
        assert (folder / address.removeprefix(ADDRESS) / "index.html").is_file()


def test_the_sitemap_pairs_the_languages_that_have_a_page(folder: Path) -> None:
    tree = ET.parse(folder / "sitemap.xml")
    pairs = {}
    for url in tree.iterfind("map:url", NAMES):
        loc = url.findtext("map:loc", namespaces=NAMES)
        links = url.iterfind("xhtml:link", NAMES)
        pairs[loc] = {link.get("hreflang"): link.get("href") for link in links}
    both = {"nl": f"{ADDRESS}now/", "en": f"{ADDRESS}en/now/", "x-default": f"{ADDRESS}now/"}
    assert pairs[f"{ADDRESS}now/"] == pairs[f"{ADDRESS}en/now/"] == both
    assert pairs[f"{ADDRESS}now/first-hour/"] == {}
    assert set(pairs[ADDRESS]) == {"nl", "en", "ar", "x-default"}


def test_the_sitemap_has_no_dates_or_frequencies(folder: Path) -> None:
    text = (folder / "sitemap.xml").read_text("utf-8")
    assert "changefreq" not in text
    assert "lastmod" not in text
    # MkDocs' own copy of it has other contents.
    assert gzip.decompress((folder / "sitemap.xml.gz").read_bytes()).decode("utf-8") == text


def test_an_old_address_redirects_in_every_language_on_any_host(folder: Path) -> None:
    assert (folder / "_redirects").read_text("utf-8").splitlines() == [
        "/base/old/place/ /base/now/ 301",
        "/base/en/old/place/ /base/en/now/ 301",
        "/base/ar/old/place/ /base/ar/now/ 301",
    ]
    for prefix in ("", "en/", "ar/"):
        text = (folder / prefix / "old/place/index.html").read_text("utf-8")
        up = "../../" + "../" * prefix.count("/")
        assert f'content="0; url={up}{prefix}now/"' in text
        assert (folder / prefix / "now/index.html").is_file()


def test_robots_txt_names_the_sitemap(folder: Path) -> None:
    text = (folder / "robots.txt").read_text("utf-8")
    assert f"Sitemap: {ADDRESS}sitemap.xml" in text
    assert "Disallow" not in text, "a robot that may not read a page does not see its noindex"


def test_a_site_without_an_address_gets_no_sitemap(unfinished: SiteOutput) -> None:
    with pytest.raises(StepFailed, match="SITE_URL"):
        well_known.write_sitemap(replace(unfinished, site_url="/base/"))


def test_a_page_that_was_not_rendered_is_reported(unfinished: SiteOutput) -> None:
    with pytest.raises(StepFailed, match=r"docs/nl/index\.md"):
        well_known.write_sitemap(unfinished)


# --- smaller files


def test_a_page_comes_without_indents() -> None:
    page = (
        '<head>\n  <meta name="description" content="Zo.">\n'
        "\n  <style>a {\n  b: c }</style>\n</head>\n<p>Een\n   twee</p>\n<pre>  x\n    y</pre>\n"
        "    <textarea>\n  z</textarea>"
    )
    assert minify_html(page) == (
        '<head>\n<meta name="description" content="Zo.">\n'
        "<style>a {\n  b: c }</style>\n</head>\n<p>Een\ntwee</p>\n<pre>  x\n    y</pre>\n"
        "<textarea>\n  z</textarea>"
    )


# --- fingerprints


def test_scripts_and_styles_are_named_after_what_is_in_them(folder: Path) -> None:
    found = [path for path in (folder / "assets").iterdir() if path.suffix in {".js", ".css"}]
    assert len(found) > 2
    for path in found:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        assert path.suffixes[-2] == f".{digest}", path.name
        assert is_hashed(f"assets/{path.name}")
    assert not is_hashed("assets/favicon.svg")
    assert not is_hashed("assets/search.js")


def test_every_page_refers_to_files_that_exist(folder: Path) -> None:
    named = set()
    for path in folder.rglob("*.html"):
        text = path.read_text("utf-8")
        for name in re.findall(
            r"""(?:href|src|data-script|data-style)="[^"]*?(assets/[^"]+)\"""", text
        ):
            assert (folder / name).is_file(), f"{path} refers to {name}"
            named.add(name)
    assert {asset(folder, name) for name in ("search.js", "search.css", "not-found.js")} <= named


def test_a_script_that_changed_has_another_name_and_what_did_not_keeps_it(
    unfinished: SiteOutput,
) -> None:
    theme = unfinished.themes[0]
    (theme / "assets/a.svg").write_text("<svg/>")
    names = []
    for script in ("one()", "two()", "two()"):
        (theme / "assets/a.js").write_text(f"/* why */\n{script}")
        text = '<script src="../assets/a.js"></script><img src="assets/a.svg"><p>assets/a.js'
        page = text.replace('a.js"', f'{assets.read_names(theme)["a.js"]}"')
        unfinished.rendered["nl"].references = set(assets.named_in(page, f"{ADDRESS}now/"))
        shutil.rmtree(unfinished.folder)
        assets.step(unfinished)
        name = asset(unfinished.folder, "a.js")
        assert (unfinished.folder / name).read_text() == script
        assert page == text.replace('../assets/a.js"', f'../{name}"')
        names.append(name)
    assert names[0] != names[1] == names[2]


def test_what_no_page_names_is_left_out_and_what_a_style_names_comes_along(
    unfinished: SiteOutput,
) -> None:
    theme = unfinished.themes[0] / "assets"
    (theme / "a.css").write_text("a { background: url(b.png) }")
    for name in ("b.png", "c.png", "page.html", "hooks.py"):
        (theme / name).write_text(name)
    page = (
        f'<link href="/base/assets/{assets.read_names(unfinished.themes[0])["a.css"]}"><a href="assets/page.html"><a href="assets/hooks.py">'
        '<a href="../../../etc/hosts.txt"><a href="https://other.example/base/assets/c.png">'
        f'<a href="/base/{unfinished.themes[0]}/assets/c.png"><a href="assets/%2e%2e/assets/c.png">'
    )
    unfinished.rendered["en"].references = set(assets.named_in(page, ADDRESS))
    assets.step(unfinished)
    found = {path.name.split(".")[0] for path in unfinished.folder.rglob("*") if path.is_file()}
    assert found == {"a", "b", "404"}


# --- smaller copies


def test_each_text_has_its_smaller_copies_with_the_same_words(folder: Path) -> None:
    texts = 0
    for path in folder.rglob("*"):
        if path.suffix in compress.ENDINGS or path.is_dir():
            continue
        packed, brotlied = (path.with_name(path.name + end) for end in (".gz", ".br"))
        is_text = path.suffix in compress.TEXTS and path.stat().st_size >= compress.SMALLEST
        assert (packed.exists(), brotlied.exists()) == (is_text, is_text), path
        texts += is_text
        if is_text:
            text = path.read_bytes()
            assert gzip.decompress(packed.read_bytes()) == text
            assert brotli.decompress(brotlied.read_bytes()) == text
            assert brotlied.stat().st_size < packed.stat().st_size < len(text)
    assert texts > 10


def test_no_smaller_copy_is_left_without_its_file(folder: Path) -> None:
    copies = [path for path in folder.rglob("*") if path.suffix in compress.ENDINGS]
    assert copies
    assert all(path.with_suffix("").is_file() for path in copies)


def test_an_index_is_compressed_with_a_window_that_reaches_far_back() -> None:
    numbers = random.Random(7)
    far_above = "".join(numbers.choices(string.ascii_letters, k=100_000)).encode()
    once, twice = (
        len(compress.smaller_copies(far_above * times, is_index=True)[".br"]) for times in (1, 2)
    )
    assert twice < 1.05 * once


def test_smaller_copies_contain_neither_the_time_nor_the_place_they_were_made(
    unfinished: SiteOutput,
) -> None:
    made = []
    for name in ("one.txt", "two.txt"):
        path = unfinished.folder / name
        path.write_text("words " * 1_000)
        os.utime(path, (len(made) * 1e8, len(made) * 1e8))
        compress.step(unfinished)
        made.append([path.with_name(name + end).read_bytes() for end in compress.ENDINGS])
    assert made[0] == made[1]


def test_what_does_not_get_smaller_has_no_copy(unfinished: SiteOutput) -> None:
    (unfinished.folder / "noise.txt").write_bytes(random.Random(1).randbytes(5_000))
    (unfinished.folder / "short.html").write_text("<p>short")
    (unfinished.folder / "picture.png").write_bytes(bytes(5_000))
    compress.step(unfinished)
    assert not [path for path in unfinished.folder.rglob("*") if path.suffix in compress.ENDINGS]


def test_no_page_list_or_map_names_a_smaller_copy(folder: Path) -> None:
    texts = [path for path in folder.rglob("*") if path.suffix in compress.TEXTS]
    assert {".html", ".xml", ".json"} <= {path.suffix for path in texts}
    for path in texts:
        if not path.name.startswith("search."):
            assert not re.search(r'\.(gz|br)["\s<]', path.read_text("utf-8")), path
