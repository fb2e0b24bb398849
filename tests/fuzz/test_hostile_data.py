"""Whatever stands in a data file or in mkdocs.yml, it is read or refused with its line, and nothing of it runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from fixture_site import CHECKOUT, MKDOCS
from hostile_data import configurations, data_files, organisations, real_data, yaml_texts
from hypothesis import given
from inert import look
from project import LISTED, Project
from watch import passed, times, watched

from scripts.check import find_problems
from scripts.compose import NotComposed, compose
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.yaml_file import Unreadable, parse_yaml

SOUND = yaml.safe_load(
    MKDOCS.format(checkout=CHECKOUT, nav="  - index.md\n")
    .replace("!ENV ", "")
    .replace("[SITE_URL, ", "[")
)


@contextmanager
def _written(project: Project, name: str, data: bytes) -> Iterator[Path]:
    """The file `name` of the project holds `data`; afterwards it is again as it was."""
    path = project.root / name
    kept = path.read_bytes() if path.is_file() else None
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    try:
        yield path
    finally:
        path.unlink() if kept is None else path.write_bytes(kept)


def _is_inert(project: Project, name: str, data: bytes, kind: str) -> None:
    with _written(project, name, data), watched(kind, project.root.parent):
        base = KnowledgeBase.load(project.root)
        errors = [problem for problem in project.check(base) if problem.is_error]
        try:
            _, whole = project.render(base, LISTED)
        except Exception:
            # What the checks refuse is never rendered by a build.
            assert errors, "it passes the checks and cannot be shown"
            return
    found, repeated = look(whole, is_whole=True)
    passed[kind] += not errors
    # Where quick exit leads the checks alone see to, and a build asks them first.
    assert not found or (errors and "strings" in name)
    assert not repeated


@times(7500)
@given(yaml_texts)
def test_whatever_calls_itself_yaml_it_is_read_or_refused_with_a_line(text: str) -> None:
    with watched("YAML", CHECKOUT):
        try:
            document = parse_yaml(text, "data/x.yml")
        except Unreadable as refusal:
            problem = refusal.problem
            assert 1 <= problem.line <= text.count("\n") + 1 + text.count("\r")
            assert str(problem).isprintable()
            return
        repr(document.value)


@times(2500)
@given(data_files)
def test_whatever_a_data_file_says_it_is_understood_or_refused(
    project: Project, file: tuple[str, bytes]
) -> None:
    _is_inert(project, *file, "data files")


@times(1200)
@given(real_data)
def test_a_real_data_file_that_was_spoilt_is_understood_or_refused(
    project: Project, file: tuple[Path, bytes]
) -> None:
    path, data = file
    _is_inert(project, path.relative_to(CHECKOUT).as_posix(), data, "real data files, spoilt")


@times(600)
@given(organisations)
def test_whatever_organisation_yml_says_an_edition_is_put_together_or_refused_with_its_line(
    project: Project, data: bytes
) -> None:
    home = project.root.parent
    folder = home / "edition"
    folder.mkdir()
    try:
        with (
            _written(project, "organisation.yml", data),
            watched("organisation.yml", home),
        ):
            composed = compose(project.root, folder)
            find_problems(KnowledgeBase.load(composed.root))
            passed["organisation.yml"] += 1
    except NotComposed as error:
        for line in str(error).splitlines():
            assert line.startswith("organisation.yml:")
            assert line.isprintable()
            assert "; " in line
    finally:
        shutil.rmtree(folder)


@times(800)
@given(configurations(SOUND))
def test_whatever_mkdocs_yml_says_of_languages_menu_and_settings_it_is_understood_or_refused(
    project: Project, data: bytes
) -> None:
    with (
        _written(project, "mkdocs.yml", data),
        watched("mkdocs.yml", project.root.parent),
    ):
        project.check(KnowledgeBase.load(project.root))
