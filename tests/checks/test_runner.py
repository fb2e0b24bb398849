"""Cached results of the checks are used only where nothing changed that a rule reads."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fixture_site import CHECKOUT, checkout_base, following, make_site, page, verb
from handvat import cache
from handvat.cache import Cache
from handvat.checks import LANGUAGE_RULES, PAGE_RULES, runner
from handvat.checks.runner import find_problems, run_checks
from handvat.cli import run as handvat
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.markdown import read
from handvat.content.page import Page
from handvat.content.problem import Problem
from handvat.content.translation import LanguageProgress, language_progress, page_state, progress
from handvat.overlay.apply import load_edition
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import commit

CHECKED = (
    "Als een jongere iets vertelt, luister je eerst en vraag je pas daarna wat er is gebeurd, "
    "want wie rustig blijft en niet oordeelt, hoort meer dan wie meteen wil helpen of regelen.\n"
)
DUTCH = page("Het eerste uur", f"## Kort {{ #in-short }}\n\n{CHECKED}")
PAGES = {
    "nl/now/first-hour.md": DUTCH,
    "en/now/first-hour.md": following(
        page(
            "The first hour",
            "## Short { #in-short }\n\nStay calm, see [what next](../../nl/now/first-hour.md#then).\n",
            translated=True,
        ),
        DUTCH,
    ),
    "ar/now/first-hour.md": page(
        "الساعة", "## باختصار { #in-short }\n\nابق هادئا.\n", translated=True
    ),
    "nl/about/privacy.md": page("Privacy", '{{ cards(["now/first-hour.md"]) }}\n'),
}

CHANGES: tuple[str, ...] = (
    "## Dan { #then }\n\nBel 0612345678.\n",
    "## Then { #then }\n\n[weg](weg.md) en [weg](../../en/now/first-hour.md#gone)\n",
    f"{CHECKED}",
    '{{ picture("drawn") }} {{ cards(["now/index.md"]) }} {{ contact("one") }}\n',
    "Zie [@proef] en [@weg], en het woord slecht.\n",
    "This is an ordinary English sentence about young people who dare not talk about it to anyone.\n",
    "# Titel\n",
)
FROM_WINDOWS = "\ufeff" + page("X", "Y\n").replace("\n", "\r\n")
FILES = (*PAGES, "en/index.md", "nl/a-z.md", "ar/index.md")
DATA = {
    "data/sources.yml": "proef:\n  title: Proef\n  by: Iemand\n  year: 2024\n  url: null\n"
    "  language: nl\n  seen: 2026-01-01\n  kind: expert\n",
    "data/terms.yml": "nl:\n  - {use: niet goed, avoid: [slecht], meaning: Zo.}\n",
    "data/claims.yml": "- {id: act-now, part: now, says: Act at once.}\n",
    "data/words/nl.txt": "b\na\n",
}
"""Files of data → other content for them."""

Change = Callable[[Path], object]


def write(name: str, text: str) -> Change:
    """A change that writes a file, or deletes it for an empty text."""

    def change(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text, "utf-8")
        else:
            path.unlink(missing_ok=True)

    return change


def add(name: str, text: str) -> Change:
    """A change that adds `text` to the page `name`, where it exists."""

    def change(root: Path) -> None:
        path = root / "docs" / name
        if path.is_file():
            path.write_text(f"{path.read_text('utf-8')}\n{text}", "utf-8")

    return change


changes = st.one_of(
    st.builds(add, st.sampled_from(FILES), st.sampled_from(CHANGES)),
    st.builds(write, st.sampled_from([f"docs/{name}" for name in FILES[1:]]), st.just("")),
    st.builds(lambda name: write(name, DATA[name]), st.sampled_from(sorted(DATA))),
    st.builds(write, st.just("overrides/pictures/drawn.svg"), st.sampled_from(["", "<svg/>"])),
    st.builds(
        write, st.just("docs/en/now/extra.md"), st.sampled_from(["", "geen kop", FROM_WINDOWS])
    ),
)


Found = tuple[list[Problem], tuple[LanguageProgress, ...]]


def found(root: Path, results: Cache = Cache()) -> Found:
    """The problems and the progress, from the cached `results` where there are any."""
    checked = run_checks(load_edition(root), results)
    return checked.problems, checked.progress


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(changes, min_size=2, max_size=4))
def test_with_cached_results_the_same_is_found_as_without(
    tmp_path_factory: pytest.TempPathFactory, every: list[Change]
) -> None:
    root = make_site(tmp_path_factory.mktemp("site"), PAGES)
    results = Cache(root / ".build" / "cache")
    for change in (nothing, *every):
        change(root)
        warm = found(root, results)
        assert warm == found(root)
        assert warm[1] == progress(KnowledgeBase.load(root))


def nothing(_root: Path) -> None:
    """No change at all."""


def without_translations(root: Path) -> None:
    for code in ("en", "ar"):
        shutil.rmtree(root / "docs" / code)


def settings_changed(old: str, new: str) -> Change:
    """A change of `mkdocs.yml`."""

    def change(root: Path) -> None:
        path = root / "mkdocs.yml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return change


FIGURES = "In 2024 waren het er 12.\n"
EXTRA = write("docs/en/now/extra.md", page("X", "Y\n", translated=True))
RELEASE = write("organisation.yml", "edition: release\n")
UNTRANSLATED = "Deze woorden zijn Nederlands en ze horen hier helemaal niet te staan vandaag.\n"
LONG = (
    f"{' '.join(f'These are plain words of part {part} in a row,' for part in 'abcd')} and more.\n"
)
GERMAN = "Das ist ein gewöhnlicher deutscher Satz über junge Menschen, die sich nicht trauen.\n"


def on_three_pages(code: str, text: str) -> Change:
    """Make the words of `text` common in a language."""

    def change(root: Path) -> None:
        for path in ("index.md", "now/index.md", "now/first-hour.md"):
            add(f"{code}/{path}", text)(root)

    return change


def with_german(root: Path) -> None:
    """Add a language, which language detection then distinguishes from the others."""
    line = "        - {locale: de, name: Deutsch, build: true}\n"
    settings_changed("        - {locale: ar", f"{line}        - {{locale: ar")(root)
    shutil.copy(CHECKOUT / "data/strings/de.yml", root / "data/strings")


PARTS: dict[tuple[str, str], list[tuple[str, list[Change]]]] = {
    ("checked page", "text"): [("text", [add("en/now/first-hour.md", FIGURES)])],
    ("checked page", "source"): [("source", [add("nl/now/first-hour.md", FIGURES)])],
    ("results of checks", "shared"): [
        ("terms", [add("nl/a-z.md", "Dat is slecht.\n"), write("data/terms.yml", DATA["data/terms.yml"])]),
        ("a language", [add("nl/a-z.md", GERMAN), with_german]),
    ],
    ("compared pages", "texts"): [("texts", [add("en/index.md", LONG), add("en/now/index.md", LONG)])],
    ("compared pages", "words"): [
        ("common words", [on_three_pages("en", UNTRANSLATED), on_three_pages("nl", UNTRANSLATED)])
    ],
    ("compared pages", "typed"): [
        ("ways to ask", [write("data/questions/en.yml", "now/none.md: [help]\n")]),
        ("sentences of danger", [write("data/danger/en.yml", "unknown: {me: [help]}\n")]),
    ],
    ("compared pages", "fallbacks"): [
        (
            "sections of pages that are not translated",
            [write("data/questions/en.yml", "a-z.md#weg: [help]\n"), add("nl/a-z.md", "\n## Weg { #weg }\n")],
        )
    ],
    ("data of checks", "data"): [
        ("terms", [add("nl/a-z.md", "Dat is slecht.\n"), write("data/terms.yml", DATA["data/terms.yml"])])
    ],
    ("data of checks", "pages"): [
        ("pages", [add("nl/a-z.md", "[weg](now/extra.md)\n"), write("docs/nl/now/extra.md", page("X", "Y\n"))]),
        (
            "unreadable pages",
            [add("nl/a-z.md", "[weg](now/extra.md)\n"), write("docs/nl/now/extra.md", "geen kop")],
        ),
    ],
    ("data of checks", "pictures"): [
        (
            "pictures",
            [
                add("nl/a-z.md", '{{ picture("drawn") }}\n'),
                write("overrides/pictures/drawn.svg", "<svg/>"),
            ],
        )
    ],
    ("data of checks", "overlay"): [("organisation", [RELEASE])],
}  # fmt: skip
"""The kind of a key and a part of it → changes after which that part alone differs, by what changes."""
TRIED = [
    pytest.param(kind, part, tries, id=f"{kind}, {name}")
    for (kind, part), every in PARTS.items()
    for name, tries in every
]


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "left out"])
@pytest.mark.parametrize(("kind", "part", "tries"), TRIED)
def test_no_part_of_a_key_can_be_left_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    kind: str,
    part: str,
    tries: list[Change],
    is_whole: bool,
) -> None:
    monkeypatch.delenv("ORGANISATION", raising=False)
    whole = cache.key

    def shorter(kind_: str, **parts: str) -> str:
        if kind_ == kind:
            del parts[part]
        return whole(kind_, **parts)

    if not is_whole:
        monkeypatch.setattr(cache, "key", shorter)
    root = make_site(tmp_path, PAGES)
    results = Cache(root / ".build" / "cache")
    are_true = []
    for change in (nothing, *tries):
        change(root)
        are_true.append(found(root, results) == found(root))
    assert all(are_true) == is_whole


def test_every_part_of_a_key_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[tuple[str, str]] = set()
    whole = cache.key

    def noted(kind: str, **parts: str) -> str:
        used.update((kind, part) for part in parts)
        return whole(kind, **parts)

    monkeypatch.setattr(cache, "key", noted)
    run_checks(KnowledgeBase.load(make_site(tmp_path, PAGES)), Cache(tmp_path / "cache"))
    assert used == set(PARTS)


class Poisoned:
    """A page of which a rule may read the identity, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.language, self.path, self.file, self.url = (
            page.language,
            page.path,
            page.file,
            page.url,
        )

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the {name} of {self.file} is read")


def poisoned(base: KnowledgeBase, code: str, path: str | None) -> KnowledgeBase:
    """`base`, in which only the page at `path` in a language and its source page can be read.

    Without a path, all pages of the language and of the source language.
    """
    own = {code, base.source_language.code}
    pages: dict[Any, Any] = {
        key: one if one.language in own and path in {None, one.path} else Poisoned(one)
        for key, one in base.pages.items()
    }
    fields = {name: value for name, value in vars(base).items() if not name.startswith("_")}
    return KnowledgeBase(**{**fields, "pages": pages})


@pytest.mark.parametrize("source", ["", "en"], ids=["default", "another"])
def test_what_is_cached_of_a_page_is_read_from_it_and_its_source_page_alone(
    tmp_path: Path, source: str
) -> None:
    root = make_site(tmp_path, PAGES)
    for name in ("nl/now/first-hour.md", "en/now/first-hour.md", "ar/now/first-hour.md"):
        for text in (*CHANGES, "[nl](../../nl/a-z.md#x) [ar](../../ar/index.md#x)\n"):
            add(name, text)(root)
    add("nl/a-z.md", CHANGES[0])(root)
    for name, text in DATA.items():
        write(name, text)(root)
    base = KnowledgeBase.load(root)
    base.overlay = replace(base.overlay, source=source)
    assert len(find_problems(base)) > 20
    for unit in runner._keys(base):
        (result,) = runner._check_units(base, [unit])
        assert runner._check_units(poisoned(base, *unit), [unit]) == [result], unit


def test_no_rule_about_a_page_of_this_site_reads_another_one() -> None:
    base = checkout_base()
    for path in [*base.paths_in("uk")][:12]:
        part = poisoned(base, "uk", path)
        for _, rule in PAGE_RULES:
            list(rule(part, part.pages["uk", path]))
        page_state(part.pages["uk", path], part.page("nl", path))


def test_no_rule_about_a_language_of_this_site_reads_a_third_one() -> None:
    base = checkout_base()
    language = base.language("uk")
    few = {code: [*base.paths_in(code)][:12] for code in (language.code, base.source_language.code)}
    part = poisoned(base, language.code, None)
    for key in [*part.pages]:
        if key[1] not in few.get(key[0], [key[1]]):
            del part.pages[key]
    for rule in LANGUAGE_RULES:
        list(rule(part, language))
    language_progress(part, language)


def test_a_poisoned_page_is_noticed(tmp_path: Path) -> None:
    base = KnowledgeBase.load(make_site(tmp_path, PAGES))
    part = poisoned(base, "en", "now/index.md")
    assert part.paths_in("ar") == base.paths_in("ar")
    for unit in (("ar", "index.md"), ("ar", None), ("en", "index.md")):
        with pytest.raises(AssertionError, match=r"the \w+ of docs/\S+ is read"):
            runner._check_units(part, [unit])


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was checked, and not taken from the cache: `nl/index.md` for a page, `nl` for the pages of a language."""
    done: list[str] = []
    check_units = runner._check_units

    def noted(base: KnowledgeBase, units: Sequence[runner.Unit]) -> list[runner.UnitResults]:
        done.extend("/".join(filter(None, unit)) for unit in units)
        return check_units(base, units)

    monkeypatch.setattr(runner, "_check_units", noted)
    return done


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (nothing, []),
        (add("en/index.md", "More.\n"), ["en", "en/index.md"]),
        (add("nl/now/first-hour.md", "Meer.\n"),
         ["ar/now/first-hour.md", "en/now/first-hour.md", "nl", "nl/now/first-hour.md"]),
        (add("nl/a-z.md", "Meer.\n"), ["nl", "nl/a-z.md"]),
    ],
    ids=["nothing", "a translation", "a source page", "a page without translations"],
)  # fmt: skip
def test_a_change_rechecks_the_pages_that_it_concerns_and_no_other(
    tmp_path: Path, checked: list[str], change: Change, again: list[str]
) -> None:
    root = make_site(tmp_path, PAGES)
    results = Cache(root / ".build" / "cache")
    find_problems(KnowledgeBase.load(root), results)
    checked.clear()
    change(root)
    find_problems(KnowledgeBase.load(root), results)
    assert sorted(checked) == again


def test_after_a_change_of_data_everything_is_checked(tmp_path: Path, checked: list[str]) -> None:
    root = make_site(tmp_path, PAGES)
    results = Cache(root / ".build" / "cache")
    find_problems(KnowledgeBase.load(root), results)
    everything = sorted(checked)
    checked.clear()
    write("data/terms.yml", DATA["data/terms.yml"])(root)
    find_problems(KnowledgeBase.load(root), results)
    assert sorted(checked) == everything and {"nl", "en", "ar"} <= {*everything}


def test_a_build_reuses_the_results_of_make_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checked: list[str]
) -> None:
    root = make_site(tmp_path, PAGES)
    monkeypatch.chdir(root)
    handvat(["check"])
    assert {"nl", "en", "ar", "nl/index.md"} <= {*checked}
    checked.clear()
    handvat(["build"])
    assert checked == []


def test_a_damaged_result_is_computed_again(tmp_path: Path, checked: list[str]) -> None:
    root = make_site(tmp_path, PAGES)
    results = Cache(root / ".build" / "cache")
    before = found(root, results)
    everything = [*checked]
    for entry in (root / ".build").rglob("*"):
        if entry.is_file():
            entry.write_bytes(entry.read_bytes()[:-1])
    checked.clear()
    assert found(root, results) == before
    assert checked == everything


def test_a_folder_in_which_nothing_can_be_stored_is_checked_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_site(tmp_path, {"nl/a-z.md": page("A", "<script>x</script>\n")})
    (root / ".build").write_text("in the way", encoding="utf-8")
    monkeypatch.chdir(root)
    assert handvat(["check"]) == 1
    assert "docs/nl/a-z.md" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "build"])
def test_errors_in_files_that_somebody_changed_come_first_and_those_in_translations_last(
    tmp_path: Path, command: str
) -> None:
    wrong = "[weg](weg.md)\n"
    root = make_site(
        tmp_path,
        {
            "ar/index.md": page("البداية", wrong, translated=True),
            "en/index.md": page("Home", wrong, translated=True),
            "nl/a-z.md": page("Van A tot Z", wrong),
        },
    )
    commit(root, "Begin")
    write("docs/nl/now/index.md", page("Nu", wrong))(root)
    write("docs/en/now/index.md", page("Now", wrong, translated=True))(root)
    commit(root, "Change two pages")
    code, output = verb(root, command)
    assert code == 1
    errors = [line for line in output.splitlines() if line.startswith("docs/")]
    files = [line.partition(":")[0] for line in errors if ": warning: " not in line]
    assert list(dict.fromkeys(files)) == [
        "docs/nl/now/index.md",
        "docs/en/now/index.md",
        "docs/nl/a-z.md",
        "docs/ar/index.md",
        "docs/en/index.md",
    ]


def test_loading_parses_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    monkeypatch.setattr(
        "handvat.content.page.read", lambda text, line: parsed.append(text) or read(text, line)
    )
    base = KnowledgeBase.load(make_site(tmp_path, PAGES))
    assert parsed == []
    home = base.pages["nl", "index.md"]
    assert home.text.targets and home.text.targets
    assert parsed == [home.body]
