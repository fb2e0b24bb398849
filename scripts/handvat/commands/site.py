"""`handvat build`, `serve`, `export` and `deploy`: make the site, show it, copy it and put it where it is served.

Copying over the folder that a server reads shows readers a mixture of two releases meanwhile. So `deploy` makes the copy
beside it, and the two are swapped (scripts/handvat/staging.py). An open page still uses the scripts and the search
index of the previous release: files named after their content are kept for one release more, or the next search on that
page would find nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from handvat.build import build as builder
from handvat.commands import options
from handvat.console import leaving_unchanged, say
from handvat.content.offline import MANIFESTS, is_hashed
from handvat.content.problem import UserError
from handvat.preview import session
from handvat.staging import check_target, put_in_place, staging

_site = click.option("--site", default="site", type=options.PATH, show_default=True,
                     help="The folder of the built site.")  # fmt: skip
_downloads = click.option("--out", default="downloads", type=options.PATH, show_default=True,
                          help="The folder for the files.")  # fmt: skip


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


@options.command("zip", "export zip --lang nl --lang en")
@_site
@_downloads
@options.languages
@options.organisation
def zip_(site: Path, out: Path, languages: list[str]) -> None:
    """Write a zip file for each language that works from file://, for a USB stick."""
    from handvat.exports.zip import make  # noqa: PLC0415 - lxml is loaded for this alone

    make(Path.cwd(), site, out, languages)


@options.command("pdf", "export pdf --lang nl --pages now/")
@_site
@_downloads
@options.languages
@options.organisation
@click.option(
    "--pages", multiple=True, metavar="START", help="Only pages whose path begins so: now/."
)
def pdf(site: Path, out: Path, languages: list[str], pages: tuple[str, ...]) -> None:
    """Write the handbook, a PDF for each language: one to three minutes and 1 GB of memory each."""
    from handvat.exports.pdf import make  # noqa: PLC0415 - lxml is loaded for this alone

    make(Path.cwd(), site, out, pages, languages)


@options.command("deploy", "deploy /srv/handvat/site")
@click.argument("to", metavar="FOLDER", type=options.PATH)
@_site
def deploy(to: Path, site: Path) -> None:
    """Put the built site at FOLDER, which a web server reads, in one step.

    No reader gets a mixture of two releases, and a failure leaves FOLDER as it was.
    """
    target = Path.cwd() / to
    with leaving_unchanged(target, "Not deployed"):
        deploy_site(Path.cwd() / site, target)


def deploy_site(site: Path, target: Path) -> None:
    """Put a copy of the built `site` at `target`. Raises UserError, Stopped or OSError."""
    if not (site / "index.html").is_file():
        raise UserError(f"There is no built site in {site}: run handvat build first.")
    check_target(target)
    with staging(target) as folder:
        new = folder / "site"
        # With the files' times: servers make ETags of them.
        shutil.copytree(site, new)
        count = 0
        for name in hashed_files(target):
            if not (new / name).exists():
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(target / name, new / name)
                count += 1
        put_in_place(new, target)
    say(f"Deployed to {target}, with {count} hashed files of the previous release for open pages.")


def hashed_files(site: Path) -> Iterator[str]:
    """Yield the files of `site` that are named after their content, as the offline manifests of its release list them."""
    for file in sorted((site / MANIFESTS).glob("*.json")):
        for name in json.loads(file.read_text(encoding="utf-8"))["files"]:
            path = site / name
            if is_hashed(name) and ".." not in path.parts and path.is_file():
                yield name
