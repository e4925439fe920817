"""Documents in the store: found by name, listed, and removed with all that was read of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select

from digitizer.errors import UsageError
from digitizer.store import schema
from digitizer.store.database import Store, now
from digitizer.store.questions import DOUBTFUL


def paths_of(connection: Connection, document: int) -> list[str]:
    """Where the bytes of a document lie, or lay when they were read; last where a copy of them is kept."""
    s, d = schema.sources, schema.documents
    query = select(s.c.path).where(s.c.document_id == document).order_by(s.c.id)
    kept = connection.execute(select(d.c.kept).where(d.c.id == document)).scalar()
    return [*connection.execute(query).scalars(), *([kept] if kept else [])]


def document_head(connection: Connection, document: int) -> tuple[str, str, int, str] | None:
    """Name, SHA-256, number of pages and state of a document."""
    d = schema.documents
    row = connection.execute(select(d).where(d.c.id == document)).first()
    return (row.name, row.sha256 or "", row.pages, row.state) if row is not None else None


def document_of(connection: Connection, sha256: str) -> tuple[int, str] | None:
    """Number and state of the document with these bytes."""
    d = schema.documents
    row = connection.execute(select(d.c.id, d.c.state).where(d.c.sha256 == sha256)).first()
    return (row.id, row.state) if row is not None else None


def list_documents(connection: Connection, limit: int = 100, after: int = 0, named: str = "") -> list[Row[Any]]:
    """Documents from one number on: id, name, pages, state and how many of their values wait for a person."""
    d, r, f = schema.documents, schema.records, schema.fields
    waiting = (
        select(func.count())
        .select_from(f)
        .join(r, f.c.record_id == r.c.id)
        .where(r.c.document_id == d.c.id, DOUBTFUL)
        .scalar_subquery()
    )
    forms = select(func.min(r.c.form)).where(r.c.document_id == d.c.id).scalar_subquery()
    query = select(d.c.id, d.c.name, d.c.pages, d.c.state, forms.label("form"), waiting.label("doubts"))
    query = query.where(d.c.id > after).order_by(d.c.id).limit(limit)
    if named:
        query = query.where(d.c.name.contains(named, autoescape=True))
    return list(connection.execute(query))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed. paths: where the document lies; the files themselves are not touched."""

    sha256: str
    paths: tuple[str, ...]
    records: int
    values: int
    kept: str = ""


def find_document(connection: Connection, named: str) -> int:
    """The document of that SHA-256 (or the first 8 characters of it or more), path or name.

    Raises:
        UsageError: there is none, or several.
    """
    d, s = schema.documents, schema.sources
    query = select(d.c.id).join(s, s.c.document_id == d.c.id, isouter=True)
    which = or_(d.c.name == named, s.c.path == named, s.c.name == named)
    if len(named) >= 8 and set(named.lower()) <= set("0123456789abcdef"):
        which = or_(which, d.c.sha256.startswith(named.lower(), autoescape=True))
    found = sorted(set(connection.execute(query.where(which)).scalars()))
    if not found:
        raise UsageError(f"no document {named} in the store", "give its name, its path or its SHA-256")
    if len(found) > 1:
        raise UsageError(f"{named} is the name of {len(found)} documents", "give the path or the SHA-256")
    return int(found[0])


def forget(connection: Connection, document: int, who: str) -> Forgotten:
    """Removes a document with all that was read of it, under every path at which the same bytes lie."""
    d, s, r, c = schema.documents, schema.sources, schema.records, schema.corrections
    row = connection.execute(select(d).where(d.c.id == document)).one()
    paths = tuple(connection.execute(select(s.c.path).where(s.c.document_id == document).order_by(s.c.id)).scalars())
    counts = connection.execute(select(r.c.fields).where(r.c.document_id == document)).scalars().all()
    connection.execute(delete(s).where(s.c.document_id == document))
    for said in (c, schema.arrangements):
        connection.execute(delete(said).where(said.c.sha256 == row.sha256))
    connection.execute(delete(d).where(d.c.id == document))
    # The audit line must not keep what was to be forgotten: no name, no path, no value.
    line = {"at": now(), "who": who, "what": "forget", "about": f"document {document}, sha256 {row.sha256}"}
    connection.execute(insert(schema.audit), line)
    return Forgotten(row.sha256 or "", paths, len(counts), sum(counts), row.kept or "")


def scrub(store: Store) -> None:
    """Empties the log of changes of SQLite, where what was deleted would linger; PostgreSQL does so in its own time."""
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            connection.commit()
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
