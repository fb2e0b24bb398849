"""A pool of processes, one for each core, and an orderly stop: no process outlives the one that started it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import FrameType
from typing import Any, TypeVar

from handvat.content.problem import UserError

Task = TypeVar("Task")
Result = TypeVar("Result")

_STOP = {signal.SIGINT, signal.SIGTERM}

_START_METHOD = "fork" if sys.platform == "linux" else "spawn"
"""Forking spares each process the imports and a copy of the work. macOS' libraries do not survive it (python/cpython#77906)."""


class Stopped(BaseException):
    """Ctrl-C or SIGTERM, as an exception, so that unfinished work is cleaned up; `number` is that of the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class WorkerKilled(UserError):
    """A process was killed from outside, or ended by itself, before its task was done."""


class _State:
    """State of this process."""

    is_deferring = False
    """Whether `deferred_signals` is in force."""
    deferred = 0
    """The signal that arrived meanwhile; 0 for none."""
    work: Callable[[Any], Any]
    """The work of a process of the pool."""


def listen_for_stop() -> None:
    """Turn SIGINT and SIGTERM into Stopped, once: a second one must not interrupt the cleaning up."""
    for each in _STOP:
        signal.signal(each, _stop)
    # The parent process may have blocked the signals, and a process inherits that.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP)


def _stop(number: int, _frame: FrameType | None) -> None:
    if _State.is_deferring:
        _State.deferred = number
        return
    for each in _STOP:
        signal.signal(each, signal.SIG_IGN)
    _State.deferred = 0
    raise Stopped(number)


@contextmanager
def deferred_signals() -> Iterator[None]:
    """Defer a stop until the end of the block, in which processes are started.

    Between a fork and the child's first line our handler would run in the child; and what it raises
    in the hooks that Python runs around a fork is printed and lost, so that nothing would stop. Blocking the
    signal is not enough: another thread takes it, and Python runs the handler in this one all the same
    (signal(7); docs.python.org/3/library/signal.html, "Signals and threads"). So the handler waits as well.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
    _State.is_deferring = True
    try:
        yield
    finally:
        _State.is_deferring = False
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if _State.deferred:
            _stop(_State.deferred, None)


def cores() -> int:
    """The number of processors this process may use: in a container often fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_processes(
    work: Callable[[Task], Result], tasks: Sequence[Task], describe: Callable[[Task], str]
) -> Iterator[tuple[Task, Result]]:
    """Do `work` on each of `tasks` in a pool of processes; yield each task with its result once it is done.

    Args:
        work: Must survive pickling where processes are not forked (macOS).
        tasks: Started in this order, as many at a time as there are cores.
        describe: What is done with a task, for the message about a killed process: `checked Polski`.

    Raises whatever `work` raises, and WorkerKilled. No process is left behind, whatever happens.
    """
    if not tasks:
        return
    context = multiprocessing.get_context(_START_METHOD)
    count = min(cores(), len(tasks))
    with ProcessPoolExecutor(count, context, _start, (work,)) as pool:
        try:
            with deferred_signals():  # a signal handler must not run between a fork and `_start`
                futures = {pool.submit(_run, task): task for task in tasks}
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BrokenProcessPool:
            open_ = [describe(futures[one]) for one in futures if one.exception() is not None]
            raise WorkerKilled(
                f"A process that {' or '.join(open_[:count])} was killed from outside; "
                "when memory is short, build fewer languages: LANGS=nl,en"
            ) from None
        except BaseException:
            for process in multiprocessing.active_children():
                process.kill()
            raise


def follow_parent() -> None:
    """Prepare this process of a pool: its parent handles Ctrl-C and SIGTERM, and it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _start(work: Callable[[Any], Any]) -> None:
    follow_parent()
    # Such a process soon ends: collecting cycles takes 8 % of a build, and frees little of its memory.
    gc.disable()
    _State.work = work


def _run(task: Any) -> Any:
    return _State.work(task)


def _die_with_parent() -> None:
    """End this process when its parent is killed: it must not write on into an abandoned build."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
