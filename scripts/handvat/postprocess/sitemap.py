"""The pages for search engines: only real ones, each with its other languages.

MkDocs and static-i18n list a page in every language, fallback pages too, and claim that each changes daily. Neither is
true: here is no fallback page, no `changefreq`, and no `lastmod`, which is not recorded per page.
Formats: sitemaps.org/protocol.html; xhtml:link as in RFC 8288's `alternate`, described by
developers.google.com/search/docs/specialty/international/localized-versions; robots.txt: RFC 9309.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.site_output import SiteOutput, StepFailed

_HEAD = """\
<?xml version='1.0' encoding='utf-8'?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">"""


def step(site: SiteOutput) -> None:
    """Write `sitemap.xml` and the `robots.txt` that names it.

    Raises StepFailed when the site has no absolute address, or a page was not rendered.
    """
    if not site.site_url.startswith(("https://", "http://")):
        raise StepFailed(
            f"the address of the site is {site.site_url!r}, and a sitemap needs a whole one; "
            "set SITE_URL, as in SITE_URL=https://example.org/handvat/"
        )
    lines = [_HEAD]
    for language in site.languages:
        for page in site.kb.pages_in(language.code):
            if not (site.folder / language.prefix / page.url / "index.html").is_file():
                raise StepFailed(f"{page.file}: MkDocs rendered no page for this file")
            lines += _entry(site, language, page)
    lines.append("</urlset>\n")
    (site.folder / "sitemap.xml").write_text("\n".join(lines), encoding="utf-8")
    (site.folder / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\n\nSitemap: {site.site_url}sitemap.xml\n", encoding="utf-8"
    )


def _entry(site: SiteOutput, language: Language, page: Page) -> Iterator[str]:
    """Yield the lines on one page."""
    yield f"  <url>\n    <loc>{escape(site.address(language, page.url))}</loc>"
    for code, href in _alternates(site, page.path, page.url):
        yield f'    <xhtml:link rel="alternate" hreflang="{code}" href="{escape(href)}" />'
    yield "  </url>"


def _alternates(site: SiteOutput, path: str, url: str) -> list[tuple[str, str]]:
    """Return language code and address of each version of a page, and of the one for all other languages."""
    found = [language for language in site.languages if site.kb.page(language.code, path)]
    if len(found) < 2:
        return []
    pairs = [(language.code, site.address(language, url)) for language in found]
    if site.default_language in found:
        pairs.append(("x-default", site.address(site.default_language, url)))
    return pairs
