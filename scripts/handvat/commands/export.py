"""`handvat export zip` and `handvat export pdf`: copies of the built site to use without the internet, or on paper."""

from __future__ import annotations

from pathlib import Path

import click

from handvat.commands import options

_site = click.option("--site", default="site", type=options.PATH, show_default=True,
                     help="The folder of the built site.")  # fmt: skip
_out = click.option("--out", default="downloads", type=options.PATH, show_default=True,
                    help="The folder for the files.")  # fmt: skip


@options.command("zip", "export zip --lang nl --lang en")
@_site
@_out
@options.languages
@options.organisation
def zip_(site: Path, out: Path, languages: list[str]) -> None:
    """Write a zip file for each language that works from file://, for a USB stick."""
    from handvat.exports.zip import make  # noqa: PLC0415 - lxml is loaded for this alone

    make(Path.cwd(), site, out, languages)


@options.command("pdf", "export pdf --lang nl --pages now/")
@_site
@_out
@options.languages
@options.organisation
@click.option(
    "--pages", multiple=True, metavar="START", help="Only pages whose path begins so: now/."
)
def pdf(site: Path, out: Path, languages: list[str], pages: tuple[str, ...]) -> None:
    """Write the handbook, a PDF for each language: one to three minutes and 1 GB of memory each."""
    from handvat.exports.pdf import make  # noqa: PLC0415 - lxml is loaded for this alone

    make(Path.cwd(), site, out, pages, languages)
