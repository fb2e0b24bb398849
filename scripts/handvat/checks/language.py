"""The rule about which language a text is in: a Dutch paragraph in a Polish page stops its reader cold.

Structure cannot show it: an untranslated paragraph has all its citations and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import Indel

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.language_detection import (
    common_words,
    is_suspect,
    other_language,
    script_of,
)
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.problem import Problem

_ALIKE = 0.8
"""The similarity from which a paragraph is one of the source page, changed here and there."""


def right_language(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A paragraph in another language than its page cannot be read by those whom the page is for."""
    pages, source = tuple(base.pages_in(language.code)), base.source_language
    others = common_words(tuple(base.pages_in(source.code))) if language != source else frozenset()
    own = common_words(pages)
    codes = [one.code for one in base.languages]
    script = script_of(language.name)
    is_only_one = [script_of(one.name) for one in base.languages].count(script) == 1
    for page in pages:
        for paragraph in page.text.paragraphs:
            if not is_suspect(paragraph.text, own, others):
                continue
            if is_only_one and script_of(paragraph.text) == script:
                continue
            if other := other_language(paragraph.text, language.code, codes):
                yield Problem(
                    page.file,
                    paragraph.line,
                    "language",
                    _same_as_source(base, page, paragraph.text)
                    or f"this paragraph seems to be {base.language(other).name}, not {language.name}",
                    f"translate it, then run handvat translations mark-current {page.file}"
                    if language != source
                    else "write it in the language of the page",
                )


def _same_as_source(base: KnowledgeBase, page: Page, text: str) -> str:
    """What is wrong with `text` where it is a paragraph of the Dutch page that `page` translates; else `""`."""
    source = base.source_of(page)
    if source is None:
        return ""
    for paragraph in source.text.paragraphs:
        if Indel.normalized_similarity(text, paragraph.text, score_cutoff=_ALIKE):
            return f"this looks like the Dutch text of {source.file}:{paragraph.line}"
    return ""
