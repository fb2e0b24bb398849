"""A test that no run collects passes for ever."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest
from fixture_site import CHECKOUT


def test_pytest_looks_into_every_folder_of_tests(pytestconfig: pytest.Config) -> None:
    left_out = pytestconfig.getini("norecursedirs")
    folders = {
        folder.relative_to(CHECKOUT).as_posix()
        for file in (CHECKOUT / "tests").rglob("test_*.py")
        for folder in file.parents
        if folder.is_relative_to(CHECKOUT / "tests")
    }
    assert "tests/build" in folders
    assert not [
        name
        for name in folders
        for part in name.split("/")
        for one in left_out
        if fnmatch(part, one)
    ]
