"""Looks through a knowledge base with all rules, language by language, and keeps what was found.

A rule is given no more than it may look at (`scripts/handvat/checks/rules.py`). So what it found stays true for
as long as that is the same, and is found again in the cache: after a change of one page, its language is
looked through anew, and no other.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import asdict, astuple, dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

from handvat.cache import Cache, address
from handvat.checks.rules import RULES, Sees
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.language_detection import TELLING, Doubt, vocabulary
from handvat.content.mentions import Mentions
from handvat.content.page import KEPT, Page, Place, read_body
from handvat.content.problem import Problem
from handvat.content.progress import LanguageProgress, from_data, language_progress
from handvat.content.translation import Part, outline
from handvat.workers import Lost, helpers, shared

SOME_PAGES = 50
"""From here on this process gets something else done while another looks through them."""

_OF_A_LANGUAGE = (Sees.LANGUAGE, Sees.DOUBTS, Sees.SOURCE)


@dataclass(frozen=True)
class Findings:
    """What was found in a knowledge base."""

    problems: list[Problem]
    """All of them, by file and line: those of loading, and those that rules find."""
    progress: tuple[LanguageProgress, ...]
    """How far every language is, in the order of `mkdocs.yml`."""


def find_problems(base: KnowledgeBase, cache: Cache = Cache()) -> list[Problem]:
    """All problems of `base`, by file and line: those of loading, and those that rules find."""
    return look_at(base, cache).problems


def look_at(
    base: KnowledgeBase, cache: Cache = Cache(), meanwhile: Callable[[], None] | None = None
) -> Findings:
    """Looks through `base`; what is in `cache` is taken from there, and what is not is put there.

    `meanwhile` is done where other processes look, and not at all where it would have to wait.
    """
    if not base.languages:
        return Findings(sorted(set(base.problems)), ())
    look = _Look(base, cache, meanwhile)
    found = {key: json.loads(data) for key, data in look.results().items()}
    rows = [row for result in found.values() for row in result["problems"]]
    mentions = {code: _mentions(found[code, Sees.LANGUAGE]["mentions"]) for code in look.codes}
    problems = {*base.problems, *_problems(replace(base, mentions=mentions), Sees.SITE)}
    problems.update(Problem(*row) for row in rows)
    return Findings(
        sorted(problems),
        tuple(from_data(found[code, Sees.SOURCE]["progress"]) for code in look.codes),
    )


def _problems(base: KnowledgeBase, sees: Sees) -> Iterator[Problem]:
    for rule in RULES:
        if rule.sees is sees:
            yield from rule.find(base)


class _Look:
    """One look through `base`: for each language what the rules find that see it, as JSON."""

    def __init__(
        self, base: KnowledgeBase, cache: Cache, meanwhile: Callable[[], None] | None
    ) -> None:
        self.base = base
        self.cache = cache
        self.meanwhile = meanwhile
        self.codes = [language.code for language in base.languages]
        self.source = base.source_language.code
        self.pages = {code: list(base.pages_in(code)) for code in self.codes}
        # Made here: what a process goes through that was forked from this one is copied to it.
        self.parts = {code: base.part(code) for code in self.codes}
        self.pairs = {code: base.part(code, self.source) for code in self.codes}

    def results(self) -> dict[tuple[str, Sees], bytes]:
        """What was found in each language, by its code and what rules of that kind see, as JSON."""
        found: dict[tuple[str, Sees], bytes] = {}
        missing: dict[str, list[Sees]] = {}
        for code, sees in product(self.codes, _OF_A_LANGUAGE):
            data = self._kept(code, sees)
            if data is None:
                missing.setdefault(code, []).append(sees)
            else:
                found[code, sees] = data
        if any(Sees.DOUBTS in some for some in missing.values()):
            _ = self._common  # once, not in each process
        is_much = sum(len(self.pages[code]) for code in missing) > KEPT

        def let_go() -> None:
            if is_much:
                read_body.cache_clear()
                outline.cache_clear()
                gc.collect()

        def look(code: str) -> list[bytes]:
            if Sees.SOURCE in missing[code] and (code == self.source or not self.cache.folder):
                # First, so that no two languages are there at once, and another process finds them when it needs them.
                _ = self._source_outlines
                let_go()
            results = [self._look(code, sees) for sees in missing[code]]
            let_go()
            return results

        for code, results in self._shared(list(missing), look, self.meanwhile):
            found.update(zip(product([code], missing[code]), results, strict=True))
            if Sees.DOUBTS in missing[code]:
                # Not by the processes: each of them would load the model that is asked. They go on meanwhile.
                found[code, Sees.DOUBTS] = self._judge(code, found[code, Sees.DOUBTS])
        return found

    def _kept(self, code: str, sees: Sees) -> bytes | None:
        """What was found in a language by an earlier look."""
        data = self.cache.get(self._places[code, sees])
        if data is not None and sees is Sees.DOUBTS:
            data = self.cache.get(self._verdict(data))
        return data

    def _verdict(self, doubts: bytes) -> str:
        """The address of what the rules find who see `doubts`, the fields of each as JSON."""
        return self._at("verdicts", doubts=hashlib.sha256(doubts).hexdigest(), data=self._data)

    def _shared(
        self,
        codes: Sequence[str],
        look: Callable[[str], list[bytes]],
        meanwhile: Callable[[], None] | None = None,
    ) -> Iterator[tuple[str, list[bytes]]]:
        """What `look` makes of each of the languages `codes`, one by one, by as many processes as are worth it.

        What one of them was at when it was killed is done here.
        """
        pages = sum(len(self.pages[code]) for code in codes)
        most = helpers(pages) if len(codes) > 1 else 0
        if meanwhile and not most:
            most = min(1, helpers(pages, SOME_PAGES))
        if not most:
            yield from ((code, look(code)) for code in codes)
            return
        for code, result in shared(look, codes, most, meanwhile or (lambda: None)):
            yield code, look(code) if isinstance(result, Lost) else result

    def _at(self, kind: str, **parts: str) -> str:
        """The address of work of this kind; `""` where none is kept."""
        return address(kind, **parts) if self.cache.folder else ""

    @cached_property
    def _places(self) -> dict[tuple[str, Sees], str]:
        """Where it is kept what was found in each language; of doubts, which there are."""
        return {key: self._place(*key) for key in product(self.codes, _OF_A_LANGUAGE)}

    def _place(self, code: str, sees: Sees) -> str:
        """The address of all that can be looked at in a language, by rules of that kind."""
        pages, data = self._written[code], self._data
        if sees is Sees.LANGUAGE:
            return self._at(
                "pages", pages=pages, data=data, there=self._there, pictures=self._pictures
            )
        if sees is Sees.DOUBTS:
            return self._at(
                "doubts", pages=pages, common=self._met(code) if self.cache.folder else ""
            )
        return self._at(
            "translations", language=code, pages=pages, data=data, source=self._written[self.source]
        )

    @cached_property
    def _written(self) -> dict[str, str]:
        """What stands in the pages of each language."""
        return {
            code: _digest([(page.file, page.digest.hex()) for page in pages])
            for code, pages in self.pages.items()
        }

    @cached_property
    def _data(self) -> str:
        """What `mkdocs.yml` and `data/` say, and what an organisation laid over them."""
        base = self.base
        documents = {name: document.text for name, document in base.data.items()}
        own = [base.composed.organisation, *sorted(base.composed.own)]
        return _digest([documents, base.words, own])

    @cached_property
    def _there(self) -> str:
        """Which pages there are, and which cannot be read."""
        return _digest([sorted(self.base.pages), sorted(self.base.unreadable)])

    @cached_property
    def _pictures(self) -> str:
        folder = self.base.picture("").parent
        return _digest([(path.name, path.is_file()) for path in sorted(folder.glob("*.svg"))])

    @cached_property
    def _words(self) -> dict[str, bytes]:
        """The vocabulary of each language, a line of common words and one of all: as sets they would take much room."""
        places = {code: self._at("words", pages=self._written[code]) for code in self.codes}
        found = {code: self.cache.get(place) for code, place in places.items()}
        missing = [code for code, data in found.items() if data is None]

        def look(code: str) -> list[bytes]:
            lines = (" ".join(sorted(words)) for words in vocabulary(self.pages[code]))
            data = "\n".join(lines).encode("utf-8", "surrogatepass")
            self.cache.put(places[code], data)
            return [data]

        found |= {code: data for code, (data,) in self._shared(missing, look)}
        return {code: data for code, data in found.items() if data is not None}

    @cached_property
    def _common(self) -> dict[str, Set[str]]:
        """The common words of each language."""
        return {code: _words(data, 0) for code, data in self._words.items()}

    def _met(self, code: str) -> str:
        """Which words of its pages are common words of which other language, and whether that one is known well."""
        every = _words(self._words[code], 1)
        others = {
            other: [len(words) >= TELLING, *sorted(words & every)]
            for other, words in self._common.items()
        }
        return _digest({other: words for other, words in others.items() if other != code})

    def _outlines(self, code: str) -> dict[Page, tuple[Part, ...]]:
        """The outlines of the pages of one language."""
        place = self._at("outlines", pages=self._written[code])
        data = self.cache.get(place)
        if data is not None:
            parts = (tuple(Part(*part) for part in parts) for parts in json.loads(data))
            return dict(zip(self.pages[code], parts, strict=True))
        outlines = {page: outline(page) for page in self.pages[code]}
        self.cache.put(place, _written(list(outlines.values())))
        return outlines

    @cached_property
    def _source_outlines(self) -> dict[Page, tuple[Part, ...]]:
        return self._outlines(self.source)

    def _look(self, code: str, sees: Sees) -> bytes:
        """Looks through one language, and keeps what was found: of doubts, which there are."""
        if sees is Sees.DOUBTS:
            return self._doubts(code)
        base = self.parts[code]
        more: dict[str, Any] = {}
        if sees is Sees.LANGUAGE:
            cited, *others = base.mentions_of(code)
            more["mentions"] = [sorted(cited), *others]
        else:
            own = self._outlines(code) if code != self.source else {}
            base = replace(self.pairs[code], outlines={**own, **self._source_outlines})
            more["progress"] = asdict(language_progress(base, base.language(code)))
        return self._found(base, sees, self._places[code, sees], **more)

    def _judge(self, code: str, doubts: bytes) -> bytes:
        """Looks at the `doubts` of a language, and keeps what was found: mostly they are what they were."""
        place = self._verdict(doubts)
        if (known := self.cache.get(place)) is not None:
            return known
        rows = [Doubt(*doubt) for doubt in json.loads(doubts)]
        base = replace(self.base.part(), doubts={**dict.fromkeys(self.codes, ()), code: rows})
        return self._found(base, Sees.DOUBTS, place)

    def _found(self, base: KnowledgeBase, sees: Sees, place: str, **more: Any) -> bytes:
        """What the rules find in `base`, and `more`, which is then kept at `place`."""
        problems = sorted(set(_problems(base, sees)))
        data = _written({"problems": [astuple(problem) for problem in problems], **more})
        self.cache.put(place, data)
        return data

    def _doubts(self, code: str) -> bytes:
        """The paragraphs of a language that may be in another, the fields of each as JSON."""
        place = self._places[code, Sees.DOUBTS]
        data = self.cache.get(place)
        if data is None:
            data = _written(replace(self.parts[code], common=self._common).doubts_in(code))
            self.cache.put(place, data)
        return data


def _mentions(data: list[Any]) -> Mentions:
    cited, sections, cards = data
    return Mentions(
        frozenset(cited),
        tuple((file, line, Place(*place)) for file, line, place in sections),
        tuple((file, line, path) for file, line, path in cards),
    )


def _words(vocabulary: bytes, line: int) -> Set[str]:
    return frozenset(vocabulary.decode("utf-8", "surrogatepass").split("\n")[line].split())


def _written(value: Any) -> bytes:
    return json.dumps(value).encode()


def _digest(value: Any) -> str:
    return hashlib.sha256(_written(value)).hexdigest()
