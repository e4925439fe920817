"""`digitizer forget`: removes a document and what was read of it from a store."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from digitizer.cli.console import output
from digitizer.cli.options import StoreOption
from digitizer.store.database import open_store
from digitizer.store.documents import find_document, scrub
from digitizer.store.documents import forget as forget_stored


def forget(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its path, name or SHA-256.")],
    store: StoreOption,
) -> None:
    """Removes a document and all that was read of it from a store; only an audit line stays."""
    forget_document(store, document)


def forget_document(url: str, named: str) -> None:
    """Removes a document from a store and tells what went.

    Raises:
        UsageError: there is no such store or document.
    """
    with open_store(url, create=False) as store:
        with store.writing() as connection:
            gone = forget_stored(connection, find_document(connection, named), getpass.getuser())
        scrub(store)
    if gone.kept:
        Path(gone.kept).unlink(missing_ok=True)
    console = output()
    console.print(f"forgotten: {gone.records} records with {gone.values} values", markup=False, soft_wrap=True)
    for path in gone.paths:
        console.print(f"the file stays, and a batch would read it again: {path}", markup=False, soft_wrap=True)
