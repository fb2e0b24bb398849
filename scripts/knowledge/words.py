"""Reads the words of this field that no dictionary has, so that the spelling check need not cry wolf."""

from __future__ import annotations

from pathlib import Path

from scripts.knowledge.yaml_file import read_text, stay_inside


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
