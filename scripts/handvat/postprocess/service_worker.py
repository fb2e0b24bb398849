"""The files that a reader's device stores on request, so that nothing is missing where there is no network.

`offline/<code>.json` lists every file that the pages of a language need, with a fingerprint: sw.js fetches them, and
later only those that changed. `manifest.webmanifest` (W3C Web Application Manifest) gives such a copy a name and a
picture, but no window of its own: without an address bar quick exit could not take the page away.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from handvat.content.languages import Language
from handvat.content.offline import INDEX, MANIFESTS, address_of, fingerprint
from handvat.content.page import url_of
from handvat.site_output import SiteOutput, build_date

ICON = "assets/favicon.svg"
"""The picture of a stored copy, in the device's list of apps."""

HELP_PAGE = "about/offline/"
"""Below the language: where a reader learns that a page is not stored."""


def step(site: SiteOutput) -> None:
    """Write the list and the manifest of each language of the site."""
    shared = _fingerprints(site, site.files("assets"))
    for language in site.languages:
        write_list(site, language, shared, build_date())
        _write(site.folder / language.prefix / "manifest.webmanifest", manifest(site, language))


def write_list(
    site: SiteOutput, language: Language, shared: Mapping[str, tuple[str, int]], day: datetime.date
) -> None:
    """Write `offline/<code>.json`: `date`, `version`, `size` in bytes, `help`, `files` (path → fingerprint).

    `shared` is what pages of every language need: file → fingerprint and size. A path is an address below the root of
    the site; that of a page ends with a slash.
    """
    own = {
        name: known
        for name, known in site.rendered[language.code].pages.items()
        if address_of(name) != name
    }
    redirects = (f"{language.prefix}{url_of(old)}{INDEX}" for old in site.kb.redirects)
    search = site.files(f"pagefind/{language.code}")
    needed = {**shared, **_fingerprints(site, redirects), **_fingerprints(site, search), **own}
    files = {address_of(name): needed[name][0] for name in sorted(needed, key=_by_folder)}
    whole = json.dumps(files, sort_keys=True).encode()
    _write(
        site.folder / MANIFESTS / f"{language.code}.json",
        {
            "date": day.isoformat(),
            "version": hashlib.sha256(whole).hexdigest()[:16],
            "size": sum(size for _, size in needed.values()),
            "help": f"{language.prefix}{HELP_PAGE}",
            "files": files,
        },
    )


def _by_folder(name: str) -> list[str]:
    return name.split("/")


def _fingerprints(site: SiteOutput, names: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Return name below the root of the site → fingerprint and size, for those of the files `names` that exist."""
    found = {}
    for name in names:
        with suppress(FileNotFoundError):
            if data := (site.folder / name).read_bytes():
                found[name] = fingerprint(data), len(data)
    return found


def manifest(site: SiteOutput, language: Language) -> dict[str, object]:
    """Return the manifest of a language, for `<prefix>manifest.webmanifest`: addresses are relative to it."""
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
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
