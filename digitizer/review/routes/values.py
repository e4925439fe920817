"""The queue and the values in it: what is next, what a typed text means, answers, taking back, history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from digitizer.document.record import Value
from digitizer.review import strings
from digitizer.review.access import Anyone, AppStateHere
from digitizer.review.app_state import AppState
from digitizer.review.items import (
    MAX_TEXT,
    Answer,
    Item,
    Outcome,
    Said,
    Whole,
    current_values,
    in_order,
    items_of,
    meaning_of,
)
from digitizer.review.meanings import understand
from digitizer.review.passes import blind_items, given_to, mixed, take, wants_second
from digitizer.store import corrections, leases, questions
from digitizer.store.exchange import note_reviewed
from digitizer.store.passes import SETTLED, answered, begin_pass, count_waiting, drop_pass
from digitizer.store.questions import Asked, count_doubts

router = APIRouter(prefix="/api", tags=["values"])
WINDOW = 400
"""So many of the least sure values are put in order at a time."""
Number = Annotated[int, Field(ge=1, le=2**62)]


class QueueWanted(BaseModel):
    """What the queue should give. have: values that are on the screen already, which stay held; skipped: not now."""

    tab: str = Field("", max_length=40, pattern=r"^[\w-]*$")
    limit: int = Field(20, ge=1, le=100)
    form: str = Field("", max_length=200)
    have: list[Number] = Field(default=[], max_length=200)
    skipped: list[Number] = Field(default=[], max_length=5000)


class Window(BaseModel):
    """A window of the browser."""

    tab: str = Field(max_length=40, pattern=r"^[\w-]*$")


class Queue(BaseModel):
    """The next values, held for who asked; left: how many wait for a person in all."""

    items: list[Item]
    left: int


class Typed(BaseModel):
    """What someone is typing into a field."""

    field: int = Whole
    text: str = Field(max_length=MAX_TEXT)


class Meant(BaseModel):
    """What a text stands for; valid: whether it is a value of the field's kind; text: as read, where it was read."""

    value: Value
    valid: bool
    text: str = ""


class Undo(BaseModel):
    """A correction to take back; version: that to which it brought the field."""

    field: int = Whole
    version: int = Whole


Answers = Annotated[list[Answer], Field(min_length=1, max_length=200)]
Undone = Annotated[list[Undo], Field(min_length=1, max_length=200)]


class Me(BaseModel):
    """Who is logged in. csrf: goes back as the header X-CSRF-Token with every change."""

    name: str
    role: str
    csrf: str


@router.get("/me")
def me(who: Anyone) -> Me:
    """Who asks."""
    return Me(name=who.name, role=who.role, csrf=who.csrf)


@router.post("/queue")
def queue(wanted: QueueWanted, app_state: AppStateHere, who: Anyone) -> Queue:
    """The values that pay most to look at and that no one else has on the screen."""
    owner = owner_of(who.name, wanted.tab)
    with app_state.store.writing() as connection:
        leases.one_at_a_time(connection)
        without = {*wanted.have, *wanted.skipped}
        found = questions.doubts_free_for(connection, owner, WINDOW, wanted.form, without)
        given = given_to(app_state, connection, who.name, owner, wanted.limit, without, len(found))
        chosen = in_order(app_state, found)[: max(0, wanted.limit - len(given.asked))]
        held = leases.hold(connection, {one.doubt.field for one in chosen} | given.fields | set(wanted.have), owner)
        chosen = [one for one in chosen if one.doubt.field in held]
    with app_state.store.reading() as connection:
        items = items_of(app_state, connection, chosen)
        again = [item for item in blind_items(app_state, connection, given) if item.field in held]
        left = count_doubts(connection) + count_waiting(connection, who.name)
    return Queue(items=mixed(items, again), left=left)


@router.post("/release", status_code=204)
def release(window: Window, app_state: AppStateHere, who: Anyone) -> None:
    """Gives back what a window has on the screen, as it closes; others need not wait until the holds end."""
    with app_state.store.writing() as connection:
        leases.let_all_go(connection, owner_of(who.name, window.tab))


@router.get("/fields/{field}")
def one(field: Number, app_state: AppStateHere, who: Anyone) -> Item:
    """A value as it is now."""
    with app_state.store.reading() as connection:
        return items_of(app_state, connection, [_find(connection, field)])[0]


@router.get("/fields/{field}/history")
def history(field: Number, app_state: AppStateHere, who: Anyone) -> list[Said]:
    """Who changed a value, when, from what to what; oldest first."""
    with app_state.store.reading() as connection:
        _find(connection, field)
        said = corrections.history(connection, field)
    return [Said(who=s.who, at=s.at, before=s.before, after=s.after, why=s.why) for s in said]


@router.post("/understand")
def understood(typed: Typed, app_state: AppStateHere, who: Anyone) -> Meant:
    """What a text typed into a field would mean there; nothing is saved."""
    with app_state.store.reading() as connection:
        meant = understand(meaning_of(app_state, _find(connection, typed.field)), typed.text)
    return Meant(value=meant.value, valid=meant.valid)


@router.post("/corrections")
def correct(answers: Answers, app_state: AppStateHere, who: Anyone) -> list[Outcome]:
    """Takes answers, each for itself: what comes too late is told and changes nothing; sent twice it counts once."""
    with app_state.store.writing() as connection:
        found = questions.asked_about(connection, {answer.field for answer in answers})
        done = [_answer(app_state, connection, found.get(answer.field), answer, who.name) for answer in answers]
        leases.let_go(connection, {outcome.field for outcome in done if outcome.ok})
        # An answer sent again must not tell the same once more.
        changed = {one.field for one in done if one.ok and one.version != found[one.field].doubt.version}
        note_reviewed(connection, sorted({found[field].document for field in changed}))
    return done


@router.post("/undo")
def take_back(undone: Undone, app_state: AppStateHere, who: Anyone) -> list[Outcome]:
    """Takes corrections back: the values are as they were before and, where no one had said anything, wait again."""
    done = []
    with app_state.store.writing() as connection:
        found = questions.asked_about(connection, {one.field for one in undone})
        for one in undone:
            if one.field not in found:
                done.append(Outcome(field=one.field, ok=False, kind="gone", message=strings.GONE))
                continue
            said = corrections.history(connection, one.field)
            theirs = bool(said) and said[-1].who == who.name and said[-1].why != SETTLED
            if not theirs and answered(connection, one.field, who.name, "") is not None:
                done.append(Outcome(field=one.field, ok=False, kind="invalid", message=strings.NOT_TAKEN_BACK))
                continue
            try:
                corrections.undo(connection, one.field, one.version, who.name)
            except corrections.StaleError as error:
                again = corrections.undone_already(connection, one.field, one.version, who.name)
                told = _state(connection, one.field, ok=True) if again else None
                done.append(told or _stale(connection, found[one.field], str(error)))
            except ValueError as error:
                done.append(Outcome(field=one.field, ok=False, kind="invalid", message=str(error)))
            else:
                drop_pass(connection, one.field)
                done.append(_state(connection, one.field, ok=True))
    return done


def owner_of(name: str, tab: str) -> str:
    """Under what a window's holds stand."""
    return f"review:{name}:{tab}"


def _answer(app_state: AppState, connection: Connection, asked: Asked | None, answer: Answer, who: str) -> Outcome:
    if asked is None:
        return Outcome(field=answer.field, ok=False, kind="gone", message=strings.GONE)
    if (taken := take(app_state, connection, asked, answer, who)) is not None:
        return taken
    meaning, value = meaning_of(app_state, asked), answer.value
    if isinstance(value, str):
        value = value[:MAX_TEXT]
        meant = understand(meaning, value)
        if not meant.valid and not answer.insist:
            return Outcome(field=answer.field, ok=False, kind="invalid", message=strings.NOT_OF_KIND[meaning.kind])
        value = meant.value
    try:
        corrections.correct(connection, answer.field, answer.version, value, who, answer.why)
    except corrections.StaleError as error:
        if corrections.done_already(connection, answer.field, answer.version, value, who, answer.why) is None:
            return _stale(connection, asked, str(error))
    except ValueError as error:
        return Outcome(field=answer.field, ok=False, kind="invalid", message=str(error))
    if answer.why == "" and wants_second(app_state, asked):
        begin_pass(connection, answer.field, who, value)
    return _state(connection, answer.field, ok=True)


def _stale(connection: Connection, asked: Asked, message: str) -> Outcome:
    now = _state(connection, asked.doubt.field, ok=False)
    return now.model_copy(update={"kind": "stale", "message": message})


def _state(connection: Connection, field: int, ok: bool) -> Outcome:
    now = _find(connection, field)
    value = current_values(connection, [now])[field]
    return Outcome(field=field, ok=ok, version=now.doubt.version, value=value, status=now.doubt.status)


def _find(connection: Connection, field: int) -> Asked:
    found = questions.asked_about(connection, {field}).get(field)
    if found is None:
        raise HTTPException(404, strings.GONE)
    return found
