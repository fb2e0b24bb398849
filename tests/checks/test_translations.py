"""A changed Dutch section shows as stale in the translations, that section and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixture_site import build, following, make_site, page
from handvat.checks.runner import find_problems
from handvat.cli import run as handvat
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.translation import compare
from lxml import html
from samples import SOURCES, commit

BODY = "## Kort { #in-short }\n\nBlijf.\n\n## Dan { #then }\n\nBel.\n"
DUTCH = "docs/nl/now/first-hour.md"


def project(tmp_path: Path) -> Path:
    """A site in which the first hour is translated into English and Arabic, and follows the Dutch."""
    dutch = page("P", BODY)
    pages = {"nl/now/first-hour.md": dutch}
    for code, title in (("en", "Q"), ("ar", "R")):
        text = page(title, BODY, translated=True)
        pages[f"{code}/now/first-hour.md"] = following(text, dutch)
    return make_site(tmp_path, pages)


def stale(root: Path, code: str) -> list[tuple[str, str]]:
    """The sections of the built page with a notice, and where the notice leads."""
    found = html.fromstring((root / f"site/{code}/now/first-hour/index.html").read_bytes())
    return [
        (notice.getparent().get("data-section"), notice.xpath("a/@href")[0])
        for notice in found.xpath("//*[contains(@class, 'notice-stale')]")
    ]


def test_a_changed_section_is_marked_in_every_language_with_a_link_to_the_dutch(
    tmp_path: Path,
) -> None:
    root = project(tmp_path)
    code, output = build(root)
    assert code == 0, output
    assert stale(root, "en") == stale(root, "ar") == []

    path = root / DUTCH
    path.write_text(path.read_text("utf-8").replace("Bel.", "Bel nu."), "utf-8")
    code, output = build(root)
    assert code == 0, output
    assert stale(root, "en") == [("then", "../../../now/first-hour/#then")]
    assert stale(root, "ar") == [("then", "../../../now/first-hour/#then")]


LONG = "Blijf bij de jongere en luister eerst naar wat er is gebeurd. " * 4
EDITS = {
    "a link": ("Bel.", "Bel.\nLees ook [wat je nu doet](index.md)."),
    "a number": ("Bel.", "Bel.\nVraag ook naar 2 dingen."),
    "a source": ("Bel.", "Bel.\nDat zegt ook een ander [@proef-2024]."),
    "a box": ("Bel.", 'Bel.\n\n/// say\n"Fijn dat je er bent."\n///'),
    "a long paragraph": ("Bel.", LONG),
    "a new section": ("Bel.", "Bel.\n\n## Daarna { #later }\n\nRust uit."),
    "a section less": ("\n## Dan { #then }\n\nBel.\n", ""),
    "another id": ("#then", "#afterwards"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_good_edit_of_the_dutch_is_one_warning_and_no_error_in_languages_that_its_author_cannot_write(
    tmp_path: Path, edit: tuple[str, str]
) -> None:
    root = project(tmp_path)
    (root / "data/sources.yml").write_text(SOURCES, "utf-8")
    before = {problem.rule for problem in find_problems(KnowledgeBase.load(root))}
    path = root / DUTCH
    path.write_text(path.read_text("utf-8").replace(*edit), "utf-8")
    found = [
        problem
        for problem in find_problems(KnowledgeBase.load(root))
        if problem.rule not in before  # a source that no page cited yet
    ]
    assert [(problem.file, problem.rule, problem.is_error) for problem in found] == [
        (DUTCH, "stale-translation", False)
    ]
    assert "2 languages (en, ar)" in found[0].what


def test_what_a_translator_gets_wrong_is_an_error_also_beside_a_section_that_is_out_of_date(
    tmp_path: Path,
) -> None:
    root = project(tmp_path)
    for file, old, new in (
        (DUTCH, "Bel.", "Bel nu."),
        ("docs/en/now/first-hour.md", "Blijf.", "Blijf 3 uur."),
        ("docs/ar/now/first-hour.md", "#then", "#than"),
    ):
        path = root / file
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    errors = [problem for problem in find_problems(KnowledgeBase.load(root)) if problem.is_error]
    assert [(problem.file, problem.line, problem.rule) for problem in errors] == [
        ("docs/ar/now/first-hour.md", 6, "translation-record"),
        ("docs/ar/now/first-hour.md", 13, "translation-sections"),
        ("docs/en/now/first-hour.md", 9, "translation-drift"),
    ]


def test_a_heading_without_an_id_has_no_follow_ups(tmp_path: Path) -> None:
    root = project(tmp_path)
    path = root / DUTCH
    path.write_text(path.read_text("utf-8") + "\n## Mijn ervaring\n\nZo.\n", "utf-8")
    found = find_problems(KnowledgeBase.load(root))
    assert [problem.rule for problem in found if problem.is_error] == ["heading-ids"]
    assert all("''" not in str(problem) for problem in found)


def same_meaning(root: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.chdir(root)
    return handvat(["translations", "mark-unchanged", DUTCH])


def stale_in_data(root: Path, code: str) -> tuple[str, ...]:
    base = KnowledgeBase.load(root)
    found = base.page(code, "now/first-hour.md")
    assert found is not None
    source = base.source_of(found)
    assert source is not None
    return compare(found, source).stale


@pytest.mark.parametrize("is_committed", [False, True], ids=["not yet committed", "committed"])
def test_a_change_marked_as_same_meaning_makes_nothing_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_committed: bool
) -> None:
    root = project(tmp_path)
    commit(root, "as it was")
    path = root / DUTCH
    path.write_text(path.read_text("utf-8").replace("Bel.", "Bel!"), "utf-8")
    if is_committed:
        commit(root, "a sign")
    assert stale_in_data(root, "en") == ("then",)
    assert same_meaning(root, monkeypatch) == 0
    assert stale_in_data(root, "en") == stale_in_data(root, "ar") == ()


def test_an_older_change_of_meaning_stays_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path)
    commit(root, "as it was")
    path = root / DUTCH
    path.write_text(path.read_text("utf-8").replace("Bel.", "Bel nooit."), "utf-8")
    commit(root, "another meaning")
    path.write_text(path.read_text("utf-8").replace("Bel nooit.", "Bel nooit!"), "utf-8")
    assert same_meaning(root, monkeypatch) == 0
    assert stale_in_data(root, "en") == ("then",)


def test_a_missing_history_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert same_meaning(project(tmp_path), monkeypatch) == 1
    assert "is unknown" in capsys.readouterr().err
