"""Shares work among processes, one for each core, that leave stopping to their parent; none outlives it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from handvat.signals import held

Task = TypeVar("Task")
Result = TypeVar("Result")

_IN_HAND = 40
"""Tasks that a process has at once, so that it need not wait while the parent does something else; fewer at the end,
when all are to be done at the same time."""

MANY_PAGES = 200
"""From here on it takes longer to read them than to start processes for it."""

_SELDOM = 50_000
"""New objects after which garbage is looked for. After Python's 700 it takes a thirtieth of the time, and finds little."""


class Lost(Exception):
    """The process that worked on a task ended before it was done; the text says how."""


def cores() -> int:
    """How many processors this process may use: in a container often fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def helpers(pages: int, many: int | None = None) -> int:
    """How many processes, forked from this one, are to share work on so many `pages`; 0: it does it alone.

    `many` is from how many pages on it is worth it (MANY_PAGES).
    """
    is_worth_it = pages >= (MANY_PAGES if many is None else many)
    return cores() if is_worth_it and cores() > 1 and sys.platform == "linux" else 0


def follow_parent() -> None:
    """What a process of ours does first: it leaves stopping to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent acts
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    threading.Thread(target=_die_with_parent, daemon=True).start()


def shared(
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    most: int | None = None,
    meanwhile: Callable[[], object] = lambda: None,
    kind: Callable[[Task], Hashable] = lambda _: None,
) -> Iterator[tuple[Task, Result | Lost]]:
    """Does `work` on each of `tasks`, as many at once as there are cores, and gives the results.

    Those of each `kind` come in the order of its tasks, and wait for no other kind.

    `most` is for work that is worth fewer processes; `meanwhile` is what this one does while they are at it.

    Whoever is ready takes the next tasks: of the `kind` that it is at, for which it has made itself ready; else of one
    that nobody is at; else it helps. One whose process died gives a Lost, and another process does what is left. What
    `work` raises is raised here, at once. No process is left behind.

    `work` and tasks must survive pickling where processes are not forked (macOS).
    """
    plan = _Plan[Task, Result](tasks, kind)
    workers: dict[Connection, _Worker[Task]] = {}

    def begin() -> None:
        with held():  # or a stop might come before anybody knows of the process
            worker = _Worker[Task](work)
            workers[worker.pipe] = worker
        give(worker, 1)

    def give(worker: _Worker[Task], in_hand: int) -> None:
        while plan.todo and len(worker.tasks) < in_hand:
            worker.kind = plan.kind_after(worker.kind, [one.kind for one in workers.values()])
            worker.take(plan.take(worker.kind))

    def give_some(worker: _Worker[Task]) -> None:
        give(worker, min(_IN_HAND, max(2, plan.left() // (2 * len(workers)))))

    def end(worker: _Worker[Task]) -> None:
        del workers[worker.pipe]
        worker.end()

    try:
        for _ in range(min(plan.left(), most or cores())):
            begin()
        for worker in workers.values():
            give_some(worker)  # when each of them has one: of two tasks none may have both
        meanwhile()
        while workers:
            for pipe in wait(list(workers)):
                worker = workers[pipe]
                number, task, result = worker.answer()
                if isinstance(result, Lost):
                    plan.take_back(worker.tasks)
                    end(worker)
                    if plan.todo:
                        begin()
                else:
                    give_some(worker)
                    if not worker.tasks:
                        end(worker)
                yield from plan.done(number, task, result)
    finally:
        for worker in workers.values():
            worker.end()


_Numbered = tuple[int, Task]
"""A task, and which one it is of all."""


class _Plan(Generic[Task, Result]):
    """The tasks of each kind, in their order: which nobody has, and whose result is to be given next."""

    def __init__(self, tasks: Iterable[Task], kind: Callable[[Task], Hashable]) -> None:
        self._kind = kind
        self.todo: dict[Hashable, deque[_Numbered[Task]]] = {}
        """What nobody has."""
        for numbered in enumerate(tasks):
            self.todo.setdefault(kind(numbered[1]), deque()).append(numbered)
        self._awaited = {
            one: deque(number for number, _ in some) for one, some in self.todo.items()
        }
        self._early: dict[int, tuple[Task, Result | Lost]] = {}
        """What was done before its turn."""

    def left(self) -> int:
        """How many tasks nobody has."""
        return sum(map(len, self.todo.values()))

    def kind_after(self, kind: Hashable, at_work: Collection[Hashable]) -> Hashable:
        """The kind of the next task for a process that was at `kind`; `at_work` are those that processes are at."""
        if kind in self.todo:
            return kind
        return next((one for one in self.todo if one not in at_work), next(iter(self.todo)))

    def take(self, kind: Hashable) -> _Numbered[Task]:
        """The next task of `kind`, which somebody has now."""
        some = self.todo[kind]
        numbered = some.popleft()
        if not some:
            del self.todo[kind]
        return numbered

    def take_back(self, some: Sequence[_Numbered[Task]]) -> None:
        """Says that nobody has these tasks any more, which were taken in this order."""
        for numbered in reversed(some):
            self.todo.setdefault(self._kind(numbered[1]), deque()).appendleft(numbered)

    def done(
        self, number: int, task: Task, result: Result | Lost
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Takes the result of a task, and gives all whose turn it is now."""
        self._early[number] = task, result
        awaited = self._awaited[self._kind(task)]
        while awaited and awaited[0] in self._early:
            yield self._early.pop(awaited.popleft())


class _Raised:
    """What `work` raised."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class _Worker(Generic[Task]):
    """A process, and the tasks that it has."""

    def __init__(self, work: Callable[[Task], object]) -> None:
        # Forking spares a process half a second of imports, and all that `work` holds; it is safe here: nothing
        # that builds has started a thread. macOS' own libraries do not survive it (bugs.python.org/issue33725).
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self.tasks: deque[_Numbered[Task]] = deque()
        """What it has been given and not answered yet, in order; it is at the first."""
        self.kind: Hashable = None
        """Of the task that it was given last."""
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(theirs, work))
        self.process.start()
        theirs.close()

    def take(self, numbered: _Numbered[Task]) -> None:
        self.tasks.append(numbered)
        with suppress(
            BrokenPipeError
        ):  # one that has died meanwhile is met when its answer is awaited
            self.pipe.send(numbered[1])

    def answer(self) -> tuple[int, Task, Any]:
        """The task that it was at, and the result; a Lost where it died. Raises what the work raised."""
        number, task = self.tasks.popleft()
        try:
            result = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            return number, task, Lost(self._obituary())
        if isinstance(result, _Raised):
            raise result.error
        return number, task, result

    def _obituary(self) -> str:
        self.process.join()
        code = self.process.exitcode or 0
        return (
            f"by signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"with code {code}"
        )

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


def _work(parent: Connection, work: Callable[[Task], object]) -> None:
    """What a process does: each task that it is told, until nobody tells it any more."""
    follow_parent()
    gc.freeze()  # what is there stays, and going through it would copy it
    gc.set_threshold(_SELDOM)
    while True:
        try:
            task = parent.recv()
        except EOFError:
            return
        try:
            result = work(task)
        except Exception as error:
            result = _Raised(error)
        parent.send(result)


def _die_with_parent() -> None:
    """Ends this process when its parent is killed: nobody must write on into a dead build."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
