"""`make check`: finds what is wrong in the content without building, and says how to mend it.

    python -m scripts.check [--format github]

`github` prints each problem as a workflow command, which GitHub shows at the line of the proposal.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scripts.checks.rules import RULES
from scripts.compose import NotComposed, opened
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.problem import Problem, annotate
from scripts.processes import cores, follow_parent
from scripts.stopping import held

MANY_PAGES = 200
"""From here on the rules take longer than it takes to start a second process for them."""


def find_problems(base: KnowledgeBase) -> list[Problem]:
    """All problems of `base`, by file and line: those of loading, and those that rules find."""
    problems = set(base.problems)
    if base.languages:
        is_shared = len(base.pages) >= MANY_PAGES and sys.platform == "linux"
        problems |= _found_by_two(base) if is_shared else _found(base, range(len(RULES)))
    return sorted(problems)


def _found(base: KnowledgeBase, numbers: Iterable[int]) -> set[Problem]:
    return {problem for number in numbers for problem in RULES[number](base)}


def _found_by_two(base: KnowledgeBase) -> set[Problem]:
    """What the rules find, shared with a process forked from this one: nothing is copied to it."""
    every = range(len(RULES))
    if cores() == 1:
        return _found(base, every)
    # Each takes the next number out of a pipe, from the last on: what takes longest stands there.
    numbers, end = os.pipe()
    os.write(end, bytes(reversed(every)))
    os.close(end)

    def next_ones() -> Iterator[int]:
        while number := os.read(numbers, 1):
            yield number[0]

    def help_out() -> None:
        follow_parent()
        sender.send(_found(base, next_ones()))

    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    helper = context.Process(target=help_out)
    try:
        with held():
            helper.start()
        sender.close()
        return _found(base, next_ones()) | receiver.recv()
    except EOFError:
        return _found(base, every)  # it was killed, with what it had found
    finally:
        os.close(numbers)
        receiver.close()
        if helper.pid is not None:
            helper.kill()
            helper.join()


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks the project in the current folder. 0: no errors, 1: there are some."""
    parser = argparse.ArgumentParser(prog="python -m scripts.check", description="Check the texts.")
    parser.add_argument("--format", choices=("text", "github"), default="text")
    is_for_github = parser.parse_args(arguments).format == "github"
    start = time.perf_counter()
    try:
        with opened(Path.cwd()) as project:
            base = KnowledgeBase.load(project.root)
            problems = sorted(map(base.composed.named, find_problems(base)))
    except NotComposed as error:
        print(annotate(str(error)) if is_for_github else error, file=sys.stderr)
        return 1
    for note in project.notes:
        print(annotate(note, is_error=False) if is_for_github else f"{note}\n")
    for problem in problems:
        line = problem.annotation if is_for_github else str(problem)
        print(line, file=sys.stderr if problem.is_error else sys.stdout)
    errors = sum(problem.is_error for problem in problems)
    seconds = time.perf_counter() - start
    print(
        f"{len(base.pages)} pages in {len(base.languages)} languages, {len(RULES)} rules: "
        f"{errors} errors, {len(problems) - errors} warnings ({seconds:.1f} s)"
    )
    return 1 if errors else 0


if __name__ == "__main__":
    gc.disable()  # a short run that leaves nothing to collect: a fifth less to wait for
    raise SystemExit(main())
