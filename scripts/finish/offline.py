"""Lists what a reader's device keeps who asked for it, so that nothing is missing where there is no network.

`offline/<code>.json` names every file that the pages of a language need, with a fingerprint: sw.js
fetches them, and later only those that changed. `manifest.webmanifest` (W3C Web Application
Manifest) gives such a copy a name and a picture. It asks for no window of its own: without an
address bar quick exit could not take the page away.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.finish.site import Site
from scripts.knowledge.clock import build_date
from scripts.knowledge.device_list import FOLDER, INDEX, address_of, fingerprint
from scripts.knowledge.languages import Language

ICON = "assets/favicon.svg"
"""The picture of a kept copy, on the device's list of apps."""

HELP_PAGE = "about/offline/"
"""Below the language: where a reader learns that a page is not kept."""


def step(site: Site) -> None:
    """Writes the list and the manifest of each language of the site."""
    pages: dict[str, list[Path]] = {}
    for path in site.folder.rglob(INDEX):
        owner = site.owner(path.relative_to(site.folder).as_posix())
        pages.setdefault(owner.code, []).append(path)
    for language in site.languages:
        write_list(site, language, pages.get(language.code, ()), build_date())
        _write(site.folder / language.prefix / "manifest.webmanifest", manifest(site, language))


def write_list(site: Site, language: Language, pages: Iterable[Path], day: datetime.date) -> None:
    """`offline/<code>.json`: `date`, `version`, `size` in bytes, `help`, `files` (path → fingerprint).

    `pages` are those of `language`. A path is an address below the root of the site; that of a page ends with a slash.
    """
    files = {}
    size = 0
    for path in _needed(site, language, pages):
        data = path.read_bytes()
        size += len(data)
        files[address_of(path.relative_to(site.folder).as_posix())] = fingerprint(data)
    whole = json.dumps(files, sort_keys=True).encode()
    _write(
        site.folder / FOLDER / f"{language.code}.json",
        {
            "date": day.isoformat(),
            "version": hashlib.sha256(whole).hexdigest()[:16],
            "size": size,
            "help": f"{language.prefix}{HELP_PAGE}",
            "files": files,
        },
    )


def manifest(site: Site, language: Language) -> dict[str, object]:
    """The manifest of a language, for `<prefix>manifest.webmanifest`: addresses relative to it."""
    strings = site.kb.strings[language.code]
    root = "../" * language.prefix.count("/") or "./"
    return {
        "name": strings("site.name"),
        "short_name": strings("site.name"),
        "lang": language.code,
        "dir": language.direction,
        "id": "./",
        "start_url": "./",
        "scope": root,
        "display": "browser",
        "background_color": "#fbf8f2",
        "theme_color": "#fbf8f2",
        "icons": [{"src": root + ICON, "sizes": "any", "type": "image/svg+xml"}],
    }


def _needed(site: Site, language: Language, pages: Iterable[Path]) -> Iterator[Path]:
    """`pages`, what every page asks for, and the search of `language`."""
    shared = [
        *(site.folder / "assets").rglob("*"),
        *(site.folder / "pagefind" / language.code).rglob("*"),
    ]
    yield from sorted(path for path in (*shared, *pages) if path.is_file())


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
