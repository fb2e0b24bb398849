"""Whatever is in the folders of a project, links included, nothing outside is read or written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fixture_site import build
from handvat.commands.check import find_problems
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import Problem
from handvat.overlay.apply import OverlayError, load_edition
from hostile_text import bodies, changes, heads, spoil
from hypothesis import example, given
from hypothesis import strategies as st
from inert import look
from project import HOSTILE, faults, sound_project
from verbs import can_hold, put, state
from watch import passed, times, tried, watched

_PLACES = st.sampled_from([
    "docs/nl/now/a.md", "docs/nl/now/first-hour.md", "docs/nl/x", "docs/nl/now/x.png", "docs/en", "docs/fr", "docs/it",
    "docs/nl/it/a.md", "data/sources.yml", "data/contacts/be.yml", "data/strings/en.yml", "data/words/nl.txt",
    "data/danger/nl.yml", "data/redirects.yml", "docs/nl/now/A b.md", "docs/nl/now/x\ny.md",
    "docs/nl/now/.md", "docs/nl/now/a.en.md", "docs/nl/now/\u202ea.md", "docs/nl/now/index/index.md", "data/contacts",
])  # fmt: skip
_TARGETS = st.sampled_from([
    "{out}/secret.md", "{out}/secret.yml", "{out}", "../../../{name}/secret.md", "/etc/passwd", "/etc", "/dev/zero",
    "{self}", "..", ".", "first-hour.md", "/proc/self/environ", "{root}/docs/nl/index.md", "nowhere", "{root}",
])  # fmt: skip
_SECRET = "---\ntitle: Geheim\ndescription: Geheim.\ntype: index\nreview: null\n---\n\nZeer geheim: [weg](x.md).\n"


@times(250)
@given(
    st.lists(
        st.tuples(
            _PLACES, st.sampled_from(["link", "link", "link", "folder", "pipe", "file"]), _TARGETS
        ),
        min_size=1,
        max_size=2,
    )
)
@example(changes=[("data/danger/nl.yml", "link", "{out}/secret.md")])
def test_no_link_leads_the_build_to_read_what_lies_outside(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str, str]]
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.md").write_text(_SECRET, "utf-8")
    (outside / "secret.yml").write_text("zeer: geheim: dit\n", "utf-8")
    root = sound_project(tmp_path_factory.mktemp("folders") / "project")
    for place, how, target in changes:
        path = root / place
        if not can_hold(path, root):
            continue  # an earlier change has put something else there
        where = target.format(out=outside, name=outside.name, root=root, self=path.name)
        put(path, how, where)
    try:
        with watched("folders", root):
            problems = find_problems(KnowledgeBase.load(root))
        assert faults(problems, root) == []
        assert not any("eheim" in str(problem) for problem in problems)
    finally:
        shutil.rmtree(root)
        shutil.rmtree(outside)


_OWN = st.sampled_from([
    "pages", "pages/nl", "pages/nl/now", "pages/nl/now/first-hour.md", "pages/nl/help/index.md", "pages/xx/a.md",
    "pages/nl/x.txt", "pages/.git/x", "upstream/nl/now/first-hour.md", "contacts.yml", "sources.yml", "logo.svg", "icon.svg",
])  # fmt: skip
_EDITIONS = st.sampled_from([
    "", "languages: [en]\n", "leave_out: [a-z.md, now/x.md]\n", "leave_out: [../../../out/secret.md]\n",
    "contacts: contacts.yml\n", "sources: sources.yml\ncountry: be\n", "logo: logo.svg\nicon: icon.svg\n", "pages: .\n",
    "foreign_pages: leave-out\ncountry: de\n", "name: X\nlanguages: [ar, en]\n", "pages: pages/nl\n",
])  # fmt: skip
_HOW = st.sampled_from(["link", "link", "folder", "pipe", "file", "file"])


@times(500)
@given(
    edition=_EDITIONS,
    shipped=st.lists(st.tuples(_PLACES, _HOW, _TARGETS), max_size=2),
    own=st.lists(
        st.tuples(_OWN, _HOW, _TARGETS) | st.tuples(_OWN, st.just("file"), bodies | heads),
        max_size=3,
    ),
    spoiling=st.just([]) | st.lists(changes, max_size=2),
)
def test_an_edition_combines_its_own_and_shipped_files_or_is_refused_in_lines(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    edition: str,
    shipped: list[tuple[str, str, str]],
    own: list[tuple[str, str, str]],
    spoiling: list[tuple[str, int, int, bytes]],
) -> None:
    kind = "folders of an edition"
    tmp = tmp_path_factory.mktemp("editions")
    outside = tmp / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(_SECRET, "utf-8")
    home = tmp / "home"
    root = sound_project(home / "project")
    configuration = root / "mkdocs.yml"
    configuration.write_bytes(spoil(configuration.read_bytes(), spoiling))
    (root / "organisation.yml").write_text(edition, "utf-8")
    for place, how, target in (*shipped, *own):
        path = root / place
        if can_hold(path, root):
            shown = target.replace("{out}", str(outside)).replace("{name}", outside.name)
            put(path, how, shown.replace("{root}", str(root)).replace("{self}", path.name))
    before = state(tmp)
    try:
        refused: list[str] = []
        read: list[str] = []
        problems: list[Problem] = []
        with watched(kind, home):
            try:
                base = load_edition(root)
                problems = find_problems(base)
                read = [page.body for page in base.pages.values()]
                passed[kind] += 1
            except OverlayError as error:
                refused = str(error).splitlines() or ["no message"]
        assert [line for line in refused if not line.isprintable() or "; " not in line] == []
        assert not any("eheim" in line for line in (*refused, *map(str, problems)))
        after = state(tmp)
        assert {name: after.get(name) for name in before} == before
        assert not any("Zeer geheim" in text for text in read), "a file outside was read"
    finally:
        shutil.rmtree(tmp)


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@times(24)
@given(st.lists(bodies, min_size=1, max_size=3))
def test_a_whole_build_of_hostile_pages_shows_them_or_leaves_the_site_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("builds")
    root = sound_project(folder / "project")
    for name, text in zip((HOSTILE, "contacts/index.md", "about/privacy.md"), texts, strict=False):
        words = text.replace("title: Proef", f"title: {name}").encode("utf-8", "surrogatepass")
        (root / "docs/nl" / name).write_bytes(words)
    before = _files(root)
    tried["whole builds"] += 1
    try:
        code, output = build(root, LANGS="nl")
        assert code in {0, 1}, output
        assert "Traceback" not in output
        made = {
            name: data
            for name, data in _files(root).items()
            if not name.startswith((".build/", "site/"))
        }
        assert made == before
        assert (code == 0) == (root / "site/index.html").is_file()
        for page in (root / "site").rglob("*.html") if code == 0 else ():
            found, repeated = look(page.read_text("utf-8"))
            assert (found, repeated) == ([], []), page
        passed["whole builds"] += code == 0
    finally:
        shutil.rmtree(folder)
