"""Rules about links: a dead one costs a reader the minute that counts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import urlsplit

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.page import Page
from scripts.knowledge.problem import Problem, did_you_mean
from scripts.knowledge.text import Target


def internal_links(base: KnowledgeBase) -> Iterator[Problem]:
    """Every link of a page to another leads to a page and a section that exist.

    A link to a page that exists only in the default language must say so, by naming that
    language's folder: the reader is then not led to a page they cannot read without a word.
    """
    for page in base.pages.values():
        for target in page.text.targets:
            if not target.is_image and not _scheme(target.address):
                yield from _check(base, page, target)


def _scheme(address: str) -> str:
    """`https` of `https://…`; of an address that is none, `?`: another rule refuses it."""
    try:
        return urlsplit(address).scheme
    except ValueError:
        return "?"


def claim_parts(base: KnowledgeBase) -> Iterator[Problem]:
    """A claim filed under a part of the site that does not exist is looked for in vain."""
    name = "data/claims.yml"
    if base.composed.organisation:
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
    def problem(what: str, mend: str) -> Problem:
        return Problem(page.file, target.line, "links", what, mend)

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
    other = base.page(place.language, place.path)
    default = base.default_language.code
    if other is None and place.language != default and base.page(default, place.path):
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
    if other is None:
        known = [item.path for item in base.pages_in(place.language)]
        yield problem(
            f"docs/{place.language}/{place.path} does not exist", did_you_mean(place.path, known)
        )
        return
    if fragment and fragment not in other.ids:
        yield problem(
            f"{other.file} has no section {fragment!r}", did_you_mean(fragment, other.ids)
        )
