"""The ledger of a batch: which documents there are, where they lie, and what is still to do. It is the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, case, delete, insert, or_, select, update

from digitizer.document.record import Problem, Record
from digitizer.store import schema
from digitizer.store.database import clean, insert_if_new, insert_of, insert_one, now
from digitizer.store.exchange import note
from digitizer.store.records import as_problem, write_records

State = Literal["waiting", "done", "partly", "failed"]
"""Of a document. partly: some pages failed; failed: nothing of it could be read."""

_CHUNK = 200
_RACY = 2_000_000_000
"""Nanoseconds within which two changes of a file may bear the same time; FAT's clock ticks every two seconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a batch names. size in bytes; changed: nanoseconds since 1970; metadata: what a manifest says."""

    path: str
    name: str
    size: int
    changed: int
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch under way. run: counted from 1; version: the row of what it is digitized with; begun: as moments are.

    force: do again what is done; retry_failed: what failed.
    """

    id: int
    run: int
    version: int
    begun: str = ""
    force: bool = False
    retry_failed: bool = False


@dataclass(frozen=True, slots=True)
class OpenSource:
    """A source with something left to do. document: None where its bytes are still to be looked at."""

    id: int
    ordinal: int
    path: str
    name: str
    document: int | None


def begin(
    connection: Connection,
    source: str,
    key: str,
    versions: Mapping[str, Any],
    force: bool = False,
    retry_failed: bool = False,
) -> Batch:
    """Opens a batch for another run, and makes it where it is new. key: SHA-256 of versions."""
    t, v = schema.batches, schema.versions
    insert_if_new(connection, v, {"key": key, "data": dict(versions)}, "key")
    version = connection.execute(select(v.c.id).where(v.c.key == key)).scalar_one()
    moment = now()
    insert_if_new(connection, t, {"source": source, "run": 0, "created": moment, "begun": moment}, "source")
    connection.execute(update(t).where(t.c.source == source).values(run=t.c.run + 1, begun=moment, ended=None))
    row = connection.execute(select(t).where(t.c.source == source)).one()
    return Batch(row.id, row.run, version, moment, force, retry_failed)


def end(connection: Connection, batch: Batch) -> None:
    """Notes that the run has come to its end."""
    t = schema.batches
    connection.execute(update(t).where(t.c.id == batch.id, t.c.run == batch.run).values(ended=now()))


def enter(connection: Connection, batch: Batch, found: Sequence[Found], first: int) -> None:
    """Notes files as part of the batch; ordinals are counted on from first.

    A file whose size or time of change is another than before is looked at again; so is one that changed so shortly
    before it was read that a later change could bear the same time.
    """
    t = schema.sources
    rows = [
        {
            "batch_id": batch.id,
            "ordinal": first + k,
            "path": clean(one.path),
            "name": clean(one.name),
            "size": one.size,
            "changed": one.changed,
            "metadata": {clean(name): clean(value) for name, value in one.metadata.items()},
            "run": batch.run,
        }
        for k, one in enumerate(found)
    ]
    if not rows:
        return
    statement = insert_of(connection, t)
    new = statement.excluded
    same = and_(t.c.size == new.size, t.c.changed == new.changed, t.c.hashed > t.c.changed + _RACY)
    kept = {"hashed": case((same, t.c.hashed), else_=None)}
    taken = {name: new[name] for name in ("ordinal", "name", "size", "changed", "metadata", "run")}
    connection.execute(statement.on_conflict_do_update(index_elements=["batch_id", "path"], set_=kept | taken), rows)


def survey(connection: Connection, source: str, found: Sequence[Found], key: str, retry_failed: bool) -> int:
    """How many of the files are done with the versions of that key, going by size and time of change alone."""
    open_states = ["waiting", "partly", "failed"] if retry_failed else ["waiting"]
    b, s, d, v = schema.batches, schema.sources, schema.documents, schema.versions
    query = (
        select(s.c.path, s.c.size, s.c.changed)
        .join(b, s.c.batch_id == b.c.id)
        .join(d, s.c.document_id == d.c.id)
        .join(v, d.c.version_id == v.c.id)
        .where(
            b.c.source == source,
            v.c.key == key,
            d.c.state.not_in(open_states),
            s.c.path.in_([one.path for one in found]),
        )
    )
    known = {(row.path, row.size, row.changed) for row in connection.execute(query)}
    return sum((one.path, one.size, one.changed) in known for one in found)


def ask_again(connection: Connection, batch: Batch) -> None:
    """Sets back to waiting what this run is to do though it was done: asked for, or done with other versions."""
    s, d = schema.sources, schema.documents
    here = select(s.c.document_id).where(s.c.batch_id == batch.id, s.c.run >= batch.run, s.c.document_id.is_not(None))
    again: list[ColumnElement[bool]] = [d.c.version_id != batch.version]
    if batch.force:
        again.append(d.c.state != "waiting")
    if batch.retry_failed:
        again.append(d.c.state.in_(["partly", "failed"]))
    connection.execute(update(d).where(d.c.id.in_(here), d.c.sha256.is_not(None), or_(*again)).values(state="waiting"))
    if batch.force:
        # What was read of a page by an earlier run must not do for this one.
        waiting = select(d.c.id).where(d.c.id.in_(here), d.c.state == "waiting")
        connection.execute(delete(schema.pages).where(schema.pages.c.document_id.in_(waiting)))


def to_do(connection: Connection, batch: Batch, after: int) -> list[OpenSource]:
    """The next sources with something left to do, behind the one with that ordinal; empty at the end."""
    s, d = schema.sources, schema.documents
    query = (
        select(s)
        .join(d, s.c.document_id == d.c.id, isouter=True)
        .where(s.c.batch_id == batch.id, s.c.ordinal > after, s.c.run >= batch.run)
        .where(or_(s.c.hashed.is_(None), s.c.document_id.is_(None), d.c.state == "waiting"))
        .order_by(s.c.ordinal)
        .limit(_CHUNK)
    )
    rows = connection.execute(query)
    return [
        OpenSource(row.id, row.ordinal, row.path, row.name, row.document_id if row.hashed else None) for row in rows
    ]


def link(connection: Connection, entry: OpenSource, sha256: str, size: int, hashed: int) -> int:
    """Ties a source to the document of its bytes, which is made where it is new; returns the document.

    hashed: when its bytes were read, nanoseconds since 1970.
    """
    d = schema.documents
    row = {"sha256": sha256, "size": size, "name": clean(entry.name), "state": "waiting", "pages": 0}
    insert_if_new(connection, d, row, "sha256")
    document = int(connection.execute(select(d.c.id).where(d.c.sha256 == sha256)).scalar_one())
    _tie(connection, entry, document, hashed)
    return document


def link_unreadable(connection: Connection, entry: OpenSource, problem: Problem, batch: Batch) -> None:
    """Notes that a source's bytes cannot be read at all."""
    row = {"sha256": None, "size": 0, "name": clean(entry.name), "state": "failed", "pages": 0, "done": now()}
    document = insert_one(connection, schema.documents, row | {"version_id": batch.version})
    write_records(connection, document, (), (problem,))
    _tie(connection, entry, document, None)


def _tie(connection: Connection, entry: OpenSource, document: int, hashed: int | None) -> None:
    """Ties a source to a document; the one it was tied to before goes where its bytes lie nowhere else."""
    d, s = schema.documents, schema.sources
    before = connection.execute(select(s.c.document_id).where(s.c.id == entry.id)).scalar()
    connection.execute(update(s).where(s.c.id == entry.id).values(document_id=document, hashed=hashed))
    if before is not None and before != document:
        orphan = ~select(s.c.id).where(s.c.document_id == before).exists()
        connection.execute(delete(d).where(d.c.id == before, orphan))


def look_again(connection: Connection, path: str) -> None:
    """Notes that a file has changed while it was read: the next run looks at it again."""
    connection.execute(update(schema.sources).where(schema.sources.c.path == path).values(hashed=None))


def take_up(connection: Connection, batch: Batch, document: int) -> str | None:
    """Makes a document ready to be worked on with the batch's versions; None where it is done with them already.

    Returns the name under which records know it.
    """
    d = schema.documents
    row = connection.execute(select(d).where(d.c.id == document)).one()
    # Files that came to this document in this very run, such as a copy, are no reason to do it twice.
    before = row.done is not None and row.done < batch.begun
    forced = batch.force and before and row.state != "waiting"
    retried = batch.retry_failed and before and row.state in ("partly", "failed")
    if row.version_id == batch.version and row.state != "waiting" and not forced and not retried:
        return None
    if row.version_id != batch.version or forced:
        connection.execute(delete(schema.pages).where(schema.pages.c.document_id == document))
    connection.execute(update(d).where(d.c.id == document).values(state="waiting", version_id=batch.version))
    return str(row.name)


def note_copy(connection: Connection, document: int, path: str) -> None:
    """Notes where a copy of the document's bytes lies."""
    d = schema.documents
    connection.execute(update(d).where(d.c.id == document).values(kept=clean(path)))


def keep_page(connection: Connection, document: int, page: int, readings: bytes) -> None:
    """Keeps what was read of a page until its document is whole."""
    row = {"document_id": document, "number": page, "state": "read", "done": now(), "readings": readings}
    statement = insert_of(connection, schema.pages)
    changes = {name: statement.excluded[name] for name in ("state", "done", "readings")}
    connection.execute(statement.on_conflict_do_update(index_elements=["document_id", "number"], set_=changes), row)


def kept_pages(connection: Connection, document: int) -> Iterator[tuple[int, bytes]]:
    """Pages of a document that an earlier run has read, one after the other."""
    t = schema.pages
    query = select(t.c.number).where(t.c.document_id == document, t.c.readings.is_not(None)).order_by(t.c.number)
    for number in connection.execute(query).scalars().all():
        data = connection.execute(select(t.c.readings).where(t.c.document_id == document, t.c.number == number))
        yield number, bytes(data.scalar_one())


def finish(
    connection: Connection, document: int, pages: int, records: Sequence[Record], failures: Sequence[Problem]
) -> State:
    """Writes all that came of a document; pages: how many it has; failures: of the whole or of its pages."""
    state: State = "done" if not failures else "partly" if records else "failed"
    d, t = schema.documents, schema.pages
    moment = now()
    failed = sorted({problem.page for problem in failures if problem.page is not None})
    whole = not pages or len(failed) == pages
    connection.execute(delete(t).where(t.c.document_id == document, or_(t.c.number.in_(failed), t.c.number > pages)))
    there = set(connection.execute(select(t.c.number).where(t.c.document_id == document)).scalars())
    rows = [
        {
            "document_id": document,
            "number": n,
            "state": "failed" if n in failed or not records else "read",
            "done": moment,
        }
        for n in range(1, pages + 1)
        if n not in there
    ]
    if rows:
        connection.execute(insert(t), rows)
    if not failed or whole:
        # The good pages of a document with bad ones stay as they were read, for --retry-failed.
        connection.execute(update(t).where(t.c.document_id == document).values(readings=None))
    write_records(connection, document, records, failures)
    connection.execute(update(d).where(d.c.id == document).values(state=state, pages=pages, done=moment))
    note(connection, "digitized", document)
    return state


def places_of(connection: Connection, batch: Batch, document: int) -> list[str]:
    """The paths at which this run found a document; without those that are still to be looked at."""
    s = schema.sources
    query = select(s.c.path).where(
        s.c.batch_id == batch.id, s.c.document_id == document, s.c.run >= batch.run, s.c.hashed.is_not(None)
    )
    return list(connection.execute(query.order_by(s.c.ordinal)).scalars())


def move(connection: Connection, batch: int, path: Path, wanted: Path) -> Path:
    """Notes that a file of the batch goes elsewhere; returns where: the path wanted, or one like it that is free."""
    s = schema.sources
    document = connection.execute(select(s.c.document_id).where(s.c.batch_id == batch, s.c.path == str(path))).scalar()
    for number in count(1):
        target = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        here = and_(s.c.batch_id == batch, s.c.path == str(target))
        noted = connection.execute(select(s.c.document_id).where(here)).first()
        # A note of the same document without its file: a process was killed before it could move it.
        if not target.exists() and (noted is None or noted.document_id == document):
            break
    connection.execute(delete(s).where(here))
    connection.execute(update(s).where(s.c.batch_id == batch, s.c.path == str(path)).values(path=str(target)))
    return target


def state_of(connection: Connection, document: int) -> tuple[State, int]:
    """The state of a document and how many pages it has."""
    d = schema.documents
    row = connection.execute(select(d.c.state, d.c.pages).where(d.c.id == document)).one()
    return row.state, row.pages


def failures_of(connection: Connection, document: int) -> list[Problem]:
    """Why a document or pages of it could not be digitized."""
    t = schema.problems
    query = select(t).where(t.c.document_id == document, t.c.record_id.is_(None)).order_by(t.c.ordinal)
    return [as_problem(row) for row in connection.execute(query)]
