"""Renaming or deleting a page changes every language, link and bookmark with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixture_site import build, make_site, manifest, page
from handvat.commands import check, rename
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import UserError
from handvat.content.search_data import read_questions

HOUR = page("Uur", "## Kort { #in-short }\n\nNaar [nu](index.md) en [over](../about/index.md).\n")
INDEX = page("Nu", "Zie [uur](first-hour.md#in-short) en [nog eens](./first-hour.md).\n")
ENGLISH = page(
    "Hour",
    "## Kort { #in-short }\n\n[Now](index.md), [about](../../nl/about/index.md).\n",
    translated=True,
)


def project(tmp_path: Path) -> Path:
    return make_site(
        tmp_path,
        {
            "nl/now/first-hour.md": HOUR,
            "nl/now/index.md": INDEX,
            "en/now/first-hour.md": ENGLISH,
        },
    )


def errors(root: Path) -> list[str]:
    problems = check.find_problems(KnowledgeBase.load(root))
    return [str(problem) for problem in problems if problem.is_error]


def test_a_renamed_page_moves_in_every_language_and_links_follow(tmp_path: Path) -> None:
    root = project(tmp_path)
    assert errors(root) == []
    rename.move(KnowledgeBase.load(root), "now/first-hour.md", "about/the-first-hour.md")
    assert not list(root.rglob("first-hour.md"))
    text = (root / "docs/nl/now/index.md").read_text("utf-8")
    assert "[uur](../about/the-first-hour.md#in-short)" in text
    moved = (root / "docs/nl/about/the-first-hour.md").read_text("utf-8")
    assert "[nu](../now/index.md)" in moved
    assert "[over](index.md)" in moved
    assert (root / "docs/en/about/the-first-hour.md").is_file()
    assert errors(root) == []


def test_the_old_address_leads_to_the_new_one(tmp_path: Path) -> None:
    root = project(tmp_path)
    rename.move(KnowledgeBase.load(root), "now/first-hour.md", "now/hour.md")
    rename.move(KnowledgeBase.load(root), "now/hour.md", "now/one-hour.md")
    assert errors(root) == []
    code, output = build(root)
    assert code == 0, output
    for old in ("now/first-hour", "now/hour"):
        text = (root / "site" / old / "index.html").read_text("utf-8")
        assert 'content="0; url=../../now/one-hour/"' in text
        assert 'href="https://fixture.example/base/now/one-hour/"' in text
    text = (root / "site/en/now/hour/index.html").read_text("utf-8")
    assert 'url=../../../en/now/one-hour/"' in text
    assert "now/hour/" not in (root / "site/sitemap.xml").read_text("utf-8")


def test_a_deleted_page_is_replaced_everywhere(tmp_path: Path) -> None:
    root = project(tmp_path)
    rename.move(KnowledgeBase.load(root), "now/first-hour.md", "a-z.md", is_deleted=True)
    assert not list(root.rglob("first-hour.md"))
    assert "[uur](../a-z.md)" in (root / "docs/nl/now/index.md").read_text("utf-8")
    assert errors(root) == []


@pytest.mark.parametrize("is_deleted", [False, True], ids=["renamed", "deleted"])
def test_the_questions_for_a_page_move_with_it(tmp_path: Path, is_deleted: bool) -> None:
    root = project(tmp_path)
    file = root / "data/questions/nl.yml"
    file.parent.mkdir()
    file.write_text(
        "# Kaart.\n\nnow/first-hour.md:\n- wat nu\n- help\n\nnow/first-hour.md#in-short:\n- kort\n"
        "\nnow/index.md:\n- help\n- begin\n",
        "utf-8",
    )
    new = "now/index.md" if is_deleted else "now/hour.md"
    changed = rename.move(KnowledgeBase.load(root), "now/first-hour.md", new, is_deleted=is_deleted)
    assert "data/questions/nl.yml" in changed
    _, questions, problems = read_questions(root, "nl")
    assert problems == []
    assert questions == (
        {"now/index.md": ["help", "begin", "wat nu", "kort"]}
        if is_deleted
        else {
            "now/hour.md": ["wat nu", "help"],
            "now/hour.md#in-short": ["kort"],
            "now/index.md": ["help", "begin"],
        }
    )
    assert file.read_text("utf-8").startswith("# Kaart.\n")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("now/frist-hour.md", "now/x.md", "did you mean 'now/first-hour.md'?"),
        ("now/first-hour.md", "now/index.md", "exists already"),
        ("index.md", "home.md", "index.md is the home page"),
        ("now/first-hour.md", "../../secret.md", "is not a page path"),
        ("now/first-hour.md", "now/Mijn Pagina.md", "is not a page path"),
    ],
)
def test_a_move_that_would_lose_something_changes_nothing(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    root = project(tmp_path)
    before = manifest(root)
    with pytest.raises(UserError, match="(?s)" + message.replace("?", r"\?")):
        rename.move(KnowledgeBase.load(root), old, new)
    assert manifest(root) == before


def test_a_redirect_to_nowhere_is_named_with_its_line(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "data/redirects.yml").write_text("# old\nnow/gone.md: now/frist-hour.md\n", "utf-8")
    (error,) = errors(root)
    assert error.startswith("data/redirects.yml:2: redirects: now/frist-hour.md is not a page")
    assert "did you mean 'now/first-hour.md'?" in error
