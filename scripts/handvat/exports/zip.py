"""`handvat export zip`: for each language a copy of the site that works without the internet, to carry along.

    python -m handvat.exports.zip [--site site] [--out downloads]

At a locked-down office, or with a reader who must not be seen online, the texts have to come on a USB
stick. Reads the built `site/` and writes `downloads/handvat-<language>.zip`; the build itself makes
none of them and stays quick. LANGS=nl,ar makes these alone, otherwise all that the site has.

The files' date is SOURCE_DATE_EPOCH where it is set (reproducible-builds.org), else when `site/` was
built: the same site gives the same bytes.
"""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Collection, Sequence
from pathlib import Path

from handvat.console import say
from handvat.content.downloads import site_address
from handvat.content.languages import Language, read_languages, select_languages
from handvat.content.ui_strings import Strings, read_strings
from handvat.content.urls import is_public
from handvat.content.yaml_reader import read_yaml
from handvat.exports.archive import files_of, pack
from handvat.exports.zip_site import CopyFailed, Edition, name_of
from handvat.overlay.apply import opened


def make(root: Path, site: Path, downloads: Path, wanted: Collection[str]) -> None:
    """Writes a zip file of the built `site` to `downloads` for each language in `wanted`, or for all.

    `root` is the project. Raises CopyFailed, Unreadable, OSError or Stopped; zip files that are
    already whole then stay.
    """
    if not (site / "index.html").is_file():
        raise CopyFailed(f"There is no {site.name}/ yet: run handvat build first.")
    with opened(root) as project:
        languages, strings = _said(project.root)
    moment = build_moment(site)
    address = site_address(site)
    if not is_public(address):
        address = ""
        say("The site has no address on the internet (SITE_URL): the copies do not lead there.")
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
        say(f"  {target.name}: {len(files)} files, {size:.1f} MB, {seconds:.1f} s")


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


def choose(languages: Sequence[Language], site: Path, wanted: Collection[str]) -> list[Language]:
    """The languages with the codes `wanted`, or all that the built `site` has.

    Raises UserError for a code that the project does not know, or that `site` was built without.
    """
    asked = select_languages(languages, wanted)
    built = [language for language in asked if (site / language.prefix / "index.html").is_file()]
    missing = [language.code for language in asked if language not in built]
    if wanted and missing:
        raise CopyFailed(
            f"{site.name}/ was built without {', '.join(missing)}; run handvat build first"
        )
    return built


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
