"""Any page is refused with its line, or shown as words and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from handvat.commands.check import find_problems
from handvat.content.shortcodes import BadShortcode
from hostile_text import bodies, heads, real_pages
from hypothesis import given
from inert import look
from project import HOSTILE, Project, faults
from watch import passed, times, watched


@dataclass(frozen=True)
class Seen:
    """The result of a page."""

    is_read: bool
    problems: list[str]
    faults: list[str]
    """What is wrong with how the problems are reported."""
    breaches: list[str]
    """What could run in it, or load from another host, in its text or in the frame around it."""
    repeated: list[str]
    """Ids that it has twice, where no check refused it."""


def _seen(project: Project, data: bytes, kind: str) -> Seen:
    """Puts `data` into the project as a page, and reads and renders it."""
    with watched(kind, project.root.parent):
        base = project.with_page(data)
        problems = find_problems(base)
        reported, wrong = [*map(str, problems)], faults(problems, project.root)
        if base.page("nl", HOSTILE) is None:
            return Seen(False, reported, wrong, [], [])
        errors = [problem for problem in problems if problem.is_error]
        try:
            text, whole = project.render(base)
        except Exception as error:
            # What the checks refuse is never rendered by a build.
            if not errors and not isinstance(error, BadShortcode):
                raise
            return Seen(True, reported, wrong, [], [])
    found, _ = look(text)
    in_frame, repeated = look(whole, is_whole=True)
    passed[kind] += not errors
    return Seen(True, reported, wrong, found + in_frame, [] if errors else repeated)


@times(5000)
@given(bodies)
def test_nothing_in_a_page_runs(project: Project, text: str) -> None:
    page = _seen(project, text.encode("utf-8", "surrogatepass"), "texts of pages")
    assert page.breaches == []
    assert page.repeated == []
    assert page.is_read or page.problems, "it is neither read nor refused"
    assert page.faults == []


@times(2500)
@given(heads)
def test_any_head_of_a_page_is_read_or_a_problem(project: Project, text: str) -> None:
    page = _seen(project, text.encode("utf-8", "surrogatepass"), "heads of pages")
    assert page.is_read or page.problems, "it is neither read nor refused"
    assert page.faults == []
    assert page.breaches == []
    assert page.repeated == []


@times(2000)
@given(real_pages)
def test_a_real_page_that_was_spoilt_is_read_or_refused(
    project: Project, page: tuple[Path, bytes]
) -> None:
    seen = _seen(project, page[1], "real pages, spoilt")
    assert seen.is_read or seen.problems, "it is neither read nor refused"
    assert seen.faults == []
    assert seen.breaches == []
    assert seen.repeated == []
