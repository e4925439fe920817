"""The command line: arguments in, exit codes out; the only part that prints.

A file a command. Each is imported when its command is asked for: `digitizer --help` waits for none of them.
"""

from __future__ import annotations

import importlib
import io
import sys
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from digitizer import __version__
from digitizer.batch import interrupts
from digitizer.cli.console import tell
from digitizer.errors import DigitizerError


class _Listed(NamedTuple):
    """A command: its line in `digitizer --help`, and whether it reads pages with processes of this machine."""

    help: str
    reads: bool = False


COMMANDS = {
    "run": _Listed(
        "Digitizes scans (PDF, TIFF, PNG, JPEG): writes records.jsonl and problems.jsonl into the output folder.", True
    ),
    "batch": _Listed("Digitizes an archive into a store; stopped at any moment, it goes on where it was."),
    "status": _Listed("Tells how far each batch of a store is; may be asked while batches run."),
    "watch": _Listed("Digitizes what arrives in a folder, once it has settled, and moves it to done/ or failed/."),
    "export": _Listed(
        "Writes records, corrections applied: jsonl, csv, xlsx, parquet, EDGAR's XML, searchable PDF; or any tables."
    ),
    "audit": _Listed(
        "Draws accepted values for a person to check, or tells from a checked sheet how many more may be wrong."
    ),
    "forget": _Listed("Removes a document and all that was read of it from a store; only an audit line stays."),
    "review": _Listed("Serves the review screen and the HTTP API of a store."),
    "train": _Listed(
        "Learns a form from scans and keyed values, from a store's corrections, or from a blank; "
        "at least 10 documents.",
        True,
    ),
    "diff": _Listed("Shows every value that another model would change, with both places, before it is applied."),
    "evaluate": _Listed(
        "Scores against truth: values, checkboxes, blanks, whole rows, footnotes, and whether confidence is honest."
    ),
    "doctor": _Listed("Lists what is installed, in which versions, what is missing and how to get it."),
    "users": _Listed("Who may review from other machines."),
    "forms": _Listed("The form definitions."),
}
"""In the order of `digitizer --help`. The function or Typer app of a command is in the module of its name."""


class Commands(TyperGroup):
    """The commands by name; listed without being imported."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name].help) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        if name is None or listed is None:
            return name, listed, rest
        if COMMANDS[name].reads and rest and "--help" not in rest:
            from digitizer.batch.pool import start_server

            # Workers import the imaging and learning libraries while this process imports the same.
            start_server()
        return name, load_command(name), rest


def load_command(name: str) -> TyperCommand | TyperGroup:
    """Imports the module of a command."""
    module: Any = importlib.import_module(f"digitizer.cli.{name}")
    commands = getattr(module, "app", None)
    if commands is None:
        commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        commands.command(name)(getattr(module, name))
    command: Any = typer.main.get_command(commands)
    command.name = name
    return command  # type: ignore[no-any-return]


app = typer.Typer(
    name="digitizer",
    cls=Commands,
    help="Scanned forms in, records out: every value with its place and an honest probability of being right.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"digitizer {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options that stand before the command."""


def main() -> None:
    """Runs the command line; the one place where errors become a line and an exit code."""
    interrupts.listen()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of files and values of forms may hold what the terminal's coding lacks; stderr escapes it as it is.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except DigitizerError as error:
        tell(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader (`| head`) has seen enough. Python would complain again when it flushes at the end.
        sys.stderr.close()
        sys.exit(0)
