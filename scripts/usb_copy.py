"""`make zip`: for each language a copy of the site that works without the internet, to carry along.

    python -m scripts.usb_copy [--site site] [--out downloads]

At a locked-down office, or with a reader who must not be seen online, the texts have to come on a USB
stick. Reads the built `site/` and writes `downloads/handvat-<language>.zip`; the build itself makes
none of them and stays quick. LANGS=nl,ar makes these alone, otherwise all that the site has.

The files' date is SOURCE_DATE_EPOCH where it is set (reproducible-builds.org), else when `site/` was
built: the same site gives the same bytes.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.compose import NotComposed, opened
from scripts.copies.archive import files_of, pack
from scripts.copies.edition import CopyFailed, Edition, name_of, published_address
from scripts.knowledge.built_site import site_address
from scripts.knowledge.languages import Language, read_languages
from scripts.knowledge.strings import Strings, read_strings
from scripts.knowledge.yaml_file import Unreadable, read_yaml
from scripts.stopping import Stopped, listen_for_stop


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes the copies of the project in the current folder. Returns 0, 1, or 128 + the signal."""
    parser = argparse.ArgumentParser(prog="python -m scripts.usb_copy", description=make.__doc__)
    parser.add_argument("--site", default="site", help="the folder of the built site")
    parser.add_argument("--out", default="downloads", help="the folder for the zip files")
    asked = parser.parse_args(arguments)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # progress, as it is
    listen_for_stop()
    root = Path.cwd()
    try:
        make(root, root / asked.site, root / asked.out, os.environ.get("LANGS", ""))
    except Stopped as stop:
        print("Stopped. No zip file is half-written.", file=sys.stderr)
        return 128 + stop.number
    except (CopyFailed, NotComposed, Unreadable, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def make(root: Path, site: Path, downloads: Path, wanted: str) -> None:
    """Writes a zip file of the built `site` to `downloads` for each language in `wanted`, or for all.

    `root` is the project. Raises CopyFailed, Unreadable, OSError or Stopped; zip files that are
    already whole then stay.
    """
    if not (site / "index.html").is_file():
        raise CopyFailed(f"There is no {site.name}/ yet: run make build first.")
    with opened(root) as project:
        languages, strings = _said(project.root)
    moment = build_moment(site)
    address = published_address(site_address(site))
    if not address:
        print("The site has no address on the internet (SITE_URL): the copies do not lead there.")
    licence = (root / "LICENSE").read_text(encoding="utf-8")
    for language in choose(languages, site, wanted):
        started = time.monotonic()
        edition = Edition(
            site,
            language,
            tuple(other for other in languages if other != language),
            strings[language.code],
            moment.date(),
            address,
        )
        target = downloads / f"{name_of(language)}.zip"
        files = files_of(edition, licence)
        pack(files, edition.name, target, moment)
        size, seconds = target.stat().st_size / 1e6, time.monotonic() - started
        print(f"  {target.name}: {len(files)} files, {size:.1f} MB, {seconds:.1f} s")


def _said(root: Path) -> tuple[tuple[Language, ...], dict[str, Strings]]:
    """The languages of the project in `root` and its own words in each. Raises CopyFailed, Unreadable."""
    languages, problems = read_languages(read_yaml(root / "mkdocs.yml", root))
    if problems:
        raise CopyFailed("\n".join(map(str, problems)))
    return languages, {
        language.code: read_strings(
            read_yaml(root / f"data/strings/{language.code}.yml", root), language
        )
        for language in languages
    }


def choose(languages: Sequence[Language], site: Path, wanted: str) -> list[Language]:
    """The languages in `wanted` (LANGS), or all that the built `site` has.

    Raises CopyFailed for a code that the project does not know, or that `site` was built without.
    """
    built = [
        language for language in languages if (site / language.prefix / "index.html").is_file()
    ]
    codes = wanted.replace(",", " ").split()
    known = [language.code for language in languages]
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise CopyFailed(
            f"LANGS: there is no language {', '.join(unknown)}; known are {', '.join(known)}"
        )
    missing = [code for code in codes if code not in [language.code for language in built]]
    if missing:
        raise CopyFailed(
            f"LANGS: {site.name}/ was built without {', '.join(missing)}; "
            f"run make build LANGS={','.join(codes)} first"
        )
    return [language for language in built if language.code in codes or not codes]


def build_moment(site: Path) -> datetime.datetime:
    """The date of a copy: SOURCE_DATE_EPOCH, or when `site` was built. Raises CopyFailed."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or (site / "index.html").stat().st_mtime
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    except (ValueError, OverflowError) as error:
        raise CopyFailed(
            f"SOURCE_DATE_EPOCH is {epoch!r}: write a number of seconds since 1970, "
            "as git log -1 --format=%ct gives it"
        ) from error


if __name__ == "__main__":
    sys.exit(main())
