"""What is kept from one build to the next never makes another site than a build from nothing does."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from fixture_site import CHECKOUT, make_site, manifest, page
from handvat import cache
from handvat.build import build
from handvat.build.mkdocs_runner import Renderer, RenderFailed
from handvat.build.site import StepFailed
from handvat.cache import Cache
from handvat.checks.runner import find_problems
from handvat.content.git_history import _last_changes
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.translation import fingerprints
from handvat.postprocess import page as finished
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from project_changes import CHANGES, edit

Outcome = dict[str, bytes] | str
"""The files of a site, or why there is none."""
Change = Callable[[Path], None]
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
        "Kaarten",
        '{{ cards(["now/first-hour.md"]) }}\n\n{{ unchecked() }}\n\n{{ downloads() }}\n',
    ),
    "en/now/index.md": page(
        "What is going on",
        "Choose. ![A picture](picture.png)\n\n## Now { #now }\n\nCall. [@boek]\n\n{{ contacts() }}\n",
        translated=True,
    ),
    "ar/now/index.md": page(
        "ماذا",
        "[بيت](../index.md)\n\n## الآن { #now }\n\nنص. [@boek]\n\n{{ contacts() }}\n",
        translated=True,
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


@dataclass(frozen=True)
class Prepared:
    """A project that was built once, with what that build cached, to begin each test with."""

    folder: Path
    built: tuple[list[str], Outcome]
    """What the build found wrong, and its site."""
    clean: dict[Change, Outcome]
    """Change → the site that a build from nothing makes after it; filled as tests ask."""

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def restore(self) -> Path:
        """The project as it was, always in the same place."""
        shutil.rmtree(self.project)
        shutil.copytree(self.folder / "as it was", self.project)
        _last_changes.cache_clear()
        return self.project

    def copy_cache(self, place: Path) -> Cache:
        """What the build cached, in the folder `place`."""
        return Cache(shutil.copytree(self.folder / "kept", place))

    def clean_after(self, change: Change) -> Outcome:
        """What a build from nothing makes of the project, which was changed so."""
        if change not in self.clean:
            self.clean[change] = outcome(self.project, Cache())[1]
        return self.clean[change]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    project = make_project(folder / "project")
    # Those that render are forked from this process: what it has compiled, none of them compiles.
    kb = KnowledgeBase.load(project)
    site, edition = build.open_site(kb, folder, kb.languages, Cache())
    Renderer(edition, site.folder).get_ready()
    built = outcome(project, Cache(folder / "kept"))
    assert isinstance(built[1], dict), "there is a site to begin with"
    shutil.copytree(project, folder / "as it was")
    return Prepared(folder, built, {})


@pytest.fixture
def project(prepared: Prepared) -> Path:
    return prepared.restore()


@pytest.fixture
def kept(prepared: Prepared, tmp_path: Path) -> Cache:
    return prepared.copy_cache(tmp_path / "kept")


def make_project(folder: Path) -> Path:
    """A project in which every kind of thing that a page can depend on is there."""
    project = make_site(folder, PAGES)
    # A copy of the templates, to change them.
    configuration = project / "mkdocs.yml"
    checkout = CHECKOUT
    shutil.copytree(checkout / "overrides", project / "overrides")
    edit(configuration, re.escape(f"{checkout}/overrides"), "overrides")
    (project / "data/sources.yml").write_text(SOURCES, "utf-8")
    (project / "data/contacts/nl.yml").write_text(CONTACT, "utf-8")
    (project / "docs/nl/now/picture.png").write_bytes(b"one")
    source = KnowledgeBase.load(project).pages["nl", "now/index.md"]
    record = "".join(f"{name}: {words}, " for name, words in fingerprints(source).items())
    edit(project / "docs/en/now/index.md", "sections: {}", f"sections: {{{record}}}")
    return project


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
        languages = build.choose_languages(kb, os.environ.get("LANGS", ""))
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
    prepared: Prepared, sequence: list[str], seed: int
) -> None:
    project, chance = prepared.restore(), random.Random(seed)
    with TemporaryDirectory() as folder:
        kept = prepared.copy_cache(Path(folder, "kept"))
        for name in sequence:
            CHANGES[name](project, chance)
            warm = outcome(project, kept)
    clean = outcome(project, Cache())
    assert warm[0] == clean[0]
    assert not differences(warm[1], clean[1])


# --- every part of an address is there for a reason


def title_of_another(project: Path) -> None:
    edit(project / "docs/nl/about/index.md", "^title: .*$", "title: Een ander opschrift")


def picture_of_its_own(project: Path) -> None:
    (project / "docs/en/now/picture.png").write_bytes(b"another")


def dutch_section(project: Path) -> None:
    edit(project / "docs/nl/now/index.md", r"Bel\.", "Bel nu.")


def card_of_another(project: Path) -> None:
    edit(project / "docs/nl/now/first-hour.md", "Blijf rustig", "Luister eerst")


def contact(project: Path) -> None:
    edit(project / "data/contacts/nl.yml", "name: .*$", "name: Lijn")


def template(project: Path) -> None:
    block = "{% block site_meta %}"
    edit(project / "overrides/main.html", re.escape(block), f"{block}<!-- new -->")


def download(project: Path) -> None:
    (project / "downloads").mkdir()
    (project / "downloads/handvat-nl.zip").write_bytes(b"all of it")
    (project / "downloads/handvat-nl.zip.json").write_text('{"edition": "Handvat (nl)"}')


def history(project: Path) -> None:
    for arguments in (["init", "-q"], ["add", "docs"], ["commit", "-q", "-m", "Begin"]):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", str(project), *who, *arguments], check=True)
    _last_changes.cache_clear()


def variable(name: str, value: str) -> Change:
    return lambda _project: os.environ.update({name: value})


def of_one_language_less(project: Path) -> None:
    """Then two languages show the same pages, each in a frame of its own."""
    shutil.rmtree(project / "docs/en")


TRIED: dict[tuple[str, str], Change] = {
    ("page", "around"): title_of_another,
    ("page", "source"): lambda project: edit(project / "docs/en/now/index.md", "Choose", "Take"),
    ("page", "behind"): dutch_section,
    ("around", "view"): title_of_another,
    ("around", "words"): lambda project: edit(
        project / "data/strings/en.yml", "^  tagline: .*$", "  tagline: New"
    ),
    ("around", "words of the text"): lambda project: edit(
        project / "data/strings/nl.yml", "^  say: .*$", "  say: Zeg nu"
    ),
    ("around", "templates"): template,
    ("around", "settings"): lambda project: edit(
        project / "mkdocs.yml", "^site_name: .*$", "site_name: Naam"
    ),
    ("around", "answers"): contact,
    ("around", "sources"): lambda project: edit(
        project / "data/sources.yml", "title: [^,]*", "title: Boek"
    ),
    ("around", "files"): picture_of_its_own,
    ("around before", "language"): of_one_language_less,
    ("around before", "path"): contact,
    ("around before", "known"): contact,
    ("around before", "progress"): dutch_section,
    ("known", "everywhere"): contact,
    ("known", "texts"): card_of_another,
    ("everywhere", "settings"): variable("SITE_URL", "https://another.example/"),
    ("everywhere", "templates"): template,
    ("everywhere", "files"): picture_of_its_own,
    ("everywhere", "data"): contact,
    ("everywhere", "heads"): lambda project: (project / "docs/ar/now/index.md").unlink(),
    ("everywhere", "built"): variable("LANGS", "nl,en"),
    ("everywhere", "feeds"): history,
    ("everywhere", "downloads"): download,
    ("everywhere", "day"): variable("SOURCE_DATE_EPOCH", "1780000000"),
}
"""Kind of an address that a page's is made of, and part of it → a change that nothing else in it tells of."""


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Takes a part out of the addresses of a kind."""

    def take_out(kind: str, part: str) -> None:
        whole = cache.address

        def address(this: str, **parts: str | bytes) -> str:
            if this == kind:
                # The page that says that a page does not exist has no text.
                assert part in parts or kind in {"page", "around"}, "there is such a part"
                parts.pop(part, None)
            return whole(this, **parts)

        monkeypatch.setattr(cache, "address", address)

    return take_out


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    "tried", {change: tried for tried, change in TRIED.items()}.values(), ids="-".join
)
def test_after_each_of_these_changes_a_warm_build_is_a_clean_one(
    prepared: Prepared, project: Path, kept: Cache, tried: tuple[str, str]
) -> None:
    TRIED[tried](project)
    assert not differences(outcome(project, kept)[1], prepared.clean_after(TRIED[tried]))


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("tried", sorted(TRIED), ids="-".join)
def test_every_part_of_a_pages_address_is_needed(
    prepared: Prepared,
    project: Path,
    tmp_path: Path,
    without: Callable[[str, str], None],
    tried: tuple[str, str],
) -> None:
    change, lacking = TRIED[tried], Cache(tmp_path / "lacking")
    without(*tried)
    assert isinstance(outcome(project, lacking)[1], dict), "there is a site to begin with"
    change(project)
    after = outcome(project, lacking)[1]
    assert differences(after, prepared.clean_after(change)), (
        f"without {tried[1]!r} nothing is wrong"
    )


@pytest.fixture
def environment() -> Iterator[None]:
    """Puts back what a change sets."""
    with patch.dict(os.environ):
        yield


def test_every_part_of_a_pages_address_is_tried(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[tuple[str, str]] = set()
    whole = cache.address

    def noted(kind: str, **parts: str | bytes) -> str:
        asked.update((kind, part) for part in parts)
        return whole(kind, **parts)

    kb = KnowledgeBase.load(project)
    _, edition = build.open_site(kb, tmp_path, kb.languages, Cache(tmp_path / "kept"))
    monkeypatch.setattr(cache, "address", noted)
    for language in kb.languages:
        for path in (None, *edition.paths(language)):
            edition.address(language, path)
    of_pages = {kind for kind, _ in TRIED}
    assert {(kind, part) for kind, part in asked if kind in of_pages} == set(TRIED)


def test_the_search_index_follows_its_pages(
    prepared: Prepared, project: Path, tmp_path: Path, without: Callable[[str, str], None]
) -> None:
    without("search index", "pages")
    lacking, change = Cache(tmp_path / "lacking"), TRIED["page", "source"]
    outcome(project, lacking)
    change(project)
    found = differences(outcome(project, lacking)[1], prepared.clean_after(change))
    assert any("pagefind/" in name for name in found), "nothing would be wrong without it"


def test_what_another_version_kept_is_not_found(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, whole = Cache(tmp_path / "kept"), finished.smaller_page
    monkeypatch.setattr(cache, "program", lambda: "of yesterday")
    monkeypatch.setattr(finished, "smaller_page", lambda text: f"{whole(text)}<!-- yesterday -->")
    assert "yesterday" in str(outcome(project, kept)[1])
    monkeypatch.undo()
    assert "yesterday" not in str(outcome(project, kept)[1])


def test_a_change_of_the_program_or_a_library_is_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = set()
    (tmp_path / "scripts").mkdir()
    monkeypatch.setattr(cache, "_SCRIPTS", tmp_path / "scripts")
    monkeypatch.syspath_prepend(tmp_path / "libraries")
    for path in (
        "scripts/a.py",
        "scripts/b.js",
        "libraries/thing-1.0.dist-info",
        "libraries/thing-1.1.dist-info",
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(path)
        cache.program.cache_clear()
        known.add(cache.program())
    cache.program.cache_clear()
    assert len(known) == 4


# --- what is wrong with an entry


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda entry: entry.write_bytes(b""),
    "cut short": lambda entry: entry.write_bytes(entry.read_bytes()[:-1]),
    "changed": lambda entry: entry.write_bytes(entry.read_bytes()[:-1] + b"x"),
    "a checksum alone": lambda entry: entry.write_bytes(entry.read_bytes()[:32]),
    "text": lambda entry: entry.write_text("no entry of ours"),
    "unreadable": lambda entry: (entry.unlink(), entry.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_left_aside(
    prepared: Prepared, project: Path, kept: Cache, damage: str
) -> None:
    assert kept.folder
    entries = [path for path in kept.folder.rglob("*") if path.is_file()]
    assert len(entries) > 20
    for entry in entries:
        DAMAGE[damage](entry)
    assert outcome(project, kept) == prepared.built


def test_two_builds_at_once_keep_what_both_can_use(
    prepared: Prepared, project: Path, tmp_path: Path
) -> None:
    others = [shutil.copytree(project, tmp_path / name / "project") for name in ("a", "b")]
    code = (
        "import sys; from pathlib import Path; from test_cache import outcome; from handvat.cache import Cache\n"
        "outcome(Path(sys.argv[1]), Cache(Path(sys.argv[2])))"
    )
    path = os.pathsep.join(str(CHECKOUT / name) for name in ("tests/build", "tests/helpers"))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(other), str(tmp_path / "kept")],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
        )
        for other in others
    ]
    assert [process.wait() for process in running] == [0, 0]
    assert outcome(project, Cache(tmp_path / "kept")) == prepared.built
    names = [path.name for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert all(len(name) == 62 for name in names), "nothing half-written lies about"


def test_entries_that_many_write_and_read_at_once_are_whole(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    places = [cache.address("test", number=str(number)) for number in range(3)]
    wrong = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(300):
            place = chance.choice(places)
            kept.put(place, place.encode() * 1_000)
            if kept.get(place) not in {None, place.encode() * 1_000}:
                wrong.append(place)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(kept.get(place) for place in places)


def test_a_full_disk_keeps_nothing_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = cache.address("test")

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "write_bytes", full)
    Cache(tmp_path).put(place, b"words" * 100)
    assert Cache(tmp_path).get(place) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_no_build_used_for_longest_goes_when_it_takes_too_much_room(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    places = [cache.address("test", number=str(number)) for number in range(10)]
    for age, place in enumerate(reversed(places)):
        kept.put(place, bytes(1_000))
        os.utime(tmp_path / place[:2] / place[2:], (1_000 + age, 1_000 + age))
    began = time.time() - 1
    assert kept.get(places[9]), "the oldest, and in use"
    kept.tidy(began)
    left = [place for place in places if kept.get(place)]
    assert left == [places[0], places[1], places[9]], (
        "what was used last, three times what is in use"
    )
