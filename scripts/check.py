"""`make check`: finds what is wrong in the content without building, and says how to mend it.

    python -m scripts.check [--format github]

`github` prints each problem as a workflow command, which GitHub shows at the line of the proposal. What is found is
kept: a build after it need not look again, nor the next check.
"""

from __future__ import annotations

import gc

if __name__ == "__main__":
    gc.disable()  # a short run that leaves nothing to collect: a fifth less to wait for

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.cache import NAME as CACHE
from scripts.cache import Cache
from scripts.checks.rules import RULES
from scripts.compose import NotComposed, opened
from scripts.findings import find_problems
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.problem import annotate
from scripts.staging import open_home


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks the project in the current folder. 0: no errors, 1: there are some."""
    parser = argparse.ArgumentParser(prog="python -m scripts.check", description="Check the texts.")
    parser.add_argument("--format", choices=("text", "github"), default="text")
    is_for_github = parser.parse_args(arguments).format == "github"
    start = time.perf_counter()
    try:
        with opened(Path.cwd()) as project:
            kept = _kept(Path.cwd())
            base = KnowledgeBase.load(project.root, kept)
            problems = sorted(map(base.composed.named, find_problems(base, kept)))
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


def _kept(root: Path) -> Cache:
    """What was found before; nothing where nothing can be written: such a folder can be checked all the same."""
    try:
        return Cache(open_home(root) / CACHE)
    except OSError:
        return Cache()


if __name__ == "__main__":
    raise SystemExit(main())
