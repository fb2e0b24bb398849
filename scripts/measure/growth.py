"""Makes up text whose vocabulary grows as that of real text does, so that a larger index is like a real one.

A text copied ten times has no new word, and its index would hardly grow; a text of invented words
would make it explode. In real text the number of different words grows as a power of its length
(Heaps' law; H. S. Heaps, Information Retrieval, 1978, 7.5), and words come back as often as they were
written before (H. A. Simon, On a class of skew distribution functions, 1955). Both are taken from the
text at hand, so that Turkish and Arabic, whose words have many forms, grow faster than Dutch.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Collection, Iterable

WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])")
"""Letters alone: what has a figure in it (A4) is no word, since a translation has the same figures."""
_ECHOES = 4
"""Of each ten words so many are replaced by one written before: a variant is no copy, in no paragraph of it."""

_DRAWN = 4
"""Of so many words the one is taken whose length fits best."""


class Growth:
    """The vocabulary of one language, growing. The same text and seed give the same words."""

    def __init__(self, texts: Iterable[str], seed: str, avoided: Collection[str] = ()) -> None:
        """`texts` are what is written so far, in order; words that are `avoided` (small letters) never come back."""
        self.avoided = avoided
        self.turns: list[bool] = []
        """Which of the next words are replaced."""
        self.random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.written: list[str] = []
        self.known: set[str] = set()
        sizes = []
        for text in texts:
            self.written += WORD.findall(text.lower())
            self.known.update(WORD.findall(text.lower()))
            sizes.append((len(self.written), len(self.known)))
        self.exponent, self.factor = _heaps(sizes)

    def vary(self, text: str) -> str:
        """`text` with words replaced: by new ones as often as Heaps' law says, else by old ones."""
        return WORD.sub(lambda found: self._word(found.group()), text)

    def coin(self) -> str:
        """A new word of the language's own letters: the head of one and the tail of another."""
        head, tail = (self.random.choice(self.written) for _ in range(2))
        word = head[: len(head) // 2 + 1] + tail[len(tail) // 2 :]
        while word in self.known:
            word += self.random.choice(self.random.choice(self.written))
        self.known.add(word)
        return word

    def _word(self, word: str) -> str:
        expected = self.factor * (len(self.written) + 1) ** self.exponent
        if len(self.known) < expected:
            word = _as(word, self.coin())
        elif self._is_replaced():
            word = _as(word, self._echo(word))
        self.written.append(word.lower())
        return word

    def _is_replaced(self) -> bool:
        if not self.turns:
            self.turns = [number < _ECHOES for number in range(10)]
            self.random.shuffle(self.turns)
        return self.turns.pop()

    def _echo(self, before: str) -> str:
        """Another word, about as long, so that a variant is as long as its model."""
        drawn = set(self.random.choices(self.written, k=_DRAWN)) - {before.lower(), *self.avoided}
        if not drawn:
            return before
        return min(sorted(drawn), key=lambda word: abs(len(word) - len(before)))


def _heaps(sizes: list[tuple[int, int]]) -> tuple[float, float]:
    """Exponent and factor of the curve through the second half of (words, different words)."""
    if not sizes:
        return 0.5, 0.0
    words, different = sizes[-1]
    half_words, half_different = sizes[(len(sizes) - 1) // 2]
    if half_words == words or not half_words:
        return 0.5, different / math.sqrt(words or 1)
    exponent = math.log(different / half_different) / math.log(words / half_words)
    return exponent, different / words**exponent


def _as(model: str, word: str) -> str:
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
