"""Says which words wound or blame, and which to use instead, so that no page hurts its reader.

Knows which words in a question mean that somebody may be in danger now: then help stands first.

Reads the words of this field that no dictionary has, so that the spelling check need not cry wolf.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from pydantic import Field

from handvat.content.front_matter import Strict
from handvat.content.problem import Problem
from handvat.content.yaml_reader import Yaml, read_text, stay_inside


class Term(Strict):
    """An entry of `data/terms.yml`, under its language."""

    use: str = Field(min_length=1)
    avoid: list[str] = Field(default=[])
    """Words that must not stand in a text, whole words, in any case of letters."""
    why: str | None = None
    search: list[str] = Field(default=[])
    """Words that people type: kept for search only."""
    meaning: str = Field(min_length=1)
    """One plain sentence for the glossary."""

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Finds any of the words to avoid; None when there are none."""
        if not self.avoid:
            return None
        words = "|".join(re.escape(word) for word in sorted(self.avoid, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


NAME = "data/danger.yml"


def read_danger(document: Yaml) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """Language code → the beginnings of words, as written, and what is wrong with the file."""
    value = document.value or {}
    if not isinstance(value, Mapping):
        return {}, [Problem(NAME, 1, "danger", "expected languages with lists of words",
                            "write nl: [zelfmoord, …]")]  # fmt: skip
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for language, words in value.items():
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            problems.append(Problem(NAME, document.line((language,)), "danger",
                                    f"the words of {language!r} are no list of texts",
                                    'write [zelfmoord, "113"], numbers in quotes'))  # fmt: skip
            continue
        found[str(language)] = tuple(words)
    return found, problems


def word_file(language: str) -> str:
    """Where the words of a language stand, below the project's folder."""
    return f"data/words/{language}.txt"


def read_words(root: Path, language: str) -> tuple[tuple[int, str], ...]:
    """Line number and word for each entry, in the order of the file; nothing where there is no file.

    One word, or one name of several words, stands on a line; `Wout*` is every word that begins so;
    `#` begins a comment. Raises `Unreadable`.
    """
    path = root / word_file(language)
    if not path.is_file():
        return ()
    stay_inside(path, root)
    lines = read_text(path, word_file(language)).split("\n")
    words = ((number, line.partition("#")[0].strip()) for number, line in enumerate(lines, 1))
    return tuple((number, word) for number, word in words if word)
