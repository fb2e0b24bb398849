"""Writes the index of each language, `search/<code>.js`: the search program with its data.

MkDocs' search puts all languages in one file that every reader downloads whole
(ultrabug/mkdocs-static-i18n#31), and finds a page only by words that are on it. Somebody in panic types what is
happening. So a page is found by its title, its search words, the ways to ask of `data/questions/`, its headings and its text,
by whole words and by pieces of words. Program and data are one classic script: they cannot be of different builds, and
browsers load it from `file://` too.

The format is explained where it is read, in `overrides/search/engine.js`.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from rjsmin import jsmin

from handvat import cache
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.search_data import read_questions, read_sentences
from handvat.processes import in_processes
from handvat.search.danger import Model, make_model
from handvat.search.help import danger_help, doors
from handvat.search.tokens import LETTERS, words
from handvat.site_output import Part, SiteOutput, write_file

_ENGINE = "search/engine.js"
"""Below the theme's folder."""

_YOUNG = "you/"
"""The pages for a young person about themself."""

_WEIGHTS = {"title": 5, "aliases": 2, "questions": 4, "heading": 1, "short": 1}
"""What a word counts for in a field of a page."""

_TIMES = 1, 3
"""How many times the words of a text count; the second is for one of one or two words, which is about nothing else."""

_HEADING_TIMES = 30
"""A word in the heading of a section, or in a question for it, counts as if it were so many times in its text."""

_REPEATED = 0.7
"""A word that is in n texts of a field counts n to this power times."""

_LEVELS = 6
_MOST_PAGES = 0.04
"""A word in the text of a larger share of the pages is left out: it does not discriminate between them."""

_MOST_PLACES = 0.07
"""A word on a larger share of the pages leads to none of their sections."""

_SHORTEST, _LONGEST = 3, 5
"""Letters of a word of the text: shorter ones are left out, and longer ones cut, to what languages do not bend."""

_EXCERPT, _EXCERPTS = 90, 60_000
"""The longest excerpt, and that of all pages together, in characters."""

_MOST_SECTIONS = 2500
"""With more sections in a language hits do not name theirs."""

MOST_POSTINGS, _OF_TEXT = 30_000, 1 / 15
"""The most pairs of a word and a page (a language of 120 pages has 28,000 to 49,000), and the share reserved for text alone."""

# Of the printable characters of ASCII all but those that JSON escapes.
_SYMBOLS = [chr(code) for code in range(35, 127) if chr(code) != "\\"]
_LAST = len(_SYMBOLS) - 1
_SECTIONS = 13
_NO_WEIGHT = 45


def step(site: SiteOutput) -> None:
    """Write `search/<code>.js` for each language of `site` that has pages of its own. Raises OSError for a full disk."""
    for _ in in_processes(partial(_write, site), site.languages, lambda one: f"indexed {one.name}"):
        pass


def _write(site: SiteOutput, language: Language) -> None:
    documents = {
        path: parts
        for path, parts in site.rendered[language.code].documents.items()
        if site.kb.page(language.code, path)
    }
    if not documents:
        return
    engine = jsmin((site.themes[0] / _ENGINE).read_text("utf-8"))
    questions = read_questions(site.kb.root, language.code)[1]
    sentences = read_sentences(site.kb.root, language.code)[0]
    pages = list(_pages(site.kb, language, documents, questions))
    # A third is enough: the rates are the same as with all of them.
    of_others = [
        text for key, texts in questions.items() if not key.startswith(_YOUNG) for text in texts
    ][::3]
    help_, doors_ = danger_help(site.kb, language), doors(site.kb, language)
    inputs = repr([pages, help_, doors_, of_others, sentences])
    key = cache.key("search index", engine=engine, inputs=inputs)
    if not (script := site.cache.get(key)):
        data = {
            **index_of(pages),
            "danger": {**help_, **encode_model(make_model(sentences, of_others))},
            "doors": doors_,
            "letters": LETTERS.get(language.code),
        }
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        script = f"handvatSearch[{json.dumps(language.code)}]={engine}({text});\n".encode()
        site.cache.put(key, script)
    write_file(site.folder / index_name(language.code), script)


def index_name(language: str) -> str:
    """Return the name of the index of a language, below the root of the site."""
    return f"search/{language}.js"


@dataclass(frozen=True)
class IndexedPage:
    """What the index contains of a page."""

    url: str
    """The address below the home page of the language."""
    title: str
    excerpt: str
    path: str
    language: str = ""
    """The language of a fallback page; `""` for a page in the language of the index."""
    sections: Sequence[Part] = ()
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """`title`, `aliases`, `questions`, `short` → the texts that a word is looked up in."""
    asked_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Section id → questions that this section answers."""


def _pages(
    kb: KnowledgeBase,
    language: Language,
    documents: Mapping[str, Sequence[Part]],
    questions: Mapping[str, Sequence[str]],
) -> Iterator[IndexedPage]:
    """Yield the pages to find, by path: those of `language`, and fallback pages that somebody asks for in it."""
    asked: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)
    for key, texts in questions.items():
        path, _, section = key.partition("#")
        asked[path][section] = texts
    for path in sorted({*documents, *asked}):
        page = kb.shown_page(language.code, path)
        if page is None:
            continue  # left out of this edition
        document = documents.get(path, ())
        title, description = page.front.title, page.front.description
        excerpt = excerpt_of(kb, page, document)
        fields: dict[str, Sequence[str]] = {
            "title": [title],
            "questions": [text for texts in asked[path].values() for text in texts],
        }
        if page.url:  # the words of home are those of all pages, and it would be above each of them
            fields["short"] = [excerpt, description]
        if page.url and document:
            fields["aliases"] = page.front.aliases
        yield IndexedPage(
            page.url,
            title,
            excerpt,
            path,
            "" if document else page.language,
            document if page.url else (),
            fields,
            {section: texts for section, texts in asked[path].items() if section},
        )


def excerpt_of(kb: KnowledgeBase, page: Page, document: Sequence[Part]) -> str:
    """Return what search shows of `page`: its section `in-short`, else its description."""
    in_short = next((part.text for part in document if part.id == "in-short"), "")
    # A page on another country's law has a notice above its text.
    country = kb.strings[page.language].country(kb.country_of(page)) if kb.is_foreign(page) else ""
    return ": ".join(filter(None, (country, in_short or page.front.description)))


def _shortened(text: str, pages: int) -> str:
    """Return the excerpt `text`, or its beginning up to a whole word, for an index of so many `pages`."""
    longest = min(_EXCERPT, _EXCERPTS // pages)
    return text if len(text) <= longest else f"{text[:longest].rpartition(' ')[0]} …"


def index_of(pages: Sequence[IndexedPage]) -> dict[str, Any]:
    """Return the part of the index that finds `pages`."""
    weights: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    in_text: dict[str, set[int]] = defaultdict(set)
    places: list[dict[str, int]] = []
    """Word → the section that it is in most, of each page."""
    for number, page in enumerate(pages):
        for name, texts in page.fields.items():
            found = map(words, texts)
            count = Counter(x for one in found for x in [*{*one}] * _TIMES[len(one) < 3])
            for word, times in count.items():
                weights[word][number] += _WEIGHTS[name] * times**_REPEATED
        most_often: dict[str, int] = {}
        at: dict[str, int] = {}
        for place, (section, heading, text) in enumerate(page.sections, 1):
            count = Counter(words(text))
            for word in {*words(heading)}:
                weights[word][number] += _WEIGHTS["heading"]
            for word in {*words(" ".join([heading, *page.asked_of.get(section, ())]))}:
                count[word] += _HEADING_TIMES
            for word, times in count.items():
                if times > most_often.get(word, 0):
                    most_often[word], at[word] = times, place
                if len(word) > _LONGEST and times > most_often.get(cut := word[:_LONGEST], 0):
                    most_often[cut], at[cut] = times, place
        places.append(at)
        for cut in {word[:_LONGEST] for word in at if len(word) >= _SHORTEST}:
            in_text[cut].add(number)
    most, placed = (max(3, share * len(pages)) for share in (_MOST_PAGES, _MOST_PLACES))
    texts = {word: found for word, found in in_text.items() if len(found) <= most}
    _leave_out_least(weights, texts)
    known = sorted(weights.keys() | texts.keys())
    counts, deltas, marks = [], [], []
    for word in known:
        numbers = sorted({*weights.get(word, ()), *texts.get(word, ())})
        counts.append(len(numbers))
        deltas += [
            number - before - 1 for before, number in zip([-1, *numbers], numbers, strict=False)
        ]
        of_pages, is_placed = weights.get(word, {}), len(numbers) <= placed
        for number in numbers:
            place = min(_SECTIONS - 1, places[number].get(word, 0)) if is_placed else 0
            marks.append(_level(of_pages.get(number, 0)) * _SECTIONS + place)
    return {
        "pages": [
            [
                page.url,
                page.title,
                _shortened(page.excerpt, len(pages)),
                *([page.language] if page.language else []),
            ]
            for page in pages
        ],
        "sections": [[[id_, title] for id_, title, _ in page.sections] for page in pages]
        if sum(len(page.sections) for page in pages) <= _MOST_SECTIONS
        else [],
        "first": [number for number, page in enumerate(pages) if page.path.startswith("now/")],
        "own": [number for number, page in enumerate(pages) if page.path.startswith(_YOUNG)],
        "words": front_coded(known),
        "counts": "".join(map(_symbols, counts)),
        "deltas": "".join(map(_symbols, deltas)),
        "marks": "".join(_SYMBOLS[mark] for mark in marks),
    }


def _leave_out_least(weights: dict[str, dict[int, float]], texts: dict[str, set[int]]) -> None:
    """Remove the least discriminating postings of an index with more than MOST_POSTINGS.

    First the words of the text that are on most pages, but for a share of them, then those of a field with the least weight: a
    site of a thousand pages has an index that a phone still loads at once.
    """
    of_text = sum(map(len, texts.values()))
    left_over = sum(map(len, weights.values())) + of_text - MOST_POSTINGS
    for word in sorted(texts, key=lambda word: (-len(texts[word]), word)):
        if left_over <= 0 or of_text <= MOST_POSTINGS * _OF_TEXT:
            break
        left_over -= len(texts[word])
        of_text -= len(texts.pop(word))
    lightest = sorted(
        (weight, word, number)
        for word, pages in weights.items()
        for number, weight in pages.items()
    )
    for _, word, number in lightest[: max(0, left_over)]:
        del weights[word][number]
        if not weights[word]:
            del weights[word]


@lru_cache
def _level(weight: float) -> int:
    """Return the weight of a word on a page in steps: 0 for one that is in its text alone."""
    return min(_LEVELS, max(1, round(math.sqrt(weight) * 1.1))) if weight else 0


def front_coded(known: Iterable[str]) -> str:
    """Return sorted texts in one: for each a capital letter, for how much of the one before begins it, and the rest."""
    coded, before = [], ""
    for text in known:
        same, most = 0, min(len(text), len(before), 25)
        while same < most and text[same] == before[same]:
            same += 1
        coded.append(chr(ord("A") + same) + text[same:])
        before = text
    return "".join(coded)


def _symbols(number: int) -> str:
    """Return a number in one character, or from 90 in three."""
    if number < _LAST:
        return _SYMBOLS[number]
    return _SYMBOLS[_LAST] + _SYMBOLS[number // _LAST] + _SYMBOLS[number % _LAST]


def encode_model(model: Model) -> dict[str, Any]:
    """Return the classifier as the browser reads it: weights in quarters, those of the kind in halves."""

    def weight(value: float, least: float = 0) -> str:
        return _SYMBOLS[max(0, min(_LAST, _NO_WEIGHT + (abs(value) >= least) * round(value * 4)))]

    features = model.features
    return {
        "features": front_coded(one.name for one in features),
        "weights": "".join(weight(one.danger) for one in features),
        "own_weights": "".join(weight(one.own, 0.75) for one in features),
        "of_kinds": "".join(
            _SYMBOLS[one.kind * _SECTIONS + min(_SECTIONS - 1, round(one.for_kind * 2))]
            if one.danger > 0
            else _SYMBOLS[0]
            for one in features
        ),
        "statements": front_coded(model.statements),
        "of_statements": "".join(_SYMBOLS[kind] for kind in model.statements.values()),
        "bounds": [min(99, round(one, 2)) for one in (model.sure, model.likely, model.own)],
    }
