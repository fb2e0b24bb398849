"""How many inputs are tried: all of them in `make fuzz`, a fixed small share of them in `make test`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import count
import pytest
from project import Project
from watch import IS_FUZZ, passed, tried


@pytest.fixture(scope="module", autouse=True)
def _edition_of_the_project() -> Iterator[None]:
    """These tests use the `organisation.yml` that they generate."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ORGANISATION", raising=False)
        yield


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A sound project, into which each test puts what it generates; the tests share it."""
    return Project.make(tmp_path_factory.mktemp("hostile"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No time limit for thousands of inputs; `watch` ends a single one that hangs."""
    for item in items if IS_FUZZ else ():
        item.add_marker(pytest.mark.timeout(0))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Prints how many inputs of which kind were tried, and how to try the same again."""
    if not tried or not IS_FUZZ:
        return
    terminalreporter.section("inputs")
    for line in count.lines(tried, passed):
        terminalreporter.line(line)
    seed = str(config.getoption("--hypothesis-seed"))
    terminalreporter.line(f"{sum(tried.values()):>7,}  here; the same again: make fuzz SEED={seed}")
    if "FUZZ_COUNT" in os.environ:
        count.keep(Path(os.environ["FUZZ_COUNT"]), tried, seed)
