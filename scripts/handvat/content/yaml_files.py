"""Read YAML with the line of every value, and edit it without losing comments.

YAML is read with PyYAML's safe C loader. A hostile or broken file must not hang the build. Refused are anchors and
aliases (a few lines of them expand to gigabytes: "billion laughs"), duplicate keys (the last would win silently), tags,
files that are not UTF-8, files larger than `MAX_BYTES`, and invisible characters. The text is kept
beside the values, so that a validation error found later still names the line.

YAML is edited with ruamel.yaml, so that a proposal shows the change and nothing else: it preserves each byte of the
front matter of all pages but one (two spaces in a list of aliases). It ties comments to the entry before them, so the
navigation is edited by line (`handvat/commands/navigation.py`).
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import BaseResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from handvat.content.problem import Problem, UserError, did_you_mean

MAX_BYTES = 1_000_000
"""The largest source file that is read. The longest page of the knowledge base is under 20 KB."""

LARGEST = 10**18
"""No number here means anything beyond; Python refuses to write out one of a few thousand digits."""

# Control characters but tab and line break, separators of lines and paragraphs that count as line breaks
# in one library and not in another, what is no sign at all (XML refuses it), half signs, and signs that
# turn the order of letters round (trojansource.codes): an editor shows another text than is read.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)

Path_ = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
_TEXT = "tag:yaml.org,2002:str"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(UserError):
    """A file that cannot be read as what it should be; carries the one problem to print."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass
class Yaml:
    """A YAML document: its value, and the line (from 1) of every key path in it."""

    file: str
    value: Any
    first_line: int = 1
    text: str = ""
    """As it was read."""

    @property
    def lines(self) -> dict[Path_, int]:
        """Every key path → its line: looked for only when a message names one, since few documents have any."""
        if self._lines is None:
            self._lines = dict(_Reader(self.text, self).lines())
        return self._lines

    _lines: dict[Path_, int] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def line_count(self) -> int:
        """How many lines it has."""
        return self.text.count("\n") + 1

    def line(self, path: Path_) -> int:
        """The line of `path`, or of the nearest parent that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, self.first_line)


def read_text(path: Path, name: str) -> str:
    """Read the text of `path`; `name` is the file's name in messages.

    Raises `Unreadable` for a file that is too large, empty, not UTF-8 or not to be read, or that has
    signs in it that nobody sees.
    """
    return _decode(_read_bytes(path, name), name)


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISFIFO(status.st_mode):
            raise OSError(errno.EINVAL, "nothing but a pipe")  # reading it waits for ever
        size = status.st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        fix = "check that it is a file, and who may read it"
        raise Unreadable(Problem(name, 1, "unreadable-file", what, fix)) from None
    if size > MAX_BYTES:
        raise Unreadable(
            Problem(
                name,
                1,
                "file-size",
                f"the file has {size:,} bytes, more than the {MAX_BYTES:,} that are read",
                "split it, or take out what does not belong in it",
            )
        )
    return data


def _decode(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(
            Problem(
                name,
                line,
                "encoding",
                f"byte {data[error.start]:#04x} is not UTF-8",
                "save the file as UTF-8 in your editor",
            )
        ) from None
    if not text.strip():
        raise Unreadable(
            Problem(name, 1, "empty-file", "the file is empty", "fill it, or delete it")
        )
    # A lone \r ends a line for the parsers too: where it did not here, lines would be counted wrong.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    unseen = _UNSEEN.search(text)
    if unseen:
        line = text.count("\n", 0, unseen.start()) + 1
        raise Unreadable(
            Problem(name, line, "unseen-sign", f"a sign that nobody sees stands here: {_code(unseen)}",
                    "take it out; your editor can show or find it")
        )  # fmt: skip
    return text


def _code(sign: re.Match[str]) -> str:
    """What Unicode calls a sign that must not be printed itself: `U+202E`."""
    return f"U+{ord(sign.group()):04X}"


def parse_yaml(text: str, name: str, first_line: int = 1) -> Yaml:
    """Reads one YAML document from `text`, whose first line is line `first_line` of file `name`.

    Raises `Unreadable` with the line and the cure.
    """
    reader = _Reader(text, Yaml(name, None, first_line, text))
    try:
        node = reader.compose()
        if node is not None:
            reader.document.value = reader.build(node)
    except yaml.MarkedYAMLError as error:
        raise reader.explain(error) from None
    except (yaml.YAMLError, RecursionError) as error:
        cause = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        cause = " ".join(cause.split())
        raise reader.refuse(None, f"the YAML cannot be read: {cause}", "simplify it") from None
    return reader.document


class _Reader:
    """Builds plain values from YAML nodes."""

    def __init__(self, text: str, document: Yaml) -> None:
        self.text = text
        self.document = document
        self.scalars = yaml.SafeLoader("")

    def refuse(self, mark: yaml.Mark | None, what: str, fix: str) -> Unreadable:
        # The end of a text is no line of it.
        line = self.document.first_line + (min(mark.line, self.text.count("\n")) if mark else 0)
        return Unreadable(Problem(self.document.file, line, "yaml", what, fix))

    def explain(self, error: yaml.MarkedYAMLError) -> Unreadable:
        mark = error.problem_mark or error.context_mark
        if "end of stream" in (error.problem or "") and error.context_mark:
            mark = error.context_mark  # where the quote that never closes begins
        lines = self.text.split("\n")
        if mark and mark.line < len(lines) and "\t" in lines[mark.line]:
            return self.refuse(mark, "a tab stands in the YAML", "use spaces to indent")
        return self.refuse(
            mark,
            f"the YAML cannot be read: {error.problem or 'it is not YAML'}",
            'check colons, indentation and quotes; put a text with a colon in "quotes"',
        )

    def compose(self) -> yaml.Node | None:
        # Of a hundred files one has any of these signs: the others need no second reading.
        may_refer = any(sign in self.text for sign in "&*!")
        for event in yaml.parse(self.text, Loader=_Loader) if may_refer else ():
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise self.refuse(
                    event.start_mark,
                    "anchors (&name) and aliases (*name) are not allowed",
                    "write the value out where it is needed",
                )
            tag = getattr(event, "tag", None)
            # MkDocs' own, for settings from the environment, stands before a list.
            if tag and not (tag == "!ENV" and isinstance(event, yaml.SequenceStartEvent)):
                raise self.refuse(
                    event.start_mark, f"tags ({tag}) are not allowed", "write the value without it"
                )
        return yaml.compose(self.text, Loader=_Loader)

    def build(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item) for item in node.value]
        if not isinstance(node, yaml.MappingNode):
            return self.scalar(node)
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.scalar(key_node)
            if key in result:
                what = f"the key {key!r} stands here twice"
                raise self.refuse(key_node.start_mark, what, "keep one of the two")
            result[key] = self.build(value_node)
        return result

    def lines(self) -> Iterator[tuple[Path_, int]]:
        """The path of every key and entry with its line, in the order of the text."""
        first = self.document.first_line
        root = yaml.compose(self.text, Loader=_Loader)  # what must not stand in it was refused
        pending: list[tuple[Path_, yaml.Node, yaml.Mark]] = []
        if root is not None:
            pending.append(((), root, root.start_mark))
        while pending:
            path, node, mark = pending.pop()
            yield path, first + mark.line
            if isinstance(node, yaml.SequenceNode):
                below = [
                    ((*path, number), item, item.start_mark)
                    for number, item in enumerate(node.value)
                ]
            elif isinstance(node, yaml.MappingNode):
                below = [
                    ((*path, self.scalar(key)), value, key.start_mark) for key, value in node.value
                ]
            else:
                continue
            pending += reversed(below)

    def scalar(self, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            raise self.refuse(node.start_mark, "a list or mapping cannot be a key", "use a word")
        try:
            is_text = node.tag == _TEXT
            value = node.value if is_text else self.scalars.construct_object(node)
            if is_text and not value.isprintable() and (unseen := _UNSEEN.search(value)):
                raise ValueError(f"it holds a sign that nobody sees, {_code(unseen)}")
            if isinstance(value, int) and abs(value) > LARGEST:
                raise ValueError("the number is too large")
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            cause = getattr(error, "problem", None) or str(error)
            raise self.refuse(
                node.start_mark,
                f"the value {node.value!r} cannot be read: {cause}",
                'write dates as 2026-11-24, texts in "quotes"',
            ) from None
        return value


def read_yaml(path: Path, root: Path) -> Yaml:
    """Read the YAML file `path`; messages name it relative to `root`. Raises `Unreadable`."""
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        raise Unreadable(Problem(name, 1, "missing-file", "the file is not there", "add it"))
    stay_inside(path, root)
    return parse_yaml(read_text(path, name), name)


def stay_inside(path: Path, root: Path) -> None:
    """Refuses a `path` that a symbolic link leads out of the project in `root`.

    A message may quote what stands in a file: of this machine's own files none must be quoted.
    Raises `Unreadable`.
    """
    if not leads_out(path, root):
        return
    name = path.relative_to(root).as_posix()
    raise Unreadable(
        Problem(name, 1, "symbolic-link", "the link leads out of the project",
                "replace it by the file itself")
    )  # fmt: skip


def leads_out(path: Path, root: Path) -> bool:
    """Whether symbolic links make `path` lie outside the folder `root`, or go round in a circle."""
    # Path.resolve gives up on a circle with an error.
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def validate(
    model: type[Model], document: Yaml, value: Any, path: Path_, rule: str
) -> tuple[Model | None, list[Problem]]:
    """Checks `value`, found at `path` of `document`, against `model`.

    Returns the model (None when it does not hold) and the problems, each at its own line.
    """
    if not isinstance(value, Mapping):
        found = "nothing" if value is None else type(value).__name__
        return None, [
            Problem(
                document.file,
                document.line(path),
                rule,
                f"expected keys with values, found {found}",
                f"give the keys {', '.join(keys_of(model))}",
            )
        ]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [_explain(model, document, path, rule, item) for item in error.errors()]


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys a contributor may write for `model`."""
    return [info.alias or name for name, info in model.model_fields.items()]


def _explain(model: type[BaseModel], document: Yaml, path: Path_, rule: str, error: Any) -> Problem:
    location: Path_ = tuple(error["loc"])
    line = document.line((*path, *location))
    name = ".".join(str(part) for part in location)
    kind, given = error["type"], error.get("input")
    if kind == "extra_forbidden":
        known = keys_of(_model_at(model, location[:-1]))
        return Problem(
            document.file,
            line,
            rule,
            f"unknown key {str(location[-1])!r}",
            did_you_mean(str(location[-1]), known),
        )
    if kind == "missing":
        line = document.line((*path, *location[:-1]))
        return Problem(document.file, line, rule, f"the key {name!r} is missing", f"add {name}: …")
    if kind.startswith(("date_", "date")):
        what = f"{name}: {given!r} is not a date"
        return Problem(document.file, line, rule, what, "write a day that exists as 2026-11-24")
    if kind in {"literal_error", "enum"}:
        expected = str(error["ctx"]["expected"])
        choices = [choice.strip("' ") for choice in expected.replace(" or ", ",").split(",")]
        what = f"{name}: {given!r} is not one of the known values"
        return Problem(document.file, line, rule, what, did_you_mean(str(given), choices))
    if kind == "string_type":
        what = f"{name}: {given!r} is not a text"
        return Problem(document.file, line, rule, what, f'put it in quotes: "{given}"')
    what = f"{name}: {error['msg'].removeprefix('Value error, ')}"
    return Problem(document.file, line, rule, what, "fix the value")


def _model_at(model: type[BaseModel], location: Path_) -> type[BaseModel]:
    """The model that holds the keys at `location` below `model`."""
    for part in location:
        if not isinstance(part, str) or part not in model.model_fields:
            continue
        pending: list[Any] = [model.model_fields[part].annotation]
        while pending:
            found = pending.pop()
            if isinstance(found, type) and issubclass(found, BaseModel):
                model = found
                break
            pending.extend(getattr(found, "__args__", ()))
    return model


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
