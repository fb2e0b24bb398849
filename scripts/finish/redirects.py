"""Leaves a sign at every old address: a page moved, its readers' bookmarks did not."""

from __future__ import annotations

from html import escape

from scripts.finish.site import Site
from scripts.knowledge.page import url_of

_PAGE = """\
<!doctype html>
<html lang="{language}" dir="{direction}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={target}">
<link rel="canonical" href="{canonical}">
<title>{title}</title>
<p><a href="{target}">{title}</a></p>
"""


def step(site: Site) -> None:
    """Writes a page at each old address of each language that leads on by itself.

    A `refresh` works on every host and without scripts (HTML, 4.2.5.3); hosts that can send a 301
    may read `data/redirects.yml`.
    """
    for old, new in site.kb.redirects.items():
        for language in site.languages:
            page = site.kb.page(language.code, new) or site.kb.page(site.default_language.code, new)
            if page is None:
                continue
            path = site.folder / language.prefix / url_of(old) / "index.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            up = "../" * (url_of(old).count("/") + language.prefix.count("/"))
            text = _PAGE.format(
                language=language.code,
                direction=language.direction,
                target=escape(up + language.prefix + page.url),
                canonical=escape(site.site_url + language.prefix + page.url),
                title=escape(page.front.title),
            )
            path.write_text(text, "utf-8")
