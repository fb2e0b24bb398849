"""Any data file or mkdocs.yml is read or refused with its line, and nothing in it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from fixture_site import CHECKOUT, MKDOCS
from handvat.commands.check import find_problems
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.yaml_files import Unreadable, parse_yaml
from handvat.overlay.apply import OverlayError, load_edition
from hostile_data import configurations, data_files, organisations, real_data, yaml_texts
from hypothesis import given
from inert import look
from project import LISTED, Project, faults
from watch import passed, times, watched

SOUND = yaml.safe_load(
    MKDOCS.format(checkout=CHECKOUT, nav="  - index.md\n")
    .replace("!ENV ", "")
    .replace("[SITE_URL, ", "[")
)


@contextmanager
def _written(project: Project, name: str, data: bytes) -> Iterator[Path]:
    """Writes `data` to the file `name` of the project, and restores the file afterwards."""
    path = project.root / name
    before = path.read_bytes() if path.is_file() else None
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    try:
        yield path
    finally:
        path.unlink() if before is None else path.write_bytes(before)


@dataclass(frozen=True)
class Seen:
    """The result of a data file."""

    errors: list[str]
    faults: list[str]
    """What is wrong with how the problems are reported."""
    is_shown: bool
    """Whether the page that shows all data could be rendered."""
    breaches: list[str]
    """What could run in that page, or load from another host."""
    repeated: list[str]
    """Ids that it has twice."""


def _seen(project: Project, name: str, data: bytes, kind: str) -> Seen:
    with _written(project, name, data), watched(kind, project.root.parent):
        base = KnowledgeBase.load(project.root)
        problems = find_problems(base)
        errors = [str(problem) for problem in problems if problem.is_error]
        wrong = faults(problems, project.root)
        try:
            _, whole = project.render(base, LISTED)
        except Exception:
            return Seen(errors, wrong, False, [], [])
    found, repeated = look(whole, is_whole=True)
    passed[kind] += not errors
    return Seen(errors, wrong, True, found, repeated)


@times(7500)
@given(yaml_texts)
def test_any_yaml_is_read_or_refused_with_a_line(text: str) -> None:
    with watched("YAML", CHECKOUT):
        try:
            document = parse_yaml(text, "data/x.yml")
        except Unreadable as refusal:
            problem = refusal.problem
            assert 1 <= problem.line <= text.count("\n") + 1 + text.count("\r")
            assert str(problem).isprintable()
            return
        passed["YAML"] += 1
        assert repr(document.value), "it holds a value that cannot be written out"


@times(2500)
@given(data_files)
def test_any_data_file_is_read_or_refused(project: Project, file: tuple[str, bytes]) -> None:
    seen = _seen(project, *file, "data files")
    # What the checks refuse is never rendered by a build.
    assert seen.is_shown or seen.errors, "it passes the checks and cannot be shown"
    assert seen.faults == []
    assert seen.breaches == []
    assert seen.repeated == []


@times(1200)
@given(real_data)
def test_a_real_data_file_that_was_spoilt_is_read_or_refused(
    project: Project, file: tuple[Path, bytes]
) -> None:
    path, data = file
    name = path.relative_to(CHECKOUT).as_posix()
    seen = _seen(project, name, data, "real data files, spoilt")
    assert seen.is_shown or seen.errors, "it passes the checks and cannot be shown"
    assert seen.faults == []
    # Only the checks verify the address of quick exit, and a build runs them first.
    assert seen.breaches == [] or (seen.errors and "strings" in name)
    assert seen.repeated == []


@times(600)
@given(organisations)
def test_any_organisation_yml_makes_an_edition_or_is_refused_with_its_line(
    project: Project, data: bytes
) -> None:
    try:
        with (
            _written(project, "organisation.yml", data),
            watched("organisation.yml", project.root.parent),
        ):
            base = load_edition(project.root)
            problems = [base.overlay.located(problem) for problem in find_problems(base)]
            assert faults(problems, project.root) == []
        passed["organisation.yml"] += 1
    except OverlayError as error:
        refused = str(error).splitlines()
        assert refused
        assert [line for line in refused if not line.startswith("organisation.yml:")] == []
        assert [line for line in refused if not line.isprintable() or "; " not in line] == []


@times(800)
@given(configurations(SOUND))
def test_any_languages_menu_and_settings_in_mkdocs_yml_are_read_or_refused(
    project: Project, data: bytes
) -> None:
    with (
        _written(project, "mkdocs.yml", data),
        watched("mkdocs.yml", project.root.parent),
    ):
        problems = find_problems(KnowledgeBase.load(project.root))
        passed["mkdocs.yml"] += not any(problem.is_error for problem in problems)
        wrong = faults(problems, project.root)  # while the file is what they are about
    assert wrong == []
