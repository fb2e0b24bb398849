"""Rules about an edition: whose law and numbers it gives, and what its settings name."""

from __future__ import annotations

from collections.abc import Iterator

from babel.core import Locale

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.problem import Problem, did_you_mean


def foreign_law(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A reader in danger who is given another country's numbers calls in vain.

    Other pages on another country's law are shown with a notice, and nobody is led to dial a number on them.
    """
    names = Locale("en").territories
    here = base.country.upper()
    for page in base.pages_in(language.code) if language.is_built else ():
        if not (page.is_safety_critical and base.is_foreign(page)):
            continue
        theirs = str(page.front.jurisdiction)
        write = f"write it for {names[here]}, with jurisdiction: {here}"
        if base.overlay and not base.is_own(page):
            write = f"begin your own, handvat overlay add {page.file}, and {write}"
        yield Problem(
            page.file,
            page.head.line(("jurisdiction",)),
            "jurisdiction",
            "readers in danger are led here, and it gives another country's law and numbers "
            f"({names[theirs]}, not {names[here]})",
            write,
        )


def imprint(base: KnowledgeBase) -> Iterator[Problem]:
    """Who is responsible for a site must be named in some countries: a link that is missing may break the law."""
    path, code = base.host.imprint, base.default_language.code
    if path and base.page(code, path) is None:
        known = base.paths_in(code)
        fix = f"{did_you_mean(path, known)} A page of your own is pages/{code}/{path}"
        yield Problem(*base.setting_at("imprint"), "imprint", f"there is no page {path!r}", fix)


def replaced(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Only a page of an organisation replaces another; in a shipped one the line would say nothing."""
    for page in base.pages_in(language.code):
        if page.front.replaces and not base.is_own(page):
            yield Problem(page.file, page.head.line(("replaces",)), "front-matter",
                          "this page replaces none", "take the line replaces: out")  # fmt: skip
