"""`handvat check`: print the problems in texts and data, each with how to fix it, without building.

`--format github` prints each problem as a workflow command, which GitHub shows at the line of the proposal: of
each step only ten, so those that the contributor can fix come first. Results are cached for the next check or build.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from handvat.checks import RULES
from handvat.checks.runner import by_relevance, find_problems
from handvat.checks.words import DICTIONARIES, spelling
from handvat.commands import options
from handvat.console import say
from handvat.content.problem import UserError, annotate
from handvat.overlay.apply import load_edition
from handvat.staging import open_cache


@options.command("check", "check --format github")
@click.option("--format", "style", type=click.Choice(["text", "github"]), default="text",
              help="How problems are printed: github marks the lines of a proposal.")  # fmt: skip
@click.option("--spelling", "spells", is_flag=True,
              help="Check the spelling (needs Enchant and Hunspell dictionaries) instead of the rules.")  # fmt: skip
@options.organisation
def command(style: str, *, spells: bool) -> int:
    """Check texts and data without building.

    Errors come before warnings, and those in files that you changed before all others.
    """
    start = time.perf_counter()
    root = Path.cwd()
    is_for_github = style == "github"
    try:
        base = load_edition(root)
        found = spelling(base) if spells else find_problems(base, open_cache(root))
        problems = by_relevance(base, found)
    except UserError as error:
        if is_for_github:
            raise UserError(annotate(str(error))) from error
        raise
    for note in base.overlay.notes:
        say(annotate(note, is_error=False) if is_for_github else f"{note}\n")
    for problem in problems:
        line = problem.annotation if is_for_github else str(problem)
        if problem.is_error:
            print(line, file=sys.stderr)
        else:
            say(line)
    errors = sum(problem.is_error for problem in problems)
    edition = f" of {base.edition_name}" if base.overlay else ""
    if spells:
        codes = [language.code for language in base.languages if language.code in DICTIONARIES]
        pages = sum(page.language in codes for page in base.pages.values())
        summary = f"{pages} pages ({', '.join(codes)}){edition}: unknown words: {errors}"
    else:
        summary = (
            f"{len(base.pages)} pages in {len(base.languages)} languages{edition}, {len(RULES)} rules: "
            f"{errors} errors, {len(problems) - errors} warnings"
        )
    say(f"{summary} ({time.perf_counter() - start:.1f} s)")
    return int(errors > 0)
