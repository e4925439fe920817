"""How far batches are, how values stand, and how fast operators are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import (
    Connection,
    Text,
    cast,
    func,
    literal_column,
    select,
)

from digitizer.store import schema
from digitizer.store.database import moment
from digitizer.store.questions import DOUBTFUL
from digitizer.store.rows import REMOVED

RATE_SECONDS = 300
"""The stretch of time before now over which the rate is reckoned."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. states: sources by state; kinds: failures by kind; rate: pages a minute, lately.

    begun, ended: the last run, ISO 8601; ended None while it lasts or where it was cut off.
    """

    batch: int
    source: str
    begun: str
    ended: str | None
    states: dict[str, int] = field(default_factory=dict)
    in_hand: int = 0
    pages: int = 0
    rate: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def left(self) -> int:
        return self.states.get("waiting", 0)


def batches(connection: Connection) -> list[tuple[int, str]]:
    """Every batch: id and source."""
    t = schema.batches
    return [(row.id, row.source) for row in connection.execute(select(t.c.id, t.c.source).order_by(t.c.id))]


def progress(connection: Connection, batch: int) -> Progress:
    """How far a batch is, as the ledger has it."""
    b, s, d = schema.batches, schema.sources, schema.documents
    row = connection.execute(select(b).where(b.c.id == batch)).one()
    # As a parameter, 'waiting' would be another in each place, and PostgreSQL would not know the two for one.
    state = func.coalesce(d.c.state, literal_column("'waiting'"))
    states = connection.execute(
        select(state, func.count(), func.coalesce(func.sum(d.c.pages), 0))
        .select_from(s)
        .join(d, s.c.document_id == d.c.id, isouter=True)
        .where(s.c.batch_id == batch, s.c.run >= row.run)
        .group_by(state)
    ).all()
    # Few leases, many sources: asked the other way round every source would be looked at.
    here = select(s.c.id).where(s.c.document_id == schema.leases.c.document_id, s.c.batch_id == batch)
    hand = select(func.count()).select_from(schema.leases).where(here.exists())
    return Progress(
        batch=batch,
        source=row.source,
        begun=row.begun,
        ended=row.ended,
        states={name: count for name, count, _ in states},
        in_hand=int(connection.execute(hand).scalar_one()),
        pages=sum(int(pages) for name, _, pages in states if name != "waiting"),
        rate=_rate(connection, row.begun),
    )


def _rate(connection: Connection, begun: str) -> float:
    """Pages a minute, since the run began or over the last minutes."""
    d = schema.documents
    now = datetime.now(UTC)
    since = max(begun, moment(now - timedelta(seconds=RATE_SECONDS)))
    pages = connection.execute(select(func.coalesce(func.sum(d.c.pages), 0)).where(d.c.done > since)).scalar_one()
    seconds = (now - datetime.fromisoformat(since)).total_seconds()
    return 60 * int(pages) / seconds if seconds > 0 else 0.0


OTHERS = ("confirmed", "corrected", REMOVED)
"""What values are that are neither accepted nor wait for a person."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What someone has done lately. seconds: median between two answers, None where there are too few."""

    who: str
    answers: int
    corrected: int
    seconds: float | None


def counts_by_status(connection: Connection) -> dict[str, dict[str, int]]:
    """How many values of each form stand how: form, status, count.

    Nearly all are accepted: they are what is left of all once the others are counted.
    """
    f, r = schema.fields, schema.records
    every = connection.execute(select(r.c.form, func.sum(r.c.fields)).group_by(r.c.form)).all()
    found: dict[str, dict[str, int]] = {}
    for form, all_of in sorted(every):
        others = select(f.c.status, func.count()).where(f.c.form == form, f.c.status.in_(OTHERS)).group_by(f.c.status)
        waiting = select(func.count()).where(DOUBTFUL, f.c.form == form)
        counts = {"review": int(connection.execute(waiting).scalar_one())}
        counts |= {status: int(count) for status, count in connection.execute(others)}
        counts["accepted"] = int(all_of) - sum(counts.values())
        found[form] = {status: count for status, count in counts.items() if count > 0 and status != REMOVED}
    return {form: counts for form, counts in found.items() if counts}


def paces(connection: Connection, hours: float = 24.0) -> list[Pace]:
    """Operators' answers of the last hours, the busiest first. A pause of more than two minutes is no pace."""
    t = schema.corrections
    since = moment(datetime.now(UTC) - timedelta(hours=hours))
    # Compared as they are kept: reading them as JSON would take longer than all the rest.
    changed = cast(t.c.read, Text) != cast(t.c.after, Text)
    query = select(t.c.who, t.c.at, changed).where(t.c.at >= since).order_by(t.c.at).limit(100_000)
    by: dict[str, list[tuple[float, bool]]] = {}
    for who, at, other in connection.execute(query):
        by.setdefault(who, []).append((datetime.fromisoformat(at).timestamp(), bool(other)))
    found = []
    for who, rows in by.items():
        gaps = sorted(b - a for (a, _), (b, _) in pairwise(rows) if b - a <= 120)
        median = gaps[len(gaps) // 2] if gaps else None
        found.append(Pace(who, len(rows), sum(other for _, other in rows), median))
    return sorted(found, key=lambda pace: (-pace.answers, pace.who))
