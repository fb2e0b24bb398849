"""The commands and files that CONTRIBUTING.md names exist; `make follow` runs the commands."""

from __future__ import annotations

import re

from fixture_site import CHECKOUT
from follow_contributing import _BETWEEN, NOT_HERE
from followed import commands, exists

TEXT = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")


def test_every_command_that_it_names_is_there() -> None:
    named = re.findall(r"(?:`|^ *)((?:make|(?:\.venv/bin/)?handvat) [^`\n]+)", TEXT, re.MULTILINE)
    assert {"make serve", "make check", "make test", "handvat report overdue"} <= set(named)
    assert [command for command in named if not exists(command)] == []


def test_every_file_that_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:data|scripts|tests|\.github)/[\w./-]*[\w/])`", TEXT))
    assert len(named) >= 5
    missing = sorted(name for name in named if not (CHECKOUT / name).exists())
    assert missing == []


def test_what_a_person_does_between_the_commands_belongs_to_one_of_them() -> None:
    """Else `make follow` would wait for a command that was renamed, and check less than it says."""
    assert set(_BETWEEN) | set(NOT_HERE) <= set(commands())
    assert len(commands()) >= 15
