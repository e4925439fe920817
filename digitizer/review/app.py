"""The server, put together: routes and what guards them."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from digitizer import __version__
from digitizer.review.access import Doorman
from digitizer.review.desk import Desk
from digitizer.review.headers import Guard
from digitizer.review.once import Once
from digitizer.review.routes import documents, exchange, login, pictures, screens, sheets, tables, values, webhooks
from digitizer.review.telling import tell_errors

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
    tell_errors(app)
    app.add_middleware(Once, store=desk.store)
    app.add_middleware(Guard, local=not desk.accounts, max_upload=desk.max_upload)
    return app
