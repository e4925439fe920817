"""What guards every answer: a strict policy for the browser, no foreign hosts or origins, no endless bodies."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitizer.review import strings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIXED = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # "no-referrer" would make browsers send Origin: null with forms, and then nobody could log in.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
MAX_BODY = 1 << 20
"""Bytes of a body, but for uploads, which count for themselves."""
_SAFE = ("GET", "HEAD", "OPTIONS")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class TooLargeBodyError(Exception):
    """More bytes came than were allowed."""


class Guard:
    """Around the whole application. local: only browsers on this machine are expected, under its own names."""

    def __init__(self, app: ASGIApp, local: bool, max_upload: int) -> None:
        self._app = app
        self._local = local
        self._max_upload = max_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(message, scope["path"].startswith("/static/"))
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        limit = self._max_upload if scope["path"] == "/api/uploads" else MAX_BODY
        if not headers.get("content-length", "0").isdigit() or int(headers.get("content-length", "0")) > limit:
            await _error(413, strings.TOO_LARGE)(scope, receive, answer)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await answer(message)

        try:
            await self._app(scope, _counted(receive, limit), watched)
        except TooLargeBodyError:
            if not started:
                await _error(413, strings.TOO_LARGE)(scope, receive, answer)

    def _refusal(self, scope: Scope, headers: Headers) -> JSONResponse | None:
        host = headers.get("host", "")
        # A name that only resolves to this machine (DNS rebinding) is another site's.
        if self._local and _name(host) not in LOOPBACK:
            return _error(400, strings.FOREIGN)
        if scope["method"] in _SAFE:
            return None
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site", "same-origin")
        if (origin is not None and urlsplit(origin).netloc != host) or site not in ("same-origin", "none"):
            return _error(403, strings.FOREIGN)
        return None


def _name(host: str) -> str:
    return host if host.endswith("]") else host.rpartition(":")[0] or host


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counting() -> MutableMapping[str, Any]:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLargeBodyError
        return message

    return counting


def _add(message: Message, static: bool) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in FIXED.items():
        headers[name] = value
    headers.setdefault("cache-control", "no-cache" if static else "no-store")


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"kind": "refused", "message": message, "remedy": ""}, status)
