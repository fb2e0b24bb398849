"""The command line `handvat`, whose commands are in `handvat/commands/`.

Exit codes: 0 done, 1 an error that the text describes, 2 wrong usage, and 128 plus the number of the
signal that stopped the command.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from handvat.console import Verbosity, explain_os_error
from handvat.content.problem import UserError, one_line
from handvat.processes import Stopped, listen_for_stop

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_COMPLETE = "_HANDVAT_COMPLETE"
_MORE = "COMMAND --help explains a command and gives an example."


class LazyGroup(click.Group):
    """A group whose commands are imported when they run: help and completion need not load MkDocs."""

    def __init__(self, name: str, summary: str, commands: Mapping[str, tuple[str, str]]) -> None:
        """`commands`: name → `module:attribute` below `handvat.commands`, and the summary in lists."""
        listed = [click.Command(name, short_help=text) for name, (_, text) in commands.items()]
        super().__init__(
            name, commands=listed, help=summary, context_settings=_CONTEXT, epilog=_MORE
        )
        self._places = {name: place for name, (place, _) in commands.items()}

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of the help."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Import the command that `args` begin with. Raises UsageError for an unknown one."""
        name, command, rest = super().resolve_command(ctx, args)
        if place := self._places.get(name or ""):
            module, _, attribute = place.partition(":")
            command = getattr(import_module(f"handvat.commands.{module}"), attribute or "command")
        return name, command, rest


cli = LazyGroup(
    "handvat",
    "Build, check and edit the Handvat knowledge base, in the folder of the project.",
    {
        "serve": ("site:serve", "Show the site and follow what is edited."),
        "build": ("site:build", "Write the site to site/."),
        "check": ("check", "Check texts and data without building."),
        "new": ("new_page", "Begin a page with the sections of its type."),
        "rename": ("rename:rename", "Rename a page in every language, with a redirect."),
        "delete": ("rename:delete", "Delete a page in every language, with a redirect."),
        "deploy": ("site:deploy", "Put site/ where a web server reads it, in one step."),
    },
)
for _group in (
    LazyGroup(
        "translations",
        "Keep translations in step with the source language.",
        {
            "status": ("translations:status", "List what is missing or out of date, by language."),
            "mark-current": (
                "translations:mark_current",
                "Record that a translation follows the source text.",
            ),
            "mark-unchanged": (
                "translations:mark_unchanged",
                "Record that an edit changed no meaning.",
            ),
        },
    ),
    LazyGroup(
        "report",
        "Report on the state of the texts and data.",
        {
            "status": ("status", "Words, sentences, reading level, citations, reviews, languages."),
            "overdue": ("overdue", "Contacts, sources and reviews that are due."),
        },
    ),
    LazyGroup(
        "overlay",
        "Make an edition of your own.",
        {
            "init": ("overlay:init", "Write a commented organisation.yml."),
            "add": ("overlay:add", "Begin a page of your own in place of a shipped one."),
        },
    ),
    LazyGroup(
        "export",
        "Export the built site.",
        {
            "zip": ("site:zip_", "A zip for each language, to use without the internet."),
            "pdf": ("site:pdf", "The handbook: a PDF for each language (needs Pango)."),
        },
    ),
):
    cli.add_command(_group)


@cli.command(short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of SHELL.

    For bash and zsh: eval "$(handvat completion bash)"; for fish: handvat completion fish | source.
    """
    found = get_completion_class(shell)
    assert found is not None, "click has one for each choice"
    click.echo(found(cli, {}, "handvat", _COMPLETE).source())


click.version_option(package_name="handvat")(cli)


def main() -> None:
    """Run the command line, and exit with its code."""
    # A test or a pipe may have another encoding than the texts; progress is shown line by line.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", line_buffering=True)  # type: ignore[union-attr]
    listen_for_stop()
    sys.exit(run())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments` (None: those of the process), print errors, and return the exit code."""
    Verbosity.level = 0
    try:
        return (
            cli.main(arguments, prog_name="handvat", complete_var=_COMPLETE, standalone_mode=False)
            or 0
        )
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        # It quotes what was typed, and a terminal would obey control characters in it.
        print("\n".join(map(one_line, shown.getvalue().splitlines())), file=sys.stderr)
        return error.exit_code
    except Stopped as stop:
        print("Stopped. Nothing is half-written.", file=sys.stderr)
        return 128 + stop.number
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of the output has closed it, as head(1) does; Python would complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13
    except OSError as error:
        if not (why := explain_os_error(error, Path(error.filename or Path.cwd()))):
            raise
        print(why, file=sys.stderr)
        return 1
