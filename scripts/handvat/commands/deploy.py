"""`handvat deploy /srv/handvat/site`: puts the built site where a server reads it, in one step.

Copying over the folder that a server reads shows a mixture of two editions to whoever comes meanwhile.
Here the copy stands beside it until it is whole, and the two change places (scripts/handvat/build/staging.py).

Somebody who opened a page before that still has the old script and list of search: what is named after its
content stays for one edition more, or their next search would find nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from handvat.build.staging import check_target, put_in_place, spare_for, staging
from handvat.commands import options
from handvat.console import leaving_unchanged, say
from handvat.content.offline_manifest import is_hashed
from handvat.content.problem import UserError
from handvat.postprocess.service_worker import FOLDER


class NotLive(UserError):
    """There is no site to put live; the text says what to do."""


def go_live(site: Path, target: Path) -> None:
    """Puts a copy of the built `site` at `target`. Raises NotLive, SwapRefused, Stopped or OSError."""
    if not (site / "index.html").is_file():
        raise NotLive(f"There is no built site in {site}: run handvat build first.")
    check_target(target)
    with staging(target, say) as folder:
        new = folder / "site"
        # With the files' times: a server's ETag is made of them.
        shutil.copytree(site, new)
        kept = 0
        for name in pieces(target):
            if not (new / name).exists():
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(target / name, new / name)
                kept += 1
        put_in_place(new, target, spare_for(target))
    say(
        f"{target} is the new edition; {kept} pieces of the old one's scripts and search stay once more."
    )


def pieces(site: Path) -> Iterator[str]:
    """What in `site` is named after its content and belongs to its edition, not to the one before.

    Each language's list of what to keep on a device names them.
    """
    for file in sorted((site / FOLDER).glob("*.json")):
        for name in json.loads(file.read_text(encoding="utf-8"))["files"]:
            path = site / name
            if is_hashed(name) and ".." not in path.parts and path.is_file():
                yield name


@options.command()
@click.argument("to", metavar="FOLDER", type=options.PATH)
@click.option("--site", default="site", type=options.PATH, show_default=True,
              help="The folder of the built site.")  # fmt: skip
def command(to: Path, site: Path) -> None:
    """Put the built site at FOLDER, which a web server reads, in one step."""
    target = Path.cwd() / to
    with leaving_unchanged(target, "Not live"):
        go_live(Path.cwd() / site, target)
