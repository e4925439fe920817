"""The server, put together: routes, what guards them, and how errors are told."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from digitizer import __version__
from digitizer.errors import DigitizerError, InputError, UsageError
from digitizer.review.access import Doorman
from digitizer.review.desk import Desk
from digitizer.review.headers import Guard
from digitizer.review.once import Once
from digitizer.review.routes import documents, exchange, login, pictures, screens, sheets, tables, values, webhooks
from digitizer.store.corrections import StaleError

STATIC = Path(__file__).parent / "static"


def make_app(desk: Desk) -> FastAPI:
    """The application for a store; open as long as it runs."""
    app = FastAPI(
        title="digitizer",
        version=__version__,
        summary="Records of scanned forms, and what people say about them.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        separate_input_output_schemas=False,
    )
    app.state.desk = desk
    app.state.doorman = Doorman()
    for part in (values, tables, pictures, documents, sheets, exchange, webhooks, login, screens):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(DigitizerError, _tell_ours)
    app.add_exception_handler(HTTPException, _tell_http)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    app.add_middleware(Once, store=desk.store)
    app.add_middleware(Guard, local=not desk.accounts, max_upload=desk.max_upload)
    return app


def _tell_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, DigitizerError)
    status = 409 if isinstance(error, StaleError) else 404 if isinstance(error, InputError) else 503
    if isinstance(error, UsageError):
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
