"""The page for a wrong address, in the reader's language on every kind of host.

Many hosts know one `404.html` for the whole site, and that of MkDocs is in whatever language was built last. So the
root page has the text in all languages, the default one first: without JavaScript all are shown, with it
`assets/not-found.js` shows the one of the address. Hosts that choose a page by folder find `<code>/404.html` as well,
in that language alone.
"""

from __future__ import annotations

import re
from pathlib import Path

from handvat.site_output import SiteOutput, StepFailed

_BLOCK = re.compile(r'<div [^<>]*\bclass="not-found"[^<>]*>')
_TAG = re.compile(r"<(/?)div\b[^<>]*>")


def step(site: SiteOutput) -> None:
    """Add the text of the other languages to the root `404.html`. Raises StepFailed without a text.

    Each language's page has its text in one `<div class="not-found" data-language="en" lang="en" dir="ltr">`
    (`overrides/partials/not-found.html`).
    """
    page = site.folder / "404.html"
    text = page.read_text(encoding="utf-8")
    _, end = _block(text, page)
    others = []
    for language in site.languages[1:]:
        other = site.folder / language.code / "404.html"
        other_text = other.read_text(encoding="utf-8")
        start, stop = _block(other_text, other)
        others.append("\n" + other_text[start:stop])
    page.write_text(text[:end] + "".join(others) + text[end:], encoding="utf-8")
    del site.rendered[site.default_language.code].pages[page.name]  # it changed: compress it again


def _block(text: str, page: Path) -> tuple[int, int]:
    """Return start and end of the element with the text."""
    if found := _BLOCK.search(text):
        depth = 1
        for tag in _TAG.finditer(text, found.end()):
            depth += -1 if tag[1] else 1
            if not depth:
                return found.start(), tag.end()
    raise StepFailed(
        f'{page.parent.name}/{page.name} has no <div class="not-found">; '
        "overrides/partials/not-found.html must put its text in one"
    )
