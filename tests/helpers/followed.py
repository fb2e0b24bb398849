"""The commands in the texts for contributors, and whether they exist."""

from __future__ import annotations

import re
import textwrap

import click
from fixture_site import CHECKOUT
from handvat.cli import cli

_BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    """Every line of every block of commands of CONTRIBUTING.md, in its order."""
    text = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
    blocks = [textwrap.dedent(found.group(2)) for found in _BLOCK.finditer(text)]
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def exists(command: str) -> bool:
    """Whether `command`, as somebody types it, names a target of the Makefile or a command of `handvat`."""
    program, *words = command.split()
    if program == "make":
        makefile = (CHECKOUT / "Makefile").read_text("utf-8").replace("$(READY)", ".venv/ready")
        return re.search(rf"^{re.escape(words[0])}:", makefile, re.MULTILINE) is not None
    assert program.removeprefix(".venv/bin/") == "handvat", command
    found: click.Command | None = cli
    for word in words:
        if not isinstance(found, click.Group):
            break
        if word in {"--help", "--version"}:
            return True
        found = found.get_command(click.Context(found), word)
    return found is not None
