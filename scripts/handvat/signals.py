"""Turns Ctrl-C and SIGTERM into an exception, so that unfinished work is cleaned up."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """The program was asked to stop, by the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Deferred:
    """State of `deferred_signals`."""

    is_on = False
    number = 0
    """The signal that arrived meanwhile; 0 for none."""


@contextmanager
def deferred_signals() -> Iterator[None]:
    """Defer a stop until the end of the block, in which processes are started.

    Between a fork and the child's first line our handler would run in the child; and what it raises
    in the hooks that Python runs around a fork is printed and lost, so that nothing would stop. Blocking the
    signal is not enough: another thread takes it, and Python runs the handler in this one all the same
    (signal(7); docs.python.org/3/library/signal.html, "Signals and threads"). So the handler waits as well.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    _Deferred.is_on = True
    try:
        yield
    finally:
        _Deferred.is_on = False
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if _Deferred.number:
            _stop(_Deferred.number, None)


def _stop(number: int, _frame: FrameType | None) -> None:
    if _Deferred.is_on:
        _Deferred.number = number
        return
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    _Deferred.number = 0
    raise Stopped(number)


def listen_for_stop() -> None:
    """Turn SIGINT and SIGTERM into Stopped, once: a second one must not interrupt the cleaning up."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _stop)
    # The parent process may have blocked the signals, and a process inherits that.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
