"""Tells languages apart with the model of py3langid, which takes half a second to load, and a millisecond to ask.

It is asked about what `doubts.py` leaves open: on a site where all is well, nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SURE = 0.9
"""How probable another language must be before we call it one; mixed sentences stay below."""


class Asked(NamedTuple):
    """Which language each of `texts` is in, written by somebody who believes that it is `language`."""

    codes: tuple[str, ...]
    """Of the languages of the site: Dutch against German is hard enough without all others."""
    language: str
    texts: tuple[str, ...]


def identify(asked: Asked) -> list[str]:
    """For each text the code of the other language that it surely is in; `""` where it is in none."""
    if not asked.texts:
        return []
    identifier = _knowing(asked.codes)
    if asked.language not in identifier.labels:
        return [""] * len(asked.texts)  # Tigrinya, for one, it has not learnt
    answers = map(identifier.classify, asked.texts)
    return [
        str(code) if code != asked.language and probability >= SURE else ""
        for code, probability in answers
    ]


@lru_cache(maxsize=1)
def _knowing(codes: tuple[str, ...]) -> LanguageIdentifier:
    identifier = _model()
    identifier.set_languages()
    identifier.set_languages([code for code in codes if code in identifier.labels])
    return identifier


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - few need it

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
