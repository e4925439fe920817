"""`digitizer review` and `digitizer users`: their arguments; serving.py does the work."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from digitizer.cli.batch import FormsOption, MetricsOption, StoreOption


class Role(StrEnum):
    """What a user may do; each what those before may."""

    OPERATOR = "operator"
    REVIEWER = "reviewer"
    ADMIN = "admin"


users = typer.Typer(help="Who may review from other machines.", no_args_is_help=True, add_completion=False)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]


HostOption = Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond this machine: accounts.")]
InboxOption = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where uploads go; digitizer watch looks after it.")
]
ResultsOption = Annotated[
    Path | None, typer.Option("--results", metavar="FILE", help="records.jsonl of digitizer run, to take in first.")
]
SecondOption = Annotated[
    list[str] | None, typer.Option("--second", metavar="FIELD", help="Another keys it again, blind; may be repeated.")
]
ShareOption = Annotated[float, typer.Option(metavar="SHARE", min=0, max=1, help="Of all others this share too.")]
KnownOption = Annotated[
    float, typer.Option(metavar="SHARE", min=0, max=0.5, help="Share of values given out whose answer is known.")
]
RoleOption = Annotated[Role, typer.Option(help="operator: the queue; reviewer: exports and uploads too; admin: all.")]
PasswordOption = Annotated[
    Path | None, typer.Option("--password-file", metavar="FILE", help="Has the password; else it is asked for.")
]


def review(
    store: StoreOption,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="0: any that is free.")] = 8000,
    accounts: Annotated[bool, typer.Option("--accounts", help="Ask for a login on this machine too.")] = False,
    inbox: InboxOption = None,
    forms: FormsOption = None,
    results: ResultsOption = None,
    scans: Annotated[list[str] | None, typer.Option("--scans", metavar="PATH", help="Scans of --results.")] = None,
    second: SecondOption = None,
    second_share: ShareOption = 0,
    known_share: KnownOption = 0,
    max_upload: Annotated[int, typer.Option(metavar="MB", min=1, help="Largest upload, in MiB.")] = 200,
    metrics: MetricsOption = "",
) -> None:
    """Serves the review screen and the HTTP API of a store."""
    # Here, not above: as in run.py.
    from digitizer.cli.serving import Wanted, serve

    wanted = Wanted(store, host, port, accounts, inbox, tuple(forms or ()), results, tuple(scans or ()))
    serve(
        replace(
            wanted,
            second=tuple(second or ()),
            second_share=second_share,
            known_share=known_share,
            max_upload=max_upload,
            metrics=metrics,
        )
    )


@users.command("add")
def add(
    name: NameArgument,
    store: StoreOption,
    role: RoleOption = Role.OPERATOR,
    password_file: PasswordOption = None,
) -> None:
    """Adds a user, or gives one another role and password."""
    from digitizer.cli.serving import add_user

    add_user(store, name, role.value, password_file)


@users.command("list")
def show(store: StoreOption) -> None:
    """Lists the users."""
    from digitizer.cli.serving import list_users

    list_users(store)


@users.command("remove")
def remove(name: NameArgument, store: StoreOption) -> None:
    """Lets a user in no more; the history keeps the name."""
    from digitizer.cli.serving import remove_user

    remove_user(store, name)


@users.command("token")
def token(
    name: NameArgument,
    store: StoreOption,
    label: Annotated[str, typer.Option(metavar="TEXT", help="What it is for.")] = "",
) -> None:
    """Prints a new key with which a program uses the API as that user."""
    from digitizer.cli.serving import print_token

    print_token(store, name, label)
