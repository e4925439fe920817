"""Documents and their records over the API."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel

from digitizer.review import strings
from digitizer.review.access import Anyone, AppStateHere
from digitizer.review.items import Item, items_of
from digitizer.review.routes.values import Number
from digitizer.review.views import broken_rules, with_values
from digitizer.store import questions
from digitizer.store.documents import document_head, list_documents
from digitizer.store.records import records_of

router = APIRouter(prefix="/api", tags=["documents"])


class Document(BaseModel):
    """A document. state: waiting, done, partly or failed; doubts: values that wait for a person."""

    id: int
    name: str
    pages: int
    state: str
    form: str | None
    doubts: int


class Broken(BaseModel):
    """A rule that does not hold, as the values are now. place: of its record among those with values, from 0."""

    place: int
    form: str
    message: str
    fields: list[str]


@router.get("/documents")
def documents(
    app_state: AppStateHere,
    who: Anyone,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: Annotated[int, Query(ge=0, le=2**62, description="number of the last one seen")] = 0,
    named: Annotated[str, Query(max_length=200, description="part of the name")] = "",
) -> list[Document]:
    """Documents in the order in which they came."""
    with app_state.store.reading() as connection:
        rows = list_documents(connection, limit, after, named)
    return [Document(id=r.id, name=r.name, pages=r.pages, state=r.state, form=r.form, doubts=r.doubts) for r in rows]


@router.get("/documents/{document}/records")
def records(document: Number, app_state: AppStateHere, who: Anyone) -> list[dict[str, Any]]:
    """The records of a document as `digitizer run` writes them, corrections applied."""
    with app_state.store.reading() as connection:
        if document_head(connection, document) is None:
            raise HTTPException(404, strings.NO_DOCUMENT)
        return [record.as_json() for record in records_of(connection, document)]


@router.get("/documents/{document}/fields")
def fields(document: Number, app_state: AppStateHere, who: Anyone) -> list[Item]:
    """Every value of a document with its number and version, for correcting it."""
    with app_state.store.reading() as connection:
        if document_head(connection, document) is None:
            raise HTTPException(404, strings.NO_DOCUMENT)
        return items_of(app_state, connection, questions.values_of(connection, document))


@router.get("/documents/{document}/rules")
def rules(document: Number, app_state: AppStateHere, who: Anyone) -> list[Broken]:
    """Which rules of the form do not hold, as the values are now."""
    with app_state.store.reading() as connection:
        found = records_of(connection, document)
    return [
        Broken(place=k, form=record.form, message=problem.message, fields=list(problem.fields))
        for k, record in enumerate(with_values(found))
        for problem in broken_rules(app_state, record)
    ]
