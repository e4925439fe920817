"""Requests with an Idempotency-Key are done once: sent again, they get the reply that was given the first time."""

from __future__ import annotations

import hashlib

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitizer.review import strings
from digitizer.store.database import Store
from digitizer.store.exchange import Reply, begin_reply, end_reply

_MOST = 1 << 20
"""Bytes of a reply that is kept; a larger one is given, but not again."""
_LONGEST = 200
REPLAYED = "idempotent-replayed"


class IdempotencyMiddleware:
    """Around the routes. Keys are told apart by who asks and what for; nobody gets another's reply."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        given = headers.get("idempotency-key", "")
        if not given or scope["method"] != "POST" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        if len(given) > _LONGEST:
            await _refusal(400, strings.LONG_KEY)(scope, receive, send)
            return
        who = headers.get("authorization", "") or headers.get("cookie", "")
        key = _digest(f"{given}\n{scope['path']}\n{who}".encode())
        # An upload is known by its own bytes, and too large to be kept until it is hashed.
        upload = scope["path"] == "/api/uploads"
        body = b"" if upload else await _whole(receive)
        digest = _digest(headers.get("content-length", "").encode() if upload else body)
        known = await run_in_threadpool(begin_reply, self._store, key, digest)
        if known is not None:
            await _again(known, digest)(scope, receive, send)
            return
        await self._first(key, digest, scope, receive if upload else _replay(body, receive), send)

    async def _first(self, key: str, digest: str, scope: Scope, receive: Receive, send: Send) -> None:
        status, kind, parts = 0, "", list[bytes]()

        async def keep(message: Message) -> None:
            nonlocal status, kind
            if message["type"] == "http.response.start":
                status = message["status"]
                kind = Headers(raw=message["headers"]).get("content-type", "")
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, keep)
        except BaseException:
            await run_in_threadpool(end_reply, self._store, key, None)
            raise
        body = b"".join(parts)
        # What failed for the server's sake, or for want of a login, may be tried again.
        lasts = status < 500 and status not in (401, 403, 409, 429) and len(body) <= _MOST
        await run_in_threadpool(end_reply, self._store, key, Reply(digest, status, kind, body) if lasts else None)


def _again(known: Reply, digest: str) -> Response:
    if known.digest != digest:
        return _refusal(422, strings.OTHER_BODY)
    if not known.status:
        return _refusal(409, strings.STILL_BUSY)
    return Response(known.body, known.status, {"content-type": known.kind, REPLAYED: "true"})


def _refusal(status: int, message: str) -> Response:
    return JSONResponse({"kind": "refused", "message": message, "remedy": ""}, status)


async def _whole(receive: Receive) -> bytes:
    parts, more = list[bytes](), True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
