"""What is kept from one build to the next never makes another site than a build from nothing does."""

from __future__ import annotations

import os
import random
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixture_site import make_site, manifest, page
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scripts import build, cache
from scripts.cache import Cache
from scripts.check import find_problems
from scripts.finish.site import StepFailed
from scripts.knowledge.base import KnowledgeBase
from scripts.rendering import RenderFailed

SEQUENCES = int(os.environ.get("SEQUENCES", "4"))
"""`make test-cache` makes two hundred."""

PAGES = {
    "nl/now/index.md": page(
        "Wat is er aan de hand",
        'Kies. [Begin](../index.md), [uur](first-hour.md). {{ contact("help-line") }}\n\n'
        "## Nu { #now }\n\nBel. [@boek]\n\n{{ contacts() }}\n",
    ),
    "nl/a-z.md": page("Van A tot Z", "Alle woorden.\n\n{{ a_z() }}\n"),
    "nl/about/sources.md": page("Bronnen", "Lijst.\n\n{{ sources() }}\n"),
    "nl/about/languages.md": page("Talen", "Lijst.\n\n{{ languages() }}\n"),
    "nl/glossary.md": page("Woorden", "Lijst.\n\n{{ glossary() }}\n"),
    "nl/about/cards.md": page(
        "Kaarten", '{{ cards(["now/first-hour.md"]) }}\n\n{{ unchecked() }}\n'
    ),
    "en/now/index.md": page("What is going on", "Choose.\n\n## Now { #now }\n\nCall. [@boek]\n", translated=True),
    "ar/now/index.md": page("ماذا", "[بيت](../index.md)\n\n## الآن { #now }\n\nنص.\n", translated=True),
}
SOURCES = 'boek: {title: Een boek, by: A, year: 2024, url: "https://een.example/", language: nl, seen: 2026-11-24, kind: primary}\n'
TERMS = "nl:\n  - {use: Sextortion, search: [afpersing], avoid: [], why: Zo heet het.}\n"
CONTACT = """\
- id: help-line
  name: Hulplijn
  what: {nl: Praten., en: Talk.}
  audiences: [youth]
  needs: [talk]
  numbers: [{tel: "+31201234567", dial: 020 1234567, works_from: [NL]}]
  hours: always
  cost: free
  languages: [nl]
  crisis: false
  checked: null
"""


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    path.write_text(re.sub(old, lambda _: new, text, count=1, flags=re.MULTILINE), "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def make_project(folder: Path) -> Path:
    """A project in which every kind of thing that a page can depend on is there."""
    project = make_site(folder, PAGES)
    # A copy of the templates, to change them.
    configuration = project / "mkdocs.yml"
    checkout = Path(build.__file__).parent.parent
    shutil.copytree(checkout / "overrides", project / "overrides")
    edit(configuration, re.escape(f"{checkout}/overrides"), "overrides")
    (project / "data/sources.yml").write_text(SOURCES, "utf-8")
    (project / "data/contacts/nl.yml").write_text(CONTACT, "utf-8")
    return project


Outcome = dict[str, bytes] | str


def outcome(project: Path, kept: Cache) -> tuple[list[str], Outcome]:
    """What a build with what is `kept` finds wrong, and its site, or why there is none."""
    folder = project.parent / "staging"
    folder.mkdir()
    try:
        kb = KnowledgeBase.load(project, kept)
        problems = [str(problem) for problem in find_problems(kb, kept)]
        languages = [one for one in kb.languages if one.is_built or one.is_default]
        try:
            site = build.render_and_finish(kb, folder, languages, kept=kept)
        except (RenderFailed, StepFailed) as error:
            return problems, str(error)
        return problems, manifest(site.folder)
    finally:
        shutil.rmtree(folder)


def differences(one: Outcome, other: Outcome) -> object:
    """What tells the two apart, in a form that a person can read."""
    if isinstance(one, str) or isinstance(other, str):
        return None if one == other else (one, other)
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


# --- changes: what may happen to a project between two builds


def changes() -> dict[str, Callable[[Path, random.Random], None]]:
    """Name → a change, which takes what it needs to choose from the generator."""

    def some_page(project: Path, chance: random.Random) -> Path:
        return chance.choice(sorted((project / "docs").rglob("*.md")))

    def text(project: Path, chance: random.Random) -> None:
        with some_page(project, chance).open("a", encoding="utf-8") as file:
            file.write(f"\nZin {chance.randrange(9)}.\n")

    def title(project: Path, chance: random.Random) -> None:
        edit(some_page(project, chance), "^title: .*$", f"title: Titel {chance.randrange(9)}")

    def head(project: Path, chance: random.Random) -> None:
        edit(some_page(project, chance), "^review: .*$", f"aliases: [woord {chance.randrange(9)}]\nreview: null")

    def source(project: Path, chance: random.Random) -> None:
        edit(project / "data/sources.yml", "title: [^,]*", f"title: Boek {chance.randrange(9)}")

    def contact(project: Path, chance: random.Random) -> None:
        edit(project / "data/contacts/nl.yml", "name: .*$", f"name: Lijn {chance.randrange(9)}")

    def term(project: Path, chance: random.Random) -> None:
        words = TERMS.replace("Sextortion", f"Woord {chance.randrange(9)}")
        (project / "data/terms.yml").write_text(words, "utf-8")

    def words(project: Path, chance: random.Random) -> None:
        code = chance.choice(["nl", "en", "ar"])
        edit(project / f"data/strings/{code}.yml", "tagline: .*$", f"tagline: Spreuk {chance.randrange(9)}")

    def template(project: Path, chance: random.Random) -> None:
        name = chance.choice(["partials/footer.html", "partials/sources.html", "404.html"])
        with (project / "overrides" / name).open("a", encoding="utf-8") as file:
            file.write(f"\n<!-- {chance.randrange(9)} -->\n")

    def script(project: Path, chance: random.Random) -> None:
        with (project / "overrides/assets/search.js").open("a", encoding="utf-8") as file:
            file.write(f"\nwindow.n = {chance.randrange(9)};\n")

    def setting(project: Path, chance: random.Random) -> None:
        edit(project / "mkdocs.yml", "^site_name: .*$", f"site_name: Naam {chance.randrange(9)}")

    def language(project: Path, chance: random.Random) -> None:
        code = chance.choice(["en", "ar"])
        edit(project / "mkdocs.yml", rf"(?<=locale: {code}, )(name: \S+, build: )(true|false)",
             f"name: N{chance.randrange(9)}, build: {chance.choice(['true', 'false'])}")  # fmt: skip

    def navigation(project: Path, chance: random.Random) -> None:
        file = project / "mkdocs.yml"
        before, _, after = file.read_text("utf-8").partition("nav:\n")
        blocks = re.split(r"^(?=  - )", after, flags=re.MULTILINE)[1:]
        tail = blocks[1:]
        chance.shuffle(tail)
        file.write_text(f"{before}nav:\n{''.join([blocks[0], *tail])}", "utf-8")

    def rename(project: Path, chance: random.Random) -> None:
        new = f"about/page-{chance.randrange(9)}.md"
        old = re.findall(r"about/(?:cards|page-\d)\.md", (project / "mkdocs.yml").read_text("utf-8"))
        if old and not (project / "docs/nl" / new).exists():
            (project / "docs/nl" / old[0]).rename(project / "docs/nl" / new)
            edit(project / "mkdocs.yml", re.escape(old[0]), new)

    def remove(project: Path, chance: random.Random) -> None:
        file = chance.choice(sorted((project / "docs").rglob("*.md")))
        if file.name != "index.md" or file.parts[-3] != "nl":
            file.unlink()

    def add(project: Path, chance: random.Random) -> None:
        path = chance.choice(["now/first-hour.md", "a-z.md", "about/privacy.md", "about/index.md"])
        file = project / "docs" / chance.choice(["en", "ar"]) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(f"Page {chance.randrange(9)}", "Words.\n", translated=True), "utf-8")

    return {one.__name__: one for one in (
        text, title, head, source, contact, term, words, template, script, setting, language,
        navigation, rename, remove, add,
    )}  # fmt: skip


CHANGES = changes()


@settings(
    max_examples=SEQUENCES,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(
    sequence=st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=6),
    seed=st.integers(0, 2**32),
)
def test_after_any_changes_a_warm_build_is_a_clean_one_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[str], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("sequence")
    project, kept = make_project(folder / "project"), Cache(folder / "cache")
    chance = random.Random(seed)
    outcome(project, kept)
    for name in sequence:
        CHANGES[name](project, chance)
        warm = outcome(project, kept)
    clean = outcome(project, Cache())
    assert warm[0] == clean[0]
    assert not differences(warm[1], clean[1])
    shutil.rmtree(folder)


# --- every part of an address is there for a reason


def title_of_another(project: Path) -> None:
    edit(project / "docs/nl/about/index.md", "^title: .*$", "title: Een ander opschrift")


def linked_page_in_another_language(project: Path) -> None:
    (project / "docs/ar/index.md").unlink()


def dutch_section(project: Path) -> None:
    edit(project / "docs/nl/now/index.md", r"Bel\.", "Bel nu.")


TRIED: dict[str, Callable[[Path], None]] = {
    "source": lambda project: edit(project / "docs/en/now/index.md", "Choose", "Take"),
    "view": title_of_another,
    "words": lambda project: edit(project / "data/strings/en.yml", "^  tagline: .*$", "  tagline: New"),
    "words of the text": lambda project: edit(
        project / "data/strings/nl.yml", "(?<=^  )seen: .*$", "seen: Zo gezien op {date}."
    ),
    "templates": lambda project: edit(project / "overrides/main.html", r"\{% block site_meta %\}", "{% block site_meta %}<!-- new -->"),
    "settings": lambda project: edit(project / "mkdocs.yml", "toc_depth: 2-3", "toc_depth: 2-2"),
    "answers": lambda project: edit(project / "data/contacts/nl.yml", "name: .*$", "name: Lijn"),
    "sources": lambda project: edit(project / "data/sources.yml", "title: [^,]*", "title: Boek"),
    "behind": dutch_section,
    "links": linked_page_in_another_language,
}
"""Part of a page's address → a change that nothing else in it tells of."""


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Takes a part out of the addresses of a kind."""

    def take_out(kind: str, part: str) -> None:
        whole = cache.address

        def address(this: str, **parts: str | bytes) -> str:
            if this == kind:
                assert part in parts or kind == "page", "there is such a part"
                parts.pop(part, None)
            return whole(this, **parts)

        monkeypatch.setattr(cache, "address", address)

    return take_out
