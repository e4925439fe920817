from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator

import pytest
from batch.fakes import FakeSteps

from digitizer.cli import batch, main, run

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Runs the command line in this process with fake steps; gives exit code, stdout and stderr."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for module in (run, batch):
        monkeypatch.setattr(module, "Digitizing", lambda *_, **__: FakeSteps())
        monkeypatch.setattr(module, "require_tesseract", lambda _: "5.3.0")
    monkeypatch.setenv("DIGITIZER_WORKERS", "2")

    def called(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["digitizer", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        told = capfd.readouterr()
        return int(caught.value.code or 0), told.out, told.err

    yield called
    for number, handler in before.items():
        signal.signal(number, handler)
