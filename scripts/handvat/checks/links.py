"""Rules about links: a dead one costs a reader the minute that counts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.problem import Problem, did_you_mean
from handvat.content.text import Target


def internal_links(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Every link of a page to another leads to a page and a section that exist.

    A link to a page that exists only in the default language must say so, by naming that
    language's folder: the reader is then not led to a page they cannot read without a word.
    """
    for page in base.pages_in(language.code):
        for target in page.text.targets:
            if target.is_internal:
                yield from _check(base, page, target)


def links_between_languages(base: KnowledgeBase) -> Iterator[Problem]:
    """A link into another language leads to a section that exists there, as it does within one."""
    codes = [language.code for language in base.languages]
    for page in base.pages.values():
        # Parsing all pages of the site takes long; such a link names the folder of the other language.
        if not any(f"/{code}/" in unquote(page.source) for code in codes):
            continue
        for target in page.text.targets:
            place = page.leads_to(target.address) if target.is_internal else None
            if place and place.fragment and place.language != page.language:
                other = base.page(place.language, place.path)
                if other is not None and place.fragment not in other.ids:
                    yield _no_section(page.file, target.line, other, place.fragment)


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
                yield Problem(
                    page.file, target.line, "links",
                    f"there is no picture docs/{place.language}/{place.path}",
                    "put the picture there, or take ![…](…) out of the text",
                )  # fmt: skip


def claim_parts(base: KnowledgeBase) -> Iterator[Problem]:
    """A claim filed under a part of the site that does not exist is looked for in vain."""
    name = "data/claims.yml"
    if base.overlay:
        return  # an organisation may leave a part out
    folders = {page.folder for page in base.pages_in(base.source_language.code)} | {"home"}
    for number, claim in enumerate(base.claims.values()):
        if claim.part not in folders:
            yield Problem(
                name,
                base.data[name].line((number, "part")),
                "claim-parts",
                f"there is no part {claim.part!r}",
                did_you_mean(claim.part, folders),
            )


def _check(base: KnowledgeBase, page: Page, target: Target) -> Iterator[Problem]:
    def problem(what: str, fix: str) -> Problem:
        return Problem(page.file, target.line, "links", what, fix)

    address, _, fragment = target.address.partition("#")
    if not address and not fragment:
        yield problem("a link leads nowhere", "write the page it should lead to")
        return
    if address.startswith("/"):
        yield problem(
            f"{address} is absolute and breaks where the site lies in a folder",
            "write it relative to this page: ../now/index.md",
        )
        return
    place = page.leads_to(target.address)
    if place is None or place.language not in {item.code for item in base.languages}:
        yield problem(f"{address} leads out of the pages", "link to a page of docs/")
        return
    if (place.language, place.path) in base.unreadable:
        return
    if place.path in base.overlay.left_out:
        return  # readers get its words alone
    default = base.default_language.code
    known = base.paths_in(place.language)
    is_there = place.path in known
    if not is_there and place.language != default and place.path in base.paths_in(default):
        if not base.language(place.language).is_built:
            return  # a language in preparation has no readers to lead astray yet
        up = posixpath.relpath(
            f"{default}/{place.path}", posixpath.dirname(f"{page.language}/{page.path}")
        )
        yield problem(
            f"{address} exists only in {base.default_language.name}",
            f"translate docs/{default}/{place.path}, or link to {up} until then",
        )
        return
    if not is_there and base.is_own(page) and place.path in base.redirects:
        new = base.redirects[place.path]
        yield replace(problem(f"{place.path} is now {new}", "write its new name"), is_error=False)
        return
    if not is_there:
        yield problem(
            f"docs/{place.language}/{place.path} does not exist", did_you_mean(place.path, known)
        )
        return
    if not fragment or place.language != page.language:
        return
    other = base.page(place.language, place.path)
    if other is not None and fragment not in other.ids:
        yield _no_section(page.file, target.line, other, fragment)


def _no_section(file: str, line: int, other: Page, fragment: str) -> Problem:
    what = f"{other.file} has no section {fragment!r}"
    return Problem(file, line, "links", what, did_you_mean(fragment, other.ids))
