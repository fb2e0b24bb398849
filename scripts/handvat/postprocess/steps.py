"""The one list of finishing steps, in order: whoever adds one finds here what runs before it."""

from __future__ import annotations

from collections.abc import Callable

from handvat.build.site import SiteOutput
from handvat.postprocess import (
    assets,
    compress,
    editor,
    feed,
    headers,
    not_found,
    redirects,
    sitemap,
)
from handvat.postprocess import llms_txt as llms
from handvat.postprocess import security_txt as security
from handvat.postprocess import service_worker as offline
from handvat.postprocess import status_json as status
from handvat.search import index as search

STEPS: tuple[tuple[str, Callable[[SiteOutput], None]], ...] = (
    ("404", not_found.step),
    ("assets", assets.step),
    ("sitemap", sitemap.step),
    ("headers", headers.step),
    # After the sitemap, which lists pages and no signs to them, and after the headers, since a sign's own
    # policy is not that of the pages.
    ("redirects", redirects.step),
    ("status", status.step),
    ("feed", feed.step),
    ("llms.txt", llms.step),
    ("security.txt", security.step),
    ("search", search.step),
    # After search, which a copy on a device includes.
    ("offline", offline.step),
    # After all that lists pages or files: no reader is led to it, and no copy takes it along.
    ("editor", editor.step),
    # Last, so that nothing before it meets the copies, and each is of a file as readers get it.
    ("compress", compress.step),
)
"""Name, as printed, and what runs. Each reads what the ones before it wrote to `site.folder`."""
