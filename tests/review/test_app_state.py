from __future__ import annotations

import time

from digitizer.review.app_state import SlowResult


def test_what_took_long_is_kept_for_long() -> None:
    asked: list[int] = []

    def reckon() -> int:
        time.sleep(0.2)
        asked.append(1)
        return len(asked)

    kept = SlowResult[int]()
    assert [kept.get(reckon) for _ in range(3)] == [1, 1, 1]


def test_what_took_nothing_is_reckoned_again() -> None:
    asked: list[int] = []

    def reckon() -> int:
        asked.append(1)
        return len(asked)

    kept = SlowResult[int]()
    kept.get(reckon)
    time.sleep(0.05)
    assert kept.get(reckon) == 2
