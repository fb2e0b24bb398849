"""What is changed, renamed or deleted upstream never undoes what an organisation wrote, nor stops its build."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from edition_site import make_project, write_edition
from fixture_site import build
from handvat.checks.runner import find_problems
from handvat.cli import run as handvat
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import Problem
from handvat.overlay.apply import OverlayError, load_edition
from handvat.overlay.organisation import NAME
from handvat.overlay.pages import UPSTREAM

HOUR = "docs/nl/now/first-hour.md"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny project with an organisation that replaces a page of it; the current folder."""
    folder = make_project(tmp_path / "project")
    monkeypatch.chdir(folder)
    write_edition(folder, 'name: "Ons huis"\n')
    _replace(folder, HOUR, "Blijf rustig.", "Bel ons team.")
    return folder


def _replace(folder: Path, place: str, old: str, new: str) -> Path:
    """Have the organisation replace the page at `place`, with `new` for `old`."""
    assert handvat(["overlay", "add", place]) == 0
    own = folder / place.replace("docs/", "pages/", 1)
    own.write_text(own.read_text("utf-8").replace(old, new), "utf-8")
    return own


def _change(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def _errors(base: KnowledgeBase) -> list[str]:
    return [str(base.overlay.located(one)) for one in find_problems(base) if one.is_error]


def _warnings(base: KnowledgeBase) -> list[Problem]:
    return [problem for problem in find_problems(base) if not problem.is_error]


# A page that they replaced


def test_an_upgrade_past_a_replaced_page_shows_the_difference_and_keeps_the_replacement(
    project: Path,
) -> None:
    code, output = build(project)
    assert code == 0 and "has changed since" not in output, output
    _change(project / HOUR, "Blijf rustig.", "Blijf rustig. Ga zitten.")
    code, output = build(project)
    assert code == 0, output
    assert f"pages/nl/now/first-hour.md replaces {HOUR}, which has changed since" in output
    assert "-Blijf rustig.\n+Blijf rustig. Ga zitten." in output
    assert f"handvat overlay add {HOUR}" in output
    text = (project / "site/now/first-hour/index.html").read_text("utf-8")
    assert "Bel ons team." in text and "Ga zitten" not in text
    assert handvat(["overlay", "add", HOUR]) == 0
    assert load_edition(project).overlay.notes == ()
    assert "Bel ons team." in (project / "pages/nl/now/first-hour.md").read_text("utf-8")


def test_the_live_preview_keeps_the_replacement_when_the_shipped_page_is_saved(
    project: Path,
) -> None:
    base = load_edition(project)
    _change(project / HOUR, "Blijf rustig.", "Blijf rustig. Ga zitten.")
    base.reread(HOUR)
    found = base.page("nl", "now/first-hour.md")
    assert found is not None and "Bel ons team." in found.body


def test_without_the_old_text_the_change_is_named_all_the_same(project: Path) -> None:
    shutil.rmtree(project / UPSTREAM)
    _change(project / HOUR, "Blijf", "Blijf nu")
    (note,) = load_edition(project).overlay.notes
    assert "the difference cannot be shown" in note


def test_a_page_that_replaces_a_shipped_one_undeclared_is_refused(project: Path) -> None:
    own = project / "pages/nl/now/first-hour.md"
    own.write_text(re.sub(r"replaces: .*\n", "", own.read_text("utf-8")), "utf-8")
    with pytest.raises(OverlayError, match="it takes the place of docs"):
        load_edition(project)


def test_a_replaced_page_that_is_renamed_is_shown_under_its_new_name(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert handvat(["rename", "now/first-hour.md", "now/the-first-hour.md"]) == 0
    capsys.readouterr()
    code, output = build(project)
    assert code == 0, output
    assert (
        "git mv pages/nl/now/first-hour.md pages/nl/now/the-first-hour.md, "
        "then handvat overlay add docs/nl/now/the-first-hour.md" in output
    )
    assert "Bel ons team." in (project / "site/now/the-first-hour/index.html").read_text("utf-8")
    assert "the-first-hour/" in (project / "site/now/first-hour/index.html").read_text("utf-8")
    # The printed fix resolves it.
    for folder in ("pages", UPSTREAM):
        file = project / folder / "nl/now/first-hour.md"
        file.rename(file.with_name("the-first-hour.md"))
    assert handvat(["overlay", "add", "docs/nl/now/the-first-hour.md"]) == 0
    base = load_edition(project)
    assert base.overlay.notes == () and _errors(base) == []


def test_a_replaced_page_that_moves_to_another_folder_stays_and_both_are_shown(
    project: Path,
) -> None:
    words = " ".join(f"woord{number}" for number in range(60)) + ".\n"
    _change(project / "docs/nl/help/index.md", "Hulp op twee sporen.\n", words)
    _change(project / "docs/en/help/index.md", "Help on two tracks.\n", words.replace("oo", "o"))
    _replace(project, "docs/nl/help/index.md", "woord1 ", "anders ")
    assert handvat(["rename", "help/index.md", "police/help.md"]) == 0
    base = load_edition(project)
    assert "which gave way to docs/nl/police/help.md. Both are shown" in "\n".join(
        base.overlay.notes
    )
    assert _errors(base) == []
    assert {"repeated-paragraph", "unique-titles"} <= {one.rule for one in _warnings(base)}
    assert base.page("nl", "help/index.md") and base.page("nl", "police/help.md")


def test_a_replaced_page_that_is_deleted_becomes_one_of_their_own(project: Path) -> None:
    assert handvat(["delete", "now/first-hour.md", "--replace-with", "now/index.md"]) == 0
    base = load_edition(project)
    assert _errors(base) == []
    page = base.page("nl", "now/first-hour.md")
    assert page and "Bel ons team." in page.body
    index = base.page("nl", "now/index.md")
    assert index and not base.is_own(index)
    assert "which gave way to docs/nl/now/index.md. Both are shown" in base.overlay.notes[0]


def test_an_organisation_s_link_to_a_renamed_page_leads_to_its_new_name(project: Path) -> None:
    own = project / "pages/nl/now/first-hour.md"
    own.write_text(own.read_text("utf-8") + "\n[Rechten](../police/rights.md#in-short)\n", "utf-8")
    assert handvat(["rename", "police/rights.md", "police/your-rights.md"]) == 0
    code, output = build(project)
    assert code == 0, output
    text = (project / "site/now/first-hour/index.html").read_text("utf-8")
    assert 'href="../../police/your-rights/#in-short"' in text
    (found,) = [one for one in _warnings(load_edition(project)) if one.rule == "links"]
    assert found.what == "police/rights.md is now police/your-rights.md"


# A page that they left out


@pytest.mark.parametrize("written", ["police/rights.md", "police/your-rights.md"])
def test_a_page_that_is_left_out_stays_so_when_it_is_renamed(project: Path, written: str) -> None:
    own = project / "pages/nl/now/first-hour.md"
    own.write_text(own.read_text("utf-8") + "\nZie [de rechten](../police/rights.md).\n", "utf-8")
    assert handvat(["rename", "police/rights.md", "police/your-rights.md"]) == 0
    (project / NAME).write_text(f"name: Huis\nleave_out: [{written}]\n", "utf-8")
    base = load_edition(project)
    assert _errors(base) == []
    assert base.page("nl", "police/your-rights.md") is None
    notes = [note for note in base.overlay.notes if "leave_out" in note]
    assert len(notes) == (written == "police/rights.md")
    for note in notes:
        assert note.startswith(
            "organisation.yml:2: leave_out: police/rights.md is now police/your-"
        )
    code, output = build(project)
    assert code == 0, output
    assert not (project / "site/police/rights").exists()
    assert "Zie de rechten." in (project / "site/now/first-hour/index.html").read_text("utf-8")


@pytest.mark.parametrize("other", ["about/index.md", "police/index.md", "duties/meldcode.md"])
def test_a_page_left_out_that_gave_way_to_another_takes_none_with_it(
    project: Path, other: str
) -> None:
    own = project / "pages/nl/now/first-hour.md"
    own.write_text(own.read_text("utf-8") + "\n[Rechten](../police/rights.md)\n", "utf-8")
    assert handvat(["delete", "police/rights.md", "--replace-with", other]) == 0
    (project / NAME).write_text("leave_out: [police/rights.md]\n", "utf-8")
    base = load_edition(project)
    assert f"police/rights.md gave way to {other}, which is shown" in base.overlay.notes[0]
    assert base.page("nl", other)
    assert _errors(base) == []


def test_a_deleted_page_whose_successor_they_leave_out_does_not_stop_a_build(project: Path) -> None:
    assert handvat(["delete", "duties/index.md", "--replace-with", "duties/meldcode.md"]) == 0
    (project / NAME).write_text("country: be\nforeign_pages: leave-out\n", "utf-8")
    (project / "data/contacts/be.yml").write_text("[]\n", "utf-8")
    base = load_edition(project)
    assert base.overlay.left_out == {"duties/meldcode.md"}
    assert _errors(base) == []
    code, output = build(project)
    assert code == 0, output
    assert not (project / "site/duties/index.html").exists()
