"""Contact sheets over the API."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from digitizer.review import strings
from digitizer.review.access import Anyone, AppStateHere
from digitizer.review.items import Item, items_of
from digitizer.review.routes.values import Number, owner_of
from digitizer.review.views import groups, named
from digitizer.store import leases, questions

router = APIRouter(prefix="/api", tags=["contact sheets"])


class Sheet(BaseModel):
    """A field and a reading that many places share. value: 'true' or 'false' for checkboxes."""

    form: str = Field(max_length=200)
    table: str = Field("", max_length=200)
    name: str = Field(max_length=200)
    value: str = Field(max_length=200)


class SheetWanted(Sheet):
    """Places of such a group. skipped: those looked at already and left for the queue."""

    tab: str = Field("", max_length=40, pattern=r"^[\w-]*$")
    limit: int = Field(100, ge=1, le=200)
    skipped: list[Number] = Field(default=[], max_length=5000)


class Group(Sheet):
    """A group; label: of the field; shown: the reading as people say it; count: of places."""

    label: str
    shown: str
    count: int


@router.get("/sheets")
def listing(app_state: AppStateHere, who: Anyone) -> list[Group]:
    """What can be looked at in sheets: fields with closed vocabularies, and checkboxes."""
    with app_state.store.reading() as connection:
        found = groups(app_state, connection)
    return [
        Group(
            form=g.alike.form, table=g.alike.table, name=g.alike.name, value=g.alike.value, label=g.label,
            shown=g.shown, count=g.alike.count,
        )
        for g in found
    ]  # fmt: skip


@router.post("/sheets")
def sheet(wanted: SheetWanted, app_state: AppStateHere, who: Anyone) -> list[Item]:
    """The next places of a group, held for who asked. They are confirmed through /api/corrections."""
    owner = owner_of(who.name, wanted.tab)
    with app_state.store.writing() as connection:
        group = named(app_state, connection, wanted.form, wanted.table, wanted.name, wanted.value)
        if group is None:
            raise HTTPException(404, strings.GONE)
        leases.one_at_a_time(connection)
        found = questions.read_alike(connection, owner, group.alike, wanted.limit, set(wanted.skipped))
        held = leases.hold(connection, {one.doubt.field for one in found}, owner)
    with app_state.store.reading() as connection:
        return items_of(app_state, connection, [one for one in found if one.doubt.field in held])
