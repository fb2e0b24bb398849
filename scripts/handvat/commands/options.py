"""Shared by the commands: their options, `-q` and `-v`, and loading the texts that a command works on."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from handvat.console import Verbosity, say
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import UserError
from handvat.overlay import apply
from handvat.overlay.organisation import VARIABLE


class _Command(click.Command):
    """A command with `-q` and `-v`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [
            click.Option(["-q", "--quiet"], is_flag=True, expose_value=False,
                         callback=partial(_set_verbosity, -1), help="Print only errors and results."),
            click.Option(["-v", "--verbose"], is_flag=True, expose_value=False,
                         callback=partial(_set_verbosity, 1), help="Print each step with its time, and what the cache had."),
        ]  # fmt: skip


def _set_verbosity(level: int, _ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        Verbosity.level = level


def command(name: str, example: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function the command `name`; its help ends with `example`, without the program's name."""
    return click.command(name, cls=_Command, epilog=f"Example: handvat {example}")


class _PathType(click.Path):
    """A path without control characters. Each command checks that it exists, since it can say what to do."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Refuse control characters, and NUL bytes and surrogates, on which the file system would raise ValueError."""
        if not str(value).isprintable():
            self.fail(f"{value!r} has a character that cannot be printed.", param, ctx)
        return Path(value)


PATH = _PathType()


def _codes(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> list[str]:
    return [code for part in value for code in part.replace(",", " ").split()]


def _set_variable(name: str, _ctx: click.Context, _param: click.Parameter, value: str) -> None:
    if value:
        os.environ[name] = value  # MkDocs and other processes of a build read it there


languages = click.option(
    "--lang", "languages", multiple=True, envvar="LANGS", callback=_codes, metavar="CODE",
    help="Only this language, and the default one; repeat it for more (LANGS=nl,en).",
)  # fmt: skip
site_url = click.option(
    "--site-url", expose_value=False, envvar="SITE_URL", callback=partial(_set_variable, "SITE_URL"),
    metavar="URL", help="The address of the site, with a slash at the end (SITE_URL).",
)  # fmt: skip
organisation = click.option(
    "--organisation", expose_value=False, envvar=VARIABLE, callback=partial(_set_variable, VARIABLE),
    metavar="FILE", help=f"The organisation.yml of an edition of your own ({VARIABLE}).",
)  # fmt: skip


def load_shipped() -> KnowledgeBase:
    """Load the project in the current folder, without an organisation's edition. Raises UserError."""
    root = Path.cwd()
    if file := apply.organisation_file(root):
        say(f"This works on the shipped texts in docs/, not on the edition of {file.name}.")
    return _with_languages(KnowledgeBase.load(root))


def load_edition() -> KnowledgeBase:
    """Load the edition that an `organisation.yml` makes of the project; without one, the project. Raises UserError."""
    return _with_languages(apply.load_edition(Path.cwd()))


def _with_languages(base: KnowledgeBase) -> KnowledgeBase:
    if not base.languages:
        raise UserError("\n".join(map(str, base.problems)))
    return base
