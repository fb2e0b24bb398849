"""`handvat translations mark-current` records what a translation follows, and touches nothing else of the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixture_site import make_site, page
from handvat.cli import run as handvat
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.translation import PageProgress, compare

BODY = "## Kort { #in-short }\n\nBlijf.\n\n## Dan { #then }\n\nBel.\n"
FILE = "docs/en/now/first-hour.md"


def project(tmp_path: Path, english: str) -> Path:
    return make_site(
        tmp_path,
        {"nl/now/first-hour.md": page("P", BODY, "index"), "en/now/first-hour.md": english},
    )


def run(root: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> int:
    monkeypatch.chdir(root)
    return handvat(["translations", "mark-current", *names])


def test_a_recorded_translation_is_fresh_and_its_text_is_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, page("Q", BODY))
    assert run(root, monkeypatch, FILE) == 0
    base = KnowledgeBase.load(root)
    english, dutch = base.page("en", "now/first-hour.md"), base.page("nl", "now/first-hour.md")
    assert english is not None and dutch is not None
    assert compare(english, dutch) == PageProgress(english.path)
    assert (root / FILE).read_text("utf-8").endswith("---\n\n" + BODY)


def test_recording_twice_changes_nothing_and_preserves_the_reviewer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = 'translation:\n  by: "J. Jansen"\n  reviewed: {by: "K. Kaya", date: 2026-11-01}\n  sections: {}\n'
    root = project(tmp_path, page("Q", BODY).replace("review: null\n", record + "review: null\n"))
    assert run(root, monkeypatch, FILE) == 0
    once = (root / FILE).read_text("utf-8")
    assert 'by: "J. Jansen"' in once
    assert 'reviewed: {by: "K. Kaya", date: 2026-11-01}' in once
    assert run(root, monkeypatch, FILE) == 0
    assert (root / FILE).read_text("utf-8") == once


def test_a_translation_with_other_sections_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page("Q", BODY.replace("{ #then }", "{ #than }"))
    root = project(tmp_path, text)
    assert run(root, monkeypatch, FILE) == 1
    assert "docs/en/now/first-hour.md" in capsys.readouterr().err
    assert (root / FILE).read_text("utf-8") == text


def test_a_translation_that_lost_a_number_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = project(tmp_path, page("Q", BODY.replace("Bel.", "Bel 24 uur.")))
    assert run(root, monkeypatch, FILE) == 1
    assert "the figures of 'then' differ" in capsys.readouterr().err
    assert "sections:" not in (root / FILE).read_text("utf-8")


def test_a_record_begun_by_hand_without_sections_is_filled_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = "translation:\n  by: null\n  reviewed: null\nreview: null\n"
    root = project(tmp_path, page("Q", BODY).replace("review: null\n", head))
    assert run(root, monkeypatch, FILE) == 0
    assert '    then: "' in (root / FILE).read_text("utf-8")


def test_a_page_that_is_not_a_translation_gets_a_clear_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = project(tmp_path, page("Q", BODY))
    assert run(root, monkeypatch, "docs/en/now/frist-hour.md") == 1
    assert f"did you mean '{FILE}'?" in capsys.readouterr().err
    assert run(root, monkeypatch) == 2
