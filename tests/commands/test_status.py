"""`handvat report status` counts what readers read, lists what is missing and states its limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fixture_site import following, make_site, page
from handvat.cli import run as handvat
from handvat.commands import status as reading
from handvat.commands.status import Status, status
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.translation import fingerprints
from samples import commit

BODY = """\
## Een kop telt niet mee { #in-short }

Blijf rustig [@a-2024; @b-2024].
Zeg: "Goed dat je komt. Ik luister."

- Bel {{ contact("hulp") }} en wacht
- Loop samen naar buiten.

| Een cel | telt niet |
|---|---|
| mee | ook niet |

/// scene | Sam, 15
Sam zwijgt.
///
"""
HEAD = "---\ntitle: Uur\ndescription: Uur.\ntype: guide\nclaims: [x, y]\nreview: {by: Ada, date: 2026-11-24}\n---\n\n"


def of(root: Path) -> Status:
    return status(KnowledgeBase.load(root))


def test_a_page_has_its_words_sentences_citations_claims_and_reviewer(tmp_path: Path) -> None:
    found = of(make_site(tmp_path, {"nl/now/first-hour.md": HEAD + BODY}))
    (row,) = (row for row in found.pages if row.page == "now/first-hour.md")
    # Blijf rustig · Zeg Goed dat je komt · Ik luister · Bel en wacht · Loop samen naar buiten · Sam zwijgt
    assert (row.words, row.sentences) == (18, 6)
    assert (row.median, row.longest) == (2.5, 5)
    assert (row.citations, row.claims, row.review) == (2, 2, "Ada, 2026-11-24")


def test_the_totals_are_those_of_all_pages_of_the_map(tmp_path: Path) -> None:
    found = of(make_site(tmp_path, {"nl/now/first-hour.md": HEAD + BODY}))
    total = found.totals
    assert total.pages == total.map == len(found.pages) == 10
    assert total.words == sum(row.words for row in found.pages)
    assert total.sentences == sum(row.sentences for row in found.pages)
    assert (total.median, total.longest) == (2, 5)
    assert (total.claims, total.citations, total.reviewed) == (2, 2, 1)


def test_citations_with_and_without_a_place_and_unused_entries_are_listed(tmp_path: Path) -> None:
    body = "## Kort { #in-short }\n\nEen [@a:x]. Twee [@a]. Drie [@b].\n"
    root = make_site(tmp_path, {"nl/now/first-hour.md": HEAD + body})
    source = (
        "{title: T, by: B, year: 2024, url: null, language: nl, seen: 2026-11-24, kind: primary"
    )
    entry = "{says: Zo., where: p. 1, read: 2026-11-24}"
    (root / "data/sources.yml").write_text(
        f"a: {source}, entries: {{x: {entry}, y: {entry}}}}}\nb: {source}, unread: Achter slot.}}\n",
        encoding="utf-8",
    )
    found = of(root)
    assert (found.totals.citations, found.totals.placed) == (3, 1)
    assert found.unplaced == {"a": 1}
    assert found.unused == ("a:y",)


def test_pages_without_a_question_are_listed_by_language(tmp_path: Path) -> None:
    root = make_site(tmp_path, {"nl/now/first-hour.md": HEAD + BODY})
    (root / "data/questions").mkdir()
    (root / "data/questions/nl.yml").write_text("now/first-hour.md#in-short: [wat nu]\n", "utf-8")
    found = of(root).unasked
    assert "now/first-hour.md" not in found["nl"]
    assert "now/index.md" in found["nl"]
    assert "now/first-hour.md" in found["en"]


def test_a_page_of_the_map_that_is_not_there_is_missing(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    (root / "docs/nl/now/first-hour.md").unlink()
    found = of(root)
    assert (found.totals.pages, found.totals.map) == (9, 10)
    assert [(row.language, row.pages, len(row.missing)) for row in found.languages] == [
        ("nl", 9, 1),
        ("en", 2, 8),
        ("ar", 1, 9),
    ]
    assert found.languages[0].missing == ("now/first-hour.md",)


def test_sections_that_no_longer_follow_the_dutch_are_counted(tmp_path: Path) -> None:
    body = "## Kort { #in-short }\n\nKort.\n\n## Dan { #then }\n\nBel.\n"
    english = page("Q", body, translated=True)
    root = make_site(
        tmp_path, {"nl/now/first-hour.md": page("P", body), "en/now/first-hour.md": english}
    )
    assert [row.stale for row in of(root).languages] == [0, 2, 0]


TWO_SECTIONS = "## Kort { #in-short }\n\nKort.\n\n## Dan { #then }\n\nBel.\nWacht.\n"


def in_step(root: Path) -> Path:
    """Adds an English first hour that follows the Dutch, and commits the project in `root`."""
    dutch = page("P", TWO_SECTIONS)
    english = following(page("Q", TWO_SECTIONS, translated=True), dutch)
    make_site(root, {"nl/now/first-hour.md": dutch, "en/now/first-hour.md": english})
    commit(root, "in step")
    return root


def change(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_page_in_step_is_complete_and_counts_its_reviewer(tmp_path: Path) -> None:
    root = in_step(tmp_path)
    english = of(root).languages[1]
    assert (english.complete, english.pages, english.of, english.percentage) == (3, 3, 10, 30)
    assert (english.behind, english.reviewed, english.sections, english.of_sections) == (
        (),
        0,
        2,
        2,
    )
    change(
        root,
        "docs/en/now/first-hour.md",
        "{sections",
        "{reviewed: {by: Ada, date: 2026-11-24}, sections",
    )
    assert of(root).languages[1].reviewed == 1


def test_what_is_wrong_with_a_translation_is_listed_by_section(tmp_path: Path) -> None:
    root = in_step(tmp_path)
    change(root, "docs/nl/now/first-hour.md", "Bel.", "Bel 2 keer.")
    change(root, "docs/nl/now/first-hour.md", "{ #in-short }", "{ #briefly }")
    english = of(root).languages[1]
    (behind,) = english.behind
    assert behind.page == "now/first-hour.md"
    assert (behind.stale, behind.missing, behind.orphaned, behind.adrift) == (
        ("then",), ("briefly",), ("in-short",), ("then",),
    )  # fmt: skip
    assert (english.complete, english.sections) == (2, 1)


def test_a_translation_without_its_dutch_page_is_orphaned(tmp_path: Path) -> None:
    root = make_site(tmp_path, {"en/now/gone.md": page("Gone", "Text.\n", translated=True)})
    english = of(root).languages[1]
    assert english.orphaned == ("now/gone.md",)
    assert english.complete == english.pages == 2


def printed(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.chdir(root)
    assert handvat(["report", "status"]) == 0
    return capsys.readouterr().out


def test_a_stale_section_shows_what_changed_in_the_dutch_and_the_two_next_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = in_step(tmp_path)
    change(root, "docs/nl/now/first-hour.md", "Bel.", "Bel nu.")
    output = printed(root, monkeypatch, capsys)
    assert "docs/en/now/first-hour.md: stale: then\n" in output
    assert "handvat translations mark-current docs/en/now/first-hour.md" in output
    assert "changed since en followed it\n    - Bel.\n    + Bel nu.\n" in output
    assert "handvat translations mark-unchanged docs/nl/now/first-hour.md" in output
    assert "Wacht." not in output, "a line that did not change"


def test_an_edition_in_another_language_names_the_file_of_the_source_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = in_step(tmp_path)
    (root / "organisation.yml").write_text("languages: [en, nl]\n", "utf-8")
    monkeypatch.delenv("ORGANISATION")
    change(root, "docs/nl/now/first-hour.md", "Bel.", "Bel nu.")
    output = printed(root, monkeypatch, capsys)
    assert "docs/nl/now/first-hour.md, then: changed since en followed it" in output
    assert "handvat translations mark-unchanged docs/nl/now/first-hour.md" in output


def test_a_fingerprint_that_no_version_has_is_reported_as_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = in_step(tmp_path)
    source = KnowledgeBase.load(root).page("nl", "now/first-hour.md")
    assert source is not None
    change(root, "docs/en/now/first-hour.md", fingerprints(source)["then"], "0123456789ab")
    output = printed(root, monkeypatch, capsys)
    assert "'0123456789ab' is the fingerprint of no version in the history" in output


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("Blijf. Luister. Bel!", 3),
        ('"Klopt." Zeg: "Ik ben er. Echt waar."', 3),
        ("Om 14.30 uur is er 8,5 procent (2023) over.", 1),
        ("Eerst dit, o.a. dat; dan iets anders…", 1),
        ("Wil je dat? Zó niet. Één keer wel.", 3),
    ],
)
def test_a_line_may_contain_several_sentences(tmp_path: Path, line: str, sentences: int) -> None:
    root = make_site(tmp_path, {"nl/now/first-hour.md": page("Uur", f"{line}\n")})
    found = KnowledgeBase.load(root).page("nl", "now/first-hour.md")
    assert found is not None
    assert len(reading.sentences_of(found)) == sentences


@pytest.mark.parametrize(
    ("word", "count"),
    [("je", 1), ("zegt", 1), ("geen", 1), ("avond", 2), ("foto", 2), ("idee", 2), ("even", 2),
     ("jongere", 3), ("ideeën", 3), ("Organisatie", 5), ("uitbuiting", 3), ("ouders", 2)],
)  # fmt: skip
def test_dutch_syllables_are_counted(word: str, count: int) -> None:
    assert reading.syllables(word) == count


def test_the_reading_level_is_that_of_douma() -> None:
    # Four words a sentence, six syllables in four words.
    sentences = [("Blijf", "rustig", "en", "luister")]
    assert reading.flesch_douma(sentences) == pytest.approx(206.84 - 0.93 * 4 - 77 * 6 / 4)
    assert reading.flesch_douma([]) is None
    assert [reading.level(score) for score in (101, 90, 89.9, 60, 45, 30, 29.9, -5)] == [
        "very easy", "very easy", "easy", "normal", "fairly hard", "hard", "very hard", "very hard",
    ]  # fmt: skip


def test_long_words_and_long_sentences_read_harder() -> None:
    plain = [("Blijf", "bij", "haar"), ("Bel", "de", "arts")]
    heavy = [("Begeleidingsverantwoordelijkheid", "organiseren", "hulpverleningsinstellingen")] * 2
    assert reading.flesch_douma(heavy) < reading.flesch_douma(plain)  # type: ignore[operator]
    assert reading.flesch_douma([plain[0] + plain[1]]) < reading.flesch_douma(plain)  # type: ignore[operator]


def test_the_table_is_aligned_and_ends_with_its_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_site(tmp_path))
    assert handvat(["report", "status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = lines[: lines.index("")]
    column = rows[0].index("words") + len("words")
    assert all(row[column - 1].isalnum() and row[column : column + 2] == "  " for row in rows)
    assert "nothing of meaning, order or tone" in " ".join(lines[-4:])
    assert "no gate" in " ".join(lines[-4:])


def test_json_has_the_same_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_site(tmp_path, {"nl/now/first-hour.md": HEAD + BODY})
    monkeypatch.chdir(root)
    assert handvat(["report", "status", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    found = of(root)
    assert [row["page"] for row in report["pages"]] == [row.page for row in found.pages]
    assert report["totals"]["median"] == found.totals.median
    english = report["languages"][1]
    assert (english["language"], english["pages"], len(english["missing"])) == ("en", 2, 8)
    assert (english["percentage"], english["stale"], english["adrift"]) == (20, 0, 0)
    assert "no gate" in report["measure"]


def test_a_hard_page_is_reported_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hard = "Verantwoordelijkheidsgevoel veronderstelt organisatieontwikkelingsmogelijkheden.\n"
    monkeypatch.chdir(make_site(tmp_path, {"nl/now/first-hour.md": page("Uur", hard)}))
    assert handvat(["report", "status"]) == 0
    assert "very hard" in capsys.readouterr().out
