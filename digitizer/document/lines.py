"""Which boxes stand on one line, and boxes put together into lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from digitizer.document.geometry import Box

T = TypeVar("T")


def same_line(one: Box, other: Box, share: float = 0.5) -> bool:
    """Whether two boxes stand level: more than that share of the lower one's height lies beside the other."""
    return one.overlap_y(other) > share * min(one.height, other.height)


def group_lines(
    things: Iterable[T],
    box: Callable[[T], Box],
    level: Callable[[Box, Box], bool] = same_line,
    follow: bool = False,
) -> list[list[T]]:
    """Things put into lines, in the order in which they come: each goes on the line before it or begins one.

    follow: measured against the last thing of the line, so that it may rise or fall; else against its first.
    """
    lines: list[list[T]] = []
    for thing in things:
        if lines and level(box(lines[-1][-1 if follow else 0]), box(thing)):
            lines[-1].append(thing)
        else:
            lines.append([thing])
    return lines
