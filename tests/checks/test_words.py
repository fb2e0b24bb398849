"""Every word is in the dictionary of its language or the project's list; others are named.

The dictionaries are the machine's. Without them these tests are skipped, and fail where CI=true:
a check must not be left out silently.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from fixture_site import checkout_base, make_site, page
from handvat.checks import words as word_rules
from handvat.checks.words import DICTIONARIES, Dictionary, NoDictionary, Speller, spelling
from handvat.cli import run as handvat
from handvat.commands import check
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import Problem

HOUR = "docs/nl/now/first-hour.md"
open_anew = word_rules._open


@cache
def missing() -> str:
    """What this machine lacks; empty where it has every dictionary. To open all eight takes over a second."""
    try:
        for one in DICTIONARIES.values():
            Speller(one, ())
    except NoDictionary as error:
        return str(error)
    return ""


@pytest.fixture(scope="module", autouse=True)
def _each_dictionary_is_opened_once() -> Iterator[None]:
    """To open one takes longer than most of these tests; a test of opening uses `open_anew`."""
    with patch.object(word_rules, "_open", cache(open_anew)):
        yield


@pytest.fixture(autouse=True)
def dictionary(request: pytest.FixtureRequest) -> None:
    if "without_dictionary" in request.keywords or not missing():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(missing())
    pytest.skip(missing())


def misspelt(folder: Path, text: str, words: str = "") -> list[Problem]:
    """What is wrong on a Dutch page with `text` from its line 8 on; `words` is its word list."""
    root = make_site(folder, {"nl/now/first-hour.md": page("Het eerste uur", text)})
    path = root / "data/words/nl.txt"
    path.parent.mkdir()
    path.write_text(words, "utf-8")
    base = KnowledgeBase.load(root)
    return list(spelling(replace(base, languages=base.languages[:1])))


def unknown(folder: Path, text: str, words: str = "") -> set[str]:
    return {problem.what.split("'")[1] for problem in misspelt(folder, text, words)}


def test_every_language_of_the_site_has_a_dictionary() -> None:
    codes = [language.code for language in checkout_base().languages]
    assert sorted(codes) == sorted(DICTIONARIES)


def test_a_dictionary_of_another_provider_is_refused_with_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(word_rules, "_PROVIDER", "nuspell")
    with pytest.raises(NoDictionary, match="the dictionary nl_NL, from hunspell, is not that of"):
        open_anew(DICTIONARIES["nl"])


def test_every_word_of_the_pages_is_known() -> None:
    assert [str(problem) for problem in spelling(checkout_base())] == []


def test_a_misspelt_word_is_named_with_its_place_and_a_suggestion(tmp_path: Path) -> None:
    (problem,) = misspelt(tmp_path, "Blijf rustig.\nDoe samen aangfite.\n")
    assert str(problem) == (
        f"{HOUR}:9: spelling: 'aangfite' is not in the dictionary; "
        "did you mean 'aangifte'? Or add it to data/words/nl.txt"
    )
    assert problem.is_error


def test_all_visible_text_is_read_also_quotations(tmp_path: Path) -> None:
    text = (
        '## Kopp { #in-short }\n\nZij zegt: "Ik schamm me."\n\n/// scene | Naamm, 15\nEen scenne.\n///\n\n'
        '/// say\n"Zeg hett."\n///\n\n| Eenn |\n|---|\n| tweee |\n\n- Een [linkk](../index.md)\n\n'
        "> Een citaatt.\n\nDe *wettt*{ .law } geldt.\n"
    )
    assert unknown(tmp_path, text) == {
        "Kopp", "schamm", "Naamm", "scenne", "hett", "Eenn", "tweee", "linkk", "citaatt", "wettt",
    }  # fmt: skip


def test_titles_and_descriptions_are_read_and_aliases_are_not(tmp_path: Path) -> None:
    head = "title: Titell\ndescription: Een zinn.\ntype: guide\naliases: [chantaje]\nreview: null\n"
    root = make_site(tmp_path, {"nl/now/first-hour.md": f"---\n{head}---\n\nGoed.\n"})
    found = sorted(spelling(KnowledgeBase.load(root)))
    assert [(problem.line, problem.what.split("'")[1]) for problem in found] == [
        (2, "Titell"),
        (3, "zinn"),
    ]


def test_citations_calls_addresses_and_code_are_not_read(tmp_path: Path) -> None:
    text = (
        'Zo is het [@bronn-2024; @xyzq].\nBel {{ contact("hulpp") }}.\nKijk op www.voorbeeldd.nl, '
        "<https://voorbeeldd.nl/paginaa> of in mkdocss.yml.\nTik `maakk dit`.\n"
        "[Zo](https://voorbeeldd.nl/xyzq)<br>doe je dat.\n\n```\nkoddee\n```\n"
    )
    assert unknown(tmp_path, text) == set()


def test_a_word_of_the_list_is_right_at_the_start_of_a_sentence_too(tmp_path: Path) -> None:
    words = "# Woorden\nHelpwantid\nkwaxel # van ons\n"
    assert unknown(tmp_path, "Kwaxel eens met Helpwantid.\n", words) == set()
    assert unknown(tmp_path / "name", "Ga naar helpwantid.\n", words) == {"helpwantid"}


def test_a_name_of_several_words_is_known_only_as_a_whole(tmp_path: Path) -> None:
    words = "Defence for Children\n"
    assert unknown(tmp_path, "Volgens Defence for Children.\n", words) == set()
    assert unknown(tmp_path / "part", "Dit is for jou.\n", words) == {"for"}


@pytest.mark.parametrize("right", ["dóén", "Eén", "jóú", "zo’n", "'s", "Sams", "foto's", "12-jarige",
                                   "online-uitbuiting", "meld-"])  # fmt: skip
def test_stress_possessives_and_parts_joined_by_a_hyphen_are_right(right: str) -> None:
    speller = Speller(DICTIONARIES["nl"], ())
    words = [*speller.words(f"Zie {right} hier.")]
    assert len(words) > 2
    assert [word for word in words if not speller.is_right(word)] == []


@pytest.mark.parametrize("wrong", ["dóénn", "Samms's", "Jongerens", "online-uitbuitng"])
def test_no_accent_apostrophe_or_hyphen_hides_a_mistake(wrong: str) -> None:
    speller = Speller(DICTIONARIES["nl"], ())
    assert not all(speller.is_right(word) for word in speller.words(f"zie {wrong} hier"))


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    [
        ("tr", "Hollanda'da kâğıt pdf'e", "Hollamda'da kâğırt"),
        ("ar", "افعلوه تفعلونه رأيتموه تحدَّثوا وCKM", "افعغلوه تحدظثوا"),
        ("uk", "п’ять підлітків", "підлідків"),
        ("fr", "l’aide d'urgence", "l’aidde d'urgense"),
        ("en", "Bram's somebody else's", "sombody"),
        ("de", "Kindeswohlgefährdung", "Kindeswolgefährdung"),
        ("pl", "w Veilig Thuis zgłoszenie", "zgłoszeniie"),
    ],
)
def test_the_gaps_of_a_dictionary_are_filled(code: str, right: str, wrong: str) -> None:
    dutch = Speller(DICTIONARIES["nl"], ["Bram", "Veilig", "Thuis", "CKM"])
    speller = Speller(DICTIONARIES[code], ["pdf"], dutch)
    assert [word for word in speller.words(right) if not speller.is_right(word)] == []
    assert [word for word in speller.words(wrong) if speller.is_right(word)] == []


def test_an_entry_with_a_star_is_every_word_that_begins_so(tmp_path: Path) -> None:
    assert unknown(tmp_path, "Zie Kwaxelen, kwaxel en kwax.\n", "Kwaxel*\n") == {"kwaxel", "kwax"}
    assert unknown(tmp_path / "small", "Zie Kwaxelen en kwaxels.\n", "kwaxel*\n") == set()


@pytest.mark.parametrize("first", ["nl", "en"])
def test_a_translation_may_use_dutch_words_and_the_dutch_list(tmp_path: Path, first: str) -> None:
    english = page("One", "Call Veilig Thuiss for advice (aangifte).\n", translated=True)
    root = make_site(tmp_path, {"en/now/first-hour.md": english})
    (root / "data/words").mkdir()
    (root / "data/words/nl.txt").write_text("Veilig Thuis\n", "utf-8")
    base = KnowledgeBase.load(root)
    languages = sorted(base.languages, key=lambda one: one.code != first)
    edition = replace(base, languages=tuple(languages), overlay=replace(base.overlay, source="nl"))
    found = [problem.what.split("'")[1] for problem in spelling(edition)
             if problem.file.startswith("docs/en")]  # fmt: skip
    assert found == ["Thuiss"]


def test_the_personal_word_list_of_a_user_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nl_NL.dic").write_text("aangfite\n", "utf-8")
    monkeypatch.setenv("ENCHANT_CONFIG_DIR", str(tmp_path))
    assert not open_anew(DICTIONARIES["nl"]).check("aangfite")


@pytest.mark.without_dictionary
def test_a_missing_dictionary_is_reported_with_the_install_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(DICTIONARIES, "nl", Dictionary("xx_XX", "hunspell-xx", sure="x"))
    monkeypatch.chdir(make_site(tmp_path))
    assert handvat(["check", "--spelling"]) == 1
    assert "apt install libenchant-2-2 hunspell-xx" in capsys.readouterr().err


def test_the_command_prints_the_mistakes_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_site(tmp_path, {"nl/now/first-hour.md": page("Uur", "Hett is zo.\n")}))
    assert handvat(["check", "--spelling"]) == 1
    printed = capsys.readouterr()
    assert "'Hett'" in printed.err
    assert "unknown words: 1" in printed.out


def test_a_dictionary_without_words_of_its_language_counts_as_missing() -> None:
    # This happens when the file of endings is there and the file of words is not.
    with pytest.raises(NoDictionary, match="apt install"):
        Speller(Dictionary("nl_NL", "hunspell-nl", sure="aangfite"), ())


@pytest.mark.without_dictionary
@pytest.mark.parametrize(
    ("words", "line", "message"),
    [("boom\naap\n", 2, "is after 'boom'"), ("aap\naap\n", 2, "is here twice")],
)
def test_a_word_list_out_of_order_is_named_by_make_check(
    tmp_path: Path, words: str, line: int, message: str
) -> None:
    root = make_site(tmp_path)
    (root / "data/words").mkdir()
    (root / "data/words/nl.txt").write_text(words, "utf-8")
    (problem,) = check.find_problems(KnowledgeBase.load(root))
    assert (problem.file, problem.line, problem.rule) == ("data/words/nl.txt", line, "word-list")
    assert message in problem.what
