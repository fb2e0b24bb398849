"""Turns Ctrl-C and a polite kill into an exception, so that what was begun is tidied up."""

from __future__ import annotations

import signal
from types import FrameType


class Stopped(BaseException):
    """Somebody asked this program to stop, with the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def listen_for_stop() -> None:
    """Turns SIGINT and SIGTERM into Stopped, once: a second one must not stop the tidying up."""

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
