"""Rules about words: some wound the person they are about, and blame whom they should protect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.problem import Problem
from scripts.knowledge.terms import Term

_WORD = re.compile(r"\w+")


def terms_to_avoid(base: KnowledgeBase) -> Iterator[Problem]:
    """Words that blame or belittle stay out of the text (Terminology Guidelines, second edition).

    They may stand in `aliases`, where people search with them, between quotation marks, in a
    block quotation, and where a law is cited: `*kinderpornografie*{ .law }`.
    """
    openings = {code: _openings(terms) for code, terms in base.terms.items()}
    for page in base.pages.values():
        mine = openings.get(page.language, frozenset())
        pieces = [(piece.line, piece.text) for piece in page.text.prose if not piece.is_quoted]
        pieces += [
            (page.head.line((key,)), str(getattr(page.front, key)))
            for key in ("title", "description")
        ]
        # One look at its words first: nearly every piece is clean, and there are hundreds of words.
        suspect = [
            (line, text)
            for line, text in pieces
            if not mine.isdisjoint(_WORD.findall(text.casefold()))
        ]
        for term in base.terms[page.language] if suspect else ():
            if term.pattern is None:
                continue
            for line, text in suspect:
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


def _openings(terms: tuple[Term, ...]) -> frozenset[str]:
    """The words with which the words and phrases to avoid begin, without regard to case."""
    phrases = (phrase.casefold() for term in terms for phrase in term.avoid)
    return frozenset(found.group() for phrase in phrases if (found := _WORD.search(phrase)))
