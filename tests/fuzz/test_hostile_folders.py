"""Whatever lies in the folders of a project, links among it, nothing outside is read or written."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_site import build
from hostile_text import bodies
from hypothesis import given
from hypothesis import strategies as st
from inert import look
from project import HOSTILE, Project, sound_project
from watch import passed, times, tried, watched

from scripts import rename, same_meaning, translated
from scripts.knowledge.base import KnowledgeBase

_PLACES = st.sampled_from([
    "docs/nl/now/a.md", "docs/nl/now/first-hour.md", "docs/nl/x", "docs/nl/now/x.png", "docs/en", "docs/fr", "docs/it",
    "docs/nl/it/a.md", "data/sources.yml", "data/contacts/be.yml", "data/strings/en.yml", "data/words/nl.txt",
    "data/danger.yml", "data/redirects.yml", "data/measured.yml", "docs/nl/now/A b.md", "docs/nl/now/x\ny.md",
    "docs/nl/now/.md", "docs/nl/now/a.en.md", "docs/nl/now/\u202ea.md", "docs/nl/now/index/index.md", "data/contacts",
])  # fmt: skip
_TARGETS = st.sampled_from([
    "{out}/secret.md", "{out}/secret.yml", "{out}", "../../../{name}/secret.md", "/etc/passwd", "/etc", "/dev/zero",
    "{self}", "..", ".", "first-hour.md", "/proc/self/environ", "{root}/docs/nl/index.md", "nowhere", "{root}",
])  # fmt: skip
_SECRET = "---\ntitle: Geheim\ndescription: Geheim.\ntype: index\nreview: null\n---\n\nZeer geheim: [weg](x.md).\n"


def _put(path: Path, how: str, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if how == "link":
        path.symlink_to(target)
    elif how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    else:
        path.write_bytes(target.encode("utf-8", "surrogatepass"))


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
def test_no_link_leads_the_build_to_read_what_lies_outside(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str, str]]
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.md").write_text(_SECRET, "utf-8")
    (outside / "secret.yml").write_text("zeer: geheim: dit\n", "utf-8")
    root = sound_project(tmp_path_factory.mktemp("folders") / "project")
    for place, how, target in changes:
        path = root / place
        if any(
            (parent.exists() and not parent.is_dir()) or parent.is_symlink()
            for parent in path.parents
            if root in parent.parents
        ):
            continue  # a change before has put something else there
        where = target.format(out=outside, name=outside.name, root=root, self=path.name)
        _put(path, how, where)
    try:
        with watched("folders", root):
            base = KnowledgeBase.load(root)
            problems = Project.problems(base, root)
        assert not any("eheim" in str(problem) for problem in problems)
    finally:
        shutil.rmtree(root)
        shutil.rmtree(outside)


_ARGUMENTS = st.one_of(
    st.sampled_from([
        "", "now/first-hour.md", "docs/nl/now/first-hour.md", "docs/en/now/index.md", "now/index.md", "docs/en/index.md",
        "../x.md", "../../../../tmp/x.md", "/tmp/x.md", "docs/nl/../../x.md", "now/x.md", "now/x.md\n", "now/x\n.md",
        "--delete", "--help", "now/../x.md", "en/x.md", "now/x/y/z.md", "x", "now/X.md", "now/\u202ex.md", "*.md",
        "$(true).md", "; true", "now/x.md\x00", "~/x.md", "index.md", "x" * 5000, "docs/nl/now/first-hour.md/",
        "now//x.md", "./now/first-hour.md", "\udcff.md",
    ]),
    st.text(max_size=12),
)  # fmt: skip


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@times(400)
@given(
    st.sampled_from([rename.main, translated.main, same_meaning.main]),
    st.lists(_ARGUMENTS, max_size=3),
)
def test_a_verb_refuses_what_makes_no_sense_in_a_line_and_does_the_rest_well(
    tmp_path_factory: pytest.TempPathFactory, verb: Callable[[], int], arguments: list[str]
) -> None:
    root = sound_project(tmp_path_factory.mktemp("verbs") / "project")
    before = _files(root)
    patch = pytest.MonkeyPatch()
    patch.chdir(root)
    patch.setattr(sys, "argv", ["verb", *arguments])
    said: list[str] = []
    patch.setattr(sys, "stderr", Said(said))
    patch.setattr(sys, "stdout", Said(said))
    try:
        with watched("arguments of verbs", root):
            code = verb()
        assert code in {0, 1}
        if code == 1:
            assert _files(root) == before or verb is translated.main
            assert len(said) == len(arguments) or len(said) == 1 or verb is translated.main
            assert all(line.isprintable() for line in said)
        elif _files(root) != before:
            passed["arguments of verbs"] += 1
            base = KnowledgeBase.load(root)
            assert not [
                problem
                for problem in Project.problems(base, root)
                if problem.is_error and problem.rule != "repeated-paragraph"
            ]
    finally:
        patch.undo()
        shutil.rmtree(root)


class Said:
    """Keeps the lines that are printed."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.rest = ""

    def write(self, text: str) -> int:
        *lines, self.rest = (self.rest + text).split("\n")
        self.lines += lines
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""


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
