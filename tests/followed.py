"""The commands of CONTRIBUTING.md as they are written, in the order in which they stand there."""

from __future__ import annotations

import re
import textwrap

from fixture_site import CHECKOUT

_BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    """Every line of every block of commands."""
    text = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
    blocks = [textwrap.dedent(found.group(2)) for found in _BLOCK.finditer(text)]
    return [line for block in blocks for line in block.splitlines() if line.strip()]
