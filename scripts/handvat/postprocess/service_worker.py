"""The files that a reader's device stores on request, for reading without a network.

`offline/<code>.json` lists every file that the pages of a language need, with a fingerprint: sw.js fetches them, and
later only those that changed. `manifest.webmanifest` (W3C Web Application Manifest) gives such a copy a name and a
picture, but no window of its own: without an address bar quick exit could not take the page away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from handvat.content.languages import Language
from handvat.content.offline import INDEX, MANIFESTS, address_of, fingerprint
from handvat.content.overlay import ICON
from handvat.content.page import url_of
from handvat.search.index import index_name
from handvat.site_output import SiteOutput, build_date, write_file

HELP_PAGE = "about/offline/"
"""The page, below the language, that a reader gets for a page that is not stored."""

Fingerprints = dict[str, tuple[str, int]]
"""Name of a file below the root of the site → its fingerprint and its size in bytes."""


def step(site: SiteOutput) -> None:
    """Write the list and the manifest of each language of the site."""
    shared = _fingerprints(site, site.files("assets"))
    for language in site.languages:
        files = {**shared, **_own_files(site, language)}
        _write(site.folder / MANIFESTS / f"{language.code}.json", _list(language, files))
        _write(site.folder / language.prefix / "manifest.webmanifest", _manifest(site, language))


def _own_files(site: SiteOutput, language: Language) -> Fingerprints:
    """The files that the pages of `language` need alone: themselves, the redirects to them, and their search index."""
    redirects = (f"{language.prefix}{url_of(old)}{INDEX}" for old in site.kb.redirects)
    return {
        **_fingerprints(site, redirects),
        **_fingerprints(site, [index_name(language.code)]),
        **{
            name: known
            for name, known in site.rendered[language.code].pages.items()
            if address_of(name) != name
        },
    }


def _list(language: Language, needed: Fingerprints) -> dict[str, object]:
    """The content of `offline/<code>.json`: `size` in bytes; `files`: path → fingerprint.

    A path is an address below the root of the site; that of a page ends with a slash.
    """
    names = sorted(needed, key=lambda name: name.split("/"))
    files = {address_of(name): needed[name][0] for name in names}
    whole = json.dumps(files, sort_keys=True).encode()
    return {
        "date": build_date().isoformat(),
        "version": hashlib.sha256(whole).hexdigest()[:16],
        "size": sum(size for _, size in needed.values()),
        "help": f"{language.prefix}{HELP_PAGE}",
        "files": files,
    }


def _fingerprints(site: SiteOutput, names: Iterable[str]) -> Fingerprints:
    """The fingerprints of those of the files `names` that exist."""
    found = {}
    for name in names:
        with suppress(FileNotFoundError):
            if data := (site.folder / name).read_bytes():
                found[name] = fingerprint(data), len(data)
    return found


def _manifest(site: SiteOutput, language: Language) -> dict[str, object]:
    """The content of `<prefix>manifest.webmanifest`, to which its addresses are relative."""
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


def _write(path: Path, value: object) -> None:
    write_file(path, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
