"""Joins parts of a site, made on several machines, into the site that one build makes, byte for byte.

    python -m scripts.merge part-1 part-2 [--out site]

Each part is what `make build LANGS=… PART=…` wrote. Everything is checked here as well, and what concerns the whole
site is made here; no page is. Parts of different commits, settings or days, damaged ones, a language that is there
twice or not at all: refused (`scripts/parts.py`), and `site/` stays as it was.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.build import answered, begun, finish
from scripts.parts import origin_of, read_parts, refuse_others
from scripts.staging import spare_for
from scripts.swap import put_in_place


def main(arguments: Sequence[str] | None = None) -> int:
    """Joins parts of the project in the current folder. Returns 0, 1, or 128 + the signal that ended it."""
    parser = argparse.ArgumentParser(prog="python -m scripts.merge", description="Join parts.")
    parser.add_argument("parts", nargs="*", help="the folders of the parts")
    parser.add_argument("--out", default="site", help="the folder for the finished site")
    given = parser.parse_args(arguments)
    root = Path.cwd()
    target = root / given.out
    return answered(lambda: merge(root, target, given.parts), target)


def merge(root: Path, target: Path, names: Sequence[str]) -> None:
    """Joins the parts in the folders `names`, relative to `root`, and puts the site at `target`.

    Raises NotJoined and what a build raises, each with `target` untouched.
    """
    # Before anything takes long.
    parts = read_parts(names, root)
    with begun(root, target, renders=False) as work:
        site = work.site
        refuse_others(parts, origin_of(site, work.renderer.edition, root))
        print(f"Joining {', '.join(part.name for part in parts)} into {target.name}/")
        with work.watch.step("joined"):
            for part in parts:
                part.lay(site)
        finish(site, work.watch)
        put_in_place(site.folder, target, spare_for(target))


if __name__ == "__main__":
    sys.exit(main())
