from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch.fakes import FakeSteps
from batch.test_run import document
from digitizer.batch import interrupts
from digitizer.batch.run import digitize_all
from digitizer.settings import Settings


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """The signals' handlers as they were before, whatever the test sets."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    interrupts.listen()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_a_callback_swallowed_still_ends_the_run(tmp_path: Path, number: signal.Signals) -> None:
    # Two workers for two documents: the one that hangs must not stand before the other in a queue.
    sources = [document(tmp_path, "0"), document(tmp_path, "1", p1="hang")]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupts.listen()
    outcomes = digitize_all(sources, FakeSteps(), Settings(workers=2, page_timeout=60, max_memory=1024))
    assert next(outcomes).source == sources[0]
    with contextlib.suppress(KeyboardInterrupt):
        os.kill(os.getpid(), number)
    with pytest.raises(KeyboardInterrupt):
        next(outcomes)


def test_what_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupts.listen()
    os.kill(os.getpid(), signal.SIGINT)
    interrupts.check()


def test_what_is_held_together_is_done_as_a_whole() -> None:
    interrupts.listen()
    done = []

    def interrupted() -> None:
        with interrupts.held():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("written")
            done.append("counted")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["written", "counted"]
