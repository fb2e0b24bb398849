"""The order in which the files of a site change places, so that no reader gets a mixture that fails.

A store changes file by file, and every change is seen at once. So the rule is: *what is named is there
before what names it, and goes after it*. A page holds its own style and script, so it is wholly of one
edition. What it asks for beside that is sorted here, with the reason for its place.

What can still differ, between the first and the last step (a minute or so for the whole site; after a
cut, until it is published again):

- `sw.js` and the helpers of search keep their names. A page of the last edition gets them from the new one
  as soon as they are there. Where an upgrade changed them together with the script of search, that may fail
  on a page of the last edition until the reader loads it again; the text never does.
- Pagefind's own script and its wasm change with a new version of Pagefind alone. For the seconds until
  the entry of the index follows, a search of that language may say that it failed.
- Pages change one by one: from a new page a reader may come to one of the last edition, whose links lead
  somewhere too, since nothing was deleted yet.
- A search finds what the last edition knew until the entries follow the pages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from scripts.knowledge.device_list import is_after_content

RECORD = ".published.json"
"""What the place itself knows of the editions that it was given; see `record`."""

_COMPRESSED = re.compile(r"\.(?:gz|br|zst)$")

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # The entry names the one index that a search of its language reads: one file, so the language's
    # search is wholly of one edition. After the pages, which its hits lead to.
    ("entries of search", re.compile(r"pagefind/[^/]+/pagefind-entry\.json")),
    # What the script of search asks for under the same name: right before the entry.
    ("search", re.compile(r"pagefind/.*")),
    # These lead whoever does not come from a page, to pages.
    ("lists of pages", re.compile(r"(?:.*/)?(?:sitemap\.xml|feed\.xml|llms\.txt)")),
    # Last of all. A device that keeps the site fetches what changed since its last list, and trusts the
    # new one's fingerprints: with the list before a file it would keep the old file as the new one for
    # good. With the list last it fetches again whatever changed meanwhile.
    ("lists for devices", re.compile(r"offline/[^/]+\.json")),
    ("pages", re.compile(r".*\.html")),
    # Pictures, downloads, what hosts and machines read. Before the pages that name them.
    ("shared files", re.compile(r".*")),
)
"""Name of the step, and which files; the first that fits is the one, but for what is named after its content."""

ORDER = (
    # Pieces of search, scripts and styles, whose names are made of what is in them: nobody asks for them before
    # an entry or a page names them.
    "named after their content",
    "shared files",
    # Pages at addresses that were none: before the pages that lead to them.
    "new pages",
    "pages",
    # What everything leads to.
    "home pages",
    "search",
    "entries of search",
    "lists of pages",
    "lists for devices",
)
"""The steps, first to last. Deleting comes after all of them."""

# Said aloud, because what rclone takes from the machine differs: a script sent as text/plain does not run
# under `nosniff`, and no machine knows Pagefind's.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".gz": "application/gzip",
}
_UNKNOWN = "application/octet-stream"
_FEED = "application/atom+xml"

FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
"""Kept by browser and CDN, and asked for again each time: a mended sentence must not wait for a cache."""


@dataclass(frozen=True)
class Batch:
    """Files that go up together, in any order among each other, with the same headers."""

    step: str
    content_type: str
    """With `cache_control`, `""` for a place that keeps no headers."""
    cache_control: str
    files: tuple[str, ...]


def batches(
    new: Collection[str], changed: Collection[str], languages: Collection[str], has_headers: bool
) -> Iterator[Batch]:
    """The files to upload, in the order that keeps what is served whole.

    Where a place `has_headers` for each file, only files with the same ones go up together.
    """
    homes = {"index.html", *(f"{code}/index.html" for code in languages)}
    sorted_out: dict[tuple[int, str, str], list[str]] = {}
    for name in sorted({*new, *changed}):
        step = step_of(name, name in new, homes)
        said = (content_type(name), cache_control(name)) if has_headers else ("", "")
        sorted_out.setdefault((ORDER.index(step), *said), []).append(name)
    for (number, kind, cache), files in sorted(sorted_out.items()):
        yield Batch(ORDER[number], kind, cache, tuple(files))


def step_of(name: str, is_new: bool, homes: Collection[str]) -> str:
    """The step that the file at `name` belongs to; its compressed copy goes along with it."""
    plain = _COMPRESSED.sub("", name)
    if is_after_content(plain):
        return "named after their content"
    if plain in homes:
        return "home pages"
    step = next(step for step, pattern in _KINDS if pattern.fullmatch(plain))
    if is_new and step == "pages":
        return "new pages"
    if is_new and step in {"search", "entries of search"}:
        # A language that had no search: its pages must find it there, and nobody asks for it before.
        return "shared files"
    return step


def is_copy(name: str) -> bool:
    """Whether it is a smaller copy of another file, that a server sends in its place."""
    return bool(_COMPRESSED.search(name))


def is_asked_for_later(name: str) -> bool:
    """Whether a page that is open already may ask for it: a search, a tool, a reader gone offline.

    Nobody asks for a smaller copy, and one that outlives its edition would be sent in place of the next.
    """
    return name.startswith(("assets/", "pagefind/")) and not is_copy(name)


def content_type(name: str) -> str:
    """What a store says the file is."""
    path = PurePosixPath(name)
    return _FEED if path.name == "feed.xml" else _TYPES.get(path.suffix, _UNKNOWN)


def cache_control(name: str) -> str:
    """How long a browser or CDN may keep the file without asking."""
    return FOR_EVER if is_after_content(name) else ASK_FIRST
