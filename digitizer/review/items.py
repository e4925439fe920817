"""Values as the API and the screen have them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from statistics import median
from typing import Literal

from pydantic import BaseModel, Field, StrictBool, StrictStr
from sqlalchemy import Connection

from digitizer.document.geometry import Box
from digitizer.document.record import Status, Value
from digitizer.review import order
from digitizer.review.app_state import AppState
from digitizer.review.meanings import Meaning
from digitizer.store import questions
from digitizer.store.corrections import history
from digitizer.store.questions import Asked, Cell

_LEAST = 12
"""Pixels that a place is wide and high at least."""


def likely_place(asked: Asked, cells: Sequence[Cell]) -> tuple[int, Box] | None:
    """Page and box; None where nothing near it was found either. cells: of the value's table, in order."""
    row = [cell for cell in cells if cell.row == asked.doubt.row and cell.box is not None]
    if not row or row[0].page is None:
        return None
    page = row[0].page
    placed = {cell.name: cell.box for cell in row if cell.page == page and cell.box is not None}
    # A box of another row that came in by mistake must not stretch the place over half the page.
    top = int(median(box.y for box in placed.values()))
    bottom = int(median(box.bottom for box in placed.values()))
    left, right = _between(asked.doubt.name, list(dict.fromkeys(cell.name for cell in cells)), cells, page)
    if left is None or right is None:
        return page, Box(min(b.x for b in placed.values()), top, max(b.right for b in placed.values()), bottom - top)
    return page, Box(left, top, max(_LEAST, right - left), max(_LEAST, bottom - top))


def _between(name: str, names: Sequence[str], cells: Sequence[Cell], page: int) -> tuple[int | None, int | None]:
    """Where the column begins and ends, by its own boxes in other rows or by the columns on both sides."""
    columns: dict[str, list[Box]] = {}
    for cell in cells:
        if cell.page == page and cell.box is not None:
            columns.setdefault(cell.name, []).append(cell.box)
    if name in columns:
        return _middle(box.x for box in columns[name]), _middle(box.right for box in columns[name])
    at = names.index(name)
    before = next((columns[other] for other in reversed(names[:at]) if other in columns), None)
    after = next((columns[other] for other in names[at + 1 :] if other in columns), None)
    left = _middle(box.right for box in before) if before else None
    right = _middle(box.x for box in after) if after else None
    if left is not None and right is not None and right - left < _LEAST:
        return None, None
    return left, right


def _middle(numbers: Iterable[int]) -> int:
    return int(median(numbers))


MAX_TEXT = 20_000
Whole = Field(ge=1, le=2**62)


class Reason(BaseModel):
    """Why a value is asked about. word: low, hand, rule, kind, changed, nowhere or blank."""

    word: str
    told: str


class Item(BaseModel):
    """A value with all that is shown with it. box: pixels of the scan; near: box is where it should stand, no more.

    check: second or third where it is keyed again, without sight of what others said; known: only the operator is
    measured by it.
    """

    field: int
    version: int
    record: int
    document: int
    name: str
    form: str
    title: str
    label: str
    group: str
    part: str
    table: str
    row: int
    key: str
    kind: str
    values: list[str]
    long: bool
    value: Value
    text: str
    confidence: float
    status: Status
    page: int
    box: list[int] | None
    near: bool
    hand: bool
    reasons: list[Reason]
    readings: list[str]
    check: Literal["", "second", "third", "known"] = ""


class Said(BaseModel):
    """One entry of a value's history."""

    who: str
    at: str
    before: Value
    after: Value
    why: str


class Answer(BaseModel):
    """What a person says a value is. version: that which was shown; insist: take it though it is none of the kind.

    check: as the queue told.
    """

    field: int = Whole
    version: int = Whole
    value: StrictBool | StrictStr
    why: str = Field("", max_length=200)
    insist: bool = False
    check: Literal["", "second", "third", "known"] = ""


class Outcome(BaseModel):
    """What came of an answer. ok: it counts; kind: stale, invalid or gone where it does not; version: as it is now."""

    field: int
    ok: bool
    version: int = 0
    value: Value = ""
    status: str = ""
    kind: str = ""
    message: str = ""


def meaning_of(app_state: AppState, asked: Asked) -> Meaning:
    """What the definitions say of a value."""
    doubt = asked.doubt
    return app_state.meanings.of(doubt.form, doubt.table, doubt.name, doubt.part, isinstance(doubt.value, bool))


def in_order(app_state: AppState, found: Iterable[Asked]) -> list[Asked]:
    """Values, those first about which asking finds the most errors per second."""
    return sorted(found, key=lambda one: (-order.gain(one, meaning_of(app_state, one).kind), one.doubt.field))


def items_of(app_state: AppState, connection: Connection, found: Sequence[Asked]) -> list[Item]:
    """Values with all that is shown with them."""
    problems = questions.problems_of(connection, {one.doubt.record for one in found})
    current = current_values(connection, found)
    items = []
    for one in found:
        meaning, doubt = meaning_of(app_state, one), one.doubt
        page, box, near = doubt.page, doubt.box, False
        if box is None:
            place = likely_place(one, questions.cells_about(connection, one)) if doubt.part == "cell" else None
            page, box, near = (place[0], place[1], True) if place else (page, None, True)
        items.append(
            Item(
                field=doubt.field,
                version=doubt.version,
                record=doubt.record,
                document=one.document,
                name=one.name,
                form=doubt.form,
                title=app_state.meanings.title(doubt.form),
                label=meaning.label,
                group=meaning.group,
                part=doubt.part,
                table=doubt.table,
                row=doubt.row,
                key=doubt.name,
                kind=meaning.kind,
                values=list(meaning.values),
                long=meaning.long,
                value=current[doubt.field],
                text=doubt.text,
                confidence=round(doubt.confidence, 4),
                status=doubt.status,
                page=page or (one.pages[0] if one.pages else 1),
                box=box.as_list() if box else None,
                near=near,
                hand=one.hand,
                reasons=[
                    Reason(word=w, told=t) for w, t in order.reasons(one, meaning, problems.get(doubt.record, []))
                ],
                readings=order.readings(one, meaning),
            )
        )
    return items


def current_values(connection: Connection, found: Collection[Asked]) -> dict[int, Value]:
    """What each value is now: as read, or as a person said last."""
    values = {}
    for one in found:
        said = history(connection, one.doubt.field) if one.doubt.version > 1 else []
        values[one.doubt.field] = said[-1].after if said else one.doubt.value
    return values
