"""`make go-live TO=/srv/handvat/site`: puts the built site where a server reads it, in one step.

    python -m scripts.go_live TO [--site site]

Copying over the folder that a server reads shows a mixture of two editions to whoever comes meanwhile.
Here the copy stands beside it until it is whole, and the two change places (scripts/swap.py).

Somebody who opened a page before that still has the old script and list of search: what is named after its
content stays for one edition more, or their next search would find nothing.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.build import disk_full
from scripts.finish.offline import FOLDER
from scripts.knowledge.device_list import is_after_content
from scripts.staging import FULL, spare_for, staging
from scripts.stopping import Stopped, listen_for_stop
from scripts.swap import SwapRefused, check_target, put_in_place


class NotLive(Exception):
    """There is no site to put live; the text says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Puts the site of the project in the current folder live. Returns 0, 1, or 128 + the signal."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.go_live", description="Put the built site where a server reads it."
    )
    parser.add_argument("to", help="the folder that the server reads")
    parser.add_argument("--site", default="site", help="the folder of the built site")
    asked = parser.parse_args(arguments)
    target = Path.cwd() / asked.to
    listen_for_stop()
    try:
        go_live(Path.cwd() / asked.site, target)
    except Stopped as stop:
        print(f"Stopped. {target} is as it was.", file=sys.stderr)
        return 128 + stop.number
    except (NotLive, SwapRefused) as error:
        print(f"{error}\nNot live: {target} is as it was.", file=sys.stderr)
        return 1
    except OSError as error:
        reason = disk_full(target) if error.errno in FULL else f"{error}."
        print(f"{reason}\nNot live: {target} is as it was.", file=sys.stderr)
        return 1
    return 0


def go_live(site: Path, target: Path) -> None:
    """Puts a copy of the built `site` at `target`. Raises NotLive, SwapRefused, Stopped or OSError."""
    if not (site / "index.html").is_file():
        raise NotLive(f"There is no built site in {site}: run make build first.")
    check_target(target)
    with staging(target, print) as folder:
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
    print(
        f"{target} is the new edition; {kept} pieces of the old one's scripts and search stay once more."
    )


def pieces(site: Path) -> Iterator[str]:
    """What in `site` is named after its content and belongs to its edition, not to the one before.

    Each language's list of what to keep on a device names them.
    """
    for file in sorted((site / FOLDER).glob("*.json")):
        for name in json.loads(file.read_text(encoding="utf-8"))["files"]:
            path = site / name
            if is_after_content(name) and ".." not in path.parts and path.is_file():
                yield name


if __name__ == "__main__":
    sys.exit(main())
