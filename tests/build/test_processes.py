"""Each task that processes share is done once, and no process is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fixture_site import CHECKOUT
from handvat import processes
from handvat.processes import WorkerKilled, in_processes


@pytest.fixture(autouse=True)
def three_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "cores", lambda: 3)


def _all_children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.fixture(autouse=True)
def _others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Child processes from before the test: the driver of a browser, in a run of all tests."""
    monkeypatch.setitem(globals(), "BEFORE", _all_children())


BEFORE: set[str] = set()


def children() -> str:
    return " ".join(_all_children() - BEFORE)


def describe(task: object) -> str:
    return f"did {task}"


def test_each_task_is_done_once() -> None:
    tasks = [f"{letter}{number}" for letter in "abcd" for number in range(50)]
    done = in_processes(str.upper, tasks, describe)
    assert sorted(done) == sorted((task, task.upper()) for task in tasks)
    assert list(in_processes(str.upper, [], describe)) == []


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_there_are_as_many_processes_as_cores_and_no_more_than_tasks(count: int) -> None:
    def work(_task: int) -> int:
        time.sleep(0.3)
        return os.getpid()

    found = dict(in_processes(work, range(count), describe))
    assert sorted(found) == [*range(count)]
    assert len(set(found.values())) == min(count, 3)


def test_a_result_does_not_wait_for_other_tasks() -> None:
    def work(task: int) -> int:
        time.sleep(1 if task == 0 else 0)
        return -task

    done = list(in_processes(work, range(9), describe))
    assert sorted(done, reverse=True) != done
    assert done[-1] == (0, 0)


@pytest.mark.parametrize("end", ["os.kill", "os._exit"])
def test_a_process_that_dies_is_an_error_that_names_its_task(end: str) -> None:
    def work(task: str) -> str:
        if task == "b3":
            time.sleep(0.3)  # the others are done
            if end == "os.kill":
                os.kill(os.getpid(), signal.SIGKILL)
            os._exit(7)
        return task

    tasks = [f"{letter}{number}" for letter in "ab" for number in range(4)]
    with pytest.raises(WorkerKilled) as error:
        list(in_processes(work, tasks, describe))
    assert str(error.value) == (
        "A process that did b3 was killed from outside; "
        "when memory is short, build fewer languages: LANGS=nl,en"
    )
    assert children() == ""


def test_a_killed_process_is_reported_with_the_tasks_that_may_have_been_its_own() -> None:
    def work(task: int) -> int:
        if task == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(9)
        return task

    with pytest.raises(WorkerKilled, match="that did 0 or did 1 or did 2 was killed"):
        list(in_processes(work, range(9), describe))
    assert children() == ""


def test_what_the_work_raises_is_raised_at_once_and_no_process_is_left() -> None:
    def work(task: str) -> str:
        if task == "b3":
            raise OSError(28, "No space left on device")
        time.sleep(600 if task == "b4" else 0)
        return task

    with pytest.raises(OSError, match="No space left"):
        list(in_processes(work, [f"b{number}" for number in range(9)], describe))
    assert children() == ""


def test_closing_the_results_ends_all_processes() -> None:
    def work(task: int) -> int:
        time.sleep(600 if task else 0)
        return task

    results = in_processes(work, range(100), describe)
    next(results)
    assert children() != ""
    results.close()
    assert children() == ""


def alive(process: int) -> bool:
    """Whether the process runs: a zombie does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


ABANDONED = """\
import os, time
from handvat.processes import in_processes

def work(task):
    print(os.getpid(), flush=True)
    time.sleep(60)

list(in_processes(work, [1, 2], str))
"""


def test_no_process_outlives_the_one_that_started_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ABANDONED], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        if not alive(worker):
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the worker still runs after its parent was killed")


DEFERRED = """\
import os, signal, threading, time
from handvat.processes import Stopped, deferred_signals, listen_for_stop

listen_for_stop()
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
try:
    with deferred_signals():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
        print("whole")
    print("went on")
except Stopped as stop:
    print("stopped by", stop.number)
"""


def test_a_stop_is_deferred_also_where_another_thread_receives_the_signal() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEFERRED],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["whole", f"stopped by {int(signal.SIGINT)}"], done.stderr
