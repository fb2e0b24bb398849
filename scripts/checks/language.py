"""Rules about which language a text is in: a Dutch paragraph in a Polish page stops its reader cold.

Structure cannot show it: an untranslated paragraph has all its citations and numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.page import Page
from scripts.knowledge.problem import Problem

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

FEWEST_WORDS = 8
"""In a shorter paragraph one name of a Dutch institution outweighs the rest."""

SURE = 0.9
"""How probable another language must be before we call it one; mixed sentences stay below."""


_AT_HOME = 3
"""On so many pages of a language a word must stand to be one of its words: a paragraph that strayed
into a page does not make its words common there."""


def right_language(base: KnowledgeBase) -> Iterator[Problem]:
    """Each paragraph is in the language of its page, as py3langid tells them apart.

    It is asked only about what the words leave open: of two hundred paragraphs, one.
    """
    codes = tuple(sorted(language.code for language in base.languages))
    vocabularies = {code: _vocabulary(base.pages_in(code)) for code in codes}
    for page in base.pages.values():
        for paragraph in page.text.paragraphs:
            text = " ".join(line for _, line in paragraph.lines)
            words = text.split()
            if len(words) < FEWEST_WORDS or _is_at_home(words, page.language, vocabularies):
                continue
            found = _another(_identifier(codes), page, text)
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


def _vocabulary(pages: Iterable[Page]) -> frozenset[str]:
    """The words that stand on several of `pages`, as they are written there."""
    count = Counter(
        chain.from_iterable(
            {
                word
                for paragraph in page.text.paragraphs
                for _, line in paragraph.lines
                for word in line.split()
            }
            for page in pages
        )
    )
    return frozenset(word for word, number in count.items() if number >= _AT_HOME)


def _is_at_home(
    words: Iterable[str], language: str, vocabularies: Mapping[str, frozenset[str]]
) -> bool:
    """Whether a third of `words` are words of `language`, and of every other language half as many at most."""
    different = set(words)
    known = {code: len(different & there) for code, there in vocabularies.items()}
    own = known.pop(language)
    return 3 * own >= len(different) and 2 * max(known.values(), default=0) <= own


def _another(identifier: LanguageIdentifier, page: Page, text: str) -> str:
    if page.language not in identifier.labels:
        return ""  # Tigrinya, for one, it has not learnt
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
