"""Rules about links: a dead one costs a reader the minute that counts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.problem import Finding, Problem, did_you_mean
from handvat.content.text import Target


def internal_links(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """Every link of a page to another leads to a page that exists.

    A link to a page that exists only in the default language must say so, by naming that
    language's folder: no reader is led to a page in another language without being warned.
    """
    for target in page.text.targets:
        if target.is_internal and (found := _dead_link(base, page, target)):
            yield found


def links_to_sections(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A link leads to a section that exists: at the top of a long page a reader in a hurry finds nothing."""
    for page in base.pages_in(language.code):
        yield from _dead_sections(base, page, is_between=False)


def links_between_languages(base: KnowledgeBase) -> Iterator[Problem]:
    """A link into another language leads to a section that exists there, as it does within one."""
    codes = [language.code for language in base.languages]
    for page in base.pages.values():
        # Parsing all pages of the site takes long; such a link names the folder of the other language.
        if any(f"/{code}/" in unquote(page.source) for code in codes):
            yield from _dead_sections(base, page, is_between=True)


def _dead_sections(base: KnowledgeBase, page: Page, *, is_between: bool) -> Iterator[Problem]:
    """Problems of links into other languages (`is_between`), or of those within the language of `page`."""
    for target in page.text.targets:
        place = page.leads_to(target.address) if target.is_internal else None
        if place and place.fragment and (place.language != page.language) == is_between:
            other = base.page(place.language, place.path)
            if other is not None and place.fragment not in other.ids:
                what = f"{other.file} has no section {place.fragment!r}"
                fix = did_you_mean(place.fragment, other.ids)
                yield Problem(page.file, target.line, "links", what, fix)


def pictures(base: KnowledgeBase) -> Iterator[Problem]:
    """A picture that is not there leaves a hole in the page, and the build stops at it."""
    for page in base.pages.values():
        # Parsing all pages of the site takes long, and few have a picture.
        for target in page.text.targets if "![" in page.body else ():
            place = page.leads_to(target.address) if target.is_image else None
            if place is None or "://" in target.address:
                continue
            codes = (place.language, base.default_language.code)  # the engine looks in both
            if not any(base.find(f"docs/{code}/{place.path}").is_file() for code in codes):
                what = f"there is no picture docs/{place.language}/{place.path}"
                fix = "put the picture there, or take ![…](…) out of the text"
                yield Problem(page.file, target.line, "links", what, fix)


def imprint(base: KnowledgeBase) -> Iterator[Problem]:
    """Who is responsible for a site must be named in some countries: a link that is missing may break the law."""
    path, code = base.host.imprint, base.default_language.code
    if path and base.page(code, path) is None:
        fix = f"{did_you_mean(path, base.paths_in(code))} A page of your own is pages/{code}/{path}"
        yield Problem(*base.setting_at("imprint"), "imprint", f"there is no page {path!r}", fix)


def host_texts(base: KnowledgeBase) -> Iterator[Problem]:
    """Where the text about the host's server is missing, the page about privacy warns of the worst."""
    known = [one.code for one in base.languages]
    for key in ("notice", "footer", "privacy"):
        texts = getattr(base.host, key)
        place = base.setting_at(key)
        for code in texts.keys() - {*known}:
            what = f"{key}: there is no language {code!r}"
            yield Problem(*place, "host-texts", what, did_you_mean(code, known))
        missing = [one.code for one in base.languages if one.is_built and one.code not in texts]
        if texts and missing:
            what = f"{key}: readers of {', '.join(missing)} do not get this text"
            yield Problem(*place, "host-texts", what, "write it in their language", is_error=False)


def _dead_link(base: KnowledgeBase, page: Page, target: Target) -> Finding | None:
    line = target.line
    address, _, fragment = target.address.partition("#")
    if not address and not fragment:
        return Finding(line, "a link leads nowhere", "write the page it should lead to")
    if address.startswith("/"):
        what = f"{address} is absolute and breaks where the site is in a folder"
        return Finding(line, what, "write it relative to this page: ../now/index.md")
    place = page.leads_to(target.address)
    default = base.default_language
    if place is None or place.language not in {page.language, default.code}:
        what = f"{address} leads out of the pages in this language"
        return Finding(line, what, f"link to one of them, or of those in {default.name}")
    if (place.language, place.path) in base.unreadable or place.path in base.overlay.left_out:
        return None  # the page has a problem of its own, or readers get the words of the link alone
    if base.page(place.language, place.path):
        return None
    if place.language != default.code and base.page(default.code, place.path):
        if not base.language(place.language).is_built:
            return None  # nobody reads a language in preparation yet
        file = f"{default.code}/{place.path}"
        up = posixpath.relpath(file, posixpath.dirname(f"{page.language}/{page.path}"))
        what = f"{address} exists only in {default.name}"
        return Finding(line, what, f"translate docs/{file}, or link to {up} until then")
    new = base.redirects.get(place.path) if base.is_own(page) else None
    if new in base.overlay.left_out:
        return None
    if new:
        what = f"{place.path} is now {new}"
        return Finding(line, what, "write its new name", is_error=False)
    what = f"docs/{place.language}/{place.path} does not exist"
    start = posixpath.dirname(f"docs/{page.path}")
    known = [posixpath.relpath(f"docs/{path}", start) for path in base.paths_in(place.language)]
    return Finding(line, what, did_you_mean(address, known))
