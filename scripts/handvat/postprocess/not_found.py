"""Lets the page for a wrong address speak the reader's language, on every kind of host.

Many hosts know one `404.html` for the whole site, and MkDocs' is in whatever language came last.
So the root page carries the text in all languages, the default one first: without JavaScript all
are shown, with it `assets/not-found.js` shows the one of the address. Hosts that can choose a page
by folder find `<code>/404.html` as well, in that language alone.
"""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from handvat.build.site import SiteOutput, StepFailed

_CLASS = "not-found"


def step(site: SiteOutput) -> None:
    """Adds the other languages' text to the root `404.html`. Raises StepFailed without a text.

    Each language's page, from `overrides/404.html`, has its text in one
    `<div class="not-found" data-language="en" lang="en" dir="ltr">`.
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
    # It is no page as it was rendered any more.
    del site.rendered[site.default_language.code].pages[page.name]


def _block(text: str, page: Path) -> tuple[int, int]:
    finder = _Finder(text)
    if finder.start < 0 or finder.end < 0:
        raise StepFailed(
            f'{page.parent.name}/{page.name} has no <div class="{_CLASS}">; '
            "overrides/404.html must put its text in one"
        )
    return finder.start, finder.end


class _Finder(HTMLParser):
    """Where the element with the text begins and ends, counted in characters."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.start = self.end = -1
        self._depth = 0
        self._lines = [0]
        for line in text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "div" or self.end >= 0:
            return
        if self.start < 0 and _CLASS in (dict(attrs).get("class") or "").split():
            self.start = self._offset()
        if self.start >= 0:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag != "div" or self.start < 0 or self.end >= 0:
            return
        self._depth -= 1
        if self._depth == 0:
            self.end = self.rawdata.index(">", self._offset()) + 1

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
