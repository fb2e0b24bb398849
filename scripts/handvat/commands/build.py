"""`handvat build` and `handvat serve`: write the finished site, or show it while it is edited."""

from __future__ import annotations

from pathlib import Path

import click

from handvat.build import build as builder
from handvat.commands import options
from handvat.console import leaving_unchanged
from handvat.preview import session


@options.command("build", "build --lang nl --site-url https://kennis.example.org/")
@click.option("--out", default="site", type=options.PATH, show_default=True,
              help="The folder for the finished site.")  # fmt: skip
@options.languages
@options.site_url
@options.organisation
def build(out: Path, languages: list[str]) -> None:
    """Check everything and write the site to site/, which stays as it was where something is wrong."""
    target = Path.cwd() / out
    with leaving_unchanged(target, "Not built"):
        builder.build(Path.cwd(), target, languages)


@options.command("serve", "serve --port 9000 --lang nl")
@click.option("-p", "--port", default=8000, envvar="PORT", show_default=True,
              type=click.IntRange(0, 65535), help="The port on this machine (PORT).")  # fmt: skip
@options.languages
@options.organisation
def serve(port: int, languages: list[str]) -> None:
    """Build, show the site on http://127.0.0.1:8000 and follow what is edited."""
    session.serve(Path.cwd(), port, languages)
