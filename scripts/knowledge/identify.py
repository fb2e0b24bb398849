"""Tells languages apart with the model of py3langid, which takes longer to load than to ask.

Loading it takes half a second, one answer a millisecond, and of two hundred paragraphs it is asked about one.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from scripts.processes import Aside, Lost

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


class Identify(Protocol):
    """Tells the language of texts."""

    def __call__(self, asked: Asked) -> list[str]:
        """For each text the code of the other language that it surely is in; `""` where it is in none."""


def identify(asked: Asked) -> list[str]:
    """Tells the language of texts in this process."""
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


class IdentifierAside:
    """The same in a process of its own, which loads the model at once: meanwhile others read the pages."""

    def __init__(self) -> None:
        self._process = Aside(_answer)
        self._process.begin(None)

    def __call__(self, asked: Asked) -> list[str]:
        """What `identify` answers; it is asked itself where the process has died."""
        if not asked.texts:
            return []
        answer = self._process.ask(asked)
        return identify(asked) if isinstance(answer, Lost) else answer

    def end(self) -> None:
        """Ends the process. Nobody may ask it any more."""
        self._process.end()


def _answer(asked: Asked | None) -> list[str]:
    if asked is None:
        # NumPy's threads would wait for work on the cores that others need; here it has none for them.
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        _model()
        return []
    return identify(asked)


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
