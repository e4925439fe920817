"""Errors as answers: JSON with what happened and what to do; who must log in is led there."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response

from digitizer.errors import DefinitionError, DigitizerError, InputError, UsageError
from digitizer.review.routes import login
from digitizer.store.corrections import StaleError


def add_error_responses(app: FastAPI) -> None:
    """Lets an application tell all errors so."""
    app.add_exception_handler(DigitizerError, _tell_ours)
    app.add_exception_handler(HTTPException, _tell_http)
    app.add_exception_handler(RequestValidationError, _tell_invalid)


def _tell_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, DigitizerError)
    status = 409 if isinstance(error, StaleError) else 404 if isinstance(error, InputError) else 503
    if isinstance(error, UsageError | DefinitionError):
        status = 400
    return JSONResponse({"kind": error.kind, "message": str(error), "remedy": error.remedy}, status)


def _tell_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    page = request.method == "GET" and not request.url.path.startswith("/api/")
    if error.status_code == 401 and page:
        return RedirectResponse(login.login_path(request.url.path), 303)
    return JSONResponse({"kind": "refused", "message": str(error.detail), "remedy": ""}, error.status_code)


def _tell_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5]]
    return JSONResponse({"kind": "invalid", "message": "; ".join(told), "remedy": "see /api"}, 422)
