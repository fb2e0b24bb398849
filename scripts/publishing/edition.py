"""Takes the site as it is now, whole, so that no half-built, altered or foreign file is ever published.

A publish takes minutes, and a build may put another site in place meanwhile. So it works on hard links
to the files of one moment, which cost no room. A link that leads elsewhere is refused, since what lies
there is not the site; and what the build listed with a fingerprint (`offline/`) must be there, the same.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.knowledge.built_site import site_address
from scripts.knowledge.device_list import FOLDER, file_at, fingerprint
from scripts.publishing.order import RECORD

_NEEDED = ("index.html", "404.html", "robots.txt", "sitemap.xml")
_SOME = 5
"""As many examples of what is wrong as somebody reads."""


class NotWhole(Exception):
    """The folder is not a site that may be published; the text says why and what to do."""


@dataclass(frozen=True)
class Edition:
    """The site of one moment, in a folder that nobody else writes to."""

    folder: Path
    files: tuple[str, ...]
    """Every file, with slashes."""

    @property
    def languages(self) -> frozenset[str]:
        """The codes of the languages in it."""
        return languages_of(self.files)

    @property
    def address(self) -> str:
        """The address that it was built for, with a slash at the end; `""` where it says none."""
        return site_address(self.folder)


def languages_of(files: Iterator[str] | tuple[str, ...]) -> frozenset[str]:
    """The languages that a site with `files` has: each has its list for devices."""
    paths = (Path(name) for name in files)
    return frozenset(p.stem for p in paths if p.parts[0] == FOLDER and p.suffix == ".json")


@contextmanager
def frozen(site: Path, folder: Path) -> Iterator[Edition]:
    """The site in `site` as it is now, linked into `folder`, which is removed at the end.

    Raises NotWhole.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield _freeze(site, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _freeze(site: Path, folder: Path) -> Edition:
    if site.is_symlink():
        raise NotWhole(f"{site} is a symbolic link. Name the folder that it leads to: --site …")
    if not (site / "index.html").is_file():
        raise NotWhole(f"There is no {site.name}/ yet: run make build first.")
    before = site.stat().st_ino
    names = tuple(sorted(_names(site, "")))
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(site / name, target)
    if site.stat().st_ino != before:
        raise NotWhole(f"A build put a new {site.name}/ in place just now. Publish again.")
    edition = Edition(folder, names)
    _check(edition, site)
    return edition


def _names(site: Path, below: str) -> Iterator[str]:
    with os.scandir(site / below) as entries:
        for entry in entries:
            name = f"{below}{entry.name}"
            if entry.is_symlink():
                raise NotWhole(
                    f"{site.name}/{name} is a symbolic link to {Path(entry).readlink()}: nothing outside "
                    "the site is published. Remove it, or run make build again."
                )
            if not name.isprintable() or name == RECORD:
                raise NotWhole(
                    f"{site.name}/: no file of a site is named {name!a}. Remove it, or run make "
                    "build again."
                )
            if entry.is_dir():
                yield from _names(site, f"{name}/")
            elif entry.is_file():
                yield name
            else:
                raise NotWhole(f"{site.name}/{name} is no file and no folder. Remove it.")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one that knows no hard links
        shutil.copyfile(source, target)


def _check(edition: Edition, site: Path) -> None:
    missing = [name for name in _NEEDED if name not in edition.files]
    lists = [f"{FOLDER}/{code}.json" for code in sorted(edition.languages)]
    if not lists:
        missing.append(f"{FOLDER}/<language>.json")
    altered = []
    for name in lists:
        for address, listed in _listed(edition.folder / name).items():
            file = file_at(address)
            path = edition.folder / file
            if file not in edition.files:
                missing.append(file)
            elif fingerprint(path.read_bytes()) != listed:
                altered.append(file)
    for files, what in (
        (missing, "lacks"),
        (altered, "was changed after the build, or cut short, in"),
    ):
        if files:
            some = ", ".join(sorted(set(files))[:_SOME]) + (
                ", …" if len(set(files)) > _SOME else ""
            )
            raise NotWhole(
                f"{site.name}/ is not as a build leaves it: it {what} {some}. Run make build."
            )


def _listed(path: Path) -> dict[str, str]:
    try:
        return json.loads(path.read_bytes())["files"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotWhole(
            f"{path.parent.name}/{path.name} is not what a build writes ({error}). Run make build."
        ) from error
