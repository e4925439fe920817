"""Rows of tables over the API: added, removed, split, merged, taken back."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from digitizer.review import strings
from digitizer.review.access import Anyone, AppStateHere
from digitizer.review.routes.values import Number
from digitizer.review.rows import change_of
from digitizer.store import rows
from digitizer.store.records import record_at

router = APIRouter(prefix="/api", tags=["tables"])


class RowChange(BaseModel):
    """What to do with a row. row: its number as the values tell it (not its place); version: that which was shown.

    above, below: add a blank row beside it; merge: with the row below; split: where values have several lines; undo:
    take the last change of the table's rows back. In a table without rows, below adds the first.
    """

    record: Number
    table: str = Field(max_length=200)
    what: Literal["above", "below", "remove", "merge", "split", "undo"]
    row: int = Field(0, ge=0, le=10**6)
    version: int = Field(ge=0, le=10**6)


class Rows(BaseModel):
    """A table's rows as they are now, by number; added: the new one, if any."""

    rows: list[int]
    version: int
    added: int | None = None


class RowSaid(BaseModel):
    """One entry of the history of a table's rows. row: as people counted it then."""

    who: str
    at: str
    what: str
    row: int


@router.post("/rows")
def change(wanted: RowChange, app_state: AppStateHere, who: Anyone) -> Rows:
    """Changes a table's rows; 409 where someone else has in the meantime, 422 where it cannot be."""
    with app_state.store.writing() as connection:
        key = rows.table_key(connection, wanted.record, wanted.table)
        record = record_at(connection, wanted.record)
        if key is None or record is None:
            raise HTTPException(404, strings.GONE)
        added = None
        try:
            if wanted.what == "undo":
                rows.undo_rows(connection, key, wanted.version, who.name)
            else:
                now, fresh = rows.arrangement(connection, key), rows.next_number(connection, key)
                made = change_of(app_state, record, wanted.table, now, wanted.row, wanted.what, fresh)
                rows.rearrange(connection, key, wanted.version, made, who.name)
                added = made.added
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        now = rows.arrangement(connection, key)
    return Rows(rows=list(now.rows), version=now.version, added=added)


@router.get("/records/{record}/rows")
def history(record: Number, table: str, app_state: AppStateHere, who: Anyone) -> list[RowSaid]:
    """Who changed a table's rows, when and how; oldest first."""
    with app_state.store.reading() as connection:
        key = rows.table_key(connection, record, table)
        if key is None:
            raise HTTPException(404, strings.GONE)
        said = rows.row_history(connection, key)
    return [RowSaid(who=one.who, at=one.at, what=one.what, row=one.row) for one in said]
