"""Runs a verb in this process as a terminal would, and reads the contents of folders."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from handvat.cli import run as handvat
from watch import watched

_SETTINGS = ("LANGS", "ORGANISATION", "SITE_URL", "REPO_URL", "EDIT_URI", "SOURCE_DATE_EPOCH")


@dataclass(frozen=True)
class Answer:
    """How a verb ended: its exit code, and the lines that it printed."""

    code: int
    lines: tuple[str, ...]

    @property
    def is_reported(self) -> bool:
        """Whether a terminal shows these lines as they are: no character moves its cursor."""
        return bool(self.lines) and all(line.isprintable() for line in self.lines)


class _Output:
    """Collects what is printed, and refuses what a terminal's encoding would."""

    def __init__(self, errors: str) -> None:
        self.errors = errors
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text.encode("utf-8", self.errors).decode("utf-8")
        return len(text)

    def flush(self) -> None:
        """Nothing is buffered."""


def answer(
    kind: str,
    command: Sequence[str],
    arguments: Sequence[str],
    root: Path,
    environment: Mapping[str, str] | None = None,
) -> Answer:
    """Runs `handvat` with `command` and `arguments` in the folder `root` as an input of `kind`.

    It may touch what is beside `root`.
    """
    spare = root.parent / "tmp"
    spare.mkdir(exist_ok=True)
    streams = {"stdout": _Output("strict"), "stderr": _Output("backslashreplace")}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for name in _SETTINGS:
            patch.delenv(name, raising=False)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        patch.setattr(tempfile, "tempdir", str(spare))
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        with watched(kind, root.parent):
            code = handvat([*command, *arguments])
    assert not [*spare.iterdir()], "something is left in the temporary folder"
    lines = "".join(stream.text for stream in streams.values()).splitlines()
    return Answer(code, tuple(line for line in lines if line))


def put(path: Path, how: str, what: str) -> None:
    """Replaces `path` by a link to `what`, a folder, a pipe, or a file that contains `what`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if how == "link":
        path.symlink_to(what)
    elif how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    else:
        path.write_bytes(what.encode("utf-8", "surrogatepass"))


def can_hold(path: Path, root: Path) -> bool:
    """Whether each parent of `path` within `root` is a real folder or does not exist."""
    parents = [parent for parent in path.parents if root in parent.parents]
    return not any(
        parent.is_symlink() or (parent.exists() and not parent.is_dir()) for parent in parents
    )


def state(*roots: Path) -> dict[str, bytes | str]:
    """The contents of the folders `roots`: path → the bytes of a file, or what else it is."""
    return dict(entry for root in roots for entry in _entries(root))


def _entries(root: Path) -> Iterator[tuple[str, bytes | str]]:
    for parent, folders, files in os.walk(root):  # does not follow links
        for name in (*folders, *files):
            path = Path(parent, name)
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                yield str(path), path.read_bytes()
            elif stat.S_ISLNK(mode):
                yield str(path), f"a link to {path.readlink()}"
            else:
                yield str(path), stat.filemode(mode)[0]
