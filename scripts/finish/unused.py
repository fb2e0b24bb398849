"""Leaves out the theme's files that no page asks for: a host would carry and serve them in vain.

Material ships its own scripts, styles and search beside the templates that are used here: 1.5 MB
that no reader needs, and that would have to be watched for security holes all the same.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from scripts.finish.offline import ICON
from scripts.finish.site import Site

# The picture of a link's preview is named in `content`, as nothing else is.
_NAMED_IN_HTML = re.compile(
    r"\s(?:href|src|data-[\w-]+|property=\"og:image\" content)=[\"']?([^\"'\s>]+)"
)
_NAMED_IN_CSS = re.compile(r"url\(\s*[\"']?([^\"')]+)")


def step(site: Site) -> None:
    """Removes every file but pages that no page, and no style sheet in use, names."""
    # Pages name thousands of addresses, and files are few: most need no look at the disk.
    names = {path.name for path in site.folder.rglob("*") if path.suffix != ".html"}
    named = {site.folder / ICON}  # the manifests name it, which are written later
    todo = [(path, _NAMED_IN_HTML) for path in site.folder.rglob("*.html")]
    while todo:
        path, pattern = todo.pop()
        for found in set(pattern.findall(path.read_text("utf-8"))):
            if unquote(urlsplit(found).path).rpartition("/")[2] not in names:
                continue
            target = _file(found, path, site)
            if target not in named and target.is_file():
                named.add(target)
                if target.suffix == ".css":
                    todo.append((target, _NAMED_IN_CSS))
    for path in sorted(site.folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.suffix != ".html" and path not in named:
            path.unlink()


def _file(address: str, page: Path, site: Site) -> Path:
    """The file that `address`, written in `page`, means; the 404 page writes them from the root."""
    here = site.site_url + page.relative_to(site.folder).as_posix()
    path = urlsplit(urljoin(here, address)).path
    root = urlsplit(site.site_url).path
    return site.folder / unquote(path.removeprefix(root)).lstrip("/")
