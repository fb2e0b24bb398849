"""Rules about files and folders: names that the engine would misread, and links that lead out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.problem import Problem
from scripts.knowledge.yaml_file import leads_out

_FILE_NAME = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+$")
# What static-i18n 1.3.1 takes for a language (config.py, RELOCALE): two letters, perhaps more.
LOCALE = re.compile(r"^[a-z]{2}(?:-[A-Za-z]{4})?(?:-[A-Z]{2})?$")


def language_names(base: KnowledgeBase) -> Iterator[Problem]:
    """static-i18n takes a two-letter folder for a language and drops its pages without a word.

    Measured with 1.3.1: `docs/nl/it/` disappears from the site even with `--strict`, as does a
    file `csam.eu.md` in its other mode.
    """
    codes = {language.code for language in base.languages}
    docs = base.root / "docs"
    for path in sorted(docs.iterdir()) if docs.is_dir() else []:
        if path.is_dir() and path.name not in codes and not path.name.startswith("."):
            yield Problem(
                f"docs/{path.name}/",
                1,
                "language-folder",
                f"the folder {path.name!r} is no language of mkdocs.yml",
                "add the language there, or move the folder into a language",
            )
    for code in sorted(codes):
        for path in _walk(docs / code):
            name = path.relative_to(base.root).as_posix()
            is_top = path.parent == docs / code
            if is_top and path.is_dir() and LOCALE.match(path.name):
                yield Problem(
                    f"{name}/",
                    1,
                    "language-folder",
                    f"the engine takes the folder {path.name!r} for a language and drops it",
                    "give the folder a longer name",
                )
            elif path.suffix == ".md" and LOCALE.match(path.stem.partition(".")[2]):
                yield Problem(
                    name,
                    1,
                    "language-suffix",
                    f"the engine may take {path.stem.partition('.')[2]!r} for a language",
                    "give the file a longer name, without a dot in it",
                )


def file_names(base: KnowledgeBase) -> Iterator[Problem]:
    """Spaces and capitals make addresses that break when typed, mailed or moved to another disk."""
    for language in base.languages:
        for path in _walk(base.root / "docs" / language.code):
            name = path.relative_to(base.root).as_posix()
            plain = f"{path.name}.folder" if path.is_dir() else path.name
            if not _FILE_NAME.match(plain):
                tidy = re.sub(r"[^a-z0-9.]+", "-", path.name.lower()).strip("-")
                yield Problem(
                    name,
                    1,
                    "file-name",
                    f"the name {path.name!r} has spaces, capitals or signs in it",
                    f"rename it to {tidy!r}",
                )


def links_out(base: KnowledgeBase) -> Iterator[Problem]:
    """A symbolic link could publish any file of the machine that builds the site."""
    for folder in ("docs", "data", "overrides"):
        for path in _walk(base.root / folder):
            if path.is_symlink() and leads_out(path, base.root / folder):
                yield Problem(
                    path.relative_to(base.root).as_posix(),
                    1,
                    "symbolic-link",
                    f"the link leads out of {folder}/",
                    "replace it by the file itself",
                )


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder) if not folder.is_symlink() else ():
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent) / name for name in folders)
        yield from (Path(parent) / name for name in sorted(files) if not name.startswith("."))
