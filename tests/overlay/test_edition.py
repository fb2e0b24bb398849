"""One file makes the site an organisation's own.

The edition, in English and for Belgium, is built from a tiny project in Dutch and a folder of its own, as a host would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import PHONE, opened
from edition_site import BELGIAN, make_project, write_edition
from fixture_site import CHECKOUT, build, make_site, manifest, page, verb
from handvat.checks.runner import find_problems
from handvat.content import colour as colours
from handvat.content.problem import Problem
from handvat.overlay.apply import OverlayError, load_edition
from handvat.overlay.organisation import NAME, Organisation, read_organisation
from handvat.preview.session import affected
from helpers.servers import hosted
from lxml import html
from playwright.sync_api import Browser

PURPLE = "#7a1fa2"

SETTINGS = f"""\
name: "Ons Huis voor jongeren"
address: "https://weten.example.org/jong/"
logo: logo.svg
icon: icon.svg
colour: "{PURPLE}"
languages: [en, nl]
country: be
contacts: contacts.yml
sources: sources.yml
leave_out: [police/rights.md]
notice: {{en: "This edition is that of Ons Huis."}}
footer: {{en: "Ons Huis vzw, Gent"}}
privacy: {{en: "Our server keeps no addresses."}}
imprint: about/imprint.md
exit: "https://www.example.org/"
repository: null
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
TEAM = page(
    "Our team",
    "## In short { #in-short }\n\nCall us.\n\n## Who we are { #who }\n\nFour professionals [@ons-huis]. "
    '{{ contact("our-team") }}\n\n## When { #when }\n\nAlways. [Who to call](../contacts/index.md).\n\n'
    "![Our house](house.svg)\n",
    "guide",
)
FILES = {
    "contacts.yml": BELGIAN,
    "sources.yml": "ons-huis: {title: Wie wij zijn, by: Ons Huis, year: 2026, url: https://huis.example/, "
    "language: nl, seen: 2026-11-24, kind: primary}\n",
    "logo.svg": PICTURE,
    "icon.svg": PICTURE.replace("M0 0", "M1 1"),
    "pages/en/help/our-team.md": TEAM,
    "pages/en/help/house.svg": PICTURE,
    "pages/en/about/imprint.md": page(
        "Imprint", "## Responsible { #who }\n\nOns Huis vzw.\n", "about"
    ),
}


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the edition, built from a folder beside the project."""
    folder = tmp_path_factory.mktemp("edition")
    project = make_project(folder / "project")
    settings = write_edition(folder / "ours", SETTINGS, FILES)
    code, output = verb(project, "overlay add", "docs/en/help/index.md", ORGANISATION=str(settings))
    assert code == 0, output
    own = folder / "ours/pages/en/help/index.md"
    text = own.read_text("utf-8")
    own.write_text(text.replace("#in-short }\n\n", "#in-short }\n\nOns Huis helps.\n"), "utf-8")
    code, output = build(project, "--out", str(folder / "site"), ORGANISATION=str(settings))
    assert code == 0, output
    return folder / "site"


def read(site: Path, address: str) -> html.HtmlElement:
    return html.fromstring((site / address / "index.html").read_bytes())


# The edition


def test_its_first_language_is_at_the_root_and_dutch_below_its_own_folder(edition: Path) -> None:
    assert (read(edition, "").get("lang"), read(edition, "nl").get("lang")) == ("en", "nl")
    assert read(edition, "nl").xpath("//link[@rel='canonical']/@href") == [
        "https://weten.example.org/jong/nl/"
    ]
    default = read(edition, "now/first-hour").xpath("//link[@hreflang='x-default']/@href")
    assert default == ["https://weten.example.org/jong/now/first-hour/"]
    assert not (edition / "ar").exists() and not (edition / "en").exists()


def test_every_page_has_the_name_notice_and_foot_of_the_organisation(edition: Path) -> None:
    root = read(edition, "now/first-hour")
    text = root.text_content()
    assert root.findtext(".//title").strip().endswith("· Ons Huis voor jongeren")
    assert "This edition is that of Ons Huis." in text
    assert "Ons Huis vzw, Gent" in text
    assert root.xpath("//footer//a[.='Imprint']/@href") == ["../../about/imprint/"]
    assert root.xpath("//a[@class='exit']/@href")[0] == "https://www.example.org/"
    assert "vzw" not in read(edition, "nl").xpath("string(//footer)")


def test_it_has_the_logo_and_the_icon_of_the_organisation(edition: Path) -> None:
    assert read(edition, "").xpath("//a[@class[contains(.,'brand')]]//img/@src") == [
        "assets/logo.svg"
    ]
    assert (edition / "assets/logo.svg").read_text("utf-8") == PICTURE
    # The picture of a shared link has the shipped name.
    assert b"og:image" not in (edition / "index.html").read_bytes()
    assert (edition / "assets/favicon.svg").read_text("utf-8") == FILES["icon.svg"]
    assert (
        "M1%201" in read(edition, "").xpath("//link[@rel='icon']/@href")[0]
        or "M1 1" in (read(edition, "").xpath("//link[@rel='icon']/@href")[0])
    )


def test_an_own_page_is_in_the_menu_with_its_picture_and_its_source(edition: Path) -> None:
    team = read(edition, "help/our-team")
    assert "Our team" in read(edition, "help").xpath("string(//nav[@class='side'])")
    (picture,) = team.xpath("//article//img/@src")
    assert (edition / "help/our-team" / picture).resolve().read_text("utf-8") == PICTURE
    assert "Wie wij zijn" in team.xpath("string(//section[contains(@class, 'sources')])")


def test_a_replaced_page_has_their_text_and_says_that_they_changed_it(edition: Path) -> None:
    own = read(edition, "help")
    assert "Ons Huis helps." in own.text_content()
    notice = own.xpath("string(//div[contains(@class, 'notice-review')])")
    assert "Changed by Ons Huis voor jongeren. The original text is from Handvat" in notice
    # The translation that it was made from is not reviewed.
    assert "Not yet checked by a native speaker" in notice
    assert "Ons Huis helps." not in read(edition, "nl/help").text_content()
    assert "Changed by" not in read(edition, "about/imprint").text_content()


def test_an_own_page_that_a_language_lacks_says_so_and_names_the_language_it_is_in(
    edition: Path,
) -> None:
    root = read(edition, "nl/help/our-team")
    notice = root.xpath("//*[contains(@class,'notice-untranslated')]")[0]
    assert notice.xpath("string(./a)") == "English"
    assert root.xpath("//article/@lang") == ["en"]


def test_a_page_that_the_first_language_lacks_leads_to_its_home_page(
    tmp_path: Path,
) -> None:
    project = make_project(tmp_path)
    (project / "docs/en/help/index.md").unlink()
    write_edition(project, "languages: [en, nl]\n")
    assert build(project)[0] == 0
    root = read(project / "site", "nl/help")
    assert root.xpath("//details[contains(@class, 'languages')]//a/@href") == ["../..", "./"]
    assert root.xpath("//link[@hreflang]/@hreflang") == ["nl"]
    # On the page beside it both are there.
    root = read(project / "site", "nl/police")
    assert root.xpath("//link[@hreflang]/@hreflang") == ["en", "nl", "x-default"]


def test_a_page_that_is_left_out_is_linked_from_nowhere(edition: Path) -> None:
    assert not (edition / "police/rights").exists()
    for path in edition.rglob("*.html"):
        assert b"rights/" not in path.read_bytes(), path


@pytest.mark.parametrize("address", ["police", "nl/police"])
def test_an_entry_that_only_links_to_a_left_out_page_goes_and_words_in_a_sentence_stay(
    edition: Path, address: str
) -> None:
    article = read(edition, address).find(".//article")
    assert article.xpath("count(.//li)") == 1 and article.xpath("count(.//ul)") == 1
    assert article.xpath("count(.//tbody/tr)") == 1
    assert "je rechten of het begin" in article.text_content()


def test_a_translation_is_not_out_of_date_because_a_page_is_left_out(edition: Path) -> None:
    assert read(edition, "police").xpath("//*[contains(@class, 'notice-stale')]") == []


def test_the_page_about_privacy_says_what_the_host_s_server_stores(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    write_edition(root, 'privacy: {nl: "Onze server bewaart geen adressen."}\n')
    assert build(root)[0] == 0
    assert "Onze server" in read(root / "site", "about/privacy").text_content()
    assert "Onze server" not in read(root / "site", "about/sources").text_content()


def test_no_page_links_to_a_repository_that_is_not_theirs(edition: Path) -> None:
    pages = {path: path.read_bytes() for path in edition.rglob("index.html")}
    assert len(pages) > 10
    assert [path for path, data in pages.items() if b"/edit/main/" in data] == []


def test_every_link_within_the_edition_leads_to_a_file(edition: Path) -> None:
    dead = []
    for path in edition.rglob("index.html"):
        for link in html.fromstring(path.read_bytes()).xpath("//a/@href"):
            if re.match(r"[a-z]+:|#", link):
                continue
            goal = (path.parent / link.partition("#")[0]).resolve()
            if not (goal / "index.html" if goal.is_dir() else goal).is_file():
                dead.append(f"{path.relative_to(edition)}: {link}")
    assert dead == []


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def address(
    edition: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The edition in a folder of a host, on the servers that hosts have."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "www").mkdir()
    (folder / "www/jong").symlink_to(edition)
    with hosted(request.param, folder / "www", edition, folder) as server:
        yield f"http://127.0.0.1:{server.port}/jong/"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edition_is_right_in_a_browser(browser: Browser, address: str, scheme: str) -> None:
    with opened(browser, viewport=PHONE, color_scheme=scheme) as (tab, watch):
        tab.goto(address)
        assert tab.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
        act = tab.evaluate(
            "() => getComputedStyle(document.documentElement).getPropertyValue('--act')"
        )
        assert (act.strip() == PURPLE) == (scheme == "light")
        assert tab.locator(".brand img").evaluate("it => it.complete && it.naturalWidth > 0")
        tab.click(".search-open")
        tab.fill("#_search-words", "team")
        tab.wait_for_selector(".result-title:has-text('Our team')")
        assert watch.complaints == [] and watch.foreign == []


@pytest.mark.browser
def test_the_chosen_colour_meets_wcag_in_both_schemes(browser: Browser, address: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for scheme in ("light", "dark"):
        with opened(browser, color_scheme=scheme) as (tab, _):
            tab.goto(address + "help/our-team/")
            found = Axe().run(tab, options={"runOnly": ["color-contrast"]}).response["violations"]
            assert found == [], scheme


# Its own files and the shipped ones


def test_a_mistake_is_named_in_the_file_where_somebody_can_mend_it(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    contacts = BELGIAN.replace("cost: unknown", "cost: cheap", 1)
    text = page("Ons team", "## Kort { #in-short }\n\n[Nergens](gone.md)\n", "index")
    write_edition(
        project,
        "contacts: contacts.yml\n",
        {"contacts.yml": contacts, "pages/nl/help/team.md": text},
    )
    (project / "data/contacts/nl.yml").write_text("- {id: hulp}\n", "utf-8")
    code, output = verb(project, "check")
    assert code == 1
    assert "contacts.yml:9: data: cost: 'cheap' is not one of the known values" in output
    assert f"pages/nl/help/team.md:{text.count(chr(10))}: links: docs/nl/help/gone.md" in output
    assert "data/contacts/nl.yml:1: data: the key 'name' is missing" in output


def test_an_own_entry_replaces_a_shipped_one_and_those_before_and_after_keep_their_lines(
    tmp_path: Path,
) -> None:
    project = make_project(tmp_path)
    own = BELGIAN.replace("emergency", "child-protection").replace(
        "works_from: BE", "works_from: NL"
    )
    write_edition(project, "contacts: contacts.yml\n", {"contacts.yml": own})
    base = load_edition(project)
    assert list(base.own_contacts) == ["child-protection", "our-team", "emergency"]
    assert base.own_contacts["child-protection"].name == "Urgences"
    (document,) = [one for name, one in base.data.items() if name == "data/contacts/nl.yml"]
    places = []
    for number in range(3):
        problem = Problem(document.file, document.line((number, "name")), "x", "x", "x")
        found = base.overlay.located(problem)
        places.append((found.file, found.line))
    assert places == [("contacts.yml", 2), ("contacts.yml", 16), ("data/contacts/nl.yml", 1)]


def test_without_an_organisation_nothing_differs(tmp_path: Path) -> None:
    plain, themed = make_site(tmp_path / "plain"), make_site(tmp_path / "themed")
    (themed / NAME).write_text("# nothing yet\n{}\n", "utf-8")
    for folder in (plain, themed):
        code, output = build(folder, SOURCE_DATE_EPOCH="1760000000")
        assert code == 0, output
    assert manifest(plain / "site") == manifest(themed / "site")


def test_after_a_change_of_the_settings_nothing_of_the_edition_before_is_left(
    tmp_path: Path,
) -> None:
    before, clean = make_project(tmp_path / "before"), make_project(tmp_path / "clean")
    write_edition(before, "leave_out: [duties/meldcode.md]\n")
    write_edition(clean, "leave_out: [police/rights.md]\n")
    for folder in (before, clean):
        # Far from both pages in the menu: nothing but its link changes.
        (folder / "docs/nl/about/privacy.md").write_text(
            page("Privacy", "Lees [je rechten](../police/rights.md).\n"), "utf-8"
        )
        (folder / "docs/en/about/privacy.md").unlink()
        assert build(folder, LANGS="nl", SOURCE_DATE_EPOCH="1760000000")[0] == 0
    write_edition(before, "leave_out: [police/rights.md]\n")
    assert build(before, LANGS="nl", SOURCE_DATE_EPOCH="1760000000")[0] == 0
    assert manifest(before / "site") == manifest(clean / "site")


def test_a_check_and_a_build_say_whose_edition_it_is(tmp_path: Path) -> None:
    project = make_site(tmp_path)
    assert " in 3 languages, " in verb(project, "check")[1]
    write_edition(project, "name: Ons huis\ncountry: nl\nlanguages: [nl]\n")
    assert " in 1 languages of Ons huis (nl), " in verb(project, "check")[1]
    assert "Building nl of Ons huis (nl) into site/" in build(project)[1]


def test_an_imprint_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    project = make_site(tmp_path)
    write_edition(project, "name: Huis\nimprint: about/colofon.md\n")
    code, output = build(project)
    assert code == 1
    assert "organisation.yml:2: imprint: there is no page 'about/colofon.md'" in output
    assert "A page of your own is pages/nl/about/colofon.md" in output


def test_the_preview_follows_what_an_organisation_edits(tmp_path: Path) -> None:
    root, home = tmp_path / "project", tmp_path / "ours"
    assert affected(home / "pages/de/help/our-team.md", root, home) is None
    assert affected(home / ".git/index", root, home) == set()
    assert affected(root / NAME, root) is None
    assert affected(tmp_path / "elsewhere.md", root, home) == set()


def test_the_shipped_edition_can_be_chosen_where_an_organisation_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_site(tmp_path)
    write_edition(project, "name: Huis\n")
    monkeypatch.setenv("ORGANISATION", "-")
    assert not load_edition(project).overlay
    monkeypatch.delenv("ORGANISATION")
    assert load_edition(project).overlay.name == "Huis"


# Beginning


def test_the_start_that_is_written_builds_as_it_is_and_overwrites_nothing(tmp_path: Path) -> None:
    project = make_site(tmp_path / "project")
    code, output = verb(project, "overlay init")
    assert code == 0, output
    text = (project / NAME).read_text("utf-8")
    assert build(project)[0] == 0
    code, output = verb(project, "overlay init")
    assert code == 1 and "already there" in output
    assert (project / NAME).read_text("utf-8") == text


def test_the_start_explains_every_setting_there_is(tmp_path: Path) -> None:
    assert verb(tmp_path, "overlay init")[0] == 0
    text = (tmp_path / NAME).read_text("utf-8")
    explained = set(re.findall(r"^# ([a-z_]+):", text, re.MULTILINE)) | {"foreign_pages"}
    assert explained == set(Organisation.model_fields)
    # Each example is valid without its #, once its files exist.
    opened_up = re.sub(r"^# (?=[a-z_]+: )", "", text, flags=re.MULTILINE)
    opened_up = re.sub(r"^exit: \".*\n", "", opened_up, flags=re.MULTILINE)
    (tmp_path / NAME).write_text(opened_up, "utf-8")
    for name in ("logo.svg", "icon.svg", "contacts.yml", "sources.yml"):
        (tmp_path / name).write_text("x")
    assert read_organisation(tmp_path / NAME)[1] == []


def test_an_empty_file_gives_the_ordinary_site(tmp_path: Path) -> None:
    project = make_site(tmp_path)
    (project / NAME).write_text("", "utf-8")
    base = load_edition(project)
    assert base.overlay.host == {} and base.page("nl", "now/index.md")


def test_a_text_of_the_host_that_a_language_lacks_is_named(tmp_path: Path) -> None:
    project = make_site(tmp_path)
    settings = 'languages: [nl, en]\nfooter: {nl: Huis}\nprivacy: {nl: Ja, en: It does, xx: "?"}\n'
    write_edition(project, settings)
    found = [str(one) for one in find_problems(load_edition(project)) if one.rule == "host-texts"]
    assert len(found) == 2
    assert (
        "organisation.yml:2: host-texts: warning: footer: readers of en do not get this text"
        in found[0]
    )
    assert "organisation.yml:3: host-texts: privacy: there is no language 'xx'" in found[1]


# What is refused


def test_an_own_page_that_the_first_language_lacks_is_refused(tmp_path: Path) -> None:
    project = make_site(tmp_path)
    write_edition(
        project, "languages: [nl, en]\n", {"pages/en/help/only.md": page("Only", "Text.\n")}
    )
    says = "pages/en/help/only.md:1: .*write it as pages/nl/help/only.md too"
    with pytest.raises(OverlayError, match=says):
        load_edition(project)


@pytest.mark.parametrize(("written", "says"), [
    ("name: Huis\ncolour: '#ffcc00'", r"organisation.yml:2: organisation: colour: #ffcc00 has a contrast of 1\.\d+ .* nearest colour that passes is #"),
    ("colour: red", r"is not a colour: write it as"),
    ("colour: 123", r"is not a text"),
    ("colour: #0e5a5a", r"colour has no value; write one; a text that begins with # in quotes"),
    ("languages: nl", r"languages: 'nl' is not a list; write \[one, two\]"),
    ("notice: Hallo", r"notice: 'Hallo' is not keys with values"),
    ("name: [a]", r"name: .* is not a text"),
    ("nmae: Huis", r"unknown key 'nmae'; did you mean 'name'\?"),
    ("address: example.org", r"is not an address of a site"),
    ("name: Huis\nlanguages: [nl, xx]", r"organisation.yml:2: organisation: there is no language 'xx'"),
    ("leave_out: [now/gone.md]", r"there is no page 'now/gone.md'"),
    ("leave_out: [index.md]", r"index.md cannot be left out"),
    ("name: Huis\nlogo: gone.svg", r"organisation.yml:2: organisation: there is no file 'gone.svg'; it is looked for beside organisation.yml"),
    ("logo: ../outside.svg", r"outside.svg is outside the folder"),
    ("contacts: notes.yml", r"has another structure than the file that it adds to"),
    ("exit: ftp://example.org", r"is not an address to leave for"),
    ("country: Germany", r"is not a country"),
    ("country: uk", r"'uk' is not a country: did you mean 'gb'\?"),
    ("country: xx", r"'xx' is not a country: write two small letters"),
    ("name: Huis\ncountry: lu", r"organisation.yml:2: organisation: there are no contacts for 'lu'; write them .* contacts: contacts.yml"),
    ("name: a\nname: b", r"organisation.yml:2: yaml: the key 'name' is here twice"),
    ("name: &a b\nfooter: {nl: *a}", r"anchors"),
    ("\t", r"organisation.yml:1"),
], ids=lambda value: str(value)[:24])  # fmt: skip
def test_a_slip_in_the_settings_is_named_with_its_line(
    tmp_path: Path, written: str, says: str
) -> None:
    project = make_site(tmp_path / "project")
    (tmp_path / "outside.svg").write_text("<svg/>")
    svg = '<svg xmlns="http://www.w3.org/2000/svg">'
    files = {
        "script.svg": f"{svg}<script/></svg>",
        "half.svg": f"{svg}<circle",
        "zeros.png": "\0" * 9,
    }
    write_edition(project, f"{written}\n", {"notes.yml": "just a text\n", **files})
    with pytest.raises(OverlayError) as refused:
        load_edition(project)
    assert re.search(says, str(refused.value)), refused.value


def test_with_a_slip_nothing_is_built(tmp_path: Path) -> None:
    project = make_site(tmp_path)
    write_edition(project, "colour: red\n")
    code, output = build(project)
    assert code == 1 and "organisation.yml:1: organisation: colour: " in output
    assert not (project / "site").exists()


def test_an_organisation_file_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    code, output = build(make_site(tmp_path), ORGANISATION=str(tmp_path / "gone.yml"))
    assert code == 1 and "gone.yml:1: organisation: the file is not there" in output


@pytest.mark.parametrize(
    "name",
    ["pages/nl/../../../outside.md", "pages/xx/page.md", "pages/nl/page.txt", "pages/page.md"],
)
def test_what_is_not_a_page_of_a_language_is_refused(tmp_path: Path, name: str) -> None:
    project = make_site(tmp_path / "project")
    (project / NAME).write_text("{}\n", "utf-8")
    path = project / name
    if ".." in name:
        (tmp_path / "outside.md").write_text("secret")
        path = project / "pages/nl/inside.md"
        path.parent.mkdir(parents=True)
        path.symlink_to(tmp_path / "outside.md")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page("X"), "utf-8")
    code, output = build(project)
    assert code == 1 and ": organisation: this" in output
    assert "secret" not in output


# Colours


@pytest.mark.parametrize("colour", ["#ffcc00", "#ff0000", "#88ccff", "#7f7f7f", "#00ff00"])
def test_the_nearest_colour_that_is_named_passes(colour: str) -> None:
    with pytest.raises(ValueError, match="nearest colour"):
        colours.check(colour)
    colours.check(colours.nearest(colour))


@pytest.mark.parametrize("colour", [PURPLE, "#0e5a5a", "#000000", "#8a3618", "#00309c"])
def test_what_is_made_of_a_colour_can_be_read_in_both_schemes(colour: str) -> None:
    from coloraide import Color

    style = colours.style(colour)
    found = re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})", style)
    light, dark = dict(found[:4]), dict(found[4:8])
    for scheme, paper in ((light, colours.PAPER), (dark, colours.DARK_PAPER)):
        for one, other in (("act", paper), ("act", scheme["act-wash"]), ("act", scheme["on-act"])):
            assert Color(scheme[one]).contrast(other, method="wcag21") >= colours.AA, (
                scheme,
                other,
            )


def test_contrast_is_computed_against_the_paper_of_the_style_sheet() -> None:
    style = (CHECKOUT / "overrides/inline/handvat.css").read_text("utf-8")
    assert re.findall(r"--paper: (#\w+)", style)[:2] == [colours.PAPER, colours.DARK_PAPER]
