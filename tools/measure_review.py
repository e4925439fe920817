"""Times the queue in Chromium: from Enter until the next value is painted, and how long a save takes.

    python tools/measure_review.py STORE [--fields 100] [--delay MS]

works on a copy of the store, made beside it. delay: added to every request, milliseconds, as a distant server would.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Page, sync_playwright

from digitizer.batch.scans import Scans
from digitizer.fields.definitions import load_definitions
from digitizer.resources import models_folder
from digitizer.review.app import make_app
from digitizer.review.app_state import AppState
from digitizer.review.meanings import Meanings
from digitizer.settings import Settings
from digitizer.store.database import open_store

PAUSE = 350
"""Milliseconds an operator looks at a value at least."""


def main() -> None:
    """Serves a copy of the store and answers so many values."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("--fields", type=int, default=100)
    parser.add_argument("--delay", type=int, default=0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "archive.db"
        shutil.copy(wanted.store, copy)
        with open_store(str(copy)) as store:
            app_state = AppState(
                store, Scans(Settings()), Meanings(load_definitions([models_folder()])), False, "measure"
            )
            listening = socket.socket()
            listening.bind(("127.0.0.1", 0))
            server = uvicorn.Server(uvicorn.Config(make_app(app_state), log_level="error", lifespan="off"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.05)
            _measure(f"http://127.0.0.1:{listening.getsockname()[1]}", wanted.fields, wanted.delay)
            server.should_exit = True
            thread.join(10)


def _measure(address: str, fields: int, delay: int) -> None:
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        if delay:
            _slow_down(page, delay)
        page.goto(address)
        page.wait_for_selector("#card:not([hidden]) #input:focus")
        page.wait_for_timeout(3000)
        for _ in range(fields):
            page.keyboard.press("Enter")
            page.wait_for_timeout(PAUSE)
        painted = page.evaluate("performance.getEntriesByName('painted').map((one) => one.duration)")
        saves = page.evaluate(
            "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/api/corrections'))"
            ".map((one) => one.duration)"
        )
        browser.close()
    _tell(f"Enter to next field painted, {len(painted)} fields, {delay} ms delay", painted)
    _tell("a save, as the browser sees it", saves)


def _slow_down(page: Page, delay: int) -> None:
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")
    limits = {"offline": False, "latency": delay, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", limits)


def _tell(what: str, durations: list[float]) -> None:
    ordered = sorted(durations)
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(f"{what}: median {statistics.median(ordered):.1f} ms, p95 {late:.1f} ms, most {ordered[-1]:.1f} ms")


if __name__ == "__main__":
    main()
