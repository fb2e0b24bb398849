"""`make check`: finds what is wrong in the content without building, and says how to mend it.

    python -m scripts.check [--format github]

`github` prints each problem as a workflow command, which GitHub shows at the line of the proposal.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.checks.rules import RULES
from scripts.compose import NotComposed, opened
from scripts.findings import find_problems
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.problem import annotate


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
