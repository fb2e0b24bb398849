"""What is kept of a look through the knowledge base is true: it is found again only where nothing changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_site import following, make_site, page
from handvat import cache
from handvat import workers as processes
from handvat.cache import Cache
from handvat.checks import runner as findings
from handvat.checks.rules import Sees
from handvat.checks.runner import find_problems, look_at
from handvat.cli import run as handvat
from handvat.content.knowledge_base import KnowledgeBase, NotGiven
from handvat.content.page import read_body
from handvat.content.problem import Problem
from handvat.content.progress import progress
from handvat.content.text import parse_text
from handvat.overlay.apply import opened
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
"""Files of data → what they may say instead."""

Change = Callable[[Path], object]


def write(name: str, text: str) -> Change:
    """A change that writes a file, and one that takes it away for an empty text."""

    def change(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text, "utf-8")
        else:
            path.unlink(missing_ok=True)

    return change


def add(name: str, text: str) -> Change:
    """A change that adds `text` to the page `name`, where it is there."""

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


def looked_at(root: Path, kept: Cache) -> list[Problem]:
    """The problems found with what is `kept`; they are those that are found without."""
    base, again = KnowledgeBase.load(root), KnowledgeBase.load(root, kept)
    assert (again.pages, again.unreadable, again.problems) == (
        base.pages,
        base.unreadable,
        base.problems,
    )
    for one, other in zip(base.pages.values(), again.pages.values(), strict=True):
        assert (one.front, one.written, one.body_start) == (
            other.front,
            other.written,
            other.body_start,
        )
    plain, found = look_at(base), look_at(again, kept)
    assert found.problems == plain.problems
    assert found.progress == plain.progress == progress(base)
    return found.problems


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(changes, min_size=2, max_size=4))
def test_with_what_is_kept_the_same_is_found_as_without(
    tmp_path_factory: pytest.TempPathFactory, every: list[Change]
) -> None:
    root = make_site(tmp_path_factory.mktemp("site"), PAGES)
    kept = Cache(root / ".build" / "cache")
    looked_at(root, kept)
    for change in every:
        change(root)
        looked_at(root, kept)


def on(language: str) -> Change:
    """A change that adds one Dutch paragraph to three pages of a language."""
    names = {
        "nl": ("nl/a-z.md", "nl/about/index.md", "nl/index.md"),
        "en": ("en/index.md", "en/now/index.md", "en/now/first-hour.md"),
    }[language]

    def change(root: Path) -> None:
        for name in names:
            add(name, CHECKED)(root)

    return change


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


ENGLISH = add("nl/a-z.md", CHANGES[5])
FIGURES = "In 2024 waren het er 12.\n"
PARTS: dict[tuple[str, str], list[Change]] = {
    ("pages", "pages"): [add("nl/now/first-hour.md", "# Titel\n")],
    ("pages", "data"): [
        add("nl/a-z.md", "Dat is slecht.\n"),
        write("data/terms.yml", DATA["data/terms.yml"]),
    ],
    ("pages", "there"): [
        add("nl/a-z.md", "[weg](../en/now/extra.md)\n"),
        write("docs/en/now/extra.md", page("X", "Y\n", translated=True)),
    ],
    ("pages", "pictures"): [
        add("nl/a-z.md", '{{ picture("drawn") }}\n'),
        write("overrides/pictures/drawn.svg", "<svg/>"),
    ],
    ("translations", "language"): [without_translations, nothing],
    ("translations", "pages"): [add("en/now/first-hour.md", FIGURES)],
    ("translations", "source"): [add("nl/now/first-hour.md", FIGURES)],
    ("translations", "data"): [settings_changed("nav:\n", "nav:\n  - more.md\n")],
    ("outlines", "pages"): [],
    ("heads", "pages"): [add("nl/now/first-hour.md", FIGURES)],
    ("document", "text"): [settings_changed("name: English", "name: Anglais")],
    ("doubts", "pages"): [ENGLISH],
    ("doubts", "common"): [on("en"), on("nl")],
    ("words", "pages"): [on("en"), on("nl")],
    ("verdicts", "doubts"): [ENGLISH],
    ("verdicts", "data"): [ENGLISH, settings_changed("name: English", "name: Anglais")],
}
"""Kind of what is kept, and a part of its address → changes after which that part alone is another."""


@pytest.mark.parametrize(("kind", "part"), PARTS, ids=map(" ".join, PARTS))
def test_no_part_of_an_address_can_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, part: str
) -> None:
    def shorter(of: str, **parts: str) -> str:
        return cache.address(
            of, **{name: parts[name] for name in parts if (of, name) != (kind, part)}
        )

    monkeypatch.setattr(findings, "address", shorter)
    monkeypatch.setattr("handvat.content.page.address", shorter)
    monkeypatch.setattr("handvat.content.yaml_reader.address", shorter)
    root = make_site(tmp_path, PAGES)
    kept = Cache(root / ".build" / "cache")

    def follow() -> None:
        for change in (nothing, *PARTS[kind, part]):
            change(root)
            looked_at(root, kept)

    with pytest.raises((AssertionError, ValueError)):
        follow()


def test_whether_the_other_languages_are_known_well_is_a_part_of_where_doubts_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, kept = KnowledgeBase.load(make_site(tmp_path, PAGES)), Cache(tmp_path / "cache")

    def place() -> str:
        return findings._Look(base, kept, None)._places["nl", Sees.DOUBTS]

    before = place()
    monkeypatch.setattr(findings, "TELLING", 0)
    assert place() != before


def test_every_part_of_an_address_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[tuple[str, str]] = set()

    def noted(kind: str, **parts: str) -> str:
        asked.update((kind, part) for part in parts)
        return cache.address(kind, **parts)

    monkeypatch.setattr(findings, "address", noted)
    monkeypatch.setattr("handvat.content.page.address", noted)
    monkeypatch.setattr("handvat.content.yaml_reader.address", noted)
    root = make_site(tmp_path, PAGES)
    kept = Cache(root / ".build" / "cache")
    look_at(KnowledgeBase.load(root, kept), kept)
    assert asked == set(PARTS)


def test_a_change_of_one_page_has_its_language_looked_through_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_site(tmp_path, PAGES)
    kept = Cache(root / ".build" / "cache")
    find_problems(KnowledgeBase.load(root), kept)
    read: list[str] = []
    monkeypatch.setattr(
        "handvat.content.page.parse_text",
        lambda text, line: read.append(text) or parse_text(text, line),
    )
    read_body.cache_clear()
    add("en/index.md", "More.\n")(root)
    find_problems(KnowledgeBase.load(root), kept)
    english = [read_text.body for read_text in KnowledgeBase.load(root).part("en").pages.values()]
    # A card, and the page that another language links to, are looked at each time.
    dutch = KnowledgeBase.load(root).pages["nl", "now/first-hour.md"].body
    assert sorted(read) == sorted([*english, dutch])


def test_what_make_check_has_found_a_build_does_not_look_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_site(tmp_path, PAGES)
    monkeypatch.chdir(root)
    seen: list[Sees] = []
    find = findings._problems
    monkeypatch.setattr(
        findings, "_problems", lambda base, sees: seen.append(sees) or find(base, sees)
    )
    handvat(["check"])
    assert set(seen) == set(Sees)
    seen.clear()
    with opened(root) as project:
        kept = Cache(root / ".build" / "cache")
        look_at(KnowledgeBase.load(project.root, kept), kept)
    assert seen == [Sees.SITE]


def test_a_folder_in_which_nothing_can_be_kept_is_checked_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_site(tmp_path, {"nl/a-z.md": page("A", "<script>x</script>\n")})
    (root / ".build").write_text("in the way", encoding="utf-8")
    monkeypatch.chdir(root)
    assert handvat(["check"]) == 1
    assert "docs/nl/a-z.md" in capsys.readouterr().err


def test_something_else_is_done_only_while_others_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_site(tmp_path, PAGES)
    kept = Cache(root / ".build" / "cache")
    done: list[str] = []

    def look(name: str) -> list[str]:
        look_at(KnowledgeBase.load(root, kept), kept, lambda: done.append(name))
        return done

    monkeypatch.setattr(findings, "SOME_PAGES", 1)
    monkeypatch.setattr(processes, "cores", lambda: 1)
    assert look("one core") == []
    monkeypatch.setattr(processes, "cores", lambda: 2)
    assert look("nothing changed") == []
    add("en/index.md", "More.\n")(root)
    assert look("a page changed") == ["a page changed"]


def test_a_rule_cannot_look_at_pages_that_it_was_not_given(tmp_path: Path) -> None:
    part = KnowledgeBase.load(make_site(tmp_path, PAGES)).part("en")
    assert {found.language for found in part.pages.values()} == {"en"}
    assert "a-z.md" in part.paths_in("nl")
    with pytest.raises(NotGiven):
        part.page("nl", "a-z.md")
    with pytest.raises(NotGiven):
        list(part.pages_in("nl"))


def test_loading_reads_no_text(tmp_path: Path) -> None:
    root = make_site(tmp_path, PAGES)
    read_body.cache_clear()
    base = KnowledgeBase.load(root)
    assert read_body.cache_info().misses == 0
    assert base.pages["nl", "index.md"].text.targets
    assert read_body.cache_info().misses == 1
