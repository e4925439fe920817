"""The server, put together: routes and what guards them."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from digitizer import __version__
from digitizer.review.access import LoginThrottle
from digitizer.review.app_state import AppState
from digitizer.review.error_responses import add_error_responses
from digitizer.review.headers import Guard
from digitizer.review.idempotency import IdempotencyMiddleware
from digitizer.review.routes import documents, exchange, login, pictures, screens, sheets, tables, values, webhooks

STATIC = Path(__file__).parent / "static"


def make_app(app_state: AppState) -> FastAPI:
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
    app.state.app_state = app_state
    app.state.login_throttle = LoginThrottle()
    for part in (values, tables, pictures, documents, sheets, exchange, webhooks, login, screens):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_error_responses(app)
    app.add_middleware(IdempotencyMiddleware, store=app_state.store)
    app.add_middleware(Guard, local=not app_state.accounts, max_upload=app_state.max_upload)
    return app
