"""The screens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from digitizer.fields.acceptance import error_bound
from digitizer.review import strings
from digitizer.review.access import Anyone, AppStateHere, Reviewer
from digitizer.review.app_state import AppState
from digitizer.review.budget import Budget, budget, budget_plot
from digitizer.review.rendering import page
from digitizer.review.views import groups, named, overview, view
from digitizer.store import status
from digitizer.store.documents import list_documents
from digitizer.store.passes import scores
from digitizer.store.quality import expected_errors

router = APIRouter(include_in_schema=False)
_PAGE = 100
Short = Annotated[str, Query(max_length=200)]


@router.get("/")
def queue(request: Request, app_state: AppStateHere, who: Anyone, form: Short = "") -> HTMLResponse:
    """One doubtful value at a time."""
    with app_state.store.reading() as connection:
        forms = [(one, app_state.meanings.title(one)) for one in status.counts_by_status(connection)]
    return page(request, "queue.html", who, form=form, forms=forms)


@router.get("/documents")
def documents(
    request: Request, app_state: AppStateHere, who: Anyone, named: Short = "", after: int = 0
) -> HTMLResponse:
    """All documents."""
    with app_state.store.reading() as connection:
        rows = list_documents(connection, _PAGE + 1, max(0, min(after, 2**62)), named)
    more = rows[_PAGE - 1].id if len(rows) > _PAGE else None
    return page(
        request, "documents.html", who, rows=rows[:_PAGE], more=more, named=named, titles=app_state.meanings.title
    )


@router.get("/documents/{document}")
def document(
    request: Request, document: Annotated[int, Field(ge=1, le=2**62)], app_state: AppStateHere, who: Anyone
) -> HTMLResponse:
    """A document with every value in its place."""
    with app_state.store.reading() as connection:
        found = view(app_state, connection, document)
    if found is None:
        raise HTTPException(404, strings.NO_DOCUMENT)
    items = [item.model_dump() for item in found.items]
    return page(request, "document.html", who, view=found, items=items)


@router.get("/sheets")
def sheets(request: Request, app_state: AppStateHere, who: Anyone) -> HTMLResponse:
    """What can be looked at many at a time."""
    with app_state.store.reading() as connection:
        found = groups(app_state, connection)
    return page(request, "sheets.html", who, groups=found)


@router.get("/sheet")
def sheet(
    request: Request, app_state: AppStateHere, who: Anyone, form: Short, name: Short, value: Short, table: Short = ""
) -> HTMLResponse:
    """A hundred places that read the same."""
    with app_state.store.reading() as connection:
        group = named(app_state, connection, form, table, name, value)
    if group is None:
        raise HTTPException(404, strings.GONE)
    return page(request, "sheet.html", who, group=group)


@router.get("/dashboard")
def dashboard(request: Request, app_state: AppStateHere, who: Anyone) -> HTMLResponse:
    """How far everything is, and who does what."""
    with app_state.store.reading() as connection:
        told = overview(app_state, connection)
    return page(request, "dashboard.html", who, told=told, bound=error_bound)


@router.get("/dashboard/budget")
def budget_curve(request: Request, app_state: AppStateHere, who: Anyone) -> HTMLResponse:
    """How much review buys how much truth: a part of the dashboard, reckoned apart as it goes through all values."""
    told = app_state.curve.get(lambda: _reckoned(app_state))
    return page(request, "budget.html", who, budget=told, plot=budget_plot(told))


def _reckoned(app_state: AppState) -> Budget:
    with app_state.store.reading() as connection:
        return budget(expected_errors(connection), app_state.meanings, scores(connection))


@router.get("/api")
def reference(request: Request, who: Reviewer) -> HTMLResponse:
    """The API for people who write programs."""
    schema = request.app.openapi()
    calls = [
        (method.upper(), path, call) for path, methods in schema["paths"].items() for method, call in methods.items()
    ]
    return page(request, "reference.html", who, calls=calls, schemas=schema.get("components", {}).get("schemas", {}))
