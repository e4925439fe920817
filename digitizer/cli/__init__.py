"""The command line: arguments in, exit codes out; the only part that prints."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from digitizer import __version__
from digitizer.batch import interrupts
from digitizer.cli import audit, batch, diff, doctor, evaluate, export, forms, review, run, train, watch
from digitizer.cli.console import tell
from digitizer.errors import DigitizerError

app = typer.Typer(
    name="digitizer",
    help="Scanned forms in, records out: every value with its place and an honest probability of being right.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("run")(run.run)
app.command("batch")(batch.batch)
app.command("status")(batch.status)
app.command("watch")(watch.watch)
app.command("export")(export.export)
app.command("audit")(audit.audit)
app.command("forget")(batch.forget)
app.command("review")(review.review)
app.add_typer(review.users, name="users")
app.command("train")(train.train)
app.command("diff")(diff.diff)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(forms.app, name="forms")
app.command("doctor")(doctor.doctor)


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
