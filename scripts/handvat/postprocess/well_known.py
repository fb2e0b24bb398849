"""The files that programs look for at the root of a site: sitemap.xml, robots.txt, llms.txt and security.txt.

Formats: sitemaps.org/protocol.html; `xhtml:link` as developers.google.com/search/docs/specialty/international/
localized-versions describes it; robots.txt: RFC 9309; llmstxt.org; security.txt: RFC 9116.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from html import escape
from urllib.parse import urljoin

from handvat.content.languages import SHARED_LANGUAGE, Language
from handvat.content.page import Page
from handvat.site_output import SiteOutput, StepFailed, build_date, write_file

LLMS_TXT = "llms.txt"
SECURITY_TXT = ".well-known/security.txt"

VALID = datetime.timedelta(days=180)
"""The validity of `SECURITY_TXT` from the day of the build; less than a year is recommended (RFC 9116, 2.5.5), so that
an abandoned site stops giving an address that nobody reads."""

_SITEMAP_HEAD = """\
<?xml version='1.0' encoding='utf-8'?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">"""


def write_sitemap(site: SiteOutput) -> None:
    """Write `sitemap.xml`, each page with its other languages, and the `robots.txt` that names it.

    MkDocs and static-i18n list a page in every language, fallback pages too, and claim that each changes daily.
    Neither is true: here is no fallback page, no `changefreq`, and no `lastmod`, which is not recorded per page.
    Raises StepFailed when the site has no absolute address, or a page was not rendered.
    """
    if not site.site_url.startswith(("https://", "http://")):
        raise StepFailed(
            f"the address of the site is {site.site_url!r}, and a sitemap needs a whole one; "
            "set SITE_URL, as in SITE_URL=https://example.org/handvat/"
        )
    lines = [_SITEMAP_HEAD]
    for language in site.languages:
        for page in site.kb.pages_in(language.code):
            if not (site.folder / language.prefix / page.url / "index.html").is_file():
                raise StepFailed(f"{page.file}: MkDocs rendered no page for this file")
            lines.append(f"  <url>\n    <loc>{escape(site.address(language, page.url))}</loc>")
            lines += [
                f'    <xhtml:link rel="alternate" hreflang="{code}" href="{escape(href)}" />'
                for code, href in _alternates(site, page)
            ]
            lines.append("  </url>")
    lines.append("</urlset>\n")
    (site.folder / "sitemap.xml").write_text("\n".join(lines), encoding="utf-8")
    (site.folder / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\n\nSitemap: {site.site_url}sitemap.xml\n", encoding="utf-8"
    )


def _alternates(site: SiteOutput, page: Page) -> list[tuple[str, str]]:
    """Language code and address of each version of `page`, and of the one for all other languages."""
    found = [language for language in site.languages if site.kb.page(language.code, page.path)]
    if len(found) < 2:
        return []
    pairs = [(language.code, site.address(language, page.url)) for language in found]
    if site.default_language in found:
        pairs.append(("x-default", site.address(site.default_language, page.url)))
    return pairs


def write_llms_txt(site: SiteOutput) -> None:
    """Write `LLMS_TXT` for language models: name, summary, caution, and links with what each page is about.

    The caution is there so that an unchecked text does not come back as advice without it. Pages are listed in the
    default language and in the one that most readers share; of the others the home page only.
    """
    (site.folder / LLMS_TXT).write_text("\n".join(_llms_lines(site)) + "\n", encoding="utf-8")


def _llms_lines(site: SiteOutput) -> Iterator[str]:
    listed = [
        language
        for language in site.languages
        if language.is_default or language.code == SHARED_LANGUAGE
    ]
    written_in = listed[-1].code
    strings = site.kb.strings[written_in]
    home = site.kb.page(written_in, "index.md")
    yield f"# {site.name}"
    yield ""
    yield f"> {strings('site.tagline')}. {home.front.description if home else ''}".rstrip()
    yield ""
    if site.kb.edition == "preview":
        yield strings("notice.preview")
    yield strings("share.caution")
    yield ""
    yield f"## {strings('language.open')}"
    yield ""
    for language in site.languages:
        page = site.kb.page(language.code, "index.md")
        if page:
            yield _link(site, language, page, language.name)
    for language in listed:
        section = None
        for page in site.kb.pages_in(language.code):
            if page.path == "index.md":
                continue
            if page.folder != section:
                section = page.folder
                opens = site.kb.page(language.code, f"{section}/index.md") if section else None
                title = opens.front.title if opens else site.name
                yield from ("", f"## {language.name}: {title}", "")
            yield _link(site, language, page, page.front.title)


def _link(site: SiteOutput, language: Language, page: Page, name: str) -> str:
    name = name.replace("[", "\\[").replace("]", "\\]")
    return f"- [{name}]({site.address(language, page.url)}): {page.front.description}"


def write_security_txt(site: SiteOutput) -> None:
    """Write `SECURITY_TXT`, so that vulnerabilities are reported to the host; without a contact there is no file.

    On a site in a folder of its host the file has to be copied to the host's own `/.well-known/`, the only place where
    it is looked for (RFC 9116, 3); `Canonical` names that place.
    """
    contact = site.kb.host.security_contact
    if not contact and site.repo_url.startswith("https://github.com/"):
        # A report there is read by maintainers only; other forges have no such page.
        contact = f"{site.repo_url.rstrip('/')}/security/advisories"
    if not contact:
        return
    languages = [site.default_language.code]
    languages += [item.code for item in site.languages if item.code == SHARED_LANGUAGE]
    lines = [
        f"Contact: {contact}",
        f"Expires: {(build_date() + VALID).isoformat()}T00:00:00Z",
        f"Preferred-Languages: {', '.join(dict.fromkeys(languages))}",
    ]
    # A web address in this file begins with https:// (RFC 9116, 2.5.2).
    if site.site_url.startswith("https://"):
        lines.append(f"Canonical: {urljoin(site.site_url, f'/{SECURITY_TXT}')}")
    write_file(site.folder / SECURITY_TXT, ("\n".join(lines) + "\n").encode())
