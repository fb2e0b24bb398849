"""Read YAML with the line of every value, and edit it without losing comments.

YAML is read with PyYAML's safe C loader. A hostile or broken file must not hang the build. Refused are anchors and
aliases (a few lines of them expand to gigabytes: "billion laughs"), duplicate keys (the last would win silently), tags,
files that are not UTF-8, files larger than `MAX_BYTES`, and invisible characters. The text is kept
beside the values, so that a validation error found later still names the line.

YAML is edited with ruamel.yaml, so that a proposal shows the change and nothing else: it preserves each byte of the
front matter of all pages but one (two spaces in a list of aliases). It ties comments to the entry before them, so the
navigation is edited by line (`languages.edit_navigation`).
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import BaseResolver

from handvat.content.problem import Problem, UserError, did_you_mean

MAX_BYTES = 1_000_000
"""The largest source file that is read. The longest page is under 20 KB."""

LARGEST = 10**18
"""The largest number that is read. Python refuses to print one of some thousand digits."""

# Control characters except tab and line break, separators that are line breaks to some libraries only,
# noncharacters (not allowed in XML), surrogates, and controls of the direction of text, with which an
# editor shows another text than a program reads (trojansource.codes).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)

Path_ = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
_TEXT = "tag:yaml.org,2002:str"
_FRONT_MATTER = re.compile(
    r"\A(\ufeff?---[ \t]*[\r\n]+)(.*?)(?<=[\r\n])---[ \t]*(?:\r\n?|\n|\Z)", re.DOTALL
)
"""What is above the YAML of a page, and the YAML. The text of the page begins where the match ends."""

_REFERENCE = re.compile(r"(?:\A|[\s\[{,:?])[&*!]")
"""The beginning of an anchor, an alias or a tag (YAML 1.2, 6.8 and 6.9), or of a text that looks like one."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(UserError):
    """A file that cannot be read. `problem` is the one to print."""

    def __init__(self, file: str, line: int, rule: str, what: str, fix: str) -> None:
        super().__init__(file, line, rule, what, fix)
        self.problem = Problem(file, line, rule, what, fix)

    def __str__(self) -> str:
        return str(self.problem)


@dataclass
class Yaml:
    """A YAML document: its value, and the line (from 1) of every key path in it."""

    file: str
    value: Any
    first_line: int = 1
    text: str = ""

    @cached_property
    def lines(self) -> dict[Path_, int]:
        """Key path → line. Computed when a message needs one."""
        return dict(_lines(self.text, self.first_line))

    @property
    def line_count(self) -> int:
        """The number of lines."""
        return self.text.count("\n") + 1

    def line(self, path: Path_) -> int:
        """The line of `path`, or of its nearest parent in the document."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, self.first_line)

    def problem(self, path: Path_, rule: str, what: str, fix: str) -> Problem:
        """Return the problem that a rule finds at `path`."""
        return Problem(self.file, self.line(path), rule, what, fix)


def read_text(path: Path, name: str, *, may_be_empty: bool = False) -> str:
    """Read the text of `path`; `name` is the file's name in messages.

    Raises `Unreadable` for a file that cannot be opened, is larger than `MAX_BYTES`, not UTF-8, empty (unless it
    `may_be_empty`), or has invisible characters.
    """
    try:
        status = path.stat()
        if stat.S_ISFIFO(status.st_mode):
            raise OSError(errno.EINVAL, "nothing but a pipe")  # reading it would block
        data = path.read_bytes() if status.st_size <= MAX_BYTES else b""
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        fix = "check that it is a file, and who may read it"
        raise Unreadable(name, 1, "unreadable-file", what, fix) from None
    if status.st_size > MAX_BYTES:
        what = f"the file has {status.st_size:,} bytes, more than the {MAX_BYTES:,} that are read"
        fix = "split it, or take out what does not belong in it"
        raise Unreadable(name, 1, "file-size", what, fix)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {data[error.start]:#04x} is not UTF-8"
        fix = "save the file as UTF-8 in your editor"
        raise Unreadable(name, line, "encoding", what, fix) from None
    if not text.strip() and not may_be_empty:
        raise Unreadable(name, 1, "empty-file", "the file is empty", "fill it, or delete it")
    # A lone \r is a line break for the parsers too.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _INVISIBLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what = f"there is an invisible character here: {_code_point(found)}"
        fix = "take it out; your editor can show or find it"
        raise Unreadable(name, line, "unseen-sign", what, fix)
    return text


def _code_point(character: re.Match[str]) -> str:
    return f"U+{ord(character.group()):04X}"


class _Refused(Exception):
    """The mark of what must not be in a file, what is wrong, and the fix."""


def parse_yaml(text: str, name: str, first_line: int = 1) -> Yaml:
    """Parse one YAML document; `text` begins on line `first_line` of the file `name`.

    Raises `Unreadable` with the line and the fix.
    """
    mark: yaml.Mark | None = None
    try:
        # Nearly all files have no such character where a value may begin, and are parsed once.
        if _REFERENCE.search(text):
            _refuse_references(yaml.parse(text, Loader=_Loader))
        node = yaml.compose(text, Loader=_Loader)
        value = None if node is None else _build(node, yaml.SafeLoader(""))
        return Yaml(name, value, first_line, text)
    except _Refused as error:
        mark, what, fix = error.args
    except yaml.MarkedYAMLError as error:
        mark, what, fix = _explain_yaml(error, text)
    except (yaml.YAMLError, RecursionError) as error:
        cause = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        what, fix = f"the YAML cannot be read: {' '.join(cause.split())}", "simplify it"
    # The mark of the end of a text is one line below the last.
    line = first_line + (min(mark.line, text.count("\n")) if mark else 0)
    raise Unreadable(name, line, "yaml", what, fix)


def _explain_yaml(error: yaml.MarkedYAMLError, text: str) -> tuple[yaml.Mark | None, str, str]:
    """Return the mark of `error` in `text`, what is wrong, and the fix."""
    mark = error.problem_mark or error.context_mark
    if "end of stream" in (error.problem or "") and error.context_mark:
        mark = error.context_mark  # the start of the quote that is not closed
    lines = text.split("\n")
    if mark and mark.line < len(lines) and "\t" in lines[mark.line]:
        return mark, "there is a tab in the YAML", "use spaces to indent"
    what = f"the YAML cannot be read: {error.problem or 'it is not YAML'}"
    return mark, what, 'check colons, indentation and quotes; put a text with a colon in "quotes"'


def _refuse_references(events: Iterable[yaml.Event]) -> None:
    """Raise _Refused for anchors, aliases and tags."""
    for event in events:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            what = "anchors (&name) and aliases (*name) are not allowed"
            raise _Refused(event.start_mark, what, "write the value out where it is needed")
        tag = getattr(event, "tag", None)
        # `!ENV [NAME, default]` in mkdocs.yml reads a setting from the environment.
        if tag and not (tag == "!ENV" and isinstance(event, yaml.SequenceStartEvent)):
            what = f"tags ({tag}) are not allowed"
            raise _Refused(event.start_mark, what, "write the value without it")


def _build(node: yaml.Node, scalars: yaml.SafeLoader) -> Any:
    """Return the plain value of `node`; `scalars` constructs numbers and dates. Raises _Refused."""
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, scalars) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                what = "a list or mapping cannot be a key"
                raise _Refused(key_node.start_mark, what, "use a word")
            key = _build(key_node, scalars)
            if key in result:
                what = f"the key {key!r} is here twice"
                raise _Refused(key_node.start_mark, what, "keep one of the two")
            result[key] = _build(value_node, scalars)
        return result
    try:
        is_text = node.tag == _TEXT
        value = node.value if is_text else scalars.construct_object(node)
        if is_text and not value.isprintable() and (found := _INVISIBLE.search(value)):
            raise ValueError(f"it has an invisible character, {_code_point(found)}")
        if isinstance(value, int) and abs(value) > LARGEST:
            raise ValueError("the number is too large")
        if type(value) is int and node.value.lstrip("+-") != str(abs(value)):
            raise ValueError(f"YAML reads the number {value}")  # 0112 is octal, 12:30 is 750
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        cause = getattr(error, "problem", None) or str(error)
        what = f"the value {node.value!r} cannot be read: {cause}"
        fix = 'write dates as 2026-11-24, texts in "quotes"'
        raise _Refused(node.start_mark, what, fix) from None
    return value


def _lines(text: str, first: int) -> Iterator[tuple[Path_, int]]:
    """Yield the path of every key and entry of `text` with its line, in order; `first` is the line of its start."""
    root = yaml.compose(text, Loader=_Loader)  # aliases were refused when it was parsed
    scalars = yaml.SafeLoader("")
    pending = [] if root is None else [((), root, root.start_mark)]
    while pending:
        path, node, mark = pending.pop()
        yield path, first + mark.line
        below: Iterable[tuple[Any, yaml.Node, yaml.Node]] = ()
        if isinstance(node, yaml.SequenceNode):
            below = ((number, item, item) for number, item in enumerate(node.value))
        elif isinstance(node, yaml.MappingNode):
            below = ((_build(key, scalars), value, key) for key, value in node.value)
        entries = [((*path, name), value, start.start_mark) for name, value, start in below]
        pending += reversed(entries)


def read_yaml(path: Path, root: Path) -> Yaml:
    """Read the YAML file `path`; messages name it relative to `root`. Raises `Unreadable`."""
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        raise Unreadable(name, 1, "missing-file", "the file is not there", "add it")
    stay_inside(path, root)
    return parse_yaml(read_text(path, name), name)


def stay_inside(path: Path, root: Path) -> None:
    """Raise `Unreadable` where symbolic links make `path` lie outside the project in `root`.

    A message may quote a file, and must not quote this machine's own.
    """
    if leads_out(path, root):
        name, what = path.relative_to(root).as_posix(), "the link leads out of the project"
        raise Unreadable(name, 1, "symbolic-link", what, "replace it by the file itself")


def leads_out(path: Path, root: Path) -> bool:
    """Return whether symbolic links make `path` lie outside the folder `root`, or form a loop."""
    # Path.resolve raises an error for a loop.
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def walk(top: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the files and folders below `top`, without hidden ones, and whether each is a folder or a link to one.

    Symbolic links to folders are not followed.
    """
    # os.walk follows a link that it begins with.
    for parent, folders, files in os.walk(top) if not top.is_symlink() else ():
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*folders, *files):
            if not name.startswith("."):
                yield Path(parent, name), name in folders


def validate(
    model: type[Model], document: Yaml, value: Any, path: Path_, rule: str
) -> tuple[Model | None, list[Problem]]:
    """Validate the `value` at `path` of `document` as a `model`.

    Return the model (None where it is invalid) and the problems with the id `rule`, each at its own line.
    """
    if not isinstance(value, Mapping):
        found = "nothing" if value is None else type(value).__name__
        what = f"expected keys with values, found {found}"
        fix = f"give the keys {', '.join(keys_of(model))}"
        return None, [document.problem(path, rule, what, fix)]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [_explain(model, document, path, rule, item) for item in error.errors()]


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of `model` as they are written in YAML."""
    return [info.alias or name for name, info in model.model_fields.items()]


def _explain(model: type[BaseModel], document: Yaml, path: Path_, rule: str, error: Any) -> Problem:
    """The problem for one `error` of pydantic, as `ValidationError.errors` lists it."""
    location: Path_ = tuple(error["loc"])
    # A part with a bracket is one of the types that the value may have.
    name = ".".join(str(part) for part in location if "[" not in str(part))
    kind, given = error["type"], error.get("input")
    message = error["msg"].removeprefix("Value error, ")
    what, fix = ": ".join(filter(None, (name, message))), "fix the value"
    if kind == "extra_forbidden":
        key = str(location[-1])
        what = f"unknown key {key!r}"
        fix = did_you_mean(key, keys_of(_model_at(model, location[:-1])))
    elif kind == "missing":
        location = location[:-1]
        what, fix = f"the key {name!r} is missing", f"add {name}: …"
    elif kind.startswith("date"):
        what, fix = f"{name}: {given!r} is not a date", "write a day that exists as 2026-11-24"
    elif kind in {"literal_error", "enum"}:
        expected = str(error["ctx"]["expected"])
        choices = [choice.strip("' ") for choice in expected.replace(" or ", ",").split(",")]
        what = f"{name}: {given!r} is not one of the known values"
        fix = did_you_mean(str(given), choices)
    elif given is None and kind.endswith("_type"):
        what = f"{name} has no value"
        fix = 'write one; a text that begins with # in quotes: "#0e5a5a"'
    elif kind in {"dict_type", "list_type", "model_type"}:
        is_list = kind == "list_type"
        what = f"{name}: {str(given)[:80]!r} is not {'a list' if is_list else 'keys with values'}"
        fix = "write [one, two]" if is_list else "write {key: value}"
    elif kind == "string_pattern_mismatch":
        fields = _model_at(model, location[:-1]).model_fields
        examples = {info.alias or key: info.examples for key, info in fields.items()}
        what = f"{name}: {given!r} is not written as it should be"
        fix = f"write it as {' or '.join(examples.get(str(location[-1])) or [error['ctx']['pattern']])}"
    elif kind == "string_type":
        what, fix = f"{name}: {given!r} is not a text", f'put it in quotes: "{given}"'
    return document.problem((*path, *location), rule, what, fix)


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


class _PlainText(BaseResolver):
    """A resolver that reads every plain scalar as text: `~`, `no` and `012` are written as they were read."""

    processing_version = (1, 2)

    def __init__(self, **given: Any) -> None:
        super().__init__(given.get("loadumper") or given.get("loader"))


def edit_yaml(text: str, change: Callable[[CommentedMap], None]) -> str:
    """Apply `change` to the mapping in the YAML `text`, and return the new text.

    `change` gets all plain scalars as text, `null` too. Line ends and a byte order mark are preserved.
    Raises UserError.
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


def read_front_matter(text: str, name: str) -> tuple[Yaml, int]:
    """Return the front matter of the page `text`, and where it ends. Raises Unreadable."""
    found = _FRONT_MATTER.match(text)
    if not found:
        what = "the page does not begin with front matter between two lines of ---"
        fix = "begin with ---, title:, description:, type:, review: null, ---"
        raise Unreadable(name, 1, "front-matter", what, fix)
    return parse_yaml(found[2], name, found[1].count("\n") + 1), found.end()


def edit_front_matter(text: str, change: Callable[[CommentedMap], None]) -> str:
    """Apply `change` to the front matter of a page, and return the page. Raises UserError."""
    found = _FRONT_MATTER.match(text)
    assert found is not None, "a page without front matter cannot be read"
    return found[1] + edit_yaml(found[2], change) + text[found.end(2) :]
