"""The scripts, styles, pictures and downloads that pages refer to, minified, and no others.

Material ships its own scripts, styles and search beside the templates that are used here: 1.5 MB that no reader needs,
and that would have to be watched for vulnerabilities all the same.

Scripts and styles have a hash of their content in their name, so that no page loads those of another build: from a cache
that stores pages for too long, from a host that is updated file by file, or when the page was opened before an upgrade.
Such a file never changes, so browsers may cache it for ever.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urljoin

from rcssmin import cssmin
from rjsmin import jsmin

from handvat.console import say
from handvat.content.offline import all_downloads, hashed_name
from handvat.content.overlay import ICON
from handvat.site_output import SiteOutput, StepFailed, write_file

FOLDER = "assets"
"""Below the theme's folder, and below the root of the site."""

# Pages have a slash at the end of their address: few addresses end as a file does.
_END_OF_FILE = re.compile(r'\.\w+(?=["#?])')
# Only the picture of a link's preview is in an attribute `content`.
_ATTRIBUTE = re.compile(r'\s(?:href|src|data-[\w-]+|property="og:image" content)=$')
_LONGEST_ATTRIBUTE = 40
_NAMED_IN_CSS = re.compile(r"url\(\s*[\"']?([^\"')]+)")

# Files that MkDocs does not publish from a theme either (mkdocs.structure.files).
_NO_ASSETS = (".*", "*.py", "*.pyc", "*.html", "*readme*", "mkdocs_theme.yml")


def smaller(name: str, data: bytes) -> bytes:
    """Return the script or style `data` without comments and spaces; any other file unchanged.

    rjsmin and rcssmin rename nothing, so the published code can be read.
    """
    minify = {".js": jsmin, ".css": cssmin}.get(Path(name).suffix)
    return minify(data.decode()).encode() if minify else data


def read_names(theme: Path) -> dict[str, str]:
    """Return the name on the site, `search.0123abcd.js`, of each script and style in `assets/` of the folder `theme`.

    Pictures have no hash in their names: other sites and devices link to them.
    """
    return {
        path.name: hashed_name(path.name, smaller(path.name, path.read_bytes()))
        for path in sorted((theme / FOLDER).glob("*.*"))
        if path.suffix in {".js", ".css"}
    }


def named_in(page: str, address: str) -> Iterator[str]:
    """Yield the absolute addresses of the files, not pages, that the HTML `page` at `address` refers to."""
    # A style has no attributes, but much text that looks like the extension of a file name.
    page = "".join(part.partition("</style>")[2] or part for part in page.split("<style>"))
    for end in _END_OF_FILE.finditer(page):
        start = page.rfind('"', 0, end.start())
        if _ATTRIBUTE.search(page[max(0, start - _LONGEST_ATTRIBUTE) : start]):
            name = page[start + 1 : end.end()]
            yield name if "://" in name else urljoin(address, name)


def step(site: SiteOutput) -> None:
    """Copy the files that the pages refer to. Raises StepFailed when two languages have different files of one name."""
    named = {f"{site.site_url}{ICON}"}  # for the manifests, which are written later
    for rendered in site.rendered.values():
        named |= rendered.references
    copy_files(site, named, _own_files(site))


def copy_files(site: SiteOutput, named: Iterable[str], own: Mapping[str, Path]) -> None:
    """Copy into `site` the files with the addresses `named`, and those that a style among them refers to.

    They come from `own` (place on the site → file), or from the themes, the first before the others; an address in
    neither is ignored.
    """
    given = {new: old for old, new in read_names(site.themes[0]).items()}
    home = unquote(site.site_url)  # an address may be written either way
    done: set[str] = set()
    todo = sorted(named)
    while todo:
        address = todo.pop()
        place = unquote(re.split("[?#]", address, maxsplit=1)[0])
        name = place.removeprefix(home)
        if name in done or name == place:
            continue  # copied already, or on another site
        done.add(name)
        above, _, last = name.rpartition("/")
        before = f"{FOLDER}/{given[last]}" if above == FOLDER and last in given else name
        source = own.get(name) or _in_theme(site.themes, before)
        if source is None:
            continue
        data = source.read_bytes() if name in own else smaller(name, source.read_bytes())
        write_file(site.folder / name, data)
        if name.endswith(".css"):
            todo += [urljoin(address, found) for found in _NAMED_IN_CSS.findall(data.decode())]


def _own_files(site: SiteOutput) -> dict[str, Path]:
    """Return place on the site → file, for downloads, the organisation's logo and icon, and static files in `docs/`."""
    files = {**dict(_downloads(site)), **site.kb.overlay.assets}
    for language in site.languages:
        for name, source in site.rendered[language.code].static_files.items():
            if files.setdefault(name, source).read_bytes() != source.read_bytes():
                raise StepFailed(
                    f"{language.code}: {name} is not the same as in the languages before it, and the site "
                    "has room for one; a file that differs by language belongs below that language's own folder"
                )
    return files


def _downloads(site: SiteOutput) -> Iterator[tuple[str, Path]]:
    """Yield place on the site and file of each download of this edition; print those of other editions."""
    name = site.kb.edition_name
    for download in all_downloads(site.kb.root):
        if download.edition == name:
            yield download.url, download.path
        else:
            say(
                f"  {download.url} is not offered: it is of {download.edition or 'an unknown edition'}, not {name}; "
                f"run handvat export {download.kind}, then handvat build"
            )


def _in_theme(themes: Iterable[Path], name: str) -> Path | None:
    """Return the file `name` of the theme, ours before Material's; None where there is none."""
    parts = name.split("/")
    if not {"", ".", ".."}.isdisjoint(parts) or any(
        fnmatch.fnmatch(part.lower(), pattern) for part in parts for pattern in _NO_ASSETS
    ):
        return None
    return next((theme / name for theme in themes if (theme / name).is_file()), None)
