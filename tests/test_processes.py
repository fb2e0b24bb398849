"""Work that is shared among processes is done once, each piece of it, whatever happens to a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Hashable
from itertools import groupby
from pathlib import Path

import pytest
from fixture_site import CHECKOUT
from handvat import workers as processes
from handvat.workers import Lost, shared


@pytest.fixture(autouse=True)
def three_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "cores", lambda: 3)


def children() -> str:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


def test_each_task_is_done_once() -> None:
    tasks = [f"{letter}{number}" for letter in "abcd" for number in range(50)]
    assert sorted(shared(str.upper, tasks)) == sorted((task, task.upper()) for task in tasks)
    assert list(shared(str.upper, [])) == []


@pytest.mark.parametrize("count", range(1, 9))
def test_few_tasks_are_shared_as_well(count: int) -> None:
    def work(_task: int) -> int:
        time.sleep(0.1)
        return os.getpid()

    found = dict(shared(work, range(count)))
    assert list(found) == [*range(count)]
    assert len(set(found.values())) == min(count, 3)


def test_results_come_in_the_order_of_the_tasks() -> None:
    def work(task: int) -> int:
        time.sleep(0.05 if task % 50 == 0 else 0)
        return -task

    assert list(shared(work, range(200))) == [(task, -task) for task in range(200)]


def test_results_of_each_kind_come_in_the_order_of_its_tasks_and_wait_for_no_other_kind() -> None:
    tasks = [f"{kind}{number:02}" for kind in "ab" for number in range(30)]

    def work(task: str) -> str:
        time.sleep(0.5 if task == "a00" else 0)
        return task.upper()

    given = [task for task, _ in shared(work, tasks, most=2, kind=lambda task: task[0])]
    assert given[0] == "b00"
    for kind in "ab":
        assert [task for task in given if task[0] == kind] == [t for t in tasks if t[0] == kind]


def test_a_process_goes_on_with_its_kind_and_helps_with_another_when_nothing_else_is_left() -> None:
    tasks = [f"{kind}{number:03}" for kind in "abc" for number in range(200 if kind == "c" else 40)]
    begun: dict[int, list[tuple[float, str]]] = {}

    def work(_task: str) -> tuple[int, float]:
        time.sleep(0.002)
        return os.getpid(), time.monotonic()

    for task, result in shared(work, tasks, most=2, kind=lambda task: task[0]):
        assert not isinstance(result, Lost)
        begun.setdefault(result[0], []).append((result[1], task[0]))
    # Each begins with a kind of its own, and comes back to none.
    kinds = [
        [one for one, _ in groupby(kind for _, kind in sorted(mine))] for mine in begun.values()
    ]
    assert sorted(mine[0] for mine in kinds) == ["a", "b"]
    assert [sorted(mine) for mine in kinds] == [sorted({*mine}) for mine in kinds]
    assert sum("c" in mine for mine in kinds) == 2


def test_while_others_work_this_process_does_something_else(tmp_path: Path) -> None:
    def work(task: int) -> int:
        while not (tmp_path / "done").exists():
            time.sleep(0.01)
        return -task

    assert list(shared(work, [1, 2], meanwhile=(tmp_path / "done").touch)) == [(1, -1), (2, -2)]


def test_a_process_takes_its_tasks_in_their_order() -> None:
    begun: dict[int, list[tuple[float, int]]] = {}
    for task, result in shared(lambda _task: (os.getpid(), time.monotonic()), range(300)):
        assert not isinstance(result, Lost)
        begun.setdefault(result[0], []).append((result[1], task))
    assert sorted(task for mine in begun.values() for _, task in mine) == [*range(300)]
    for mine in begun.values():
        assert [task for _, task in sorted(mine)] == sorted(task for _, task in mine)


@pytest.mark.parametrize("kind", [len, lambda task: task[0]])
def test_a_process_that_dies_loses_the_task_it_was_at_and_no_other(
    kind: Callable[[str], Hashable],
) -> None:
    def work(task: str) -> str:
        if task == "b3":
            os.kill(os.getpid(), signal.SIGKILL)
        if task == "c4":
            os._exit(7)
        return task

    tasks = [f"{letter}{number}" for letter in "abc" for number in range(10)]
    found = dict(shared(work, tasks, kind=kind))
    lost = {task: str(how) for task, how in found.items() if isinstance(how, Lost)}
    assert lost == {"b3": "by signal 9 (SIGKILL)", "c4": "with code 7"}
    assert {task for task in tasks if found[task] == task} == {*tasks} - {*lost}


def test_what_the_work_raises_is_raised_and_no_process_is_left() -> None:
    def work(task: str) -> str:
        if task == "b3":
            raise OSError(28, "No space left on device")
        return task

    with pytest.raises(OSError, match="No space left"):
        list(shared(work, [f"b{number}" for number in range(9)]))
    assert children() == ""


def test_whoever_stops_listening_leaves_no_process() -> None:
    results = shared(str.upper, [f"a{number}" for number in range(100)])
    next(results)
    assert children() != ""
    results.close()
    assert children() == ""


HELD = """\
import os, signal, threading, time
from handvat.signals import Stopped, held, listen_for_stop

listen_for_stop()
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
try:
    with held():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
        print("whole")
    print("went on")
except Stopped as stop:
    print("stopped by", stop.number)
"""


def test_a_stop_waits_until_a_process_is_known_also_where_another_thread_takes_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HELD],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["whole", f"stopped by {int(signal.SIGINT)}"], done.stderr
