"""Webhooks over the API: who is told of finished documents."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from digitizer.review import strings
from digitizer.review.access import Admin, AppStateHere
from digitizer.review.routes.values import Number
from digitizer.store import exchange

router = APIRouter(prefix="/api", tags=["webhooks"])


class HookWanted(BaseModel):
    """Where to send events: an http or https URL."""

    url: str = Field(min_length=10, max_length=2000)


class Hook(BaseModel):
    """A webhook. delivered: number of the last event it has taken; secret: told once, as it is made."""

    id: int
    url: str
    delivered: int
    secret: str = ""


@router.get("/webhooks")
def listing(app_state: AppStateHere, who: Admin) -> list[Hook]:
    """All webhooks."""
    with app_state.store.reading() as connection:
        return [Hook(id=hook.id, url=hook.url, delivered=hook.after) for hook in exchange.hooks(connection)]


@router.post("/webhooks", status_code=201)
def add(wanted: HookWanted, app_state: AppStateHere, who: Admin) -> Hook:
    """Sends document.digitized and document.reviewed to a URL from now on, signed with the secret that is told here.

    The header X-Digitizer-Signature holds t=SECONDS,v1=HEX: HMAC-SHA256 of "SECONDS.BODY" under the secret. Deliveries
    come in order and at least once: X-Digitizer-Delivery tells those that come again.
    """
    try:
        parts = urlsplit(wanted.url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and wanted.url.isprintable()
        right = right and wanted.url.isascii() and " " not in wanted.url and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise HTTPException(422, strings.NO_URL)
    secret = secrets.token_urlsafe(32)
    with app_state.store.writing() as connection:
        number = exchange.add_hook(connection, wanted.url, secret)
        after = next(hook.after for hook in exchange.hooks(connection) if hook.id == number)
    return Hook(id=number, url=wanted.url, delivered=after, secret=secret)


@router.delete("/webhooks/{hook}", status_code=204)
def remove(hook: Number, app_state: AppStateHere, who: Admin) -> None:
    """Sends nothing there any more."""
    with app_state.store.writing() as connection:
        if not exchange.remove_hook(connection, hook):
            raise HTTPException(404, strings.GONE)
