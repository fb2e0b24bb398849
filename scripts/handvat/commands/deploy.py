"""`handvat deploy`: put the built site where a web server reads it, in one step.

Copying over the folder that a server reads shows readers a mixture of two releases meanwhile. So the copy is made
beside it, and the two are swapped (scripts/handvat/staging.py).

An open page still uses the scripts and the search index of the previous release: files named after their content are
kept for one release more, or the next search on that page would find nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from handvat.commands import options
from handvat.console import leaving_unchanged, say
from handvat.content.offline import MANIFESTS, is_hashed
from handvat.content.problem import UserError
from handvat.staging import check_target, put_in_place, staging


def deploy(site: Path, target: Path) -> None:
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


@options.command("deploy", "deploy /srv/handvat/site")
@click.argument("to", metavar="FOLDER", type=options.PATH)
@click.option("--site", default="site", type=options.PATH, show_default=True,
              help="The folder of the built site.")  # fmt: skip
def command(to: Path, site: Path) -> None:
    """Put the built site at FOLDER, which a web server reads, in one step.

    No reader gets a mixture of two releases, and a failure leaves FOLDER as it was.
    """
    target = Path.cwd() / to
    with leaving_unchanged(target, "Not deployed"):
        deploy(Path.cwd() / site, target)
