"""The editor's server: for one person at this machine, as `digitizer review` without accounts."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from digitizer import __version__
from digitizer.review.app import STATIC
from digitizer.review.editor import routes
from digitizer.review.editor.bench import Bench
from digitizer.review.error_responses import add_error_responses
from digitizer.review.headers import MAX_BODY, Guard


def make_editor(bench: Bench) -> FastAPI:
    """The application for one definition."""
    app = FastAPI(title="digitizer forms edit", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.bench = bench
    app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_error_responses(app)
    app.add_middleware(Guard, local=True, max_upload=MAX_BODY)
    return app
