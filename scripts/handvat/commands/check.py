"""`handvat check`: finds what is wrong in the content without building, and says how to mend it.

`github` prints each problem as a workflow command, which GitHub shows at the line of the proposal. The results are
cached for the next check, and for a build.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from handvat.build.staging import open_cache
from handvat.checks.rules import RULES
from handvat.checks.runner import find_problems
from handvat.checks.spelling import DICTIONARIES, spelling
from handvat.commands import options
from handvat.console import say
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import annotate
from handvat.overlay.apply import NotComposed, opened


@options.command()
@click.option("--format", "style", type=click.Choice(["text", "github"]), default="text",
              help="How problems are printed: github marks the lines of a proposal.")  # fmt: skip
@click.option("--spelling", "spells", is_flag=True,
              help="Check the spelling (needs Enchant and Hunspell dictionaries) instead of the rules.")  # fmt: skip
@options.organisation
def command(style: str, *, spells: bool) -> int:
    """Check texts and data without building."""
    root = Path.cwd()
    if spells:
        return _check_spelling(root)
    start = time.perf_counter()
    is_for_github = style == "github"
    try:
        with opened(root) as project:
            base = KnowledgeBase.load(project.root)
            problems = sorted(map(base.composed.named, find_problems(base, open_cache(root))))
    except NotComposed as error:
        print(annotate(str(error)) if is_for_github else error, file=sys.stderr)
        return 1
    for note in project.notes:
        say(annotate(note, is_error=False) if is_for_github else f"{note}\n")
    for problem in problems:
        line = problem.annotation if is_for_github else str(problem)
        print(line, file=sys.stderr if problem.is_error else sys.stdout)
    errors = sum(problem.is_error for problem in problems)
    seconds = time.perf_counter() - start
    say(
        f"{len(base.pages)} pages in {len(base.languages)} languages, {len(RULES)} rules: "
        f"{errors} errors, {len(problems) - errors} warnings ({seconds:.1f} s)"
    )
    return 1 if errors else 0


def _check_spelling(root: Path) -> int:
    """Print every word that is in no dictionary. 0: none, 1: some."""
    start = time.perf_counter()
    base = KnowledgeBase.load(root)
    problems = sorted(spelling(base))
    for problem in problems:
        print(problem, file=sys.stderr)
    codes = [language.code for language in base.languages if language.code in DICTIONARIES]
    pages = sum(page.language in codes for page in base.pages.values())
    seconds = time.perf_counter() - start
    say(f"{pages} pages ({', '.join(codes)}): unknown words: {len(problems)} ({seconds:.1f} s)")
    return 1 if problems else 0
