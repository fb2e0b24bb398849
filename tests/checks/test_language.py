"""A paragraph in the wrong language is found, and the detection model reads few paragraphs."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixture_site import checkout_base, make_site, page
from handvat.checks.language import (
    COMMON,
    FEWEST_WORDS,
    common_words,
    is_suspect,
    other_language,
    right_language,
    script_of,
)
from handvat.content.knowledge_base import KnowledgeBase

TEXTS = {
    "nl": "Als een jongere iets vertelt, luister je eerst en vraag je pas daarna wat er is gebeurd.",
    "en": "When a young person tells you something, you listen first and ask what happened only then.",
    "de": "Wenn ein Jugendlicher etwas erzählt, hörst du zuerst zu und fragst danach, was geschehen ist.",
    "ar": "عندما يخبرك شاب أو شابة بشيء ما، استمع أولا ثم اسأل بعد ذلك عما حدث بالضبط.",
}
HOME = "Luister eerst naar wat de jongere je zelf vertelt."
NOUNS = "Zorgcoördinator, aandachtsfunctionaris, wijkteam, jeugdarts, mentor, decaan, leerplichtambtenaar, conciërge."


@pytest.mark.parametrize("code", ["nl", "en", "de"])
def test_the_model_distinguishes_languages(code: str) -> None:
    assert other_language(TEXTS[code], code, ["nl", "en", "de"]) is None
    others = {"nl", "en", "de"} - {code}
    assert {other_language(TEXTS[code], other, ["nl", "en", "de"]) for other in others} == {code}


def test_a_language_that_the_model_does_not_cover_is_left_alone() -> None:
    assert other_language(TEXTS["nl"], "ti", ["nl", "ti"]) is None
    assert other_language(TEXTS["nl"], "en", ["nl", "en", "ti"]) == "nl"


def test_a_language_that_the_site_does_not_have_is_not_found() -> None:
    assert other_language(TEXTS["de"], "nl", ["nl", "en"]) != "de"


def words(text: str) -> frozenset[str]:
    """The words of `text` as `common_words` returns them."""
    return frozenset(word.strip(",.")[:5] for word in text.lower().split())


OWN, SOURCE = words(TEXTS["nl"]), words(TEXTS["en"])


@pytest.mark.parametrize(
    ("text", "suspect"),
    [
        (HOME, False),
        (TEXTS["nl"].upper(), False),
        (NOUNS, True),
        (TEXTS["en"], True),
        (TEXTS["de"], True),
        (f"{HOME} {TEXTS['en']}", True),
        (f"{TEXTS['nl']} {HOME} Listen first.", False),
        ("Listen first and ask only then.", False),
    ],
    ids=["known", "capitals", "unknown", "source", "another", "mixed", "a few words", "short"],
)
def test_the_model_is_used_where_few_words_are_known_or_as_many_in_the_source(
    text: str, suspect: bool
) -> None:
    assert is_suspect(text, OWN, SOURCE) is suspect


def test_common_words_are_on_several_pages_and_are_compared_without_their_endings(
    tmp_path: Path,
) -> None:
    bodies = ("Jongeren praten.", "Een jongere praat. Praat! Praat!", "Jongeren zwijgen nu.")
    names = ("nl/a-z.md", "nl/index.md", "nl/now/index.md")
    texts = {name: page(name, f"{body}\n") for name, body in zip(names, bodies, strict=True)}
    base = KnowledgeBase.load(make_site(tmp_path, texts))
    assert len(bodies) == COMMON
    pages = tuple(one for one in base.pages.values() if f"{one.language}/{one.path}" in texts)
    assert common_words(pages) == {"jonge"}


def test_the_script_is_that_of_most_letters() -> None:
    assert script_of(TEXTS["ar"] + " (www.een.example)") == "ARABIC"
    assert script_of("Привіт, Handvat, як справи?") == "CYRILLIC"
    assert script_of("116 111") == ""


@pytest.mark.parametrize(
    ("name", "other", "found"),
    [
        ("en/now/index.md", "nl", "seems to be Nederlands, not English"),
        ("nl/now/index.md", "en", "seems to be English, not Nederlands"),
        ("ar/now/index.md", "en", "seems to be English, not العربية"),
        ("ar/now/index.md", "ar", None),
        ("en/now/index.md", "en", None),
    ],
)
def test_a_paragraph_in_another_language_than_its_page_is_a_problem(
    tmp_path: Path, name: str, other: str, found: str | None
) -> None:
    text = page("X", f"{TEXTS[name[:2]]}\n\n{TEXTS[other]}\n", translated=not name.startswith("nl"))
    base = KnowledgeBase.load(make_site(tmp_path, {name: text}))
    problems = list(right_language(base, base.language(name[:2])))
    line = len(text.splitlines())
    assert [(one.file, one.line) for one in problems] == ([(f"docs/{name}", line)] if found else [])
    assert all(str(found) in one.what for one in problems)


def test_the_model_reads_nearly_all_paragraphs_in_another_language_and_hardly_any_others() -> None:
    base = checkout_base()
    codes = [language.code for language in base.languages]
    pages = {code: tuple(base.pages_in(code)) for code in codes}
    texts = {
        code: [
            paragraph.text
            for one in pages[code]
            for paragraph in one.text.paragraphs
            if len(paragraph.text.split()) >= FEWEST_WORDS
        ]
        for code in codes
    }
    known = {code: common_words(pages[code]) for code in codes}
    for code, other in zip(codes, [*codes[1:], codes[0]], strict=True):
        source = known[base.source_language.code] if code != base.source_language.code else set()
        own = sum(is_suspect(text, known[code], source) for text in texts[code])
        assert own <= len(texts[code]) // 200, code
        missed = sum(not is_suspect(text, known[code], source) for text in texts[other])
        assert missed <= len(texts[other]) // 200, f"{other} in {code}"
