"""The one list of finishing steps, in order: whoever adds one finds here what runs before it."""

from __future__ import annotations

from collections.abc import Callable

from scripts.finish import headers, languages, not_found, redirects, search, sitemap, status, unused
from scripts.finish.site import Site

STEPS: tuple[tuple[str, Callable[[Site], None]], ...] = (
    ("languages", languages.step),
    ("404", not_found.step),
    ("unused files", unused.step),
    ("sitemap", sitemap.step),
    # After the sitemap, which lists pages and no signs to them.
    ("redirects", redirects.step),
    ("headers", headers.step),
    ("status", status.step),
    ("search", search.step),
)
"""Name, as printed, and what runs. Each reads what the ones before it wrote to `site.folder`."""
