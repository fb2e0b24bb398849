"""A redirect at every old address: a page moved, its readers' bookmarks did not."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlsplit

from handvat.content.page import url_of
from handvat.site_output import SiteOutput

NAME = "_redirects"
"""Netlify's list of old addresses, which Cloudflare Pages, GitLab Pages and others read as well."""

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


def step(site: SiteOutput) -> None:
    """Write a page that redirects at each old address of each language, and `NAME`.

    A `refresh` works on every host and without scripts (HTML, 4.2.5.3); hosts that read `NAME` answer with a 301, which
    search engines prefer. Its addresses are those of the host, with the site's folder.
    """
    root = urlsplit(site.site_url).path
    lines = []
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
            old_address, new_address = (
                root + quote(language.prefix + url) for url in (url_of(old), page.url)
            )
            lines.append(f"{old_address} {new_address} 301\n")
    if lines:
        (site.folder / NAME).write_text("".join(lines), "utf-8")
