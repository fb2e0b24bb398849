"""`handvat serve`: shows the site while it is edited."""

from __future__ import annotations

from pathlib import Path

import click

from handvat.commands import options
from handvat.preview.session import serve


@options.command("serve", "serve --port 9000 --lang nl")
@click.option("-p", "--port", default=8000, envvar="PORT", show_default=True,
              type=click.IntRange(0, 65535), help="The port on this machine (PORT).")  # fmt: skip
@options.languages
@options.organisation
def command(port: int, languages: list[str]) -> None:
    """Build, show the site on http://127.0.0.1:8000 and follow what is edited."""
    serve(Path.cwd(), port, languages)
