"""Rules about which language a text is in: a Dutch paragraph in a Polish page stops its reader cold.

Structure cannot show it: an untranslated paragraph has all its citations and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.language_detection import Asked, identify
from handvat.content.problem import Problem


def right_language(base: KnowledgeBase) -> Iterator[Problem]:
    """Each paragraph is in the language of its page, as py3langid tells them apart.

    It is asked only about what the words leave open.
    """
    codes = tuple(sorted(language.code for language in base.languages))
    for code in codes:
        doubts = base.doubts_in(code)
        others = identify(Asked(codes, code, tuple(doubt.text for doubt in doubts)))
        for doubt, other in zip(doubts, others, strict=True):
            if other:
                yield Problem(
                    doubt.file,
                    doubt.line,
                    "language",
                    f"this paragraph seems to be {base.language(other).name}, "
                    f"not {base.language(code).name}",
                    f"translate it, then run handvat translations mark-current {doubt.file}"
                    if code != base.source_language.code
                    else "write it in the language of the page",
                )
