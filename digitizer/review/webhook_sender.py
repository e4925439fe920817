"""Tells other programs of documents that are finished: signed, in order, at least once, again until they have it."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import asdict
from typing import Any

from digitizer import __version__
from digitizer.store import exchange
from digitizer.store.database import Store
from digitizer.store.exchange import Event, Hook

PAUSE = 2.0
"""Seconds between two looks at what has happened."""
_FIRST, _LONGEST = 2.0, 600.0
"""Seconds until a hook that failed is tried again: at first, and at most."""
_TIMEOUT = 10.0


class WebhookSender:
    """Delivers while the server runs; the store knows how far each hook has been told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopped = threading.Event()
        self._wait: dict[int, tuple[float, float]] = {}
        self._thread = threading.Thread(target=self._run, name="webhook-sender", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(_TIMEOUT)

    def deliver(self) -> int:
        """Tells every hook what it does not know yet; returns how many deliveries succeeded."""
        with self._store.reading() as connection:
            waiting = [(hook, exchange.events_after(connection, hook.after)) for hook in exchange.hooks(connection)]
        return sum(self._tell(hook, found) for hook, found in waiting)

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE):
            # A store that is locked or a disk that is full passes; the next round goes on.
            try:
                while self.deliver() and not self._stopped.is_set():
                    pass
            except Exception:
                continue

    def _tell(self, hook: Hook, found: list[Event]) -> int:
        until, pause = self._wait.get(hook.id, (0.0, _FIRST))
        if time.monotonic() < until:
            return 0
        for count, event in enumerate(found):
            if self._stopped.is_set():
                return count
            if not post(hook, event):
                self._wait[hook.id] = (time.monotonic() + pause, min(2 * pause, _LONGEST))
                return count
            self._wait.pop(hook.id, None)
            with self._store.writing() as connection:
                exchange.delivered(connection, hook.id, event.id)
        return len(found)


def post(hook: Hook, event: Event) -> bool:
    """Sends one event; whether the hook has taken it."""
    told: dict[str, Any] = asdict(event)
    told = {"event": f"document.{told.pop('kind')}", "id": told.pop("id"), "at": told.pop("at"), "document": told}
    told["document"]["id"] = told["document"].pop("document")
    body = json.dumps(told, ensure_ascii=False).encode()
    stamp = str(int(time.time()))
    headers = {
        "content-type": "application/json",
        "user-agent": f"digitizer/{__version__}",
        "x-digitizer-delivery": str(event.id),
        "x-digitizer-signature": f"t={stamp},v1={signature(hook.secret, stamp, body)}",
    }
    request = urllib.request.Request(hook.url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
            return bool(200 <= answer.status < 300)
    except (OSError, ValueError, urllib.error.URLError):
        return False


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 of "STAMP.BODY", hex; the stamp, seconds since 1970, keeps old deliveries from being sent again."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
