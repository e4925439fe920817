"""Which values are keyed twice, and what of them is shown to whom: the second must not see what the first said."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from digitizer.review import strings
from digitizer.review.app_state import AppState
from digitizer.review.items import Answer, Item, Outcome, Reason, items_of, meaning_of
from digitizer.review.meanings import understand
from digitizer.store import passes
from digitizer.store.corrections import StaleError
from digitizer.store.passes import Pass
from digitizer.store.questions import Asked

_ONE_IN = 5
"""As long as there are doubts left, one in so many values that are given out is of a second pass."""


@dataclass(frozen=True, slots=True)
class Given:
    """Values of other passes for one person."""

    asked: tuple[tuple[Asked, Pass], ...]

    @property
    def fields(self) -> set[int]:
        return {one.doubt.field for one, _ in self.asked}


def wants_second(app_state: AppState, asked: Asked) -> bool:
    """Whether another should key the value too: its field was chosen, or it is of the share drawn."""
    doubt, plan = asked.doubt, app_state.plan
    if doubt.name in plan.fields or f"{doubt.table}.{doubt.name}" in plan.fields:
        return True
    return _drawn(f"second {asked.sha256} {doubt.record} {doubt.field}", plan.share)


def given_to(
    app_state: AppState, connection: Connection, who: str, owner: str, limit: int, without: Collection[int], doubts: int
) -> Given:
    """What this person is given beside doubts, of which there are so many."""
    plan = app_state.plan
    if not (plan.fields or plan.share or plan.known):
        return Given(())
    room = limit if not doubts else max(1, limit // _ONE_IN)
    found = passes.waiting(connection, who, owner, room, without)
    if plan.known and doubts:
        wanted = sum(_drawn(f"known {who} {len(without)} {k} {doubts}", plan.known) for k in range(limit))
        known = passes.known_for(connection, who, owner, wanted, without) if wanted else []
        for one in known:
            passes.ask_known(connection, one.doubt.field, who)
        found += [(one, "known") for one in known]
    return Given(tuple(found))


def blind_items(app_state: AppState, connection: Connection, given: Given) -> list[Item]:
    """The values as they are shown: second ones without any answer, third ones with both, known ones as first read."""
    kinds = {asked.doubt.field: kind for asked, kind in given.asked}
    items = items_of(app_state, connection, [asked for asked, _ in given.asked])
    read = {asked.doubt.field: asked.doubt for asked, _ in given.asked}
    shown = []
    for item in items:
        kind = kinds[item.field]
        blank = False if item.kind == "checkbox" else ""
        changes: dict[str, object] = {"check": kind, "status": "review", "value": blank}
        if kind == "second":
            changes |= {"text": "", "readings": [], "reasons": [Reason(word="second", told=strings.SECOND)]}
        elif kind == "third":
            both = [str(one) for one in passes.candidates(connection, item.field) if isinstance(one, str)]
            changes |= {"text": "", "readings": both, "reasons": [Reason(word="second", told=strings.THIRD)]}
        else:
            # As it was asked the first time, so that the screen does not tell that it is known.
            changes |= {"value": read[item.field].value}
        shown.append(item.model_copy(update=changes))
    return shown


def mixed(items: Sequence[Item], again: Sequence[Item]) -> list[Item]:
    """Doubts with values of other passes strewn among them."""
    found = list(items)
    for k, item in enumerate(again):
        found.insert(min(len(found), (k + 1) * _ONE_IN - 1), item)
    return found


def take(app_state: AppState, connection: Connection, asked: Asked, answer: Answer, who: str) -> Outcome | None:
    """Takes an answer of another pass; None where it is none, and counts as any other."""
    if not answer.check:
        return None
    meaning, value = meaning_of(app_state, asked), answer.value
    if isinstance(value, bool) != isinstance(asked.doubt.value, bool):
        return Outcome(field=answer.field, ok=False, kind="invalid", message=strings.NOT_OF_KIND[meaning.kind])
    if isinstance(value, str):
        meant = understand(meaning, value)
        if not meant.valid and not answer.insist:
            return Outcome(field=answer.field, ok=False, kind="invalid", message=strings.NOT_OF_KIND[meaning.kind])
        value = meant.value
    kind = passes.pass_of(connection, asked.doubt.field, who)
    if kind != answer.check:
        done = passes.answered(connection, answer.field, who, value)
        if done:
            return Outcome(field=answer.field, ok=True, version=answer.version + 1, value=value, status="confirmed")
        told = strings.GONE if done is None else strings.NOT_TAKEN_BACK
        return Outcome(field=answer.field, ok=False, kind="gone", message=told)
    if kind == "third":
        try:
            passes.answer_third(connection, asked, answer.version, value, who)
        except StaleError as error:
            return Outcome(field=answer.field, ok=False, kind="stale", message=str(error), version=asked.doubt.version)
        return Outcome(field=answer.field, ok=True, version=answer.version + 1, value=value, status="corrected")
    (passes.answer_second if kind == "second" else passes.answer_known)(connection, asked, value, who)
    return Outcome(field=answer.field, ok=True, version=answer.version + 1, value=value, status="confirmed")


def _drawn(what: str, share: float) -> bool:
    """Whether something is of a share drawn at random, always with the same outcome."""
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big") < share * 2**64
