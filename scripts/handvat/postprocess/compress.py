"""Compressed copies beside each text: a phone fetches a quarter of the bytes, and no server has to compress.

`FILE.br` is for browsers that accept Brotli, `FILE.gz` for the others: the configurations in `deploy/` and GitLab Pages
send them in place of FILE. No page or list of the site refers to one. The copies are reproducible: the gzip header
contains neither time nor name.
"""

from __future__ import annotations

import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import brotli
import deflate

from handvat.cache import Cache
from handvat.cache import key as cache_key
from handvat.processes import cores
from handvat.site_output import SiteOutput

TEXTS = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".webmanifest")
"""Extensions of the files to compress. Pictures and downloads are compressed already."""

SMALLEST = 1_000
"""The least size in bytes: a smaller file fits in one packet with its headers."""

_INDEX = re.compile(r"/search/[^/]+\.js$")
"""The address of an index for search: a phone waits for all of it before the first hit."""

ENDINGS = (".gz", ".br")
"""The extensions of the copies."""


def smaller_copies(data: bytes, *, is_index: bool = False) -> dict[str, bytes]:
    """Return extension → bytes of each compressed copy of `data` that is smaller than `data`.

    `is_index`: whether it is an index for search.
    """
    if len(data) < SMALLEST:
        return {}
    # From quality 9 on a page takes nine times as long. A window of 256 KB covers all pages but the longest lists, with
    # less memory and time than the usual 4 MB. An index gets 10 % smaller by a higher quality, and its copies are cached.
    quality, window = (10, 22) if is_index else (8, 18)
    copies = (
        deflate.gzip_compress(data, 9 if is_index else 6),
        brotli.compress(data, mode=brotli.MODE_TEXT, quality=quality, lgwin=window),
    )
    found = zip(ENDINGS, copies, strict=True)
    return {ending: bytes(copy) for ending, copy in found if len(copy) < len(data)}


def step(site: SiteOutput) -> None:
    """Write the copies of every text file; those of rendered pages exist already."""
    pages = {name for one in site.rendered.values() for name in one.pages}
    texts = [name for name in site.files() if name.endswith(TEXTS) and name not in pages]
    # Both compressors release the GIL.
    with ThreadPoolExecutor(cores()) as pool:
        work = partial(_compress, site.cache)
        for _ in pool.map(work, (f"{site.folder}/{name}" for name in texts)):
            pass  # raises the error of a thread: a full disk


def _compress(cache: Cache, file: str) -> None:
    data = Path(file).read_bytes()
    copies = _copies_of_index(cache, data) if _INDEX.search(file) else smaller_copies(data)
    for ending, copy in copies.items():
        Path(file + ending).write_bytes(copy)


def _copies_of_index(cache: Cache, data: bytes) -> dict[str, bytes]:
    key = cache_key("compressed copies", data=data)
    if stored := cache.get(key):
        copies: dict[str, bytes] = pickle.loads(stored)  # noqa: S301 - our own, with a checksum
        return copies
    copies = smaller_copies(data, is_index=True)
    cache.put(key, pickle.dumps(copies))
    return copies
