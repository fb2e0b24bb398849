"""Rules about files and folders: names that the engine would misread, and links that lead out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from anyascii import anyascii

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import read_languages
from handvat.content.problem import Problem
from handvat.content.yaml_files import leads_out, walk

_FILE_NAME = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+$")
_TYPES = {"md", "svg", "png", "jpg", "jpeg", "webp", "gif", "avif"}
"""Endings of pages and pictures."""
LOCALE = re.compile(r"^[a-z]{2}(?:-[A-Za-z]{4})?(?:-[A-Z]{2})?$")
"""The names that static-i18n 1.3.1 takes for a language (config.py, RELOCALE)."""


def language_names(base: KnowledgeBase) -> Iterator[Problem]:
    """static-i18n takes a two-letter folder for a language and drops its pages without a message.

    Measured with 1.3.1: `docs/nl/it/` disappears from the site even with `--strict`, as does a
    file `csam.eu.md` in its other mode.
    """
    # Those of the shipped edition: an organisation's may have fewer.
    codes = {language.code for language in read_languages(base.data["mkdocs.yml"])[0]}
    docs = base.root / "docs"
    for path in sorted(docs.iterdir()) if docs.is_dir() else []:
        if path.is_dir() and path.name not in codes and not path.name.startswith("."):
            what = f"the folder {path.name!r} is not a language of mkdocs.yml"
            fix = "add the language there, or move the folder into a language"
            yield Problem(f"docs/{path.name}/", 1, "language-folder", what, fix)
    for code in sorted(codes):
        for entry in _entries(base, code):
            suffix = entry.name.removesuffix(".md").partition(".")[2]
            if entry.is_top and entry.is_folder and LOCALE.match(entry.name):
                what = f"the engine takes the folder {entry.name!r} for a language and drops it"
                fix = "give the folder a longer name"
                yield Problem(entry.place, 1, "language-folder", what, fix)
            elif suffix and entry.name.endswith(".md") and LOCALE.match(suffix):
                what = f"the engine may take {suffix!r} for a language"
                fix = "give the file a longer name, without a dot in it"
                yield Problem(entry.place, 1, "language-suffix", what, fix)


def file_names(base: KnowledgeBase) -> Iterator[Problem]:
    """Spaces and capitals make addresses that break when typed, mailed or moved to another disk."""
    for language in base.languages:
        for entry in _entries(base, language.code):
            plain = f"{entry.name}.folder" if entry.is_folder else entry.name
            if not _FILE_NAME.match(plain):
                tidy = re.sub(r"[^a-z0-9.]+", "-", anyascii(entry.name).lower()).strip("-")
                what = f"the name {entry.name!r} has spaces, capitals or special characters in it"
                yield Problem(
                    entry.place.rstrip("/"), 1, "file-name", what, f"rename it to {tidy!r}"
                )


def file_types(base: KnowledgeBase) -> Iterator[Problem]:
    """A Word file or a PDF beside the pages is found by no reader, and is public for good."""
    for path, is_folder in walk(base.root / "docs"):
        if not is_folder and path.name.rpartition(".")[2].lower() not in _TYPES:
            what = f"{path.name!r} is neither a page nor a picture: no reader finds it"
            fix = "copy its text into a page (.md), and delete the file: all in docs/ is public"
            yield Problem(_place(base, path), 1, "file-type", what, fix)


def links_out(base: KnowledgeBase) -> Iterator[Problem]:
    """A symbolic link could publish any file of the machine that builds the site."""
    for folder in ("docs", "data", "overrides"):
        for path, _ in walk(base.root / folder):
            if path.is_symlink() and leads_out(path, base.root / folder):
                what = f"the link leads out of {folder}/"
                fix = "replace it by the file itself"
                yield Problem(_place(base, path), 1, "symbolic-link", what, fix)


class _Entry(NamedTuple):
    """A file or folder among the texts of a language."""

    place: str
    """The place in the project, for messages; for an organisation's folder, that of a file in it."""
    name: str
    is_folder: bool
    is_top: bool
    """Whether it is directly in the folder of the language."""


def _entries(base: KnowledgeBase, code: str) -> Iterator[_Entry]:
    """The files and folders in the folder of a language: the shipped ones and the organisation's."""
    top = base.root / "docs" / code
    for path, is_folder in walk(top):
        place = _place(base, path) + ("/" if is_folder else "")
        yield _Entry(place, path.name, is_folder, path.parent == top)
    for place in base.overlay.files:
        parts = place.split("/")[2:] if place.startswith(f"docs/{code}/") else []
        for number, name in enumerate(parts):
            yield _Entry(place, name, number < len(parts) - 1, number == 0)


def _place(base: KnowledgeBase, path: Path) -> str:
    return path.relative_to(base.root).as_posix()
