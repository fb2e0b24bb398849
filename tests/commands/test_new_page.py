"""A new page has all that its type requires; what is to be written is named; no hint is shown."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml
from edition_site import write_edition
from fixture_site import CHECKOUT, build, make_site, manifest, page
from handvat.cli import run as handvat
from handvat.commands import check, new_page
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import Problem, UserError
from handvat.content.search_data import read_questions
from samples import excerpt

TYPES = sorted(yaml.safe_load((CHECKOUT / "data/page_types.yml").read_text("utf-8")))
WRITTEN_BY_A_PERSON = {"empty-section", "unwritten-hint"}


def problems(root: Path) -> list[Problem]:
    return check.find_problems(KnowledgeBase.load(root))


def _written(line: str, number: int) -> str:
    """A line of a new page, as a person would complete it."""
    if line.startswith("<!-- hint:"):
        return f"Dit is zin {number}."
    if line.startswith(("title: ", "description: ")):
        return f"{line.partition(':')[0]}: Iets nieuws"
    return f"## Kop {number} {{ #own-{number} }}" if "hint" in line else line


@pytest.mark.parametrize("kind", TYPES)
def test_a_new_page_of_each_type_lacks_only_what_a_person_must_write(
    tmp_path: Path, kind: str
) -> None:
    root = make_site(tmp_path)
    assert problems(root) == []
    file = new_page.new_page(KnowledgeBase.load(root), kind, "now/new-thing.md")
    found = problems(root)
    assert {problem.rule for problem in found} <= WRITTEN_BY_A_PERSON
    assert {problem.file for problem in found} == {file}
    base = KnowledgeBase.load(root)
    made, wanted = base.page("nl", "now/new-thing.md"), base.page_types[kind]
    assert made is not None and made.front.type == kind
    assert [section.title for section in made.sections[: len(wanted.sections)]] == [
        section.heading for section in wanted.sections.values()
    ]
    assert {section.line for section in made.sections} <= {problem.line for problem in found}


@pytest.mark.parametrize("kind", TYPES)
def test_written_over_the_page_passes(tmp_path: Path, kind: str) -> None:
    root = make_site(tmp_path)
    file = root / new_page.new_page(KnowledgeBase.load(root), kind, "now/new-thing.md")
    written = [
        _written(line, number) for number, line in enumerate(file.read_text("utf-8").splitlines())
    ]
    file.write_text("\n".join(written) + "\n", "utf-8")
    assert problems(root) == []


def test_the_navigation_keeps_its_comments_and_its_order(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    path = root / "mkdocs.yml"
    before = path.read_text("utf-8").replace(
        "      - now/first-hour.md\n",
        "      # the first thing\n      - now/first-hour.md  # last\n",
    )
    path.write_text(before, "utf-8")
    new_page.new_page(KnowledgeBase.load(root), "signal", "now/new-thing.md")
    new_page.new_page(KnowledgeBase.load(root), "about", "words.md")
    after = path.read_text("utf-8")
    assert "- now/first-hour.md  # last\n      - now/new-thing.md\n  - contacts:\n" in after
    assert "\n  - a-z.md\n  - words.md\n" in after
    assert after.replace("      - now/new-thing.md\n", "").replace("  - words.md\n", "") == before


@pytest.mark.parametrize("width", [2, 4, 6])
def test_a_new_folder_begins_with_its_index(tmp_path: Path, width: int) -> None:
    root = make_site(tmp_path)
    path = root / "mkdocs.yml"
    path.write_text(
        path.read_text("utf-8").replace("\n      - ", "\n" + " " * (2 + width) + "- "), "utf-8"
    )
    if width == 2:
        path.write_text(
            path.read_text("utf-8").replace("    - {locale", "      - {locale"), "utf-8"
        )
    new_page.new_page(KnowledgeBase.load(root), "index", "signals/index.md")
    new_page.new_page(KnowledgeBase.load(root), "signal", "signals/money.md")
    listed = [entry.path for entry in KnowledgeBase.load(root).navigation]
    assert listed[-2:] == ["signals/index.md", "signals/money.md"]
    assert {problem.rule for problem in problems(root)} <= WRITTEN_BY_A_PERSON


@pytest.mark.parametrize(
    ("kind", "path", "message"),
    [
        ("signal", "now/first-hour.md", "docs/nl/now/first-hour.md exists already"),
        ("signl", "now/x.md", "did you mean 'signal'?"),
        ("signal", "../x.md", "outside docs/nl/"),
        ("signal", "/tmp/x.md", "outside docs/nl/"),
        ("signal", "now/../../../x.md", "outside docs/nl/"),
        ("signal", "it/x.md", "takes the folder 'it' for a language"),
        ("signal", "en/now/x.md", "handvat translations mark-current docs/en/now/x.md"),
        ("signal", "signals/x.md", "docs/nl/signals/index.md does not exist"),
        ("signal", "nou/x.md", "did you mean 'now'?"),
        ("signal", "now/x", "does not end in .md"),
        ("signal", "now/Mijn Pagina.md", "lower case"),
        ("signal", "now/deep/x.md", "one folder at most"),
        ("signal", "now/gone.md", "was renamed to now/first-hour.md"),
        ("signal", "out/x.md", "leads out of docs/"),
    ],
)
def test_a_page_that_would_be_lost_is_refused_and_nothing_changes(
    tmp_path: Path, kind: str, path: str, message: str
) -> None:
    root = make_site(tmp_path / "project")
    (root / "data/redirects.yml").write_text("now/gone.md: now/first-hour.md\n", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/index.md").write_text(page("Elders", "Weg.\n"), "utf-8")
    (root / "docs/nl/out").symlink_to(tmp_path / "elsewhere")
    before = manifest(tmp_path)
    with pytest.raises(UserError) as refusal:
        new_page.new_page(KnowledgeBase.load(root), kind, path)
    assert message in str(refusal.value)
    assert manifest(tmp_path) == before


def test_a_navigation_on_one_line_is_named_and_left_alone(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    path = root / "mkdocs.yml"
    text = path.read_text("utf-8")
    nav = yaml.safe_load(text[text.index("nav:\n") :].replace("!ENV", ""))["nav"]
    path.write_text(text[: text.index("nav:\n")] + f"nav: {nav}\n", "utf-8")
    before = manifest(root)
    with pytest.raises(UserError, match=r"mkdocs\.yml:\d+: .*line of its own"):
        new_page.new_page(KnowledgeBase.load(root), "signal", "now/new-thing.md")
    assert manifest(root) == before


@pytest.mark.parametrize("written", ["docs/nl/now/x.md", "nl/now/x.md", "./docs/nl/now/x.md"])
def test_the_path_may_be_given_as_it_is_on_the_disk(
    tmp_path: Path,
    written: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = make_site(tmp_path)
    monkeypatch.chdir(root)
    assert handvat(["new", "act-now", written]) == 0
    assert (root / "docs/nl/now/x.md").is_file()
    printed = capsys.readouterr().out
    assert "make serve" in printed and "make check" in printed and "en, ar" in printed
    assert "reviewer" in printed  # now/ is safety-critical


@pytest.mark.parametrize("written", ["help/our-team.md", "pages/en/help/our-team.md"])
def test_in_an_edition_the_page_is_the_organisations_own_and_no_shipped_file_changes(
    tmp_path: Path,
    written: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("ORGANISATION", raising=False)
    root = make_site(tmp_path / "project", {"en/help/index.md": page("Help", "Here.\n")})
    settings = write_edition(tmp_path / "house", "languages: [en, nl]\n")
    monkeypatch.chdir(root)
    before = manifest(root)
    assert handvat(["new", "act-now", written, "--organisation", str(settings)]) == 0
    assert manifest(root) == before
    own = tmp_path / "house/pages/en/help/our-team.md"
    assert "type: act-now" in own.read_text("utf-8")
    printed = capsys.readouterr().out
    assert "pages/en/help/our-team.md is written. Next:" in printed
    assert "mkdocs.yml" not in printed


def test_in_an_edition_a_shipped_page_is_not_created_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ORGANISATION", raising=False)
    root = make_site(tmp_path)
    write_edition(root, "name: Ons huis\n")
    monkeypatch.chdir(root)
    assert handvat(["new", "act-now", "now/first-hour.md"]) == 1
    assert "handvat overlay add docs/nl/now/first-hour.md" in capsys.readouterr().err
    assert not (root / "pages/nl/now/first-hour.md").exists()


def test_without_a_type_the_types_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_site(tmp_path))
    assert handvat(["new"]) == 1
    printed = capsys.readouterr().err
    assert all(kind in printed for kind in TYPES)


def test_a_hint_beside_a_text_is_named_at_its_line(tmp_path: Path) -> None:
    body = "## Kort { #in-short }\n\nBlijf rustig.\n<!-- hint: Three lines. -->\n"
    root = make_site(tmp_path, {"nl/now/first-hour.md": page("Het eerste uur", body)})
    (found,) = problems(root)
    assert (found.line, found.rule) == (11, "unwritten-hint")
    assert "Three lines." in found.what
    code, output = build(root)
    assert code == 1 and "docs/nl/now/first-hour.md:11: unwritten-hint" in output
    assert not (root / "site").exists()


def test_markup_in_a_hint_is_not_an_attribute_and_nothing_may_be_beside_it(tmp_path: Path) -> None:
    body = (
        "## Kort { #in-short }\n\n<!-- hint: ## Kop { #een-id }\nen *zo*{ .law } -->*Bel*{ onclick=x }\n"
        "<!-- geen wenk { #x } -->\n"
    )
    root = make_site(tmp_path, {"nl/now/first-hour.md": page("Het eerste uur", body)})
    (found,) = [one for one in problems(root) if one.rule in {"attributes", "raw-html"}]
    assert (found.line, found.rule) == (10, "raw-html")
    assert "{ onclick=x }" in found.what


def test_a_comment_reaches_neither_a_page_nor_search_nor_any_other_file(tmp_path: Path) -> None:
    body = (
        "## Kort { #in-short }\n\n<!-- geheimwoord\neen -->\n\nBlijf <!-- geheimwoord --> rustig.\n\n"
        "- punt <!-- geheimwoord -->\n\n`<!-- zichtbaar -->`\n"
    )
    root = make_site(tmp_path, {"nl/now/first-hour.md": page("Het eerste uur", body)})
    code, output = build(root)
    assert code == 0, output
    html = (root / "site/now/first-hour/index.html").read_text("utf-8")
    assert "rustig." in html and "&lt;!-- zichtbaar --&gt;" in html
    holding = [name for name, data in manifest(root / "site").items() if b"geheimwoord" in data]
    assert holding == []
    assert "geheimwoord" not in excerpt(KnowledgeBase.load(root), "nl", "now/first-hour.md")


def test_the_end_of_input_at_a_question_leaves_the_rest_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_site(tmp_path)
    typed = io.StringIO("Hoe begin ik?\n")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", typed)
    monkeypatch.chdir(root)
    assert handvat(["new", "guide", "now/new-thing.md"]) == 0
    assert "docs/nl/now/new-thing.md is written" in capsys.readouterr().out
    assert read_questions(root, "nl")[1]["now/new-thing.md"] == ["Hoe begin ik?"]
