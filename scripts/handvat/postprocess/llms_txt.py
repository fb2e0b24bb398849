"""The site for language models, with its limits, so that an unchecked text does not come back as advice without them.

Format: llmstxt.org. Pages are listed in the default language and in the one that most readers share; of the others
only the home page.
"""

from __future__ import annotations

from collections.abc import Iterator

from handvat.content.languages import SHARED_LANGUAGE, Language
from handvat.content.page import Page
from handvat.site_output import SiteOutput

NAME = "llms.txt"


def step(site: SiteOutput) -> None:
    """Write `NAME` at the root: name, summary, caution, and links with what each page is about."""
    (site.folder / NAME).write_text("\n".join(_lines(site)) + "\n", encoding="utf-8")


def _lines(site: SiteOutput) -> Iterator[str]:
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
        yield from _sections(site, language)


def _sections(site: SiteOutput, language: Language) -> Iterator[str]:
    """Yield the pages of `language` below the titles of their sections, in the order of the menu."""
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
