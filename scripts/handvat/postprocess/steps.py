"""The one list of post-processing steps, in order.

A step is `step(site: SiteOutput) -> None`. It reads `site` and the files that earlier steps wrote to `site.folder`, and
writes to `site.folder` and `site.scratch` alone. A step that changes a page removes it from `site.rendered`, so that
it is compressed again; nothing else of `site` changes. It raises StepFailed when the site cannot be finished.
"""

from __future__ import annotations

from collections.abc import Callable

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
from handvat.search import index as search
from handvat.site_output import SiteOutput

STEPS: tuple[tuple[str, Callable[[SiteOutput], None]], ...] = (
    ("404", not_found.step),
    ("assets", assets.step),
    ("sitemap", sitemap.step),
    ("headers", headers.step),
    # After the sitemap, which lists no redirects, and the headers, whose policy is not that of a redirect.
    ("redirects", redirects.step),
    ("status", feed.write_status),
    ("feed", feed.step),
    ("llms.txt", llms.step),
    ("security.txt", security.step),
    ("search", search.step),
    # After search, whose index a device stores as well.
    ("offline", offline.step),
    # After all that lists pages or files: no reader is led to it, and no device stores it.
    ("editor", editor.step),
    # Last: every file is as readers get it.
    ("compress", compress.step),
)
"""Name, as printed, and function."""
