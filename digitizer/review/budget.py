"""The budget curve: how much review buys how much truth, where to stop, and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from digitizer.review.meanings import Meanings
from digitizer.review.order import seconds_for
from digitizer.store.passes import Score
from digitizer.store.quality import Expected

WIDTH, HEIGHT = 640.0, 240.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, in units of the plot, and what is written there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop on the curve: at most so many wrong in 1,000 after so many minutes."""

    x: float
    y: float
    per_thousand: float
    minutes: float
    looked: int


@dataclass(frozen=True, slots=True)
class Plot:
    """line: points for an SVG polyline; area: the same closed along the axis, for a polygon."""

    line: str
    area: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    stops: tuple[Stop, ...]


def budget_plot(budget: Budget) -> Plot | None:
    """Minutes of an operator to the right, wrong values expected in 1,000 upwards; None where nothing is to be done."""
    points, values = budget.points, max(1, budget.values)
    most = points[-1].seconds / 60
    if not most:
        return None
    top = max(1e-9, 1000 * points[0].errors / values)
    x_ticks, y_ticks = _ticks(most), _ticks(top)
    width, height = max(most, x_ticks[-1]), max(top, y_ticks[-1])

    def x(minutes: float) -> float:
        return WIDTH * minutes / width

    def y(errors: float) -> float:
        return HEIGHT * (1 - 1000 * errors / values / height)

    shown = [points[round(k * (len(points) - 1) / 200)] for k in range(201)] if len(points) > 201 else points
    line = " ".join(f"{x(p.seconds / 60):.1f},{y(p.errors):.1f}" for p in shown)
    stops = [(target, budget.stop(target)) for target in TARGETS]
    return Plot(
        line=line,
        area=f"0,{HEIGHT:.0f} {line} {x(most):.1f},{HEIGHT:.0f}",
        x_ticks=tuple(Tick(x(n), f"{n:g}") for n in x_ticks),
        y_ticks=tuple(Tick(HEIGHT * (1 - n / height), f"{n:g}") for n in y_ticks),
        stops=tuple(
            Stop(x(p.seconds / 60), y(p.errors), 1000 * target, p.seconds / 60, round(p.looked))
            for target, p in stops
            if p is not None and p.seconds
        ),
    )


def _ticks(most: float) -> list[float]:
    """Round numbers from 0 to beyond the most, at most seven."""
    rough = most / 5
    unit = 10 ** floor(log10(rough))
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n >= rough)
    count = int(-(-most // step))
    return [round(step * k, 10) for k in range(count + 1)]


KEYED_WRONG = 0.00037
"""Share of wrong values that professional keying makes (PLoS ONE 0035087); an operator's own counts once known."""
_ENOUGH = 100
"""Answers held against others', from which on operators' own share of wrong ones is used."""
TARGETS = (0.01, 0.005, 0.002, 0.001)
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
"""Of the whole time, for the table."""


@dataclass(frozen=True, slots=True)
class Point:
    """After so many seconds: values looked at, and wrong ones expected to be left among all."""

    seconds: float
    looked: float
    errors: float


@dataclass(frozen=True, slots=True)
class Budget:
    """points: from no review at all to all doubts looked at, the best paying first. values: all there are."""

    points: tuple[Point, ...]
    values: int

    def at(self, seconds: float) -> Point:
        """The state after so many seconds."""
        for before, after in zip(self.points, self.points[1:], strict=False):
            if seconds <= after.seconds:
                part = (seconds - before.seconds) / (after.seconds - before.seconds)
                mix = [a + part * (b - a) for a, b in ((before.looked, after.looked), (before.errors, after.errors))]
                return Point(seconds, *mix)
        return self.points[-1]

    def stop(self, share: float) -> Point | None:
        """The first point at which no more than that share of all values is expected to be wrong; None: never."""
        wanted = share * self.values
        for before, after in zip(self.points, self.points[1:], strict=False):
            if before.errors <= wanted:
                return before
            if after.errors <= wanted:
                part = (before.errors - wanted) / (before.errors - after.errors)
                return self.at(before.seconds + part * (after.seconds - before.seconds))
        return self.points[-1] if self.points[-1].errors <= wanted else None

    def table(self) -> list[Point]:
        """Points for a table, by shares of the whole time."""
        whole = self.points[-1].seconds
        return [self.at(share * whole) for share in (SHARES if whole else (0.0,))]


def budget(expected: Expected, meanings: Meanings, scores: Sequence[Score] = ()) -> Budget:
    """The curve of what waits for a person; expected errors are sums of 1 - confidence."""
    wrong = keyed_wrong(scores)
    steps = []
    for lot in expected.lots:
        kind = meanings.of(lot.form, lot.table, lot.name, lot.part, lot.checkbox).kind
        letters = 0.0 if lot.checkbox else lot.letters / lot.values
        steps.append((lot.values * seconds_for(kind, letters), lot.values, lot.errors - wrong * lot.values))
    steps.sort(key=lambda step: -step[2] / step[0])
    left = sum(lot.errors for lot in expected.lots) + expected.accepted_errors + wrong * expected.by_person
    points = [Point(0.0, 0, left)]
    for seconds, values, gain in steps:
        last = points[-1]
        # What a person would rather spoil than mend is not worth looking at.
        points.append(Point(last.seconds + seconds, last.looked + values, last.errors - max(0.0, gain)))
    doubts = sum(lot.values for lot in expected.lots)
    return Budget(tuple(points), doubts + expected.accepted + expected.by_person)


def keyed_wrong(scores: Sequence[Score]) -> float:
    """The share of answers that are wrong: as measured where enough were, else as professional keying has it."""
    asked = sum(score.asked for score in scores)
    return sum(score.wrong for score in scores) / asked if asked >= _ENOUGH else KEYED_WRONG
