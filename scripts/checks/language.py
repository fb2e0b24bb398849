"""Rules about which language a text is in: a Dutch paragraph in a Polish page stops its reader cold.

Structure cannot show it: an untranslated paragraph has all its citations and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.page import Page
from scripts.knowledge.problem import Problem
from scripts.knowledge.text import Paragraph

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

FEWEST_WORDS = 8
"""In a shorter paragraph one name of a Dutch institution outweighs the rest."""

SURE = 0.9
"""How probable another language must be before we call it one; mixed sentences stay below."""


def right_language(base: KnowledgeBase) -> Iterator[Problem]:
    """Each paragraph is in the language of its page, as py3langid tells them apart."""
    codes = tuple(sorted(language.code for language in base.languages))
    identifier = _identifier(codes)
    for page in base.pages.values():
        if page.language not in identifier.labels:
            continue  # Tigrinya, for one, it has not learnt
        for paragraph in page.text.paragraphs:
            found = _another(identifier, page, paragraph)
            if found:
                yield Problem(
                    page.file,
                    paragraph.lines[0][0],
                    "language",
                    f"this paragraph seems to be {base.language(found).name}, "
                    f"not {base.language(page.language).name}",
                    f"translate it, then run make translated PAGE={page.file}"
                    if page.language != base.source_language.code
                    else "write it in the language of the page",
                )


def _another(identifier: LanguageIdentifier, page: Page, paragraph: Paragraph) -> str:
    text = " ".join(line for _, line in paragraph.lines)
    if len(text.split()) < FEWEST_WORDS:
        return ""
    code, probability = identifier.classify(text)
    return str(code) if code != page.language and probability >= SURE else ""


@lru_cache(maxsize=1)
def _identifier(codes: tuple[str, ...]) -> LanguageIdentifier:
    """Knows the languages of this site alone: Dutch against German is hard enough."""
    # Half a second to load, which only this rule needs.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in codes if code in identifier.labels])
    return identifier
