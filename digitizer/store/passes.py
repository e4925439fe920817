"""Second passes: a value keyed again by another who does not see the first answer, and by a third where two differ.

Known answers are asked again besides, to learn how often an operator errs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from digitizer.document.record import Value
from digitizer.store import schema
from digitizer.store.corrections import correct, history
from digitizer.store.database import insert_of, now
from digitizer.store.questions import Asked, asked_about, not_held

Pass = Literal["second", "third", "known"]
_DONE = "done"
SETTLED = "third pass"
"""The reason of a correction that settles what two people keyed differently."""


@dataclass(frozen=True, slots=True)
class Score:
    """How an operator does. asked: answers held against another's or a known one; wrong: of these."""

    who: str
    asked: int
    wrong: int


def begin_pass(connection: Connection, field: int, who: str, value: Value) -> None:
    """Lets a value be keyed again by another; nothing happens where that has begun already."""
    t = schema.second_passes
    row = {"field_id": field, "state": "second", "first_who": who, "first": value, "at": now()}
    connection.execute(insert_of(connection, t).on_conflict_do_nothing(index_elements=["field_id"]), row)


def drop_pass(connection: Connection, field: int) -> None:
    """Ends a second pass that is not done, as when the first answer is taken back."""
    t = schema.second_passes
    connection.execute(delete(t).where(t.c.field_id == field, t.c.state != _DONE))


def waiting(
    connection: Connection, who: str, owner: str, limit: int, without: Collection[int] = ()
) -> list[tuple[Asked, Pass]]:
    """Values that this person should key in a second or third pass and that no other holds, the oldest first."""
    t = schema.second_passes
    query = not_held(select(t.c.field_id, t.c.state).where(_for(who)), t.c.field_id, owner, without)
    rows = connection.execute(query.order_by(t.c.state.desc(), t.c.at).limit(limit)).all()
    about = asked_about(connection, {row.field_id for row in rows})
    return [(about[row.field_id], row.state) for row in rows if row.field_id in about]


def count_waiting(connection: Connection, who: str) -> int:
    """How many values this person could key in a second or third pass."""
    t = schema.second_passes
    return int(connection.execute(select(func.count()).select_from(t).where(_for(who))).scalar_one())


def known_for(connection: Connection, who: str, owner: str, limit: int, without: Collection[int] = ()) -> list[Asked]:
    """Values whose answer is known and that this person has never seen: two agreed on them, or a third settled them."""
    t, k = schema.second_passes, schema.known_asked
    seen = select(k.c.field_id).where(k.c.field_id == t.c.field_id, k.c.who == who)
    others = (t.c.first_who != who, or_(t.c.second_who.is_(None), t.c.second_who != who))
    third = or_(t.c.third_who.is_(None), t.c.third_who != who)
    query = select(t.c.field_id).where(t.c.state == _DONE, *others, third, ~seen.exists())
    query = not_held(query, t.c.field_id, owner, without)
    # By a digest of the number: in the order of the store, neighbours would be asked together and be known for it.
    fields = connection.execute(query.order_by((t.c.field_id * 7919) % 104729, t.c.field_id).limit(limit)).scalars()
    return list(asked_about(connection, set(fields)).values())


def ask_known(connection: Connection, field: int, who: str) -> None:
    """Notes that this person is asked a value whose answer is known."""
    t = schema.known_asked
    row = {"field_id": field, "who": who, "answered": False}
    connection.execute(insert_of(connection, t).on_conflict_do_nothing(index_elements=["field_id", "who"]), row)


def pass_of(connection: Connection, field: int, who: str) -> Pass | None:
    """Which pass an answer of this person to a value would be; None where it would be none."""
    t, k = schema.second_passes, schema.known_asked
    row = connection.execute(select(t.c.state).where(t.c.field_id == field, _for(who))).first()
    if row is not None:
        return "second" if row.state == "second" else "third"
    known = select(k.c.field_id).where(k.c.field_id == field, k.c.who == who, ~k.c.answered)
    return "known" if connection.execute(known).first() is not None else None


def answered(connection: Connection, field: int, who: str, value: Value) -> bool | None:
    """Whether this very answer was taken already, and only its receipt was lost; None where this person gave none."""
    t, k = schema.second_passes, schema.known_asked
    row = connection.execute(select(t).where(t.c.field_id == field)).first()
    if row is not None and row.second_who == who:
        return alike(row.second, value)
    if row is not None and row.third_who == who:
        return True
    known = select(k.c.field_id).where(k.c.field_id == field, k.c.who == who, k.c.answered)
    return True if connection.execute(known).first() is not None else None


def candidates(connection: Connection, field: int) -> list[Value]:
    """The two answers between which a third is to choose, in an order that does not tell whose came first."""
    t = schema.second_passes
    row = connection.execute(select(t.c.first, t.c.second).where(t.c.field_id == field)).first()
    return sorted((row.first, row.second), key=str) if row is not None else []


def answer_second(connection: Connection, asked: Asked, value: Value, who: str) -> bool:
    """Takes the second answer; returns whether it is the first one's. If not, a third will be asked."""
    t, field = schema.second_passes, asked.doubt.field
    row = connection.execute(select(t).where(t.c.field_id == field)).one()
    agreed = alike(row.first, value)
    changes = {"second_who": who, "second": value, "state": _DONE if agreed else "third"}
    connection.execute(update(t).where(t.c.field_id == field).values(**changes))
    if agreed:
        _note(connection, asked, [(row.first_who, "second", True), (who, "second", True)])
    return agreed


def answer_third(connection: Connection, asked: Asked, version: int, value: Value, who: str) -> None:
    """Takes the answer that settles what two keyed differently; both are held against it.

    Raises:
        StaleError: the value has been changed since.
    """
    t, field = schema.second_passes, asked.doubt.field
    row = connection.execute(select(t).where(t.c.field_id == field)).one()
    correct(connection, field, version, value, who, SETTLED)
    connection.execute(update(t).where(t.c.field_id == field).values(third_who=who, state=_DONE))
    given = [(row.first_who, row.first), (row.second_who, row.second)]
    _note(connection, asked, [(one, "third", alike(said, value)) for one, said in given])


def answer_known(connection: Connection, asked: Asked, value: Value, who: str) -> bool:
    """Holds an answer against the known one, and nothing more; returns whether it is right."""
    k, field = schema.known_asked, asked.doubt.field
    said = history(connection, field)
    right = alike(said[-1].after if said else asked.doubt.value, value)
    connection.execute(update(k).where(k.c.field_id == field, k.c.who == who).values(answered=True))
    _note(connection, asked, [(who, "known", right)])
    return right


def scores(connection: Connection) -> list[Score]:
    """Every operator's answers that could be held against others', by name."""
    t = schema.checks
    found: dict[str, list[int]] = {}
    for who, right, count in connection.execute(select(t.c.who, t.c.right, func.count()).group_by(t.c.who, t.c.right)):
        numbers = found.setdefault(who, [0, 0])
        numbers[0] += int(count)
        numbers[1] += 0 if right else int(count)
    return [Score(who, asked, wrong) for who, (asked, wrong) in sorted(found.items())]


def alike(one: Value, other: Value) -> bool:
    """Whether two answers are the same; runs of white space are."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return " ".join(one.split()) == " ".join(other.split())


def _for(who: str) -> ColumnElement[bool]:
    """The values that wait for this person: keyed by another, or by two others."""
    t = schema.second_passes
    second = (t.c.state == "second") & (t.c.first_who != who)
    third = (t.c.state == "third") & (t.c.first_who != who) & (t.c.second_who != who)
    return second | third


def _note(connection: Connection, asked: Asked, told: Sequence[tuple[str, str, bool]]) -> None:
    doubt = asked.doubt
    name = f"{doubt.table}.{doubt.name}" if doubt.table else doubt.name
    rows = [{"at": now(), "who": w, "kind": k, "form": doubt.form, "name": name, "right": r} for w, k, r in told]
    connection.execute(insert(schema.checks), rows)
