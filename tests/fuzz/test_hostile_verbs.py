"""With any arguments and files in its way, a verb does its work and no more, or reports why not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from handvat.commands import overlay
from handvat.commands.check import find_problems
from handvat.content.contacts import Contact
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.models import Source
from handvat.content.yaml_files import read_text
from handvat.overlay.pages import version_of
from hostile_data import by_key, listed, organisations, written
from hostile_text import bodies, changes, heads, spoil
from hypothesis import given
from hypothesis import strategies as st
from project import faults, sound_project
from verbs import answer, can_hold, put, state
from watch import passed, times

T = TypeVar("T")

_ODD = st.sampled_from([
    "", ".", "..", "~", "~nobody-has-this-name/x", "-", "--", "--help", "x" * 300, "x/" * 3000 + "x", "a\nb",
    "\x1b[31mrood", "\u202eachterstevoren", "\udcff", "\ud800", "a\x00b", "$(true)", "; true", "`true`", "*", "x\r", " ",
    "%00", "\\", "é", "'\"", "<script>", "{root}", "{root}/docs", "{home}", "{home}/new", "{home}/new/deep/er", "docs",
    "mkdocs.yml", "mkdocs.yml/x", "docs/nl/index.md", "CON", "a" * 255, "new", "new/", "./new", "docs/../new", "tmp\t",
]) | st.text(max_size=12).filter(lambda text: not text.startswith("/") and ".." not in text)  # fmt: skip
"""An argument that makes no sense, or might be a folder or a file; none leads out of the test's own folder."""

_PAGES = st.one_of(
    st.sampled_from([
        "now/first-hour.md", "docs/nl/now/first-hour.md", "docs/en/now/index.md", "now/index.md", "docs/en/index.md",
        "../x.md", "../../../../tmp/x.md", "/tmp/x.md", "docs/nl/../../x.md", "now/x.md", "now/x.md\n", "now/x\n.md",
        "now/../x.md", "en/x.md", "now/x/y/z.md", "now/X.md", "now/\u202ex.md", "*.md", "$(true).md", "now/x.md\x00",
        "~/x.md", "index.md", "x" * 5000, "x" * 5000 + ".md", "now/" + "x" * 300 + ".md", "docs/nl/now/first-hour.md/",
        "now//x.md", "./now/first-hour.md", "\udcff.md", "docs/nl/now/x.md", "x.md", "new/index.md", "new/x.md",
        "docs/nl/now/../index.md", "docs//nl/index.md", "docs/en", "docs", "now/index.md ", "nl/now/x.md",
    ]),
    _ODD,
)  # fmt: skip


def _mostly(sound: list[T], other: st.SearchStrategy[T], share: int = 2) -> st.SearchStrategy[T]:
    """One of `sound` in `share` cases of `share` + 1: nonsense alone is refused early."""
    good = st.sampled_from(sound)
    return st.integers(0, share).flatmap(lambda die: good if die else other)


_TARGETS = st.sampled_from([
    "{out}", "{out}/secret.md", "{out}/new.md", "{out}/organisation.yml", "nowhere", "..", ".", "{name}",
    "{root}/docs/nl/index.md", "{root}/docs/nl", "/dev/full", "/dev/zero",
])  # fmt: skip
_SECRET = (
    "---\ntitle: Geheim\ndescription: Geheim.\ntype: index\nreview: null\n---\n\nZeer geheim.\n"
)


def _in_the_way(places: list[str], files: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, str, str]]]:  # fmt: skip
    """Up to two things that lie at `places`: links, folders, pipes, or one of `files`."""
    thing = st.one_of(
        st.tuples(st.sampled_from(places), st.just("link"), _TARGETS),
        st.tuples(st.sampled_from(places), st.sampled_from(["folder", "pipe"]), st.just("")),
        st.tuples(st.sampled_from(places), st.just("file"), files),
    )
    return st.lists(thing, max_size=2)


class Room:
    """A sound project, a folder beside it for an organisation, and one that no verb may touch."""

    def __init__(self, tmp: Path) -> None:
        self.home = tmp / "home"
        self.root = sound_project(self.home / "project")
        self.own = self.home / "own"
        self.own.mkdir()
        self.out = tmp / "out"
        self.out.mkdir()
        (self.out / "secret.md").write_text(_SECRET, "utf-8")
        self.tmp = tmp

    def filled(self, text: str, name: str = "") -> str:
        """`text` with the paths of this room."""
        for key, value in (("root", self.root), ("home", self.home), ("out", self.out)):
            text = text.replace(f"{{{key}}}", str(value))
        return text.replace("{name}", name)

    def block(self, folder: Path, things: list[tuple[str, str, str]]) -> None:
        """Puts `things` in the way, in `folder`."""
        for place, how, what in things:
            path = folder / place
            if can_hold(path, folder):
                put(path, how, self.filled(what, path.name) if how == "link" else what)

    def state(self) -> dict[str, bytes | str]:
        """What is in it, except temporary files."""
        spare = str(self.home / "tmp")
        return {name: what for name, what in state(self.tmp).items() if name != spare}


@contextmanager
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room, deleted afterwards: thousands of them would fill a disk."""
    tmp = tmp_path_factory.mktemp("verbs")
    try:
        yield Room(tmp)
    finally:
        shutil.rmtree(tmp)


@times(400)
@given(
    st.sampled_from(
        [("rename",), ("translations", "mark-current"), ("translations", "mark-unchanged")]
    ),
    st.lists(
        _mostly(
            ["now/first-hour.md", "now/x.md", "docs/en/now/index.md", "docs/nl/index.md"], _PAGES
        ),
        max_size=3,
    ),
)
def test_a_verb_refuses_what_makes_no_sense_in_a_line_and_does_the_rest_well(
    tmp_path_factory: pytest.TempPathFactory, verb: tuple[str, ...], arguments: list[str]
) -> None:
    kind = "arguments of rename, mark-current and mark-unchanged"
    with room(tmp_path_factory) as place:
        before = place.state()
        result = answer(kind, verb, arguments, place.root)
        after = place.state()
        assert result.code in {0, 1, 2}
        if result.code:
            assert after == before or "mark-current" in verb
            assert (
                result.code == 2
                or len(result.lines) in {1, len(arguments)}
                or "mark-current" in verb
            )
            assert result.is_reported
        elif after != before:
            passed[kind] += 1
            problems = find_problems(KnowledgeBase.load(place.root))
            assert faults(problems, place.root) == []
            errors = [
                problem
                for problem in problems
                if problem.is_error
                # A person moves the page in the menu after a change of folder.
                and problem.rule not in {"repeated-paragraph", "navigation"}
            ]
            assert not errors


_MENUS: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "\r"),
    lambda text: text.rstrip("\n"),
    lambda text: "\ufeff" + text,
    lambda text: text.replace("- now/first-hour.md", '- "now/first-hour.md"'),
    lambda text: text.replace("- now/first-hour.md", "- Uur: now/first-hour.md"),
    lambda text: text.replace("- now/first-hour.md", "-   now/first-hour.md   # last"),
    lambda text: text.replace("- now/first-hour.md", "- !x now/first-hour.md"),
    lambda text: text.replace("      - ", "    - "),
    lambda text: text.replace("      - ", "  - "),
    lambda text: text.replace("  - now:\n", "  - now: # here\n\n\n"),
    lambda text: text.replace("  - now:\n", "  - now:\n      # a\n"),
    lambda text: text.replace("nav:\n", "nav: &a\n"),
    lambda text: text.replace("nav:\n", '"nav":\n'),
    lambda text: text.replace("nav:\n", "nav:\n  - {deep: [{deeper: [now/x.md]}]}\n"),
    lambda text: text + "extra_css: []\n",
    lambda text: text + "# the end",
    lambda text: text + "\n---\na: b\n",
    lambda text: text + text,
    lambda text: text[text.index("nav:\n") :] + text[: text.index("nav:\n")],
    lambda text: re.sub(r"(?s)\nnav:\n.*", "\nnav: [index.md, {now: [now/index.md]}]\n", text),
    lambda text: re.sub(r"(?s)\nnav:\n.*", "\nnav:\n- index.md\n- now:\n  - now/index.md\n", text),
    lambda text: re.sub(r"(?s)\nnav:\n.*", "\nnav:\n  -\n    now/index.md\n", text),
    lambda text: re.sub(r"(?s)\nnav:\n.*", "\nnav:\n  - |\n    now/index.md\n", text),
    lambda text: re.sub(r"(?s)\nnav:\n.*", "\n", text),
]


@times(800)
@given(
    kind=_mostly(["guide", "signal", "index", "tool"], st.just("signl") | _ODD, 4),
    page=_mostly(["now/new-thing.md", "new-thing.md", "new/index.md", "about/x.md"], _PAGES),
    menu=st.sampled_from(_MENUS),
    spoiling=st.just([]) | st.lists(changes, max_size=2),
    things=_in_the_way(
        ["docs/nl/now/new-thing.md", "docs/nl/new", "docs/nl/new-thing.md", "docs/nl/about", "docs/nl",
         "data/page_types.yml", "mkdocs.yml", "docs/nl/now"], bodies),
)  # fmt: skip
def test_a_page_is_begun_where_readers_find_it_or_nothing_changes(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    kind: str,
    page: str,
    menu: Callable[[str], str],
    spoiling: list[tuple[str, int, int, bytes]],
    things: list[tuple[str, str, str]],
) -> None:
    with room(tmp_path_factory) as place:
        configuration = place.root / "mkdocs.yml"
        text = menu(configuration.read_text("utf-8"))
        configuration.write_bytes(spoil(text.encode(), spoiling))
        place.block(place.root, things)
        before = place.state()
        known = {str(problem) for problem in KnowledgeBase.load(place.root).problems}
        result = answer(
            "new: arguments and menus", ["new"],
            ["--", place.filled(kind), place.filled(page)], place.root,
        )  # fmt: skip
        after = place.state()
        assert result.code in {0, 1, 2}
        assert result.is_reported
        if result.code:
            assert after == before
            return
        passed["new: arguments and menus"] += 1
        changed = {name for name in after if after[name] != before.get(name)}
        written = [name for name in changed if name.endswith(".md")]
        folders = {name for name in changed if after[name] == "d"}
        assert len(written) == 1
        assert changed - folders == {*written, str(configuration)}
        assert not before.keys() - after.keys()
        base = KnowledgeBase.load(place.root)
        path = Path(written[0]).relative_to(place.root / "docs/nl").as_posix()
        assert base.page("nl", path) is not None
        assert path in [entry.path for entry in base.navigation]
        assert {str(problem) for problem in base.problems} <= known
        name = f"docs/nl/{path}"
        mine = [problem for problem in find_problems(base) if problem.file == name]
        assert {problem.rule for problem in mine} <= {"empty-section", "unwritten-hint"}
        # No other line has changed, line endings included.
        was, now = (each[str(configuration)].splitlines(keepends=True) for each in (before, after))
        rest = iter(now)
        assert all(line in rest for line in was[:-1])
        assert len(now) - len(was) in {1, 2}


@times(500)
@given(
    settings=st.one_of(
        st.just(b"name: X\n"),
        st.sampled_from([
            b"", b"# nothing\n", b"pages: pages\n", b"pages: ../x\n", b"pages: .\n", b"pages: upstream\n", b"pages: a/b/c\n",
            b"pages: /tmp\n", b"pages: pages/../pages\n", b"name: X\n", b"pages: \"a\\nb\"\n", b"logo: " + b"x" * 5000,
            b"pages: " + b"x" * 300, b"pages: project\n", b"pages: ''\n", b"pages: pages/nl/index.md\n", b"\xff",
        ]),
        organisations,
    ),
    arguments=_mostly(["docs/nl/now/first-hour.md", "docs/en/index.md", "docs/nl/index.md"], _PAGES, 4).map(lambda one: [one])
    | st.lists(_PAGES, max_size=2),
    named=_mostly(
        ["{home}/own/organisation.yml"],
        st.sampled_from(["", "{home}/own", "../own/organisation.yml", "~nobody-has-this-name/x", "\udcff", "x" * 5000]), 8),
    things=_in_the_way(
        ["pages", "pages/nl", "pages/nl/now", "pages/nl/now/first-hour.md", "pages/nl/index.md", "upstream", "upstream/nl",
         "upstream/nl/now/first-hour.md", "organisation.yml", "pages/en/index.md", "upstream/nl/index.md"],
        heads | bodies | st.sampled_from(["", "Geen kop.\n", "\ud800", "---\nreplaces: x\n---\n", "---\r\ntitle: A\r\n---\r\nEen.\r\n"])),
    upstream=st.one_of(st.none(), heads, bodies, st.just("\ud800")),
)  # fmt: skip
def test_a_page_replaces_a_shipped_one_from_the_folder_of_the_organisation_or_nothing_changes(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    settings: bytes,
    arguments: list[str],
    named: str,
    things: list[tuple[str, str, str]],
    upstream: str | None,
) -> None:
    with room(tmp_path_factory) as place:
        (place.own / "organisation.yml").write_bytes(settings)
        place.block(place.own, things)
        if upstream is not None:
            hour = place.root / "docs/nl/now/first-hour.md"
            hour.write_bytes(upstream.encode("utf-8", "surrogatepass"))
        before = place.state()
        result = answer(
            "overlay: arguments and folders", ["overlay", "add"], [*map(place.filled, arguments)], place.root,
            {"ORGANISATION": place.filled(named)},
        )  # fmt: skip
        after = place.state()
        assert result.code in {0, 1, 2}
        assert result.is_reported
        if result.code:
            assert after == before
            return
        changed = {Path(name) for name in after if after[name] != before.get(name)}
        assert not before.keys() - after.keys()
        assert all(path.is_relative_to(place.own) for path in changed)
        if not changed:
            return
        passed["overlay: arguments and folders"] += 1
        (shipped,) = arguments
        text = read_text((place.root / shipped.strip()).resolve(), shipped)
        # By a link, the upstream copy may be anywhere in the organisation's folder.
        pages = [
            path for path in changed if path.suffix == ".md" and read_text(path, "own") != text
        ]
        assert [_version(read_text(path, "own")) for path in pages] == [version_of(text)] * len(pages)  # fmt: skip
        for path in pages:
            was = before.get(str(path))
            if isinstance(was, bytes):
                assert _but_for_the_version(path.read_bytes()) == _but_for_the_version(was)


def _version(text: str) -> str:
    """The version in the first line `replaces:` of a page."""
    return next(line for line in text.splitlines() if line.startswith("replaces:")).split('"')[1]


def _but_for_the_version(data: bytes) -> list[bytes]:
    lines = data.splitlines(keepends=True)
    return [line for line in lines if not line.startswith(b"replaces:")]


@times(300)
@given(
    st.lists(_ODD | st.sampled_from(["{home}/own", "../own", "{home}/own/"]), max_size=2),
    _in_the_way(["organisation.yml", "pages"], heads),
)
def test_an_edition_is_begun_in_a_folder_of_its_own_and_nothing_is_overwritten(
    tmp_path_factory: pytest.TempPathFactory,
    arguments: list[str],
    things: list[tuple[str, str, str]],
) -> None:
    kind = "overlay init: arguments and folders"
    with room(tmp_path_factory) as place:
        place.block(place.own, things)
        place.block(place.root, things)
        before = place.state()
        filled = [place.filled(argument) for argument in arguments]
        result = answer(kind, ["overlay", "init"], filled, place.root, {"HOME": str(place.home)})
        after = place.state()
        assert result.code in {0, 1, 2}
        assert result.is_reported
        assert {name: after.get(name) for name in before} == before
        new = [name for name in after if name not in before and after[name] != "d"]
        if result.code or {"-h", "--help"} & {*filled}:
            assert after == before
        else:
            passed[kind] += 1
            assert [Path(name).name for name in new] == ["organisation.yml"]
            assert Path(new[0]).read_text("utf-8") == overlay.START


_DAYS = st.sampled_from([
    "", "0", "1796083200", "x", "-1", "1e9", "9" * 30, "-" + "9" * 30, "253402300800", " 5", "\u0665", "1_000", "0x10",
])  # fmt: skip
_REPORTS = st.sampled_from([
    "{home}/issue.md", "issue.md", "", ".", "docs", "nowhere/issue.md", "a\x00b", "x" * 300, "\udcff", "\n",
    "mkdocs.yml/x", "tmp/../issue.md", "organisation.yml/",
])  # fmt: skip


@times(500)
@given(
    file=st.one_of(
        st.tuples(st.just("data/contacts/nl.yml"), listed(Contact, 3_000)),
        st.tuples(st.just("data/contacts/be.yml"), listed(Contact, 300)),
        st.tuples(st.just("data/sources.yml"), by_key(Source, 1_000)),
    ).flatmap(
        lambda file: st.tuples(
            st.just(file[0]), st.builds(written, st.just(file[1]), st.booleans())
        )
    ),
    organisation=st.none()
    | organisations
    | st.sampled_from([b"contacts: own.yml\n", b"sources: own.yml\n"]),
    options=st.fixed_dictionaries(
        {}, optional={"issue": _REPORTS, "links": _REPORTS, "dead": _REPORTS}
    ),
    report=st.one_of(heads, st.just("\ud800"), st.just("* [404] <https://een.example/>\n" * 3000)),
    day=_mostly(["1796083200", "0", ""], _DAYS, 8),
)
def test_what_is_due_is_listed_with_its_line_or_the_reason_is_reported(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    file: tuple[str, str],
    organisation: bytes | None,
    options: dict[str, str],
    report: str,
    day: str,
) -> None:
    kind = "report overdue: data, options and days"
    with room(tmp_path_factory) as place:
        root = place.root
        (root / file[0]).write_bytes(file[1].encode("utf-8", "surrogatepass"))
        (root / "own.yml").write_bytes(file[1].encode("utf-8", "surrogatepass"))
        (root / "dead.md").write_bytes(report.encode("utf-8", "surrogatepass"))
        if organisation is not None:
            (root / "organisation.yml").write_bytes(organisation)
        chosen = {"dead": "dead.md", **options} if "issue" in options else options
        before = place.state()
        result = answer(
            kind, ["report", "overdue"], [f"--{key}={place.filled(value)}" for key, value in chosen.items()], root,
            {"SOURCE_DATE_EPOCH": day},
        )  # fmt: skip
        after = place.state()
        assert result.code in {0, 1, 2}
        assert result.is_reported
        new = {name for name in after if after[name] != before.get(name)}
        assert len(new) <= len({options.get("issue"), options.get("links")} - {None})
        if result.code:
            assert not new
            return
        passed[kind] += 1
        for line in result.lines:
            found = re.match(r"  (\S+?):(\d+): ", line)
            if found:
                assert int(found[2]) <= (root / found[1]).read_bytes().count(b"\n") + 1
