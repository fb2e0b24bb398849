"""What CONTRIBUTING.md tells somebody to run and to open is there; `make follow` runs it all."""

from __future__ import annotations

import re

from fixture_site import CHECKOUT
from follow_contributing import _BETWEEN, NOT_HERE
from followed import commands

TEXT = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
GOALS = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_every_command_of_make_that_it_names_is_there() -> None:
    named = set(re.findall(r"(?:`|^ *)make ([a-z-]+)", TEXT, re.MULTILINE))
    assert named >= {"new", "serve", "check", "test", "translated", "due", "follow"}
    assert named <= GOALS


def test_every_file_that_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:data|scripts|tests|\.github)/[\w./-]*[\w/])`", TEXT))
    assert len(named) >= 5
    missing = sorted(name for name in named if not (CHECKOUT / name).exists())
    assert missing == []


def test_what_a_person_does_between_the_commands_belongs_to_one_of_them() -> None:
    """Else `make follow` would wait for a command that was renamed, and check less than it says."""
    assert set(_BETWEEN) | set(NOT_HERE) <= set(commands())
    assert len(commands()) >= 15
