"""A changed Dutch section shows as stale in the translations, that section and no other."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from fixture_site import build, make_site, page
from handvat.cli import run as handvat
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.translation import fingerprints
from handvat.render.page_content import stale_sections
from lxml import html

BODY = "## Kort { #in-short }\n\nBlijf.\n\n## Dan { #then }\n\nBel.\n"
DUTCH = "docs/nl/now/first-hour.md"


def project(tmp_path: Path) -> Path:
    """A site in which the first hour is translated into English and Arabic, and fresh."""
    root = make_site(tmp_path, {"nl/now/first-hour.md": page("P", BODY)})
    source = KnowledgeBase.load(root).page("nl", "now/first-hour.md")
    assert source is not None
    prints = ", ".join(f'{key}: "{value}"' for key, value in fingerprints(source).items())
    for code, title in (("en", "Q"), ("ar", "R")):
        text = page(title, BODY, translated=True).replace(
            "{sections: {}}", f"{{sections: {{{prints}}}}}"
        )
        path = root / f"docs/{code}/now/first-hour.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def stale(root: Path, code: str) -> list[tuple[str, str]]:
    """The sections of the built page with a notice, and where the notice leads."""
    found = html.fromstring((root / f"site/{code}/now/first-hour/index.html").read_bytes())
    return [
        (notice.getparent().get("data-section"), notice.xpath("a/@href")[0])
        for notice in found.xpath("//*[contains(@class, 'notice-stale')]")
    ]


def test_a_changed_section_is_marked_in_every_language_with_a_way_to_the_dutch(
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


def commit(root: Path, words: str) -> None:
    """Commits everything below `root`, in a repository made where there is none."""
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    if not (root / ".git").exists():
        subprocess.run(["git", "-C", str(root), "init", "-q"], check=True)
    subprocess.run(["git", "-C", str(root), "add", "-A"], check=True)
    subprocess.run(["git", "-C", str(root), *settings, "commit", "-q", "-m", words], check=True)


def same_meaning(root: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.chdir(root)
    return handvat(["translations", "mark-unchanged", DUTCH])


def stale_in_data(root: Path, code: str) -> tuple[str, ...]:
    base = KnowledgeBase.load(root)
    found = base.page(code, "now/first-hour.md")
    assert found is not None
    return stale_sections(base, found)


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


def test_without_a_history_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert same_meaning(project(tmp_path), monkeypatch) == 1
    assert "not known" in capsys.readouterr().err
