"""Changes a value in YAML and keeps its comments, quotes and order: a proposal shows the change and nothing else.

ruamel.yaml keeps each byte of the front matter of all pages but one (two spaces in a list of aliases). It
ties comments to the entry before them, so the navigation is edited by line (`handvat/commands/navigation.py`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import BaseResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from handvat.content.problem import UserError

__all__ = ["CommentedMap", "Quoted", "edit_front_matter", "edit_yaml"]

_FRONT_MATTER = re.compile(
    r"\A(\ufeff?---[ \t]*[\r\n]+)(.*?)(?<=[\r\n])(?=---[ \t]*(?:[\r\n]|\Z))", re.DOTALL
)


class _PlainText(BaseResolver):
    """Takes every plain scalar for text: `~`, `no` and `012` are written back as they were read."""

    processing_version = (1, 2)

    def __init__(self, **given: Any) -> None:
        super().__init__(given.get("loadumper") or given.get("loader"))


def edit_yaml(text: str, change: Callable[[CommentedMap], None]) -> str:
    """Apply `change` to the mapping that `text` holds, and return the text after it.

    Plain scalars are text to `change`, `null` too. Line ends and a byte order mark stay. Raises UserError.
    """
    plain = text.removeprefix("\ufeff")
    end = next((end for end in ("\r\n", "\n", "\r") if end in plain), "\n")
    editor = YAML()
    editor.Resolver = _PlainText
    editor.preserve_quotes = True
    editor.width = 2**31
    editor.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    try:
        document = editor.load(plain.replace(end, "\n"))
        document = CommentedMap() if document is None else document
        change(document)
        editor.dump(document, written)
    except YAMLError as error:
        raise UserError(f"the YAML cannot be edited: {' '.join(str(error).split())}") from None
    return text[: len(text) - len(plain)] + written.getvalue().replace("\n", end)


def edit_front_matter(text: str, change: Callable[[CommentedMap], None]) -> str:
    """Apply `change` to the front matter of a page, and return the page. Raises UserError."""
    found = _FRONT_MATTER.match(text)
    assert found is not None, "a page without front matter cannot be read"
    return found[1] + edit_yaml(found[2], change) + text[found.end() :]
