"""A build with a cache makes the same site as a build from nothing."""

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
from fixture_site import CHECKOUT, in_this_process, make_site, manifest, page
from handvat import cache
from handvat.build import build
from handvat.build.mkdocs_runner import PageRenderer, RenderFailed
from handvat.cache import Cache
from handvat.checks.runner import run_checks
from handvat.console import Stopwatch
from handvat.content.git_history import read_changes
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.translation import fingerprints
from handvat.overlay.apply import load_edition
from handvat.postprocess import page as output
from handvat.site_output import StepFailed
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
        "## Nu { #now }\n\nBel. [@boek]\n\n{{ contacts() }}\n\n## Later { #later }\n\nDan.\n",
    ),
    "nl/now/first-hour.md": page(
        "Het eerste uur",
        "## Kort { #in-short }\n\nBlijf rustig. [Later](index.md#later).\n\n/// say\nZin.\n///\n",
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
    """A project that was built once, and the cache of that build: the start of each test."""

    folder: Path
    built: tuple[list[str], Outcome]
    """What the build found wrong, and its site."""
    clean: dict[Change, Outcome]
    """Change → the site that a build from nothing makes after it; filled on demand."""

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def restore(self) -> Path:
        """The project as it was, always in the same place."""
        shutil.rmtree(self.project)
        shutil.copytree(self.folder / "as it was", self.project)
        read_changes.cache_clear()
        return self.project

    def copy_cache(self, place: Path) -> Cache:
        """A copy of the build's cache, in the folder `place`."""
        return Cache(shutil.copytree(self.folder / "cache", place))

    def clean_after(self, change: Change) -> Outcome:
        """What a build from nothing makes of the project after `change`."""
        if change not in self.clean:
            self.clean[change] = outcome(self.project, Cache())[1]
        return self.clean[change]


@pytest.fixture(scope="module", autouse=True)
def _without_processes() -> Iterator[None]:
    with in_this_process():
        yield


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    project = make_project(folder / "project")
    built = outcome(project, Cache(folder / "cache"))
    assert isinstance(built[1], dict), "there is a site to begin with"
    shutil.copytree(project, folder / "as it was")
    return Prepared(folder, built, {})


@pytest.fixture
def project(prepared: Prepared) -> Path:
    return prepared.restore()


@pytest.fixture
def warm(prepared: Prepared, tmp_path: Path) -> Cache:
    """The cache of a build of the unchanged project."""
    return prepared.copy_cache(tmp_path / "cache")


def make_project(folder: Path) -> Path:
    """A project with every kind of thing that a page can depend on."""
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
    written = {name: words for name, words in fingerprints(source).items() if name != "later"}
    record = "".join(f"{name}: {words}, " for name, words in written.items())
    edit(project / "docs/en/now/index.md", "sections: {}", f"sections: {{{record}}}")
    return project


def outcome(project: Path, cached: Cache) -> tuple[list[str], Outcome]:
    """What a build with the cache `cached` finds wrong, and its site, or why there is none."""
    folder = project.parent / "staging"
    folder.mkdir()
    try:
        kb = load_edition(project)
        checked = run_checks(kb, cached)
        problems = [str(problem) for problem in checked.problems]
        if any(problem.is_error for problem in checked.problems):
            return problems, "refused"
        wanted = [code for code in os.environ.get("LANGS", "").split(",") if code]
        languages = build.choose_languages(kb, wanted)
        try:
            site, inputs = build.open_site(kb, folder, languages, cached, checked.progress)
            build.render_and_postprocess(site, inputs, Stopwatch())
        except (RenderFailed, StepFailed) as error:
            return problems, str(error)
        return problems, manifest(site.folder)
    finally:
        shutil.rmtree(folder)


def differences(one: Outcome, other: Outcome) -> object:
    """The differences between the two, in readable form."""
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
def test_after_any_changes_a_warm_build_equals_a_clean_one_byte_for_byte(
    prepared: Prepared, sequence: list[str], seed: int
) -> None:
    project, chance = prepared.restore(), random.Random(seed)
    with TemporaryDirectory() as folder:
        cached = prepared.copy_cache(Path(folder, "cache"))
        for name in sequence:
            CHANGES[name](project, chance)
            warm = outcome(project, cached)
    clean = outcome(project, Cache())
    assert warm[0] == clean[0]
    assert not differences(warm[1], clean[1])


# --- every part of a key is there for a reason


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
    # The page with the feed has no date of its own.
    for arguments in (
        ["init", "-q"],
        ["add", ":(glob)docs/*/now/*"],
        ["commit", "-q", "-m", "Begin"],
    ):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        # A feed contains the second of the commit.
        day = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-11-24T12:00:00Z")
        command = ["git", "-C", str(project), *who, *arguments]
        subprocess.run(command, env={**os.environ, **day}, check=True)
    read_changes.cache_clear()


def variable(name: str, value: str) -> Change:
    return lambda _project: os.environ.update({name: value})


def of_one_language_less(project: Path) -> None:
    """Then two languages show the same pages, each in a frame of its own."""
    shutil.rmtree(project / "docs/en")


def own_text(project: Path) -> None:
    edit(project / "docs/en/now/index.md", "Choose", "Take")


def words_of_the_frame(project: Path) -> None:
    edit(project / "data/strings/en.yml", "^  tagline: .*$", "  tagline: New")


def source(project: Path) -> None:
    edit(project / "data/sources.yml", "title: [^,]*", "title: Boek")


def setting(project: Path) -> None:
    edit(project / "mkdocs.yml", "^site_name: .*$", "site_name: Naam")


def page_less(project: Path) -> None:
    (project / "docs/ar/now/index.md").unlink()


def own_card(project: Path) -> None:
    """Of a page that another page shows a card of, and that was missing in the language."""
    text = page("Hour", "## Short { #in-short }\n\nCalm.\n\n/// say\nWords.\n///\n", "index", True)
    (project / "docs/en/now/first-hour.md").write_text(text, "utf-8")


def section_of_a_translation(project: Path) -> None:
    """With a link that its source lacks; in every language, the list of languages counts these."""
    edit(project / "docs/ar/now/index.md", r"نص\.", "[بيت](../index.md).")


def section_that_a_fallback_links_to(project: Path) -> None:
    with (project / "docs/en/now/index.md").open("a", encoding="utf-8") as file:
        file.write("\n## Later { #later }\n\nThen.\n")


def edition_of_an_organisation(project: Path) -> None:
    settings = project / "organisation.yml"
    settings.write_text("name: Huis\nleave_out: [about/cards.md]\n", "utf-8")
    own = project / "pages/nl/about/team.md"
    own.parent.mkdir(parents=True)
    own.write_text(page("Ons team", "Wie wij zijn.\n"), "utf-8")
    os.environ["ORGANISATION"] = str(settings)


TRIED: dict[tuple[str, str], Change] = {
    ("page", "shared"): contact,
    ("page", "language"): of_one_language_less,
    ("page", "texts"): own_text,
    ("beside the texts", "settings"): variable("SITE_URL", "https://another.example/"),
    ("beside the texts", "templates"): template,
    ("beside the texts", "files"): picture_of_its_own,
    ("beside the texts", "data"): contact,
    ("beside the texts", "heads"): page_less,
    ("beside the texts", "built"): variable("LANGS", "nl,en"),
    ("beside the texts", "feeds"): history,
    ("beside the texts", "downloads"): download,
    ("beside the texts", "day"): variable("SOURCE_DATE_EPOCH", "1780000000"),
}
"""Kind of a key within a page's key, and part of it → a change that only this part covers."""
MORE_CHANGES = (
    title_of_another, dutch_section, card_of_another, own_card, words_of_the_frame, source, setting,
    section_of_a_translation, section_that_a_fallback_links_to, edition_of_an_organisation,
)  # fmt: skip


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Takes a part out of the keys of a kind."""

    def take_out(kind: str, part: str) -> None:
        whole = cache.key

        def key(this: str, **parts: str | bytes) -> str:
            if this == kind:
                del parts[part]
            return whole(this, **parts)

        monkeypatch.setattr(cache, "key", key)

    return take_out


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(change, id="-".join(tried))
        for change, tried in {change: tried for tried, change in TRIED.items()}.items()
    ]
    + [pytest.param(change, id=change.__name__) for change in MORE_CHANGES],
)
def test_after_each_of_these_changes_a_warm_build_equals_a_clean_one(
    prepared: Prepared, project: Path, warm: Cache, change: Change
) -> None:
    change(project)
    assert not differences(outcome(project, warm)[1], prepared.clean_after(change))


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("tried", sorted(TRIED), ids="-".join)
def test_every_part_of_a_pages_key_is_needed(
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


def test_two_pages_with_one_text_have_frames_of_their_own(
    project: Path, tmp_path: Path, without: Callable[[str, str], None]
) -> None:
    # The checks refuse such pages; the live preview shows them.
    text = (project / "docs/nl/about/privacy.md").read_text("utf-8")
    (project / "docs/nl/about/how-we-work.md").write_text(text, "utf-8")
    kb = KnowledgeBase.load(project)

    def rendered(name: str) -> list[bytes]:
        site, inputs = build.open_site(kb, tmp_path, kb.languages, Cache(tmp_path / name))
        renderer, language = PageRenderer(inputs, site.folder), kb.default_language
        return [
            renderer.page(language, f"about/{name}.md").data for name in ("privacy", "how-we-work")
        ]

    one, other = rendered("cache")
    assert b"about/privacy/" in one and b"about/how-we-work/" in other
    without("page", "path")
    assert rendered("lacking") == [one, one]


@pytest.fixture
def environment() -> Iterator[None]:
    """Restores the variables that a change sets."""
    with patch.dict(os.environ):
        yield


def test_every_part_of_a_pages_key_is_tried(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: set[tuple[str, str]] = set()
    whole = cache.key

    def noted(kind: str, **parts: str | bytes) -> str:
        used.update((kind, part) for part in parts)
        return whole(kind, **parts)

    kb = KnowledgeBase.load(project)
    _, inputs = build.open_site(kb, tmp_path, kb.languages, Cache(tmp_path / "cache"))
    monkeypatch.setattr(cache, "key", noted)
    for language in kb.languages:
        for path in (None, *inputs.paths(language)):
            inputs.key(language, path)
    assert used == {*TRIED, ("page", "path")}


def test_the_search_index_follows_its_pages(
    prepared: Prepared, project: Path, tmp_path: Path, without: Callable[[str, str], None]
) -> None:
    without("search index", "inputs")
    lacking, change = Cache(tmp_path / "lacking"), TRIED["page", "texts"]
    outcome(project, lacking)
    change(project)
    found = differences(outcome(project, lacking)[1], prepared.clean_after(change))
    assert any("search/" in name for name in found), "the index needs no inputs"


def test_what_another_version_cached_is_not_found(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached, whole = Cache(tmp_path / "cache"), output.minify_html
    monkeypatch.setattr(cache, "program", lambda: "of yesterday")
    monkeypatch.setattr(output, "minify_html", lambda text: f"{whole(text)}<!-- yesterday -->")
    assert "yesterday" in str(outcome(project, cached)[1])
    monkeypatch.undo()
    assert "yesterday" not in str(outcome(project, cached)[1])


def test_a_change_of_the_program_or_a_library_counts_as_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = set()
    (tmp_path / "scripts").mkdir()
    monkeypatch.setattr(cache, "_PACKAGE", tmp_path / "scripts")
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


# --- damaged entries


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda entry: entry.write_bytes(b""),
    "cut short": lambda entry: entry.write_bytes(entry.read_bytes()[:-1]),
    "changed": lambda entry: entry.write_bytes(entry.read_bytes()[:-1] + b"x"),
    "a checksum alone": lambda entry: entry.write_bytes(entry.read_bytes()[:32]),
    "text": lambda entry: entry.write_text("no entry of ours"),
    "unreadable": lambda entry: (entry.unlink(), entry.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_ignored(
    prepared: Prepared, project: Path, warm: Cache, damage: str
) -> None:
    assert warm.folder
    entries = [path for path in warm.folder.rglob("*") if path.is_file()]
    assert len(entries) > 20
    for entry in entries:
        DAMAGE[damage](entry)
    assert outcome(project, warm) == prepared.built


def test_two_builds_at_once_cache_what_both_can_use(
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
            [sys.executable, "-c", code, str(other), str(tmp_path / "cache")],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
        )
        for other in others
    ]
    assert [process.wait() for process in running] == [0, 0]
    assert outcome(project, Cache(tmp_path / "cache")) == prepared.built
    names = [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert all(len(name) == 62 for name in names), "a half-written file is left"


def test_entries_that_many_write_and_read_at_once_are_whole(tmp_path: Path) -> None:
    cached = Cache(tmp_path)
    keys = [cache.key("test", number=str(number)) for number in range(3)]
    wrong = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(300):
            key = chance.choice(keys)
            cached.put(key, key.encode() * 1_000)
            if cached.get(key) not in {None, key.encode() * 1_000}:
                wrong.append(key)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(cached.get(key) for key in keys)


def test_on_a_full_disk_nothing_is_cached_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = cache.key("test")

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "write_bytes", full)
    Cache(tmp_path).put(key, b"words" * 100)
    assert Cache(tmp_path).get(key) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_least_recently_used_entries_of_a_large_cache_are_evicted(tmp_path: Path) -> None:
    cached = Cache(tmp_path)
    keys = [cache.key("test", number=str(number)) for number in range(10)]
    for age, key in enumerate(reversed(keys)):
        cached.put(key, bytes(1_000))
        os.utime(tmp_path / key[:2] / key[2:], (1_000 + age, 1_000 + age))
    began = time.time() - 1
    assert cached.get(keys[9]), "the oldest, and in use"
    cached.evict(began)
    left = [key for key in keys if cached.get(key)]
    assert left == [keys[0], keys[1], keys[9]], "the last used, up to three times the size in use"
