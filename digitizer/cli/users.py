"""`digitizer users`: who may review from other machines."""

from __future__ import annotations

import getpass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from digitizer.cli.console import output
from digitizer.cli.options import StoreOption
from digitizer.errors import UsageError
from digitizer.review.access import hash_password
from digitizer.store import people
from digitizer.store.database import open_store

LEAST_PASSWORD = 10
"""Letters a password must have."""


class Role(StrEnum):
    """What a user may do; each what those before may."""

    OPERATOR = "operator"
    REVIEWER = "reviewer"
    ADMIN = "admin"


app = typer.Typer(help="Who may review from other machines.", no_args_is_help=True, add_completion=False)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
RoleOption = Annotated[Role, typer.Option(help="operator: the queue; reviewer: exports and uploads too; admin: all.")]
PasswordOption = Annotated[
    Path | None, typer.Option("--password-file", metavar="FILE", help="Has the password; else it is asked for.")
]


@app.command("add")
def add(
    name: NameArgument,
    store: StoreOption,
    role: RoleOption = Role.OPERATOR,
    password_file: PasswordOption = None,
) -> None:
    """Adds a user, or gives one another role and password."""
    add_user(store, name, role.value, password_file)


@app.command("list")
def show(store: StoreOption) -> None:
    """Lists the users."""
    list_users(store)


@app.command("remove")
def remove(name: NameArgument, store: StoreOption) -> None:
    """Lets a user in no more; the history keeps the name."""
    remove_user(store, name)


@app.command("token")
def token(
    name: NameArgument,
    store: StoreOption,
    label: Annotated[str, typer.Option(metavar="TEXT", help="What it is for.")] = "",
) -> None:
    """Prints a new key with which a program uses the API as that user."""
    print_token(store, name, label)


def add_user(store: str, name: str, role: str, password_file: Path | None) -> None:
    """Adds a user; asks for the password where no file has it.

    Raises:
        UsageError: the password is too short or the file cannot be read.
    """
    password = _from(password_file) if password_file else getpass.getpass("Password: ")
    if len(password) < LEAST_PASSWORD:
        raise UsageError(f"a password has {LEAST_PASSWORD} letters or more", "choose a longer one")
    chosen = next(one for one in people.ROLES if one == role)
    with open_store(store, create=False) as opened, opened.writing() as connection:
        people.put_user(connection, name, chosen, hash_password(password))
    output().print(f"{name}: {role}", markup=False)


def list_users(store: str) -> None:
    """Prints name, role and whether the user may still come."""
    with open_store(store, create=False) as opened, opened.reading() as connection:
        for user in people.users(connection):
            output().print(f"{user.name}: {user.role}{'' if user.active else '  (removed)'}", markup=False)


def remove_user(store: str, name: str) -> None:
    """Lets a user in no more."""
    with open_store(store, create=False) as opened, opened.writing() as connection:
        people.retire_user(connection, name)
    output().print(f"{name}: removed", markup=False)


def print_token(store: str, name: str, label: str) -> None:
    """Prints a new key of that user.

    Raises:
        UsageError: there is no such user.
    """
    with open_store(store, create=False) as opened, opened.writing() as connection:
        user = people.find_user(connection, name)
        if user is None or not user.active:
            raise UsageError(f"no user {name}", "digitizer users list shows them")
        key = people.make_token(connection, user, label)
    output().print(key, markup=False, soft_wrap=True)


def _from(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error})", "check --password-file") from error
