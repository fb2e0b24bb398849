"""An edition for another country never gives readers Dutch emergency numbers without saying so."""

from __future__ import annotations

from pathlib import Path

import pytest
from edition_site import BELGIAN, law, make_project, write_edition
from fixture_site import CHECKOUT, build, make_site, page, search_index
from handvat.checks.runner import find_problems
from handvat.cli import run as handvat
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.models import countries, explain_country
from handvat.content.page import SAFETY_CRITICAL
from handvat.content.shortcodes import ContactsArguments
from handvat.overlay.apply import load_edition
from handvat.overlay.organisation import NEEDED
from handvat.render.page_content import KINDS, Scope
from lxml import html
from samples import excerpt

HOUR = "now/first-hour.md"
BELGIUM = "country: be\ncontacts: contacts.yml\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with Dutch law on an act-now page and an edition for Belgium; the current folder."""
    folder = make_project(tmp_path)
    for code in ("nl", "en"):
        hour = folder / f"docs/{code}/{HOUR}"
        hour.write_text(law(hour.read_text("utf-8")), "utf-8")
    write_edition(folder, BELGIUM, {"contacts.yml": BELGIAN})
    monkeypatch.chdir(folder)
    return folder


def _errors(base: KnowledgeBase) -> list[str]:
    return [str(base.overlay.located(one)) for one in find_problems(base) if one.is_error]


# What is refused


def test_nothing_is_built_while_a_page_for_readers_in_danger_is_on_another_country_s_law(
    project: Path,
) -> None:
    code, output = build(project)
    assert code == 1
    for language in ("nl", "en"):
        assert (
            f"docs/{language}/{HOUR}:6: jurisdiction: readers in danger are led here, and it gives another country's "
            f"law and numbers (Netherlands, not Belgium); begin your own, handvat overlay add docs/{language}/{HOUR}, "
            "and write it for Belgium, with jurisdiction: BE" in output
        )
    assert not (project / "site").exists()


def test_an_organisation_s_copy_is_refused_until_it_has_their_country(project: Path) -> None:
    (project / "organisation.yml").write_text(f"{BELGIUM}languages: [nl]\n", "utf-8")
    hour = project / "docs/nl" / HOUR
    assert handvat(["overlay", "add", f"docs/nl/{HOUR}"]) == 0
    (error,) = _errors(load_edition(project))
    assert error.startswith(f"pages/nl/{HOUR}:6: jurisdiction: ")
    assert error.endswith("; write it for Belgium, with jurisdiction: BE")
    own = project / "pages/nl" / HOUR
    own.write_text(own.read_text("utf-8").replace("jurisdiction: NL", "jurisdiction: BE"), "utf-8")
    assert _errors(load_edition(project)) == []
    assert hour.read_text("utf-8").count("jurisdiction: NL") == 1


def test_a_language_that_the_edition_does_not_show_is_not_checked(project: Path) -> None:
    (project / "organisation.yml").write_text(f"{BELGIUM}languages: [en]\n", "utf-8")
    (project / "docs/nl/about/index.md").write_text(
        page("Over", '{{ contact("police") }}\n'), "utf-8"
    )
    files = {error.split(":")[0] for error in _errors(load_edition(project))}
    assert files == {f"docs/en/{HOUR}"}


def test_an_edition_of_the_real_texts_reports_each_page_that_readers_in_danger_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = write_edition(tmp_path, "country: be\nlanguages: [nl]\nforeign_pages: leave-out\n")
    monkeypatch.setenv("ORGANISATION", str(settings))
    base = load_edition(CHECKOUT)
    errors = [error for error in _errors(base) if ": calls: " not in error]
    foreign = {one.file for one in base.pages_in("nl") if base.is_foreign(one)}
    assert {error.split(":")[0] for error in errors} == foreign
    assert f"docs/nl/{HOUR}" in foreign and "docs/nl/contacts/index.md" in foreign
    for file in foreign:
        path = file.removeprefix("docs/nl/")
        assert path in NEEDED or path.startswith(SAFETY_CRITICAL)
    assert base.page("nl", "duties/meldcode.md") is None
    assert base.page("nl", "police/evidence.md")


# What readers are given


@pytest.fixture
def edition(project: Path) -> Path:
    """The site of the edition, in Dutch and English."""
    for code in ("nl", "en"):
        hour = project / f"docs/{code}/{HOUR}"
        text = hour.read_text("utf-8").replace("jurisdiction: NL\n", "")
        hour.write_text(f'{text}\nBel {{{{ contact("emergency") }}}}.\n', "utf-8")
    code, output = build(project)
    assert code == 0, output
    return project / "site"


def test_its_own_numbers_are_at_the_foot_in_search_and_on_pages_of_no_country(
    edition: Path,
) -> None:
    root = html.fromstring((edition / "now/first-hour/index.html").read_bytes())
    assert set(root.xpath("//a[starts-with(@href, 'tel:')]/@href")) == {"tel:101101"}
    assert "101 101" in root.xpath("string(//footer)")
    called = search_index(edition, "nl")["danger"]["contacts"]
    assert [one["numbers"] for one in called] == [["101 101"]]


def test_a_page_on_another_country_s_law_says_so_and_gives_no_number_to_dial(edition: Path) -> None:
    root = html.fromstring((edition / "en/duties/meldcode/index.html").read_bytes())
    above = root.xpath("//div[@id='_main']/*")
    (notice,) = root.xpath("//p[contains(@class, 'notice-foreign')]")
    assert "Netherlands" in notice.text_content()
    assert above.index(notice) < above.index(root.xpath("//article")[0])
    article = root.find(".//article")
    assert article.xpath(".//a[starts-with(@href, 'tel:')]") == []
    text = " ".join(article.text_content().split())
    assert "Bel Veilig Thuis (0800 2000, Netherlands), en bij gevaar 112 (112, Netherlands)" in text
    (card,) = article.find_class("contact-facts")
    assert card.text_content().startswith("0800 2000, Netherlands · ")


@pytest.mark.usefixtures("edition")
def test_search_names_the_country_of_the_numbers_that_it_quotes(project: Path) -> None:
    base = load_edition(project)
    found = excerpt(base, "en", "duties/meldcode.md")
    assert found.startswith("Netherlands: ")
    assert "\u2068Veilig Thuis\u2069 \u2068(0800 2000, Netherlands)\u2069" in found
    plain = excerpt(base, "nl", HOUR)
    assert "(101 101)" in plain and "België" not in plain


def test_a_page_that_names_a_country_itself_gives_its_numbers_to_dial(project: Path) -> None:
    (project / "docs/nl/contacts/index.md").write_text(
        page("Elders", '{{ contacts() }}\n\n{{ contacts(country="nl") }}\n'), "utf-8"
    )
    base = load_edition(project)
    scope = Scope(base, base.language("nl"), "be", "", tuple)
    lists = [
        KINDS["contacts"].values(ContactsArguments(country=country), scope)["contacts"]
        for country in (None, "nl")
    ]
    assert [one.numbers[0].dial.replace(" ", "") for found in lists for one in found] == [
        "101101", "022000000", "112", "08002000",
    ]  # fmt: skip


# Contacts and countries


def test_a_contact_that_is_missing_for_their_country_belongs_in_their_own_file(
    project: Path,
) -> None:
    (project / "docs/nl/about/index.md").write_text(
        page("Over", 'Bel {{ contact("police") }}.\n\n{{ contacts(need="police") }}\n'), "utf-8"
    )
    lines = [error for error in _errors(load_edition(project)) if ": calls: " in error]
    assert len(lines) == 2
    assert all(line.endswith(" Or write it in contacts.yml") for line in lines)
    (project / "organisation.yml").write_text("country: be\n", "utf-8")
    (project / "data/contacts/be.yml").write_text(BELGIAN, "utf-8")
    lines = [error for error in _errors(load_edition(project)) if ": calls: " in error]
    assert all("name that in organisation.yml: contacts: contacts.yml" in line for line in lines)


@pytest.mark.parametrize(("code", "fix"), [
    ("nl", ""), ("be", ""), ("xk", ""), ("uk", "did you mean 'gb'?"), ("BE", "did you mean 'be'?"),
    ("deu", "did you mean 'de'?"), ("eu", "write two small letters"), ("xx", "write two small letters"),
    ("../x", "write two small letters"),
])  # fmt: skip
def test_a_country_is_one_of_iso_3166(code: str, fix: str) -> None:
    assert explain_country(code).startswith(fix) and bool(explain_country(code)) == bool(fix)
    assert {"NL", "BE", "DE", "GB", "UA"} <= countries() and not {"EU", "UN", "ZZ"} & countries()


def test_a_page_can_be_of_any_country_that_exists_and_no_other(tmp_path: Path) -> None:
    pages = {
        "nl/duties/index.md": law(page("Plichten", "Wat moet.\n"), "LU"),
        "nl/duties/more.md": law(page("Meer", "Wat mag.\n"), "lu"),
    }
    base = KnowledgeBase.load(make_site(tmp_path, pages))
    found = base.page("nl", "duties/index.md")
    assert found and base.is_foreign(found)
    (problem,) = [one for one in base.problems if "more" in one.file]
    assert "'lu' is not a country: write its two capital letters, as NL" in str(problem)
