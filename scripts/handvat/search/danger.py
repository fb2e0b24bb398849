"""A classifier of what somebody types: acute danger, of which kind, and whether the young person speaks of themself.

Naive Bayes on the presence of words, pairs of words and pieces of words, counted in the sentences of `data/danger/`. On
snippets this short it does as well as trained weights (Wang and Manning, ACL 2012), and nothing has to be trained: a
sentence that somebody adds counts in the next build. What is said in a few words ("she wants to die") is recognised as it is,
since the plainest sentence must not depend on a balance of counts.

Help that is shown in vain is soon overlooked. So the bounds come from the harmless sentences, each scored without
itself: few of them may reach the bound of `sure`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import NamedTuple

from handvat.content.search_data import HARMLESS, KINDS, Sentence
from handvat.search.tokens import word_features, words

IN_VAIN = 0.02
"""The share of harmless sentences that may reach the bound of `sure`."""

IN_VAIN_LIKELY = 0.08
"""The share that may reach the bound of `likely`, which is answered without alarm."""

IN_VAIN_SELF = 0.06
"""The share of other people's sentences that may be taken for a young person's own."""

_LEAST = 0.4
"""The lowest bound: a text without any known feature scores 0."""

_AGE = "#"
STATEMENT = range(2, 6)
"""The words of a sentence that is recognised as it is. Within a longer one it has to have three at least."""

_SMOOTHING = 0.2
_FEWEST = 2
"""Sentences in which a feature must be."""

_MOST_FEATURES = 6000
_OWN = 0.6
"""What the ratio of one's own sentences counts for in the choice of features, against that of danger."""

_PIECE = 0.5
_LENGTH = 5
"""Added to the number of features, so that one word with a high weight in a question of two words is no certainty."""


@dataclass(frozen=True)
class Feature:
    """The weights of one feature, as logarithms of ratios."""

    name: str
    danger: float
    """Above zero for danger."""
    kind: int
    """The number of the kind in `KINDS` that it speaks for most."""
    for_kind: float
    """How much, against the mean of the kinds."""
    own: float
    """Above zero for a young person who speaks of themself."""


@dataclass(frozen=True)
class Model:
    """What the browser needs to classify a sentence (`overrides/search/engine.js`)."""

    features: tuple[Feature, ...] = ()
    statements: Mapping[str, int] = field(default_factory=dict)
    """Sentences of danger of a few words, folded → the number of the kind: whoever types one is in danger for sure."""
    sure: float = math.inf
    likely: float = math.inf
    own: float = math.inf
    """The bounds: the lowest score of danger, of likely danger, and of one's own sentence."""


def features_of(text: str) -> set[str]:
    """Return the features of `text`: words as `=word`, pairs as `one two`, and pieces as they are.

    All numbers of two digits are one word: that somebody names an age counts, not which.
    """
    found = [_AGE if len(word) == 2 and word.isdecimal() else word for word in words(text)]
    return set(map(" ".join, pairwise(found))).union(*map(word_features, found))


def make_model(sentences: Sequence[Sentence], of_others: Sequence[str] = ()) -> Model:
    """Return the model of `sentences`; one that finds no danger where there are none of either class.

    `of_others` are questions that a young person hardly ever asks about themself. They do not count for danger.
    """
    texts = [(one.kind, one.voice, features_of(one.text)) for one in sentences]
    harmless = [features for kind, _, features in texts if kind == HARMLESS]
    of_kind = {
        number: found
        for number, kind in enumerate(KINDS)
        if (found := [features for one, _, features in texts if one == kind])
    }
    own_texts = [features for _, voice, features in texts if voice == "me"]
    other_texts = [features for _, voice, features in texts if voice != "me"]
    if not (harmless and of_kind and own_texts and other_texts):
        return Model()
    other_texts += map(features_of, of_others)
    danger = _Ratio(_Shares(chain.from_iterable(of_kind.values())), _Shares(harmless))
    own = _Ratio(_Shares(own_texts), _Shares(other_texts))
    selected = _select_features(danger, own)
    # An age says that the writer is a young person, in danger or not.
    of_danger = danger.weights([name for name in selected if _AGE not in name])
    of_own = own.weights(selected)
    selected.sort()
    numbers = list(of_kind)
    of_kinds = [_Shares(found).of(selected) for found in of_kind.values()]
    features = []
    for name, *shares in zip(selected, *of_kinds, strict=True):
        best = max(shares)
        number, for_kind = numbers[shares.index(best)], best - math.fsum(shares) / len(shares)
        features.append(Feature(name, of_danger.get(name, 0), number, for_kind, of_own[name]))
    scores = danger.scores_of_no(of_danger, harmless)
    return Model(
        tuple(features),
        _statements(sentences),
        _bound(scores, IN_VAIN),
        _bound(scores, IN_VAIN_LIKELY),
        _bound(own.scores_of_no(of_own, other_texts), IN_VAIN_SELF),
    )


def _statements(sentences: Iterable[Sentence]) -> dict[str, int]:
    found: dict[str, int] = {}
    for sentence in sentences:
        spoken = words(sentence.text)
        if sentence.kind != HARMLESS and len(spoken) in STATEMENT:
            found.setdefault(" ".join(spoken), KINDS.index(sentence.kind))
    return dict(sorted(found.items()))


def _select_features(danger: _Ratio, own: _Ratio) -> list[str]:
    """Return the names of the features with the highest weights, in one of the ratios, for how often they occur."""
    count = danger.yes.count + danger.no.count
    often = [name for name, number in count.items() if number >= _FEWEST]
    weights = zip(often, danger.weights(often).values(), own.weights(often).values(), strict=True)
    ranked = [
        (-max(abs(one), _OWN * abs(other)) * math.sqrt(count[name]), name)
        for name, one, other in weights
    ]
    return [name for _, name in sorted(ranked)[:_MOST_FEATURES]]


def _in_shares(weights: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return feature → weight and share of it. A word has several pieces, which say nearly the same: each counts for half."""
    shares = {name: 1.0 if name[0] == "=" or " " in name else _PIECE for name in weights}
    return {name: (weight * shares[name], shares[name]) for name, weight in weights.items()}


def _score(known: Mapping[str, tuple[float, float]], features: Iterable[str]) -> float:
    """Return the score of a text from those of its `features` that are `known`, with the weight and share of each."""
    found = [*filter(None, map(known.get, features))]
    # Exact, and so the same in any order.
    whole = math.fsum([weight for weight, _ in found])
    return whole / math.sqrt(math.fsum([share for _, share in found]) + _LENGTH)


def _bound(scores: list[float], share: float) -> float:
    """Return the score that at most `share` of `scores` exceed, and no text without a known feature."""
    return max(_LEAST, sorted(scores, reverse=True)[int(share * len(scores))])


class _Shares:
    """The logarithm of the share that each feature has in the texts of a class."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        self.count = Counter(chain.from_iterable(texts))
        """Feature → number of texts."""
        whole = self.count.total() + _SMOOTHING * (len(self.count) + 1)
        most = max(self.count.values(), default=0)
        shares = [math.log((number + _SMOOTHING) / whole) for number in range(most + 1)]
        # The last is for -1: a feature that is in no text, with one text less.
        self._logarithms = [*shares, shares[0]]

    def of(self, names: Iterable[str], less: int = 0) -> list[float]:
        """Return it for each of the features `names`, as if `less` texts with it (0 or 1) had not been counted."""
        count, logarithms = self.count, self._logarithms
        return [logarithms[count.get(name, 0) - less] for name in names]


class _Ratio(NamedTuple):
    """The logarithm of the ratio of the shares in two classes."""

    yes: _Shares
    no: _Shares

    def weights(self, names: Collection[str], less: int = 0) -> dict[str, float]:
        """Return it for each of the features `names`, as if `less` texts of `no` with it had not been counted."""
        shares = zip(names, self.yes.of(names), self.no.of(names, less), strict=True)
        return {name: yes - no for name, yes, no in shares}

    def scores_of_no(self, known: Collection[str], texts: Iterable[set[str]]) -> list[float]:
        """Return the score of each of `texts` of the class `no` as if it had not been counted, from the features `known`."""
        weights = _in_shares(self.weights(known, less=1))
        return [_score(weights, features) for features in texts]
