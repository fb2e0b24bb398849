"""The one list of post-processing steps: what the site needs as a whole, once every language is rendered.

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
    hosting,
    not_found,
    service_worker,
    well_known,
)
from handvat.search import index as search
from handvat.site_output import SiteOutput

STEPS: tuple[tuple[str, Callable[[SiteOutput], None]], ...] = (
    ("404", not_found.step),
    ("assets", assets.step),
    ("sitemap", well_known.write_sitemap),
    ("headers", hosting.write_headers),
    # After the sitemap, which lists no redirects, and the headers, whose policy is not that of a redirect.
    ("redirects", hosting.write_redirects),
    ("status", feed.write_status),
    ("feed", feed.write_feeds),
    ("llms.txt", well_known.write_llms_txt),
    ("security.txt", well_known.write_security_txt),
    ("search", search.step),
    # After search, whose index a device stores as well.
    ("offline", service_worker.step),
    # After all that lists pages or files: no page links to it, and no device stores it.
    ("editor", editor.step),
    # Last: every file is as readers get it.
    ("compress", compress.step),
)
"""Name, as printed, and function."""
