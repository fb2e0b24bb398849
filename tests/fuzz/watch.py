"""Detects a hostile input that makes the code hang, or open a file outside the project."""

from __future__ import annotations

import os
import signal
import sys
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from fixture_site import CHECKOUT
from hypothesis import HealthCheck, settings

PATIENCE = 120
"""Seconds after which an input counts as hanging. Nothing passes or fails by being quicker."""

SHARE = float(os.environ.get("FUZZ", "0.004"))
"""What part of the inputs is tried: all of them with FUZZ=1, a few and always the same in `make test`."""

IS_FUZZ = "FUZZ" in os.environ

tried: Counter[str] = Counter()
"""Kind of input → how many were tried, those of shrinking a failure included."""

passed: Counter[str] = Counter()
"""Kind of input → how many of them had no error, so that a build would show them."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Python, its libraries and their data, and files of the system.
_LIBRARIES = tuple(
    os.path.realpath(path)
    for path in {
        sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), "/usr/share/zoneinfo",
        "/dev/null", "/dev/urandom",
    }
)  # fmt: skip
_PROJECT = tuple(str(CHECKOUT / name) for name in ("scripts", "overrides", "tests"))


def times(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Tries `count` inputs in `make fuzz`, and the same small share of them in each `make test`."""
    return settings(
        max_examples=max(round(count * SHARE), 3),
        derandomize=not IS_FUZZ,
        database=None,
        deadline=None,
        print_blob=IS_FUZZ,
        # The project is shared on purpose: each input overwrites the one before it.
        suppress_health_check=[*HealthCheck],
    )


class Hung(Exception):
    """An input that is not done after `PATIENCE`."""


class Trespass(Exception):
    """A file was opened that lies outside the project."""


_home: str | None = None
_seen: list[str] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Records each file opened outside the allowed folders; one hook, since none can be removed."""
    if _home is None or event not in {"open", "os.listdir", "os.scandir"}:
        return
    name = arguments[0]
    if not isinstance(name, (str, bytes, os.PathLike)):
        return
    path = os.path.realpath(os.fsdecode(name))
    if _lies_in(path, (_home,)) or path == tempfile.gettempdir():  # a file there without a name
        return
    if event != "open" and path in map(os.path.realpath, sys.path):
        return  # Python looks there for plugins, and a cache key lists the libraries there
    is_written = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
    if is_written or not _lies_in(path, (*_LIBRARIES, *_PROJECT)):
        _seen.append(f"{event} {path}, {_stack(sys._getframe(1))}")


def _stack(frame: FrameType | None) -> str:
    """The call stack that opened a file; formatting a traceback would itself open files."""
    calls = []
    while frame and len(calls) < 6:
        calls.append(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(calls)


def _lies_in(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


sys.addaudithook(_audit)


@contextmanager
def watched(kind: str, home: Path) -> Iterator[None]:
    """Counts an input of `kind`, ends it when it hangs, and lets it touch nothing outside `home`."""
    global _home  # noqa: PLW0603 - an audit hook takes no other arguments
    tried[kind] += 1
    _seen.clear()
    before = signal.signal(signal.SIGALRM, _hung)
    signal.alarm(PATIENCE)
    _home = os.path.realpath(home)
    try:
        yield
    finally:
        _home = None
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    if _seen:
        raise Trespass(", ".join(dict.fromkeys(_seen)))


def _hung(_number: int, _frame: FrameType | None) -> None:
    raise Hung
