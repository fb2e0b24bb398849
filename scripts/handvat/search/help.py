"""What search knows beside Pagefind's index: who to call in danger, the four doors, which words exist.

Pagefind finds pages. It cannot say that a question sounds like danger, what to do when nothing is
found, or which word was meant by one that it does not know. Two small files a language can: one
loaded when search opens, and the words, which grow with the site, when a word is not known.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.search.document import FIELD

NAME = "handvat.json"
"""Beside the index of the language: `pagefind/<code>/handvat.json`."""

WORDS = "words.json"
"""Beside it."""

SHORTEST_WORD = 4
"""Letters from which on a word is worth guessing at; search.js has the same."""

_HEADING = re.compile(r"<h[1-6]\b[^>]*>(.*?)</h[1-6]>", re.DOTALL)
_SEARCH_WORDS = re.compile(r'"search-words" content="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_DOOR = re.compile(r"door-")


def search_help(base: KnowledgeBase, language: Language) -> str:
    """JSON: `danger` (words, and who to call), `doors` (title, address), `pages` (how many)."""
    return _json(
        {
            "danger": {
                "words": [_fold(word) for word in base.danger.get(language.code, ())],
                "contacts": list(_contacts(base, language)),
            },
            "doors": list(_doors(base, language)),
            "pages": sum(1 for _ in base.pages_in(language.code)),
        }
    )


def words_in(pages: Iterable[str]) -> set[str]:
    """The words of titles, headings and search words in `pages`, which are search documents."""
    return set(_words(unescape(text) for page in pages for text in _said(page)))


def search_words(base: KnowledgeBase, language: Language, words: Iterable[str]) -> str:
    """JSON: a list of what a reader may have meant, for "did you mean": `words`, and those of the terms."""
    terms = base.terms.get(language.code, ())
    return _json(
        sorted({*words, *_words(text for term in terms for text in (term.use, *term.search))})
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _contacts(base: KnowledgeBase, language: Language) -> Iterator[dict[str, str]]:
    """The crisis numbers for danger and suicide, in the order of urgency."""
    for contact in base.own_contacts.values():
        if contact.is_for_danger:
            number = contact.numbers[0]
            yield {
                "name": contact.name,
                "what": contact.what.get(language.code, ""),
                "dial": number.dial,
                "tel": number.tel,
            }


def _doors(base: KnowledgeBase, language: Language) -> Iterator[dict[str, str]]:
    home = base.page(language.code, "index.md")
    for section in home.sections if home else ():
        if _DOOR.match(section.id):
            yield {"title": section.title, "url": f"{language.prefix}#{section.id}"}


def _words(texts: Iterable[str]) -> Iterator[str]:
    found = (word.lower() for text in texts for word in _WORD.findall(text))
    return (word for word in found if len(word) >= SHORTEST_WORD)


def _said(page: str) -> Iterator[str]:
    for field in FIELD.findall(page):
        yield from _SEARCH_WORDS.findall(field)
    for heading in _HEADING.findall(page):
        yield _TAG.sub("", heading)


def _fold(word: str) -> str:
    """As search.js folds what is typed: no capitals, no accents."""
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
