"""What is kept from one build to the next never makes another site than a build from nothing does."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_site import make_site, manifest, page
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from project_changes import CHANGES, edit

from scripts import build, cache
from scripts.cache import Cache
from scripts.findings import find_problems
from scripts.finish.site import StepFailed
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.translation import fingerprints
from scripts.rendering import RenderFailed

SEQUENCES = int(os.environ.get("SEQUENCES", "4"))
"""`make test-cache` makes two hundred."""

PAGES = {
    "nl/now/index.md": page(
        "Wat is er aan de hand",
        'Kies. [Begin](../index.md), [uur](first-hour.md). {{ contact("help-line") }}\n\n'
        "## Nu { #now }\n\nBel. [@boek]\n\n{{ contacts() }}\n",
    ),
    "nl/now/first-hour.md": page(
        "Het eerste uur", "## Kort { #in-short }\n\nBlijf rustig.\n\n/// say\nZin.\n///\n"
    ),
    "nl/a-z.md": page("Van A tot Z", "Alle woorden.\n\n{{ a_z() }}\n"),
    "nl/about/sources.md": page("Bronnen", "Lijst.\n\n{{ sources() }}\n"),
    "nl/about/languages.md": page("Talen", "Lijst.\n\n{{ languages() }}\n"),
    "nl/glossary.md": page("Woorden", "Lijst.\n\n{{ glossary() }}\n"),
    "nl/about/cards.md": page(
        "Kaarten", '{{ cards(["now/first-hour.md"]) }}\n\n{{ unchecked() }}\n'
    ),
    "en/now/index.md": page(
        "What is going on",
        "Choose. ![A picture](picture.png)\n\n## Now { #now }\n\nCall. [@boek]\n\n{{ contacts() }}\n",
        translated=True,
    ),
    "ar/now/index.md": page(
        "ماذا", "[بيت](../index.md)\n\n## الآن { #now }\n\nنص. [@boek]\n\n{{ contacts() }}\n", translated=True
    ),
}
SOURCES = 'boek: {title: Een boek, by: A, year: 2024, url: "https://een.example/", language: nl, seen: 2026-11-24, kind: primary}\n'
CONTACT = """\
- id: help-line
  name: Hulplijn
  audiences: [youth]
  needs: [talk]
  numbers: [{dial: 020 123 4567, kind: national, works_from: NL}]
  url: null
  chat: null
  hours: always
  cost: free
  languages: [nl]
  crisis: false
  what: {nl: Praten., en: Talk., ar: نص.}
  sources: []
  checked: null
"""


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
    (project / "docs/nl/now/picture.png").write_bytes(b"one")
    source = KnowledgeBase.load(project).pages["nl", "now/index.md"]
    record = "".join(f"{name}: {words}, " for name, words in fingerprints(source).items())
    edit(project / "docs/en/now/index.md", "sections: {}", f"sections: {{{record}}}")
    return project


Outcome = dict[str, bytes] | str


def outcome(project: Path, kept: Cache) -> tuple[list[str], Outcome]:
    """What a build with what is `kept` finds wrong, and its site, or why there is none."""
    folder = project.parent / "staging"
    folder.mkdir()
    try:
        kb = KnowledgeBase.load(project, kept)
        found = find_problems(kb, kept)
        problems = [str(problem) for problem in found]
        if any(problem.is_error for problem in found):
            return problems, "refused"
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
    assert isinstance(outcome(project, kept)[1], dict), "there is a site to begin with"
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


def picture_of_its_own(project: Path) -> None:
    (project / "docs/en/now/picture.png").write_bytes(b"another")


def dutch_section(project: Path) -> None:
    edit(project / "docs/nl/now/index.md", r"Bel\.", "Bel nu.")


TRIED: dict[str, Callable[[Path], None]] = {
    "source": lambda project: edit(project / "docs/en/now/index.md", "Choose", "Take"),
    "view": title_of_another,
    "words": lambda project: edit(
        project / "data/strings/en.yml", "^  tagline: .*$", "  tagline: New"
    ),
    "words of the text": lambda project: edit(
        project / "data/strings/nl.yml", "^  say: .*$", "  say: Zeg nu"
    ),
    "templates": lambda project: edit(
        project / "overrides/main.html",
        r"\{% block site_meta %\}",
        "{% block site_meta %}<!-- new -->",
    ),
    "settings": lambda project: edit(project / "mkdocs.yml", "^site_name: .*$", "site_name: Naam"),
    "answers": lambda project: edit(project / "data/contacts/nl.yml", "name: .*$", "name: Lijn"),
    "sources": lambda project: edit(project / "data/sources.yml", "title: [^,]*", "title: Boek"),
    "behind": dutch_section,
    "files": picture_of_its_own,
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


@pytest.mark.parametrize("part", sorted(TRIED))
def test_every_part_of_a_pages_address_is_needed(
    project: Path, tmp_path: Path, without: Callable[[str, str], None], part: str
) -> None:
    def is_right(folder: Path) -> bool:
        kept = Cache(folder)
        assert isinstance(outcome(project, kept)[1], dict), "there is a site to begin with"
        TRIED[part](project)
        return not differences(outcome(project, kept)[1], outcome(project, Cache())[1])

    copy = shutil.copytree(project, tmp_path / "before")
    assert is_right(tmp_path / "whole")
    shutil.rmtree(project)
    copy.rename(project)
    without("page", part)
    assert not is_right(tmp_path / "lacking"), f"nothing would be wrong without {part!r}"
