"""Loads the texts that a command works on: those of the project, or an organisation's edition of them."""

from __future__ import annotations

from pathlib import Path

from handvat.console import say
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import UserError
from handvat.overlay import apply
from handvat.overlay.apply import organisation_file


def load_shipped() -> KnowledgeBase:
    """Load the project in the current folder, without an organisation's edition. Raises UserError."""
    root = Path.cwd()
    if file := organisation_file(root):
        say(f"This works on the shipped texts in docs/, not on the edition of {file.name}.")
    return _usable(KnowledgeBase.load(root))


def load_edition() -> KnowledgeBase:
    """Load the edition that an `organisation.yml` makes of the project; without one, the project. Raises UserError."""
    return _usable(apply.load_edition(Path.cwd()))


def _usable(base: KnowledgeBase) -> KnowledgeBase:
    if not base.languages:
        raise UserError("\n".join(map(str, base.problems)))
    return base


def below_language(base: KnowledgeBase, path: Path) -> str:
    """`path` below a language's folder: `docs/nl/now/index.md`, as an editor shows it, is `now/index.md`."""
    parts = path.parts[1:] if path.parts[:1] == ("docs",) else path.parts
    if parts and parts[0] in {language.code for language in base.languages}:
        parts = parts[1:]
    return "/".join(parts)
