"""Rules about which language a text is in: a Dutch paragraph in a Polish page stops its reader cold.

Structure cannot show it: an untranslated paragraph has all its citations and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.doubts import Doubt
from scripts.knowledge.problem import Problem

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SURE = 0.9
"""How probable another language must be before we call it one; mixed sentences stay below."""


def right_language(base: KnowledgeBase) -> Iterator[Problem]:
    """Each paragraph is in the language of its page, as py3langid tells them apart.

    It is asked only about what the words leave open: of two hundred paragraphs, one.
    """
    codes = tuple(sorted(language.code for language in base.languages))
    for doubt in (doubt for code in codes for doubt in base.doubts_in(code)):
        found = _another(_identifier(codes), doubt)
        if found:
            yield Problem(
                doubt.file,
                doubt.line,
                "language",
                f"this paragraph seems to be {base.language(found).name}, "
                f"not {base.language(doubt.language).name}",
                f"translate it, then run make translated PAGE={doubt.file}"
                if doubt.language != base.source_language.code
                else "write it in the language of the page",
            )


def _another(identifier: LanguageIdentifier, doubt: Doubt) -> str:
    if doubt.language not in identifier.labels:
        return ""  # Tigrinya, for one, it has not learnt
    code, probability = identifier.classify(doubt.text)
    return str(code) if code != doubt.language and probability >= SURE else ""


@lru_cache(maxsize=1)
def _identifier(codes: tuple[str, ...]) -> LanguageIdentifier:
    """Knows the languages of this site alone: Dutch against German is hard enough."""
    # Half a second to load, which only this rule needs.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in codes if code in identifier.labels])
    return identifier
