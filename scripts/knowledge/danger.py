"""Knows which words in a question mean that somebody may be in danger now: then help stands first."""

from __future__ import annotations

from collections.abc import Mapping

from scripts.knowledge.problem import Problem
from scripts.knowledge.yaml_file import Yaml

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
