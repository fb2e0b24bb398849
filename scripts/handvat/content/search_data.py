"""What people type into search: ways to ask for a page, and sentences that mean danger or share words with it.

Both are read when an index is made or when they changed since the last check: they have as many lines as all pages
together, and no page depends on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handvat.content.problem import Problem
from handvat.content.yaml_files import Path_, Unreadable, Yaml, read_yaml

KINDS = ("suicide", "orders", "violence", "missing", "abuse", "nowhere")
"""The kinds of danger: suicide and self-harm; somebody gives orders or watches now; violence now; missing; abuse that just
happened; nowhere safe tonight."""

HARMLESS = "none"
"""The key of sentences without acute danger."""

VOICES = ("me", "other")
"""Who types: the young person about themself, or anybody else."""

MOST_LETTERS = 300
"""The longest question or sentence, in characters."""

_RULE = "search-data"


@dataclass(frozen=True)
class Sentence:
    """A sentence that somebody might type."""

    text: str
    kind: str
    """One of `KINDS`, or `HARMLESS`."""
    voice: str
    """One of `VOICES`."""


def questions_file(language: str) -> str:
    """Return the file of the ways to ask in a language, relative to the project."""
    return f"data/questions/{language}.yml"


def danger_file(language: str) -> str:
    """Return the file of the sentences of danger in a language, relative to the project."""
    return f"data/danger/{language}.yml"


def read_questions(root: Path, language: str) -> tuple[Yaml, dict[str, list[str]], list[Problem]]:
    """Read the ways to ask for pages in a language of the project in the folder `root`.

    Returns the document, the valid entries (page path, with `#section` where the question is for one → questions), and
    the problems. Without a file, nothing.
    """
    document, problems = _read(root, questions_file(language))
    entries: dict[str, list[str]] = {}
    for key, value in document.value.items():
        texts, found = _texts(document, (key,), value)
        entries[str(key)] = texts
        problems += found
    return document, entries, problems


def read_sentences(root: Path, language: str) -> tuple[list[Sentence], list[Problem]]:
    """Read the sentences of danger, and of no danger, in a language of the project in the folder `root`."""
    document, problems = _read(root, danger_file(language))
    sentences: list[Sentence] = []
    for kind, voices in document.value.items():
        if kind not in (*KINDS, HARMLESS) or not isinstance(voices, Mapping):
            what = f"expected one of {', '.join((*KINDS, HARMLESS))}, with the lists me and other"
            problems.append(document.problem((kind,), _RULE, what, "see data/questions/README.md"))
            continue
        for voice, value in voices.items():
            if voice not in VOICES:
                what = f"expected the lists me (the young person speaks) and other, not {voice!r}"
                fix = "see data/questions/README.md"
                problems.append(document.problem((kind, voice), _RULE, what, fix))
                continue
            texts, found = _texts(document, (kind, voice), value)
            sentences += [Sentence(text, kind, voice) for text in texts]
            problems += found
    return sentences, problems


def _read(root: Path, name: str) -> tuple[Yaml, list[Problem]]:
    if not (root / name).is_file():
        return Yaml(name, {}), []
    try:
        document = read_yaml(root / name, root)
    except Unreadable as error:
        return Yaml(name, {}), [error.problem]
    if not isinstance(document.value, Mapping):
        what, fix = "expected a mapping of keys with lists of texts", "see data/questions/README.md"
        return Yaml(name, {}), [Problem(name, 1, _RULE, what, fix)]
    return document, []


def _texts(document: Yaml, path: Path_, value: Any) -> tuple[list[str], list[Problem]]:
    """Return the usable texts of the list `value` at `path`, and the problems of the others."""
    if not isinstance(value, list):
        what = f"the entries of {path[-1]!r} are not a list"
        return [], [document.problem(path, _RULE, what, 'write "- " before each')]
    found: dict[str, None] = {}  # in a list, each text would be compared with all before it
    problems = []
    for number, text in enumerate(value):
        if not isinstance(text, str) or not text.strip():
            what, fix = f"{text!r} is not a text", 'write it in "quotes"'
        elif len(text) > MOST_LETTERS:
            what = f"the text has {len(text)} characters, more than {MOST_LETTERS}"
            fix = "people type less: shorten it"
        elif text in found:
            what, fix = f"{text!r} is here twice", "keep one of the two"
        else:
            found[text] = None
            continue
        problems.append(document.problem((*path, number), _RULE, what, fix))
    return list(found), problems
