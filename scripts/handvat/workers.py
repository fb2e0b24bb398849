"""Shares work among processes, one for each core; none of them outlives this one."""

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
from multiprocessing.connection import wait
from typing import Any, TypeVar

from handvat.content.problem import UserError
from handvat.signals import deferred_signals

Task = TypeVar("Task")
Result = TypeVar("Result")

_OBJECTS_UNTIL_COLLECTION = 50_000
"""New objects after which a process looks for garbage: there is little, and looking takes long."""


class WorkerKilled(UserError):
    """A process was killed from outside, or ended by itself, before its task was done."""


class _Process:
    """State of a process of the pool."""

    work: Callable[[Any], Any]


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
    # Forking spares each process the imports and a copy of `work`. macOS' libraries do not survive it (python/cpython#77906).
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
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
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _start(work: Callable[[Any], Any]) -> None:
    follow_parent()
    _Process.work = work
    gc.freeze()  # visiting inherited objects would copy their memory
    gc.set_threshold(_OBJECTS_UNTIL_COLLECTION)


def _run(task: Any) -> Any:
    return _Process.work(task)


def _die_with_parent() -> None:
    """End this process when its parent is killed: it must not write on into an abandoned build."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
