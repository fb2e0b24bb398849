"""A page may hold anything at all: it is refused with its line, or shown as words and nothing else."""

from __future__ import annotations

from pathlib import Path

from hostile_text import bodies, heads, real_pages
from hypothesis import given
from inert import look
from project import HOSTILE, Project
from watch import passed, times, watched

from scripts.knowledge.calls import BadCall


def _is_inert(project: Project, data: bytes, kind: str) -> None:
    """Puts `data` into the project as a page, and looks at what comes of it."""
    with watched(kind, project.root.parent):
        base = project.with_page(data)
        problems = project.check(base)
        if base.page("nl", HOSTILE) is None:
            assert problems, "a page is neither read nor refused"
            return
        errors = [problem for problem in problems if problem.is_error]
        try:
            text, whole = project.render(base)
        except Exception as error:
            # What the checks refuse is never rendered by a build.
            if not errors and not isinstance(error, BadCall):
                raise
            return
    found, _ = look(text)
    in_frame, repeated = look(whole, is_whole=True)
    assert not found
    assert not in_frame
    if not errors:
        passed[kind] += 1
        assert not repeated


@times(5000)
@given(bodies)
def test_whatever_stands_in_a_page_nothing_of_it_runs(project: Project, text: str) -> None:
    _is_inert(project, text.encode("utf-8", "surrogatepass"), "texts of pages")


@times(2500)
@given(heads)
def test_whatever_stands_in_the_head_of_a_page_it_is_a_head_or_a_problem(
    project: Project, text: str
) -> None:
    _is_inert(project, text.encode("utf-8", "surrogatepass"), "heads of pages")


@times(2000)
@given(real_pages)
def test_a_real_page_that_was_spoilt_is_read_or_refused(
    project: Project, page: tuple[Path, bytes]
) -> None:
    _is_inert(project, page[1], "real pages, spoilt")
