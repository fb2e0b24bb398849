"""Turns Ctrl-C and a polite kill into an exception, so that what was begun is tidied up."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """Somebody asked this program to stop, with the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Held:
    """What is known while a stop is kept back."""

    is_on = False
    number = 0
    """The signal that came meanwhile."""


@contextmanager
def held() -> Iterator[None]:
    """Keeps a stop back while processes are started, and lets it through after.

    Between a fork and the child's first line our handler would run in the child; and what it raises
    in the hooks that Python runs around a fork is printed and lost, so that nothing would stop. The system keeps a
    signal from this thread alone: another one takes it, and Python runs the handler here all the same
    (signal(7); docs.python.org/3/library/signal.html, "Signals and threads"). So the handler waits as well.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    _Held.is_on = True
    try:
        yield
    finally:
        _Held.is_on = False
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if _Held.number:
            _stop(_Held.number, None)


def _stop(number: int, _frame: FrameType | None) -> None:
    if _Held.is_on:
        _Held.number = number
        return
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    _Held.number = 0
    raise Stopped(number)


def listen_for_stop() -> None:
    """Turns SIGINT and SIGTERM into Stopped, once: a second one must not stop the tidying up."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _stop)
    # Whoever started us may have held stops back, and a process inherits that.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
