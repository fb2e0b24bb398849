"""A compressed copy beside each text, so that a phone fetches a quarter and no server works for it.

`FILE.br` for browsers that read Brotli, `FILE.gz` for the rest: the configurations in `deploy/` and GitLab Pages send
them in place of FILE. No page or list of the site names one. Same text, same bytes: the gzip header contains neither
time nor name.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
import deflate

from handvat.processes import cores
from handvat.site_output import SiteOutput

TEXTS = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".webmanifest")
"""The ends of names that are compressed. Pagefind's files, pictures and downloads are compressed already."""

SMALLEST = 1_000
"""Bytes below which a file fits in one packet with its headers."""

_LONG = 1 << 17
"""Bytes from which a text is one of the few long lists, which repeat what is far above."""


ENDINGS = (".gz", ".br")
"""The endings of copies."""


def smaller_copies(data: bytes) -> dict[str, bytes]:
    """Return ending → bytes for the compressed copies of `data` that are smaller than it."""
    if len(data) < SMALLEST:
        return {}
    # A higher quality takes far longer for 2 % less. A window of 64 KB holds most pages, and costs less memory and
    # time than the usual 4 MB; a list would be a twentieth to a tenth larger with it.
    window = 16 if len(data) < _LONG else 22
    copies = (
        deflate.gzip_compress(data, 6),
        brotli.compress(data, mode=brotli.MODE_TEXT, quality=5, lgwin=window),
    )
    found = zip(ENDINGS, copies, strict=True)
    return {ending: bytes(copy) for ending, copy in found if len(copy) < len(data)}


def step(site: SiteOutput) -> None:
    """Write the copies of every text that gains by it; rendered pages have theirs already."""
    pages = {name for one in site.rendered.values() for name in one.pages}
    texts = [name for name in site.files() if name.endswith(TEXTS) and name not in pages]
    # Both compressors release the GIL.
    with ThreadPoolExecutor(cores()) as pool:
        for _ in pool.map(_compress, (f"{site.folder}/{name}" for name in texts)):
            pass  # an error of a thread, as a full disk, is raised here


def _compress(file: str) -> None:
    for ending, copy in smaller_copies(Path(file).read_bytes()).items():
        Path(file + ending).write_bytes(copy)
