"""Ctrl-C and SIGTERM, which a run must not miss.

An exception raised by a signal is lost where it falls into a callback that the interpreter or a library guards (a
weak reference's, a finalizer's). The run therefore asks, each time it has waited, whether one has come.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

_asked = False
_held = False


def listen() -> None:
    """From here on SIGTERM counts as Ctrl-C, and neither is missed; a SIGINT that is ignored stays ignored."""
    global _asked
    _asked = False
    signal.signal(signal.SIGTERM, _note)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _note)


def check() -> None:
    """Ends what is under way where a signal has come.

    Raises:
        KeyboardInterrupt: one has.
    """
    if _asked:
        raise KeyboardInterrupt


@contextlib.contextmanager
def held() -> Iterator[None]:
    """What is done in the block is done as a whole: a signal that comes meanwhile counts at its end.

    Raises:
        KeyboardInterrupt: at the end of the block, where one has come.
    """
    global _held
    _held = True
    try:
        yield
    finally:
        _held = False
    check()


def _note(number: int, frame: object) -> None:
    global _asked
    _asked = True
    if not _held:
        raise KeyboardInterrupt
