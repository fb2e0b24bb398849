"""Content files are parsed, with the line of everything."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from fixture_site import make_site, page
from handvat.content import translation
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import plain_lines, read
from handvat.content.models import Term
from handvat.content.page import Section
from handvat.content.problem import did_you_mean
from handvat.content.shortcodes import BadShortcode, parse_shortcode
from handvat.content.text import Text, collect
from handvat.content.ui_strings import Strings, compare_strings
from handvat.content.yaml_files import Unreadable, Yaml, parse_yaml
from samples import contact

NL = Language("nl", "Nederlands", "ltr", is_default=True)
PL = Language("pl", "Polski", "ltr", is_default=False)


def facts(markdown: str, first_line: int = 1) -> Text:
    return collect(read(markdown, first_line), first_line)


def test_every_value_of_a_yaml_file_has_its_line() -> None:
    document = parse_yaml("a: 1\nb:\n  - c: 2\n    d: 3\n", "x.yml", first_line=10)
    assert document.value == {"a": 1, "b": [{"c": 2, "d": 3}]}
    assert document.line(("b", 0, "d")) == 13
    assert document.line(("b", 0, "not there")) == 12


def test_deeply_nested_yaml_is_refused_and_does_not_overflow() -> None:
    with pytest.raises(Unreadable):
        parse_yaml("[" * 5000 + "]" * 5000, "x.yml")


def test_the_place_in_a_source_does_not_make_a_translation_stale() -> None:
    section = Section("a", "A", 1, "Zo is het [@a-2024; @b].")
    placed = replace(section, markdown="Zo is het [@a-2024:jong; @b:x].")
    other = replace(section, markdown="Zo is het [@a-2025; @b].")
    assert section.fingerprint == placed.fingerprint != other.fingerprint
    assert [one.entry for one in facts(placed.markdown).citations] == ["jong", "x"]


def test_headings_links_citations_and_calls_are_found_with_their_lines() -> None:
    found = facts(
        "## Kop { #kop }\n\nEen zin [@a-2024; @b].\nNog een [link](weg.md#x).\n\n"
        '- punt {{ contact("hulp") }}\n    tweede regel ![p](p.svg)\n',
        first_line=8,
    )
    assert [(heading.line, heading.title, heading.id) for heading in found.headings] == [
        (8, "Kop", "kop")
    ]
    assert [(citation.line, citation.key) for citation in found.citations] == [
        (10, "a-2024"),
        (10, "b"),
    ]
    assert [(target.line, target.address, target.is_image) for target in found.targets] == [
        (11, "weg.md#x", False),
        (14, "p.svg", True),
    ]
    assert [(one.line, one.name, one.written) for one in found.shortcodes] == [
        (13, "contact", 'contact("hulp")')
    ]


def test_what_follows_something_on_two_lines_has_its_line() -> None:
    found = facts('Een ![p](p.svg "titel\nover twee") en\n`code\nook` [link](ü.md)\n[@a].\n')
    assert [(target.line, target.address) for target in found.targets] == [
        (1, "p.svg"),
        (4, "ü.md"),
    ]
    assert [(citation.line, citation.key) for citation in found.citations] == [(5, "a")]
    assert [piece.line for piece in found.prose] == [1, 3, 5]


def test_the_words_of_a_law_are_not_running_text() -> None:
    found = facts("Artikel over *een woord*{ .law }, en *nadruk* { .law }.\n")
    assert [piece.text for piece in found.prose] == ["Artikel over , en nadruk { .law }."]


@pytest.mark.parametrize(
    "written",
    ["contacts", "contacts(need=x)", "__import__('os').system('id')", "a(*b)", "(", "1 + 1"],
)
def test_a_shortcode_takes_literal_values_and_nothing_that_runs(written: str) -> None:
    with pytest.raises(BadShortcode, match="cannot be read"):
        parse_shortcode(written)


def test_a_section_runs_to_the_next_heading_and_its_fingerprint_ignores_wrapping(
    tmp_path: Path,
) -> None:
    one = "## Een { #een }\n\nEerste zin.\nTweede zin.\n\n### Onder\n\nMeer.\n\n## Twee { #twee }\n\nX.\n"
    other = one.replace("zin.\nTweede", "zin.   Tweede")
    changed = one.replace("Tweede", "Derde")
    pages = []
    for number, body in enumerate((one, other, changed)):
        root = make_site(tmp_path / str(number), {"nl/now/first-hour.md": page("P", body)})
        found = KnowledgeBase.load(root).page("nl", "now/first-hour.md")
        assert found is not None
        pages.append(found)
    assert [section.id for section in pages[0].sections] == ["een", "twee"]
    assert "### Onder" in pages[0].sections[0].markdown
    prints = [translation.fingerprints(found) for found in pages]
    assert prints[0] == prints[1]
    assert prints[0]["een"] != prints[2]["een"]
    assert prints[0]["twee"] == prints[2]["twee"]


def test_the_words_of_a_section_come_without_markup(tmp_path: Path) -> None:
    body = (
        "## Kort { #in-short }\n\nBlijf **rustig** [@a-b].\n\n"
        '- Bel [de politie](../police/index.md) {{ contact("politie") }}.\n\n/// say\n"Vrai\u00a0?"\n///\n'
    )
    root = make_site(tmp_path, {"nl/now/first-hour.md": page("P", body)})
    found = KnowledgeBase.load(root).page("nl", "now/first-hour.md")
    section = found and found.section("in-short")
    assert section
    assert plain_lines(section.markdown) == ["Blijf rustig.", "Bel de politie.", '"Vrai\u00a0?"']


def test_two_pages_of_one_organisation_do_not_prove_a_crisis_number() -> None:
    source = {
        "url": "https://een.example/a",
        "by": "Een",
        "seen": datetime.date(2026, 1, 1),
        "official": True,
    }
    for second in (
        {**source, "url": "https://www.een.example/b", "by": "Een, andere pagina"},
        {**source, "url": "https://twee.example/"},
        {**source, "url": "https://twee.example/", "by": "Twee", "official": False},
    ):
        with pytest.raises(ValueError, match="two independent official sources"):
            contact(crisis=True, sources=[source, second])


def test_words_to_avoid_are_found_whole_and_in_any_case() -> None:
    term = Term(use="x", avoid=["loverboy"], meaning="m")
    assert term.pattern is not None
    assert term.pattern.search("Een Loverboy belt")
    assert not term.pattern.search("loverboyachtig")


def test_plural_forms_are_those_of_the_language() -> None:
    forms = {
        "one": "{count} strona",
        "few": "{count} strony",
        "many": "{count} stron",
        "other": "x",
    }
    polish = Strings(PL, Yaml("pl.yml", None), {"pages": forms})
    assert [polish("pages", count=count) for count in (1, 2, 5, 22)] == [
        "1 strona",
        "2 strony",
        "5 stron",
        "22 strony",
    ]
    forms = {"one": "{count}", "other": "{count}"}
    dutch = Strings(NL, Yaml("nl.yml", None), {"pages": forms})
    short = Strings(PL, Yaml("pl.yml", None, text="a: b\n\npages:\n"), {"pages": forms})
    problems = compare_strings(short, dutch)
    assert [(problem.line, "few" in problem.what) for problem in problems] == [(3, True)]


def test_an_unknown_word_gets_the_nearest_known_one() -> None:
    assert did_you_mean("alises", ["title", "aliases"]) == "did you mean 'aliases'?"
    assert did_you_mean("zzz", ["b", "a"]) == "known are a, b"


def test_a_changed_section_makes_just_that_section_of_a_translation_stale(tmp_path: Path) -> None:
    body = "## Kort { #in-short }\n\nBlijf.\n\n## Dan { #then }\n\nBel.\n"
    root = make_site(
        tmp_path,
        {
            "nl/now/first-hour.md": page("P", body),
            "en/now/first-hour.md": page("Q", body, translated=True),
        },
    )
    base = KnowledgeBase.load(root)
    source = base.page("nl", "now/first-hour.md")
    assert source is not None
    prints = translation.fingerprints(source)
    sections = ", ".join(f'{key}: "{value}"' for key, value in prints.items())
    record = f"translation: {{sections: {{{sections}}}}}"
    path = root / "docs/en/now/first-hour.md"
    path.write_text(path.read_text("utf-8").replace("translation: {sections: {}}", record), "utf-8")
    dutch = root / "docs/nl/now/first-hour.md"
    dutch.write_text(dutch.read_text("utf-8").replace("Bel.", "Bel nu."), "utf-8")
    base = KnowledgeBase.load(root)
    page_en, page_nl = base.page("en", "now/first-hour.md"), base.page("nl", "now/first-hour.md")
    assert page_en is not None and page_nl is not None
    assert translation.compare(page_en, page_nl).stale == ("then",)


def test_one_more_language_is_an_entry_a_string_file_and_pages(tmp_path: Path) -> None:
    base = KnowledgeBase.load(make_site(tmp_path))
    arabic = base.language("ar")
    assert (arabic.name, arabic.direction, arabic.prefix) == ("العربية", "rtl", "ar/")
    assert base.page("ar", "index.md") is not None
