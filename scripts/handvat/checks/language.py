"""The rule about which language a text is in: a Dutch paragraph in a Polish page stops its reader cold.

Structure cannot show it: an untranslated paragraph has all its citations and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.language_detection import (
    common_words,
    is_suspect,
    other_language,
    script_of,
)
from handvat.content.languages import Language
from handvat.content.problem import Problem


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
                    f"this paragraph seems to be {base.language(other).name}, not {language.name}",
                    f"translate it, then run handvat translations mark-current {page.file}"
                    if language != source
                    else "write it in the language of the page",
                )
