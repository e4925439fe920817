"""Curves as the points of an SVG, with axes whose ticks read well."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

from digitizer.review.budget import TARGETS, Budget

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
