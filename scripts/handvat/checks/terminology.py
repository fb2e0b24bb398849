"""Rules about words: some wound the person they are about, and blame whom they should protect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.models import Term
from handvat.content.problem import Problem

_WORD = re.compile(r"\w+")


def terms_to_avoid(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """Words that blame or belittle stay out of the text (Terminology Guidelines, second edition).

    They may stand in `aliases`, where people search with them, between quotation marks, in a
    block quotation, and where a law is cited: `*kinderpornografie*{ .law }`.
    """
    mine = _by_telling_word(base.terms.get(language.code, ()))
    for page in base.pages_in(language.code):
        # A line of the text, or a key of the head, whose line costs more to find.
        pieces: list[tuple[int | str, str]] = [
            (piece.line, piece.text) for piece in page.text.prose if not piece.is_quoted
        ]
        pieces += [(key, str(getattr(page.front, key))) for key in ("title", "description")]
        # Few pages have any of these words: the others are looked through once.
        whole = "\n".join(text for _, text in pieces).casefold()
        here = {word for word in mine if word in whole}
        for place, text in pieces if here else ():
            folded = text.casefold()
            near = [word for word in here if word in folded]
            for word in set(near).intersection(_WORD.findall(folded)) if near else ():
                for term, pattern in mine[word]:
                    found = pattern.search(text)
                    if found:
                        reason = f" ({term.why})" if term.why else ""
                        yield Problem(
                            page.file,
                            page.head.line((place,)) if isinstance(place, str) else place,
                            "terms",
                            f"{found.group()!r} is a word to avoid{reason}",
                            f"write {term.use!r}, or put it between quotation marks",
                        )


def _by_telling_word(terms: Iterable[Term]) -> dict[str, list[tuple[Term, re.Pattern[str]]]]:
    """The terms by the longest word of each word and phrase to avoid, without regard to case.

    A text without that word needs no closer look, and the longest word is in few texts.
    """
    found: dict[str, list[tuple[Term, re.Pattern[str]]]] = {}
    for term in terms:
        phrases = (_WORD.findall(phrase.casefold()) for phrase in term.avoid)
        for word in {max(words, key=len) for words in phrases if words}:
            if term.pattern is not None:
                found.setdefault(word, []).append((term, term.pattern))
    return found
