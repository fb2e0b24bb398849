"""A text that is nearly the same on two pages is named; one that is only related is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixture_site import make_site, page
from handvat.checks.duplicates import repeated_paragraph
from handvat.commands import check
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import Problem

LONG = (
    "Blijf bij de jongere en zeg dat je blij bent dat je dit mag weten.\n"
    "Vraag wat er nu nodig is, en bel daarna samen iemand die vanavond kan komen.\n"
)
OTHER = (
    "De dreiger wil meestal geld en haast, dus wordt elk antwoord een reden om door te gaan.\n"
    "Bewaar daarom de berichten, blokkeer pas na advies en betaal niet.\n"
)
ITEMS = (
    '- "Had je dat maar niet gestuurd."\n- Zelf de dreiger een bericht sturen.\n'
    "- Het beeld bekijken om zeker te zijn.\n- Beloven dat niemand het hoort.\n"
)


def repeated(folder: Path, first: str, second: str, language: str = "nl") -> list[Problem]:
    """What is named when `first` is on one page and `second` on another."""
    root = make_site(
        folder,
        {
            "nl/now/first-hour.md": page("Het eerste uur", first),
            "nl/now/second-hour.md": page("Het tweede uur", second if language == "nl" else "Ja.\n"),
            "en/now/first-hour.md": page("Hour", second if language == "en" else "Yes.\n", "index", True),
        },
    )  # fmt: skip
    base = KnowledgeBase.load(root)
    return [found for one in base.languages for found in repeated_paragraph(base, one)]


def test_a_paragraph_on_two_pages_is_an_error_that_names_both_places(tmp_path: Path) -> None:
    (problem,) = repeated(tmp_path, f"Iets.\n\n{LONG}", LONG)
    assert (problem.file, problem.line) == ("docs/nl/now/second-hour.md", 8)
    assert "these 30 words are nearly the same in docs/nl/now/first-hour.md:10" in problem.what
    assert problem.is_error
    found = check.find_problems(KnowledgeBase.load(tmp_path))
    assert [item for item in found if item.rule == "repeated-paragraph"] == [problem]


def test_two_paragraphs_in_another_order_are_both_named(tmp_path: Path) -> None:
    assert len(repeated(tmp_path, f"{LONG}\n{OTHER}", f"{OTHER}\n{LONG}")) == 2


def test_another_name_and_other_signs_do_not_hide_a_repetition(tmp_path: Path) -> None:
    changed = LONG.replace("de jongere", "*Sam*").replace("blij", "heel blij").replace(",", ";")
    assert len(repeated(tmp_path, LONG, changed.upper())) == 1


def test_a_repetition_is_found_with_words_left_out_and_beside_other_text(tmp_path: Path) -> None:
    shorter = LONG.replace("Blijf bij de jongere en zeg dat", "Zeg").replace(" vanavond", "")
    assert len(repeated(tmp_path, f"{LONG}\n{OTHER}", f"{OTHER}\nIets.\n\n{shorter}")) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (LONG, OTHER),
        (LONG, LONG.replace("blij bent dat je dit mag weten", "schrikt van het beeld")
         .replace("daarna samen iemand die vanavond kan komen", "na het eten zelf de school")),
        ("Bel vandaag nog iemand die je kunt vertrouwen.\n", "Bel vandaag nog iemand die je kunt vertrouwen.\n"),
    ],
    ids=["another text", "half of it is another", "short"],
)  # fmt: skip
def test_ordinary_similarity_is_not_named(tmp_path: Path, first: str, second: str) -> None:
    assert repeated(tmp_path, first, second) == []


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("/// scene | Sam, 15\n", "///\n"), ("/// say\n", "///\n"), ("> ", "")],
    ids=["a scene", "a sentence to say", "a quotation"],
)
def test_blocks_count(tmp_path: Path, opening: str, closing: str) -> None:
    block = f"{opening}{LONG}{closing}"
    assert len(repeated(tmp_path, block, f"Iets.\n\n{block}")) == 1


@pytest.mark.parametrize("wrap", ["{}", "/// never\n{}///\n"], ids=["a list", "a never block"])
def test_short_items_count_together(tmp_path: Path, wrap: str) -> None:
    (problem,) = repeated(tmp_path, wrap.format(ITEMS), f"Iets.\n\n{wrap.format(ITEMS)}")
    assert "these 24 words" in problem.what


def test_short_sentences_to_say_count_together(tmp_path: Path) -> None:
    sentences = "\n\n".join(f'"{line[2:]}"' for line in ITEMS.replace('"', "").strip().split("\n"))
    (problem,) = repeated(tmp_path, f"/// say\n{sentences}\n///\n", f"/// say\n{sentences}\n///\n")
    assert "these 24 words" in problem.what


def test_a_long_item_counts_though_its_list_differs(tmp_path: Path) -> None:
    item = "- " + LONG.replace("\n", "\n    ").rstrip() + "\n"
    (problem,) = repeated(tmp_path, f"{ITEMS}{item}", f"- Iets heel anders.\n{item}- {OTHER}")
    assert problem.line == 9


def test_a_repeated_list_is_named_once_and_not_each_of_its_items(tmp_path: Path) -> None:
    both = "".join("- " + text.replace("\n", "\n    ").rstrip() + "\n" for text in (LONG, OTHER))
    assert len(repeated(tmp_path, both, both)) == 1


def test_contacts_headings_and_citations_do_not_count(tmp_path: Path) -> None:
    same = (
        "## Wie je vandaag nog kunt bellen als je niet weet of het veilig is om het thuis te "
        'vertellen aan de ouders van de jongere { #who }\n\n{{ contacts(audience="youth", '
        'need=["talk", "police", "suicide", "missing", "danger", "legal"]) }}\n'
    )
    assert repeated(tmp_path, same, same) == []


def test_another_language_and_the_same_page_are_not_compared(tmp_path: Path) -> None:
    assert repeated(tmp_path, f"{LONG}\nIets.\n\n{LONG}", LONG, language="en") == []
