"""The site's output for programs: link previews, data for machines, feeds, files for robots."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from chromium import opened, served
from fixture_site import CHECKOUT, build, make_site, page
from handvat.content.git_history import FEED, has_feed, newest_changes
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import typeset
from handvat.postprocess import feed, well_known
from handvat.render.social import PICTURE as ADDRESS_OF_PICTURE
from handvat.site_output import SiteOutput
from helpers.preview_picture import DRAWING, PICTURE, draw
from lxml import html
from playwright.sync_api import Browser

ADDRESS = "https://fixture.example/base/"
HOSTILE = '</script><script>document.title = "gekaapt"</script><!-- " \' & [x](y)'
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def reviewed(text: str) -> str:
    return text.replace("review: null", "review: {by: A. Arts, date: 2026-11-01}")


def translation_reviewed(text: str) -> str:
    return text.replace("{sections: {}}", "{reviewed: {by: B. Been, date: 2026-11-02}}")


PAGES = {
    "nl/now/first-hour.md": page("Uur", "Blijf rustig.\n").replace(
        "title: Uur", f"title: {json.dumps(HOSTILE)}"
    ),
    "nl/contacts/index.md": reviewed(page("Wie bel je", "Bel iemand.\n")),
    "en/contacts/index.md": reviewed(page("Who to call", "Call.\n", translated=True)),
    "en/about/index.md": translation_reviewed(reviewed(page("About", "Us.\n", translated=True))),
}
COMMITS = [
    # The clocks of two people differ: the newest commit is not the latest.
    ("2026-01-05T10:00:00+01:00", ["docs/nl", "docs/en"]),
    ("2026-03-01T10:00:00+01:00", ["docs/nl/about/privacy.md"]),
    ("2026-02-01T10:00:00+01:00", ["docs/nl/about/privacy.md", "docs/en/now/index.md"]),
]


def git(folder: Path, *arguments: str, date: str = COMMITS[0][0]) -> None:
    """Runs git in `folder` as somebody, at `date`."""
    who = ("-c", "user.name=Wie", "-c", "user.email=wie@fixture.example")
    subprocess.run(
        ["git", *who, "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date},
    )


def commit(project: Path) -> None:
    """Gives `project` the history of `COMMITS`; the Arabic pages are not in it."""
    git(project, "init", "--quiet")
    for number, (date, names) in enumerate(COMMITS):
        for name in names if number else ():
            path = project / name
            path.write_text(f"{path.read_text('utf-8')}\nMeer {number}.\n", "utf-8")
        git(project, "add", *names)
        git(project, "commit", "--quiet", "-m", "geheim bericht", date=date)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with history, built with full previews."""
    project = make_site(tmp_path_factory.mktemp("full"), PAGES)
    commit(project)
    code, output = build(project, SOURCE_DATE_EPOCH="1795478400")
    assert code == 0, output
    (project / "printed").write_text(output, "utf-8")
    return project


@pytest.fixture(scope="module")
def discreet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same site without history, built with discreet previews."""
    project = make_site(tmp_path_factory.mktemp("discreet"), PAGES)
    config = project / "mkdocs.yml"
    settings = "  country: nl\n  previews: discreet\n  exit: {nl: https://exit.example/}\n"
    config.write_text(config.read_text("utf-8").replace("  country: nl\n", settings), "utf-8")
    code, output = build(project)
    assert code == 0, output
    (project / "printed").write_text(output, "utf-8")
    return project


def read(project: Path, url: str) -> html.HtmlElement:
    path = project / "site" / url
    return html.fromstring((path / "index.html" if path.is_dir() else path).read_bytes())


def shown(root: html.HtmlElement) -> dict[str, str]:
    """What a preview is made of: each property and its content, each at most once."""
    metas = root.xpath("//meta[@property] | //meta[starts-with(@name, 'twitter:')]")
    pairs = [(meta.get("property") or meta.get("name"), meta.get("content")) for meta in metas]
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def data_of(root: html.HtmlElement) -> list[dict]:
    return [
        json.loads(script.text) for script in root.xpath("//script[@type='application/ld+json']")
    ]


def file_of(address: str, project: Path) -> Path:
    assert address.startswith(ADDRESS)
    path = project / "site" / unquote(address.removeprefix(ADDRESS))
    return path / "index.html" if path.is_dir() else path


def site_of(project: Path, folder: Path, **fields: str) -> SiteOutput:
    """A site of `project` that a single step can work on, in `folder`."""
    kb = KnowledgeBase.load(project)
    defaults = {"site_url": ADDRESS, "name": "Fixture", "repo_url": ""}
    return SiteOutput(folder, {}, folder, kb.languages, kb, **{**defaults, **fields})


# --- previews


def test_a_pasted_link_shows_title_and_description_and_the_one_picture(project: Path) -> None:
    assert shown(read(project, "en/now/")) == {
        "og:type": "article",
        "og:site_name": "Fixture",
        "og:title": "What is going on",
        "og:description": "What is going on.",
        "og:url": f"{ADDRESS}en/now/",
        "og:locale": "en_US",
        "og:image": ADDRESS + ADDRESS_OF_PICTURE,
        "og:image:alt": "The Handvat logo: a strap to hold on to.",
        "twitter:card": "summary",
    }
    assert shown(read(project, ""))["og:type"] == "website"
    assert read(project, "en/now/").xpath("//meta[@name='description']/@content") == [
        "What is going on."
    ]


def test_the_picture_is_there_though_only_previews_name_it(project: Path) -> None:
    assert file_of(ADDRESS + ADDRESS_OF_PICTURE, project).is_file()
    assert not (project / "site" / DRAWING.name).exists()


def test_the_picture_of_previews_is_described_in_the_language_of_the_page(project: Path) -> None:
    description = KnowledgeBase.load(project).strings["nl"]("share.picture")
    assert shown(read(project, "now/"))["og:image:alt"] == description
    # Dutch in an Arabic frame: the preview is of the Dutch page.
    found = shown(read(project, "ar/now/"))
    assert (found["og:locale"], found["og:image:alt"]) == ("nl_NL", description)
    assert found["og:url"] == f"{ADDRESS}now/"


def test_a_discreet_preview_is_the_same_whatever_the_page_is_about(discreet: Path) -> None:
    strings = KnowledgeBase.load(discreet).strings
    kb = KnowledgeBase.load(discreet)
    assert len(kb.pages) > 10
    for (code, _), one in kb.pages.items():
        root = read(discreet, kb.language(code).prefix + one.url)
        found = shown(root)
        address = found.pop("og:url")
        assert address == ADDRESS + kb.language(code).prefix + one.url
        assert found["og:title"] == "Fixture"
        assert root.xpath("//@data-title[parent::div]") == ["Fixture"], "what a button passes on"
        assert found["og:description"] == strings[code]("share.neutral")
        assert not any(one.front.title in words for words in found.values()), one.file
        assert data_of(root) == []
        title = root.findtext(".//title")
        assert one.url == "" or one.front.title in title, "a reader's own tab has the real title"


def test_a_404_page_has_no_preview_and_no_data_for_machines(project: Path) -> None:
    found = [*(project / "site").rglob("404.html")]
    assert len(found) == 3
    for path in found:
        root = html.fromstring(path.read_bytes())
        assert shown(root) == {}
        assert data_of(root) == []


def test_the_picture_is_small_and_of_the_size_that_previews_ask_for() -> None:
    data = (CHECKOUT / PICTURE).read_bytes()
    assert len(data) <= 20_000
    assert data[1:4] == b"PNG"
    assert struct.unpack(">II", data[16:24]) == (1200, 630)


@pytest.mark.browser
def test_the_picture_is_that_of_its_drawing(browser: Browser) -> None:
    fresh = draw(browser, (CHECKOUT / DRAWING).read_text("utf-8"))
    committed = (CHECKOUT / PICTURE).read_bytes()
    with opened(browser) as (tab, _):
        different = tab.evaluate(
            """async pictures => {
                const [one, two] = await Promise.all(pictures.map(async bytes => {
                    const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
                    const context = new OffscreenCanvas(1200, 630).getContext("2d");
                    context.drawImage(picture, 0, 0);
                    return context.getImageData(0, 0, 1200, 630).data;
                }));
                return one.filter((value, place) => Math.abs(value - two[place]) > 64).length;
            }""",
            [list(fresh), list(committed)],
        )
    # Another Chromium may draw an edge otherwise, but no letter or colour.
    assert different < 500, (
        "overrides/preview.svg has changed: run tests/helpers/preview_picture.py"
    )


# --- data for machines


def test_a_page_is_described_for_machines_as_it_is(project: Path) -> None:
    (data,) = data_of(read(project, "en/now/"))
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "WebPage"
    assert (data["name"], data["inLanguage"]) == ("What is going on", "en")
    assert data["url"] == f"{ADDRESS}en/now/"
    assert data["isPartOf"] == {"@type": "WebSite", "name": "Fixture", "url": ADDRESS}
    assert data["translationOfWork"] == {"@id": f"{ADDRESS}now/"}
    assert data["license"].startswith("https://creativecommons.org/licenses/by-sa/4.0/")
    (dutch,) = data_of(read(project, "now/"))
    assert "translationOfWork" not in dutch


def test_the_breadcrumbs_of_a_page_are_pages_that_exist(project: Path) -> None:
    (data,) = data_of(read(project, "now/first-hour/"))
    steps = data["breadcrumb"]["itemListElement"]
    assert [(step["position"], step["item"]) for step in steps] == [
        (1, ADDRESS),
        (2, f"{ADDRESS}now/"),
    ]
    assert all(file_of(step["item"], project).is_file() for step in steps)


@pytest.mark.parametrize(
    ("url", "by"),
    [
        ("now/", None),
        ("contacts/", "A. Arts"),
        ("en/contacts/", None),  # the content was read, the translation was not
        ("en/about/", "A. Arts"),
    ],
)
def test_a_review_is_listed_only_where_somebody_did_it(
    project: Path, url: str, by: str | None
) -> None:
    (data,) = data_of(read(project, url))
    assert data.get("reviewedBy") == by
    assert data.get("lastReviewed") == ("2026-11-01" if by else None)


def test_a_page_in_a_foreign_frame_is_not_described_as_one_of_that_language(project: Path) -> None:
    assert data_of(read(project, "ar/now/")) == []


def test_a_title_cannot_break_out_of_its_markup(project: Path) -> None:
    root = read(project, "now/first-hour/")
    assert shown(root)["og:title"] == typeset(HOSTILE, "nl")
    assert data_of(root)[0]["name"] == typeset(HOSTILE, "nl")
    assert len(root.xpath("//script")) == len(read(project, "now/").xpath("//script"))
    assert root.find("head").xpath(".//comment()") == []


@pytest.mark.browser
def test_the_policy_allows_data_for_machines(browser: Browser, project: Path) -> None:
    with served(project / "site", "/base/") as address, opened(browser) as (tab, watch):
        tab.goto(f"{address}now/first-hour/")
        assert watch.complaints == []
        assert tab.title().startswith(typeset(HOSTILE, "nl"))
        assert tab.locator("script[type='application/ld+json']").count() == 1
        assert not any(url.endswith(".png") for url in watch.local), "no reader loads the picture"


# --- feeds


def entries(project: Path, name: str) -> list[tuple[str, str]]:
    tree = ET.parse(project / "site" / name)
    return [
        (entry.findtext("a:updated", "", ATOM), entry.find("a:link", ATOM).get("href"))
        for entry in tree.iterfind("a:entry", ATOM)
    ]


def test_a_feed_lists_what_changed_last_newest_first_in_its_own_language(project: Path) -> None:
    dutch = entries(project, FEED)
    assert dutch[0] == ("2026-03-01T09:00:00Z", f"{ADDRESS}about/privacy/")
    assert dutch == sorted(dutch, key=lambda pair: pair[0], reverse=True)
    assert {time for time, _ in dutch[1:]} == {"2026-01-05T09:00:00Z"}
    assert len(dutch) == len(list(KnowledgeBase.load(project).pages_in("nl")))
    english = entries(project, f"en/{FEED}")
    assert english[0] == ("2026-02-01T09:00:00Z", f"{ADDRESS}en/now/")
    assert all(address.startswith(f"{ADDRESS}en/") for _, address in english)
    assert all(file_of(address, project).is_file() for _, address in dutch + english)


def test_a_feed_has_what_atom_requires_and_no_message_of_a_commit(project: Path) -> None:
    text = (project / "site" / "en" / FEED).read_text("utf-8")
    assert "geheim bericht" not in text
    root = ET.fromstring(text)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    for name in ("id", "title", "updated"):
        assert root.findtext(f"a:{name}", "", ATOM)
        assert all(
            entry.findtext(f"a:{name}", "", ATOM) for entry in root.iterfind("a:entry", ATOM)
        )
    assert root.findtext("a:author/a:name", "", ATOM) == "Fixture"
    assert root.findtext("a:updated", "", ATOM) == entries(project, f"en/{FEED}")[0][0]
    (own,) = root.findall("a:link[@rel='self']", ATOM)
    assert own.get("href") == root.findtext("a:id", "", ATOM) == f"{ADDRESS}en/{FEED}"
    ids = [entry.findtext("a:id", "", ATOM) for entry in root.iterfind("a:entry", ATOM)]
    assert len(ids) == len(set(ids))


def test_the_feed_is_named_where_somebody_looks_for_it_and_nowhere_else(project: Path) -> None:
    def named(url: str) -> list[str]:
        return read(project, url).xpath("//link[@type='application/atom+xml']/@href")

    assert named("") == ["feed.xml"]
    assert named("en/") == ["feed.xml"]
    assert named("en/about/") == ["../feed.xml"]
    assert named("now/") == []


def test_a_language_of_which_nothing_is_committed_has_no_feed_and_the_build_says_so(
    project: Path,
) -> None:
    assert not (project / "site" / "ar" / FEED).exists()
    assert read(project, "ar/").xpath("//link[@type='application/atom+xml']") == []
    assert "no feed of changes in ar: none of its pages" in (project / "printed").read_text("utf-8")


def test_without_git_there_is_no_feed_no_link_to_it_and_one_line_that_says_why(
    discreet: Path,
) -> None:
    assert list((discreet / "site").rglob(FEED)) == []
    for url in ("", "en/", "about/"):
        assert read(discreet, url).xpath("//link[@type='application/atom+xml']") == []
    lines = re.findall(
        r"^.*no feed of changes.*$", (discreet / "printed").read_text("utf-8"), re.MULTILINE
    )
    assert len(lines) == 1
    assert "not a git repository" in lines[0]


def test_a_clone_without_its_history_gets_no_feed_rather_than_a_wrong_one(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clone = make_site(tmp_path / "clone")
    git(clone, "clone", "--quiet", "--bare", "--depth", "1", project.as_uri(), ".git")
    git(clone, "config", "core.bare", "false")
    site = site_of(clone, tmp_path)
    assert not has_feed(site.kb, site.default_language)
    feed.write_feeds(site)
    assert "git fetch --unshallow" in capsys.readouterr().out
    assert not (tmp_path / FEED).exists()


def test_a_project_in_a_folder_of_its_repository_has_a_feed_too(tmp_path: Path) -> None:
    project = make_site(tmp_path / "inside")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "inside/docs/en")
    git(tmp_path, "commit", "--quiet", "-m", "x")
    kb = KnowledgeBase.load(project)
    changes = newest_changes(kb, kb.language("en"))
    assert [change.page.path for change in changes] == ["index.md", "now/index.md"]


# --- llms.txt


def test_every_link_for_language_models_leads_to_a_page_of_the_site(project: Path) -> None:
    text = (project / "site" / well_known.LLMS_TXT).read_text("utf-8")
    addresses = re.findall(r"^- \[.*\]\((\S+)\): ", text, re.MULTILINE)
    assert all(file_of(address, project).is_file() for address in addresses)
    kb = KnowledgeBase.load(project)
    listed = [
        ADDRESS + kb.language(code).prefix + one.url
        for code in ("nl", "en")
        for one in kb.pages_in(code)
    ]
    assert sorted(addresses) == sorted([*listed, f"{ADDRESS}ar/"])


def test_llms_txt_warns_that_nobody_has_checked_the_texts(project: Path) -> None:
    lines = (project / "site" / well_known.LLMS_TXT).read_text("utf-8").splitlines()
    assert lines[0] == "# Fixture"
    assert lines[2].startswith("> ")
    assert lines[4] == "Preview. No professional has checked these texts yet."
    assert lines[5].startswith("This is not legal advice")
    assert lines[6:9] == ["", "## Language", ""]


# --- security.txt


def fields(folder: Path) -> dict[str, str]:
    lines = (folder / well_known.SECURITY_TXT).read_text("utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_security_txt_names_where_to_report_a_hole_and_when_it_expires(project: Path) -> None:
    assert fields(project / "site") == {
        "Contact": "https://github.com/fixture/fixture/security/advisories",
        "Expires": "2027-05-23T00:00:00Z",
        "Preferred-Languages": "nl, en",
        "Canonical": "https://fixture.example/.well-known/security.txt",
    }


def test_a_host_may_name_its_own_contact(project: Path, tmp_path: Path) -> None:
    site = site_of(
        project, tmp_path, repo_url="https://github.com/a/b", site_url="http://a.example/"
    )
    site.kb.host = site.kb.host.model_copy(update={"security_contact": "tel:+31-201234567"})
    well_known.write_security_txt(site)
    assert fields(tmp_path)["Contact"] == "tel:+31-201234567"
    assert "Canonical" not in fields(tmp_path), "an address in it begins with https://"


@pytest.mark.parametrize("repo_url", ["", "https://git.example/a/b", "http://github.com/a/b"])
def test_without_an_address_for_reports_there_is_no_security_txt(
    project: Path, tmp_path: Path, repo_url: str
) -> None:
    well_known.write_security_txt(site_of(project, tmp_path, repo_url=repo_url))
    assert not (tmp_path / well_known.SECURITY_TXT).exists()


def test_a_host_chooses_where_quick_exit_leads_and_other_languages_keep_theirs(
    discreet: Path,
) -> None:
    strings = KnowledgeBase.load(discreet).strings
    for prefix, target in (("", "https://exit.example/"), ("en/", strings["en"]("exit.target"))):
        assert {*read(discreet, prefix + "now/").xpath("//a[@class='exit']/@href")} == {target}
