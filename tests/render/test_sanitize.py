"""A page's text is words to a browser, also where the checks and MkDocs parse it differently."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixture_site import make_site
from handvat.cli import run as handvat
from handvat.commands import check
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import parse_page
from handvat.render.sanitize import cleaned
from lxml import html
from samples import guide, render

# Each of these passed every check, and reached the reader.
UNSEEN = {
    "a fence that is indented": "   ```\n   <script>alert(1)</script>\n   ```\n",
    "a backslash before the bracket": "\\<img src=x onerror=alert(1)>\n",
    "deeper than the checks look": "> " * 25 + "<img src=x onerror=alert(1)>\n",
    "an address within a code block of one parser": "- a\n\n      [a](javascript:alert(1))\n",
}


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_what_only_mkdocs_takes_for_markup_is_taken_out(tmp_path: Path, text: str) -> None:
    base = KnowledgeBase.load(make_site(tmp_path))
    content, _ = render(base, text)
    tree = html.fromstring(f"<div>{content}</div>")
    assert not list(tree.iter("script", "iframe", "style"))
    assert not tree.xpath("//@*[starts-with(name(), 'on') or name() = 'style']")
    assert not tree.xpath("//@href[starts-with(., 'javascript')]")


def test_a_text_keeps_all_that_a_page_needs(tmp_path: Path) -> None:
    base = KnowledgeBase.load(make_site(tmp_path))
    markdown = (
        "## Kop { #kop }\n\n*Wet*{ .law } en [weg](https://een.example/ 'titel').\n\n"
        "| a | b |\n|---|---|\n| c<br>d | <bdi>1</bdi> |\n\n/// say | Zo\nFijn.\n///\n\n- [ ] ja\n"
    )
    content, _ = render(base, markdown)
    for piece in (
        '<section aria-labelledby="kop" class="section" data-section="kop">',
        '<h2 id="kop">Kop</h2>',
        "<em>Wet</em>",
        '<a href="https://een.example/" title="titel">weg</a>',
        '<div aria-labelledby="kop" class="table" role="group" tabindex="0">',
        "<td><bdi>1</bdi></td>",
        "c<br>d",
        '<div class="block block-say">',
        '<p class="block-title">Zo</p>',
        '<li class="tick">',
    ):
        assert piece in content


def test_only_ids_of_headings_and_of_boxes_stay_each_in_its_own_kind() -> None:
    text = '<h2 id="_main">a</h2><h2 id="a">a</h2><em id="b">b</em><span id="_tick-1">c</span>'
    assert cleaned(text) == '<h2>a</h2><h2 id="a">a</h2><em>b</em><span id="_tick-1">c</span>'


def test_nothing_without_a_scheme_leads_to_another_host() -> None:
    text = '<a href="//evil.example/">a</a><img src="\\\\evil.example"><a href="../x/">b</a>'
    assert cleaned(text) == '<a>a</a><img><a href="../x/">b</a>'
    assert cleaned('<img src="https://evil.example/x.png">') == "<img>"


def test_a_text_that_names_the_mark_of_a_label_keeps_it_as_words(tmp_path: Path) -> None:
    base = KnowledgeBase.load(make_site(tmp_path))
    assert "<p>handvat-label-x</p>" in render(base, "handvat-label-x")[0]


def test_a_language_that_the_model_does_not_cover_is_not_a_crash(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    path = root / "mkdocs.yml"
    path.write_text(path.read_text("utf-8").replace("locale: ar,", "locale: ti,"), "utf-8")
    (root / "docs/ar").rename(root / "docs/ti")
    base = KnowledgeBase.load(root)
    assert "language" not in {problem.rule for problem in check.find_problems(base)}


@pytest.mark.parametrize("key", ["no", "123", "null", "on"])
def test_a_section_whose_id_yaml_takes_for_something_else_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    dutch = guide("Een.").replace("#two", f"#{key}")
    root = make_site(tmp_path, {"nl/now/first-hour.md": dutch, "en/now/first-hour.md": dutch})
    name = "docs/en/now/first-hour.md"
    monkeypatch.chdir(root)
    assert handvat(["translations", "mark-current", name]) == 0
    found, problems = parse_page((root / name).read_text("utf-8"), name, "en")
    assert problems == []
    assert found is not None and found.front.translation is not None
    assert key in found.front.translation.sections


def test_a_translation_with_a_byte_order_mark_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = guide("Een.")
    root = make_site(
        tmp_path, {"nl/now/first-hour.md": text, "en/now/first-hour.md": f"\ufeff{text}"}
    )
    monkeypatch.chdir(root)
    assert handvat(["translations", "mark-current", "docs/en/now/first-hour.md"]) == 0


def test_a_record_in_another_form_is_filled_in_and_keeps_its_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dutch = guide("Een.")
    english = dutch.replace("review", '"translation": {sections: {}} # by us\nreview')
    root = make_site(tmp_path, {"nl/now/first-hour.md": dutch, "en/now/first-hour.md": english})
    monkeypatch.chdir(root)
    assert handvat(["translations", "mark-current", "docs/en/now/first-hour.md"]) == 0
    after = (root / "docs/en/now/first-hour.md").read_text("utf-8")
    line = next(line for line in after.splitlines() if line.startswith('"translation"'))
    assert re.fullmatch(r'"translation": \{sections: \{.*"[0-9a-f]{12}"\}\} # by us', line)
    assert after.replace(line, '"translation": {sections: {}} # by us') == english


@pytest.mark.parametrize(
    "verb",
    [["translations", "mark-current"], ["translations", "mark-unchanged"], ["rename"]],
    ids=" ".join,
)
def test_a_verb_in_a_project_without_languages_says_what_is_wrong(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verb: list[str],
) -> None:
    root = make_site(tmp_path)
    (root / "mkdocs.yml").write_text("site_name: x\n", "utf-8")
    monkeypatch.chdir(root)
    assert handvat([*verb, "now/a.md", "now/b.md"]) == 1
    assert "mkdocs.yml:1: languages:" in capsys.readouterr().err


def test_a_new_name_with_a_line_break_after_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_site(tmp_path)
    monkeypatch.chdir(root)
    assert handvat(["rename", "now/first-hour.md", "now/x.md\n"]) == 2
    assert "'now/x.md\\n' has a character that cannot be printed" in capsys.readouterr().err
