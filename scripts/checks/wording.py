"""Rules about words: some wound the person they are about, and blame whom they should protect."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.problem import Problem


def terms_to_avoid(base: KnowledgeBase) -> Iterator[Problem]:
    """Words that blame or belittle stay out of the text (Terminology Guidelines, second edition).

    They may stand in `aliases`, where people search with them, between quotation marks, in a
    block quotation, and where a law is cited: `*kinderpornografie*{ .law }`.
    """
    for page in base.pages.values():
        pieces = [(piece.line, piece.text) for piece in page.text.prose if not piece.is_quoted]
        pieces += [
            (page.head.line((key,)), str(getattr(page.front, key)))
            for key in ("title", "description")
        ]
        for term in base.terms.get(page.language, ()):
            if term.pattern is None:
                continue
            for line, text in pieces:
                found = term.pattern.search(text)
                if found:
                    reason = f" ({term.why})" if term.why else ""
                    yield Problem(
                        page.file,
                        line,
                        "terms",
                        f"{found.group()!r} is a word to avoid{reason}",
                        f"write {term.use!r}, or put it between quotation marks",
                    )
