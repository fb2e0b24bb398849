"""One file makes the site an organisation's own, and what is mended upstream never undoes what is theirs.

The edition in German is built from the checkout's own pages and an empty folder, as a host would.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import PHONE, opened
from fixture_site import CHECKOUT, build, make_site, manifest, page, verb
from handvat.commands.check import find_problems
from handvat.content import colour as colours
from handvat.content.knowledge_base import KnowledgeBase
from handvat.overlay.apply import compose
from handvat.overlay.organisation import NAME, UPSTREAM, Organisation, read_organisation
from handvat.preview.session import affected
from helpers.servers import hosted
from lxml import html
from playwright.sync_api import Browser

PURPLE = "#7a1fa2"
REPLACED = "docs/de/help/index.md"

SETTINGS = f"""\
name: "Beispielverein für junge Menschen"
address: "https://wissen.example.org/kinder/"
logo: logo.svg
colour: "{PURPLE}"
languages: [de, nl, en]
country: de
contacts: contacts.yml
leave_out: [police/victim-and-suspect.md]
notice: {{de: "Diese Ausgabe gilt für den Beispielverein."}}
footer: {{de: "Beispielverein e. V., Musterstadt"}}
privacy: {{de: "Unser Server schreibt keine Adressen auf."}}
imprint: about/imprint.md
exit: "https://www.example.org/"
repository: null
"""

CONTACT = """\
- id: {id}
  name: {name}
  audiences: [professionals, youth, parents]
  needs: [{need}]
  numbers: [{{dial: "030 {number}", kind: national, works_from: DE}}]
  url: https://beispielverein.example/
  chat: null
  hours: unknown
  cost: unknown
  languages: [de]
  crisis: false
  what: {{de: "Zum Ausprobieren.", nl: "Om te proberen.", en: "To try it."}}
  sources: []
  checked: null
"""

CONTACTS = [
    ("our-team", "Team Beispielverein", "talk", "2000000"),
    ("child-protection", "Jugendamt Musterstadt", "child-protection", "2000001"),
    ("image-helpline", "Hilfe bei Bildern", "images", "2000002"),
    ("police", "Polizei Musterstadt", "police", "2000003"),
    ("exploitation-chat", "Chat Musterstadt", "trafficking", "2000004"),
]

TEAM = page(
    "Unser Team",
    "## Kurz { #in-short }\n\nRufen Sie uns an.\n\n## Wer wir sind { #who }\n\nVier Fachkräfte. "
    '{{ contact("our-team") }}\n\n## Wann { #when }\n\nJederzeit. '
    "[Direkte Gefahr](../now/immediate-danger.md).\n",
    "guide",
)
IMPRINT = page("Impressum", "## Verantwortlich { #who }\n\nBeispielverein e. V.\n", "about")


def write_edition(folder: Path) -> Path:
    """The files of an organisation in the empty `folder`; returns its settings."""
    files = {
        NAME: SETTINGS,
        "contacts.yml": "".join(
            CONTACT.format(id=key, name=name, need=need, number=number)
            for key, name, need, number in CONTACTS
        ),
        "logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>',
        "pages/de/help/our-team.md": TEAM,
        "pages/de/about/imprint.md": IMPRINT,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder / NAME


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the edition in German, built from an empty folder."""
    folder = tmp_path_factory.mktemp("edition")
    settings = write_edition(folder)
    code, output = verb(CHECKOUT, "overlay add", REPLACED, ORGANISATION=str(settings))
    assert code == 0, output
    own = folder / "pages/de/help/index.md"
    text = own.read_text("utf-8")
    own.write_text(re.sub(r"(#in-short \}\n\n)", r"\1Der Beispielverein hilft.\n", text), "utf-8")
    code, output = verb(
        CHECKOUT, "build", "--out", str(folder / "site"), ORGANISATION=str(settings)
    )
    assert code == 0, output
    return folder / "site"


def read(site: Path, address: str) -> html.HtmlElement:
    return html.fromstring((site / address / "index.html").read_bytes())


# The edition


def test_german_stands_at_the_root_and_dutch_below_its_own_folder(edition: Path) -> None:
    assert (read(edition, "").get("lang"), read(edition, "nl").get("lang")) == ("de", "nl")
    assert read(edition, "nl").xpath("//link[@rel='canonical']/@href") == [
        "https://wissen.example.org/kinder/nl/"
    ]
    default = read(edition, "now/first-hour").xpath("//link[@hreflang='x-default']/@href")
    assert default == ["https://wissen.example.org/kinder/now/first-hour/"]
    assert not (edition / "fr").exists() and not (edition / "de").exists()


def test_every_page_bears_the_name_notice_and_foot_of_the_organisation(edition: Path) -> None:
    root = read(edition, "now/first-hour")
    text = root.text_content()
    assert root.findtext(".//title").strip().endswith("· Beispielverein für junge Menschen")
    assert "Diese Ausgabe gilt für den Beispielverein." in text
    assert "Beispielverein e. V., Musterstadt" in text
    assert root.xpath("//footer//a[.='Impressum']/@href") == ["../../about/imprint/"]
    assert root.xpath("//a[contains(@class,'exit')]/@href")[0] == "https://www.example.org/"
    assert "Beispielverein" not in read(edition, "nl").xpath("string(//footer)")


def test_the_own_page_stands_in_the_menu_and_the_replaced_one_says_what_they_say(
    edition: Path,
) -> None:
    assert "Der Beispielverein hilft." in read(edition, "help").text_content()
    assert "Unser Team" in read(edition, "help").xpath("string(//nav[@class='side'])")
    assert "Der Beispielverein hilft." not in read(edition, "en/help").text_content()


def test_an_own_page_that_a_language_lacks_says_so_and_names_the_language_it_is_in(
    edition: Path,
) -> None:
    root = read(edition, "nl/help/our-team")
    notice = root.xpath("//*[contains(@class,'notice-untranslated')]")[0]
    assert notice.xpath("string(./a)") == "Deutsch"
    assert root.xpath("//article/@lang") == ["de"]


def test_a_page_that_is_left_out_is_linked_from_nowhere(edition: Path) -> None:
    assert not (edition / "police/victim-and-suspect").exists()
    for path in edition.rglob("*.html"):
        assert b"victim-and-suspect/" not in path.read_bytes(), path


def test_who_to_call_is_the_organisation_s_own_country_and_never_another_s_unsaid(
    edition: Path,
) -> None:
    contacts = read(edition, "now/immediate-danger").xpath("string(//footer)")
    assert "116 117" not in contacts
    assert re.search(r"\b11[02]\b", contacts), contacts
    assert "Team Beispielverein (030 2000000)" in read(edition, "help/our-team").text_content()
    # A page on the law of the Netherlands gives its numbers, and says on top whose they are.
    duties = read(edition, "duties/meldcode")
    above = duties.xpath("//div[@id='_main']/*")
    first = next(one for one in above if "notice-foreign" in (one.get("class") or ""))
    assert above.index(first) < above.index(duties.xpath("//article")[0])
    assert "Niederlande" in first.text_content()
    assert "Veilig Thuis" in duties.text_content()


def test_the_page_about_privacy_says_what_the_host_s_server_keeps(edition: Path) -> None:
    assert (
        "Unser Server schreibt keine Adressen auf." in read(edition, "about/privacy").text_content()
    )
    assert "Unser Server" not in read(edition, "nl/about/privacy").text_content()


def test_nobody_is_sent_to_a_repository_that_is_not_theirs(edition: Path) -> None:
    pages = {path: path.read_bytes() for path in edition.rglob("index.html")}
    assert len(pages) > 10
    assert [path for path, data in pages.items() if b"/edit/main/" in data] == []


def test_the_edition_is_as_whole_as_the_site_is(edition: Path) -> None:
    """Every link within it leads somewhere."""
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
    (folder / "www/kinder").symlink_to(edition)
    with hosted(request.param, folder / "www", edition, folder) as server:
        yield f"http://127.0.0.1:{server.port}/kinder/"


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
        tab.fill("#_search-words", "Team")
        tab.wait_for_selector(".result-title:has-text('Unser Team')")
        assert watch.complaints == [] and watch.foreign == []


@pytest.mark.browser
def test_the_chosen_colour_meets_wcag_in_both_schemes(browser: Browser, address: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for scheme in ("light", "dark"):
        with opened(browser, color_scheme=scheme) as (tab, _):
            tab.goto(address + "help/our-team/")
            found = Axe().run(tab, options={"runOnly": ["color-contrast"]}).response["violations"]
            assert found == [], scheme


@pytest.mark.parametrize(("path", "stays"), [
    ("duties/meldcode.md", False), ("police/rights.md", False),
    ("now/first-hour.md", True), ("police/evidence.md", True), ("signals/secrecy.md", True),
])  # fmt: skip
def test_pages_on_another_country_s_law_can_be_left_out_but_for_what_danger_asks_for(
    foreignless: Path, path: str, stays: bool
) -> None:
    for code in ("de", "nl"):
        assert (foreignless / "docs" / code / path).is_file() is stays


def test_what_is_left_after_that_has_no_mistake(foreignless: Path) -> None:
    base = KnowledgeBase.load(foreignless)
    assert [str(problem) for problem in find_problems(base)] == []
    cards = (foreignless / "docs/de/tools/pocket-cards.md").read_text("utf-8")
    assert '"now/first-hour.md"' in cards and "parents/first-meeting.md" not in cards


@pytest.fixture(scope="module")
def foreignless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the edition in German without the law of the Netherlands."""
    folder = tmp_path_factory.mktemp("foreignless")
    settings = write_edition(folder)
    settings.write_text(settings.read_text("utf-8") + "foreign_pages: leave-out\n", "utf-8")
    project = folder / "project"
    project.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORGANISATION", str(settings))
        return compose(CHECKOUT, project).root


# Upgrading


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A tiny project with an organisation that replaces a page of it."""
    folder = make_site(tmp_path / "project")
    (folder / NAME).write_text('name: "Ons huis"\n', "utf-8")
    code, output = verb(folder, "overlay add", "docs/nl/now/first-hour.md")
    assert code == 0, output
    own = folder / "pages/nl/now/first-hour.md"
    own.write_text(own.read_text("utf-8").replace("Blijf rustig.", "Bel ons team."), "utf-8")
    return folder


def test_an_upgrade_past_a_replaced_page_shows_the_difference_and_keeps_theirs(
    project: Path,
) -> None:
    code, output = build(project)
    assert code == 0 and "has changed since" not in output, output
    ours = project / "docs/nl/now/first-hour.md"
    ours.write_text(
        ours.read_text("utf-8").replace("Blijf rustig.", "Blijf rustig. Ga zitten."), "utf-8"
    )
    code, output = build(project)
    assert code == 0, output
    assert (
        "pages/nl/now/first-hour.md replaces docs/nl/now/first-hour.md, which has changed since"
        in output
    )
    assert "-Blijf rustig.\n+Blijf rustig. Ga zitten." in output
    assert "handvat overlay add docs/nl/now/first-hour.md" in output
    text = (project / "site/now/first-hour/index.html").read_text("utf-8")
    assert "Bel ons team." in text and "Ga zitten" not in text
    code, output = verb(project, "overlay add", "docs/nl/now/first-hour.md")
    assert code == 0 and "Your text is as it was" in output
    code, output = build(project)
    assert code == 0 and "has changed since" not in output, output
    assert "Bel ons team." in (project / "site/now/first-hour/index.html").read_text("utf-8")


def test_without_the_old_text_the_change_is_told_all_the_same(project: Path) -> None:
    shutil.rmtree(project / UPSTREAM)
    ours = project / "docs/nl/now/first-hour.md"
    ours.write_text(ours.read_text("utf-8") + "\nNog iets.\n", "utf-8")
    code, output = build(project)
    assert code == 0 and "the difference cannot be shown" in output


def test_a_page_that_takes_the_place_of_ours_unsaid_is_refused(project: Path) -> None:
    own = project / "pages/nl/now/first-hour.md"
    own.write_text(re.sub(r"replaces: .*\n", "", own.read_text("utf-8")), "utf-8")
    code, output = build(project)
    assert code == 1
    assert "pages/nl/now/first-hour.md:1: organisation: it takes the place of" in output
    assert not (project / "site").exists()


def test_a_mistake_in_a_page_of_theirs_is_named_where_they_wrote_it(project: Path) -> None:
    own = project / "pages/nl/now/first-hour.md"
    text = own.read_text("utf-8") + "\n[Nergens](gone.md)\n"
    own.write_text(text, "utf-8")
    code, output = verb(project, "check")
    line = text.count("\n")
    assert code == 1
    assert f"pages/nl/now/first-hour.md:{line}: links: " in output


def test_a_mistake_in_their_contacts_is_named_at_its_line(project: Path) -> None:
    (project / NAME).write_text("contacts: contacts.yml\n", "utf-8")
    text = CONTACT.format(id="team", name="Team", need="talk", number="1234567")
    (project / "contacts.yml").write_text(text.replace("cost: unknown", "cost: cheap"), "utf-8")
    code, output = verb(project, "check")
    assert code == 1
    assert "contacts.yml:9: data: cost: 'cheap' is not one of the known values" in output


def test_without_an_organisation_nothing_is_put_together(tmp_path: Path) -> None:
    plain, themed = make_site(tmp_path / "plain"), make_site(tmp_path / "themed")
    (themed / NAME).write_text("# nothing yet\n{}\n", "utf-8")
    for folder in (plain, themed):
        code, output = build(folder, SOURCE_DATE_EPOCH="1760000000")
        assert code == 0, output
    assert manifest(plain / "site") == manifest(themed / "site")


def test_the_preview_follows_what_an_organisation_edits(tmp_path: Path) -> None:
    root, home = tmp_path / "project", tmp_path / "ours"
    assert affected(home / "pages/de/help/our-team.md", root, home) is None
    assert affected(home / ".git/index", root, home) == set()
    assert affected(root / NAME, root) is None
    assert affected(tmp_path / "elsewhere.md", root, home) == set()


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
    told = set(re.findall(r"^# ([a-z_]+):", text, re.MULTILINE)) | {"foreign_pages"}
    assert told == set(Organisation.model_fields)
    # Each example holds when its # is taken away, once its files are there.
    opened_up = re.sub(r"^# (?=[a-z_]+: )", "", text, flags=re.MULTILINE)
    opened_up = re.sub(r"^exit: \".*\n", "", opened_up, flags=re.MULTILINE)
    (tmp_path / NAME).write_text(opened_up, "utf-8")
    for name in ("logo.svg", "icon.svg", "contacts.yml", "sources.yml"):
        (tmp_path / name).write_text("x")
    assert read_organisation(tmp_path / NAME)[1] == []


# What is refused


@pytest.mark.parametrize(("written", "says"), [
    ("colour: '#ffcc00'", r"organisation.yml:1: organisation: colour: #ffcc00 has a contrast of 1\.\d+ .* nearest colour that passes is #"),
    ("colour: red", r"is no colour: write it as"),
    ("colour: 123", r"is not a text"),
    ("name: [a]", r"name: .* is not a text"),
    ("nmae: Huis", r"unknown key 'nmae'; did you mean 'name'\?"),
    ("address: example.org", r"is no address of a site"),
    ("languages: [nl, xx]", r"organisation.yml:1: organisation: there is no language 'xx'"),
    ("leave_out: [now/gone.md]", r"there is no page 'now/gone.md'"),
    ("leave_out: [index.md]", r"index.md cannot be left out"),
    ("logo: gone.svg", r"gone.svg does not exist"),
    ("logo: ../outside.svg", r"outside.svg lies outside the folder"),
    ("contacts: notes.yml", r"has not the form of the file that it adds to"),
    ("exit: ftp://example.org", r"is no address to leave for"),
    ("country: Germany", r"is no country"),
    ("name: a\nname: b", r"organisation.yml:2: yaml: the key 'name' stands here twice"),
    ("name: &a b\nfooter: {nl: *a}", r"anchors"),
    ("\t", r"organisation.yml:1"),
], ids=lambda value: str(value)[:24])  # fmt: skip
def test_a_slip_in_the_settings_is_named_with_its_line_and_nothing_is_built(
    tmp_path: Path, written: str, says: str
) -> None:
    project = make_site(tmp_path / "project")
    (tmp_path / "outside.svg").write_text("<svg/>")
    (project / "notes.yml").write_text("just a text\n")
    (project / NAME).write_text(f"{written}\n", "utf-8")
    code, output = build(project)
    assert code == 1
    assert "Traceback" not in output
    assert re.search(says, output), output
    assert not (project / "site").exists()


def test_an_organisation_file_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    code, output = build(make_site(tmp_path), ORGANISATION=str(tmp_path / "gone.yml"))
    assert code == 1 and "gone.yml:1: organisation: the file is not there" in output


@pytest.mark.parametrize(
    "name",
    ["pages/nl/../../../outside.md", "pages/xx/page.md", "pages/nl/page.txt", "pages/page.md"],
)
def test_what_is_no_page_of_a_language_is_refused(tmp_path: Path, name: str) -> None:
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


def test_contrast_is_reckoned_against_the_paper_of_the_style_sheet() -> None:
    style = (CHECKOUT / "overrides/inline/handvat.css").read_text("utf-8")
    assert re.findall(r"--paper: (#\w+)", style)[:2] == [colours.PAPER, colours.DARK_PAPER]
