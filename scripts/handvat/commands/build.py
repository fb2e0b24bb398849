"""`handvat build`: writes the finished site."""

from __future__ import annotations

from pathlib import Path

import click

from handvat.build.build import build
from handvat.commands import options
from handvat.console import leaving_unchanged


@options.command("build", "build --lang nl --site-url https://kennis.example.org/")
@click.option("--out", default="site", type=options.PATH, show_default=True,
              help="The folder for the finished site.")  # fmt: skip
@options.languages
@options.site_url
@options.organisation
def command(out: Path, languages: list[str]) -> None:
    """Check everything and write the site to site/, which stays as it was where something is wrong."""
    target = Path.cwd() / out
    with leaving_unchanged(target, "Not built"):
        build(Path.cwd(), target, languages)
