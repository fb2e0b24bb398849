"""`make spelling`: names every word of the pages that is in no dictionary, and what it may have meant."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from scripts.checks.spelling import DICTIONARIES, NoDictionary, spelling
from scripts.knowledge.base import KnowledgeBase


def main() -> int:
    """Checks the project in the current folder. 0: no mistakes, 1: mistakes, or no dictionary."""
    start = time.perf_counter()
    base = KnowledgeBase.load(Path.cwd())
    try:
        problems = sorted(spelling(base))
    except NoDictionary as error:
        print(error, file=sys.stderr)
        return 1
    for problem in problems:
        print(problem, file=sys.stderr)
    codes = [language.code for language in base.languages if language.code in DICTIONARIES]
    pages = sum(page.language in codes for page in base.pages.values())
    seconds = time.perf_counter() - start
    print(f"{pages} pages ({', '.join(codes)}): unknown words: {len(problems)} ({seconds:.1f} s)")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
