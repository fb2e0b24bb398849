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


@contextmanager
def held() -> Iterator[None]:
    """Keeps a stop back while processes are started, and lets it through after.

    Between a fork and the child's first line our handler would run in the child; and what it raises
    in the hooks that Python runs around a fork is printed and lost, so that nothing would stop.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def listen_for_stop() -> None:
    """Turns SIGINT and SIGTERM into Stopped, once: a second one must not stop the tidying up."""

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    # Whoever started us may have held stops back, and a process inherits that.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
