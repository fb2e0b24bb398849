"""A paragraph that strayed into another language is met, and the model that tells languages apart is asked about few."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from fixture_site import checkout_base
from handvat.content import language_detection as doubting
from handvat.content.language_detection import AT_HOME, FEWEST_WORDS, Asked, doubts, identify
from handvat.content.text import Paragraph, Text

TEXTS = (
    "Als een jongere iets vertelt, luister je eerst en vraag je pas daarna wat er is gebeurd.",
    "When a young person tells you something, you listen first and ask what happened only then.",
    "Wenn ein Jugendlicher etwas erzählt, hörst du zuerst zu und fragst erst danach, was geschehen ist.",
)
ASKED = Asked(("de", "en", "nl"), "nl", TEXTS)


def test_a_text_in_the_language_that_it_should_be_in_has_no_other() -> None:
    assert identify(ASKED) == ["", "en", "de"]


def test_a_language_that_the_model_has_not_learnt_is_left_alone() -> None:
    assert identify(Asked(("nl", "ti"), "ti", TEXTS[:1])) == [""]
    assert identify(ASKED) == ["", "en", "de"]  # whoever was asked before does not matter


def page(*texts: str) -> SimpleNamespace:
    """A page with these paragraphs, as far as doubts look at it."""
    paragraphs = [Paragraph("text", ((line, text),), line) for line, text in enumerate(texts, 1)]
    return SimpleNamespace(file="p.md", language="nl", text=Text(paragraphs=paragraphs))


HOME = "Luister eerst naar wat de jongere je zelf vertelt."
NOUNS = "Zorgcoördinator, aandachtsfunctionaris, wijkteam, jeugdarts, mentor, decaan, leerplichtambtenaar, conciërge."


@pytest.mark.parametrize(("is_known", "asked"), [(True, []), (False, [NOUNS])])
def test_words_that_nobody_knows_are_in_doubt_only_where_the_other_languages_are_not_known_well(
    monkeypatch: pytest.MonkeyPatch, is_known: bool, asked: list[str]
) -> None:
    monkeypatch.setattr(doubting, "TELLING", 3 if is_known else 99)
    own, *others = (frozenset(text.split()) for text in TEXTS)
    assert [doubt.text for doubt in doubts([page(HOME), page(NOUNS)], own, others)] == asked


@pytest.mark.parametrize("text", TEXTS[1:])
def test_a_paragraph_of_which_another_language_knows_more_is_in_doubt(text: str) -> None:
    own, *others = (frozenset(text.split()) for text in TEXTS)
    assert [doubt.text for doubt in doubts([page(HOME), page(text)], own, others)] == [text]


def test_words_that_stand_in_marks_of_markdown_elsewhere_are_known_as_well() -> None:
    written, *others = (frozenset(f"**{word}**" for word in TEXTS[0].split()), *TEXTS[1:])
    known = [frozenset(text.split()) for text in others]
    assert doubts([page(f"{HOME} {TEXTS[1]}")], written, known) != []
    assert doubts([page(f"{HOME} {TEXTS[1]}")] * AT_HOME, written, known) == []


def test_a_paragraph_of_ours_is_in_doubt_in_every_other_language_and_hardly_ever_in_its_own() -> (
    None
):
    base = checkout_base()
    codes = [language.code for language in base.languages]
    common = {code: base.common_in(code) for code in codes}

    def found(pages: list, code: str) -> int:
        return len(
            list(doubts(pages, common[code], [common[other] for other in codes if other != code]))
        )

    for code, other in zip(codes, [*codes[1:], codes[0]], strict=True):
        own, theirs = list(base.pages_in(code)), list(base.pages_in(other))
        assert found(own, code) <= sum(len(page_.text.paragraphs) for page_ in own) // 100, code
        strayed = [
            paragraph
            for page_ in theirs[::4]
            for paragraph in page_.text.paragraphs
            if len(paragraph.text.split()) >= FEWEST_WORDS
        ]
        page_ = SimpleNamespace(file="p.md", language=code, text=Text(paragraphs=strayed))
        missed = len(strayed) - (found([*own, page_], code) - found(own, code))
        assert missed <= len(strayed) // 200, f"{other} in {code}"
