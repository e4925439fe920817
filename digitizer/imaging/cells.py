"""Cells: the areas that rules close in, nested ones too; cells cut by the edge of the page are closed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Rule

_GRID_DPI = 100.0
"""Cells are traced at this resolution: a hundredth of an inch is finer than any cell is placed."""
_REACH = 0.035
_CUT = 0.03
_LONG = 1.2
_SMALLEST = 0.05
_OVER = 0.6
"""Inches by which an entry may run on where no rule closes its cell."""


@dataclass(frozen=True, slots=True)
class CellMap:
    """cells, and at grid resolution which cell a point lies in: int32, -1 outside all. scale: grid pixels per pixel.

    over: grid, where cells that no rule closes on the right go on for a little, as entries do. spans: per cell from
    where to where its lines may reach, pixels: float64 of shape (cells, 2).
    """

    cells: tuple[Cell, ...]
    grid: NDArray[np.int32]
    scale: float
    over: NDArray[np.int32]
    spans: NDArray[np.float64]

    def at(self, x: float, y: float) -> int | None:
        """Index of the cell at a point of the page in pixels; None outside all cells."""
        row = min(max(int(y * self.scale), 0), self.grid.shape[0] - 1)
        column = min(max(int(x * self.scale), 0), self.grid.shape[1] - 1)
        index = int(self.grid[row, column])
        return None if index < 0 else index

    def at_all(self, x: NDArray[np.float64], y: NDArray[np.float64], over: bool = False) -> NDArray[np.int32]:
        """As `at` for many points; -1 outside all cells. over: also where an entry may have run out of a cell."""
        rows = np.clip((y * self.scale).astype(np.int64), 0, self.grid.shape[0] - 1)
        columns = np.clip((x * self.scale).astype(np.int64), 0, self.grid.shape[1] - 1)
        found: NDArray[np.int32] = (self.over if over else self.grid)[rows, columns]
        return found

    @staticmethod
    def none() -> CellMap:
        """A page without cells."""
        nowhere = np.full((1, 1), -1, np.int32)
        return CellMap((), nowhere, 1.0, nowhere, np.zeros((0, 2)))


def find_cells(rules: Sequence[Rule], size: tuple[int, int], dpi: float) -> CellMap:
    """Closed areas between the rules of a page of that size (width, height in pixels); underlines close none."""
    rules = [r for r in rules if not r.underline]
    scale = _GRID_DPI / dpi
    width, height = int(size[0] * scale) + 3, int(size[1] * scale) + 3
    lines = _lines(rules, dpi)
    cuts = _cuts(lines, dpi)
    walls = np.full((height, width), 255, np.uint8)
    for x0, y0, x1, y1 in lines + [cut[:4] for cut in cuts]:
        start, end = (round(x0 * scale), round(y0 * scale)), (round(x1 * scale), round(y1 * scale))
        cv2.line(walls, start, end, 0, 1)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(walls, connectivity=4)
    outside = set(np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])).tolist())
    smallest = _SMALLEST * _GRID_DPI
    index = np.full(count, -1, np.int32)
    cells: list[Cell] = []
    for k in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[k])
        if k in outside or w < smallest or h < smallest or area < 2 * smallest * smallest:
            continue
        box = Box(round(x / scale), round(y / scale), max(1, round(w / scale)), max(1, round(h / scale)))
        index[k] = len(cells)
        cells.append(Cell(box, None, _open(cuts, box, box.y, dpi), _open(cuts, box, box.bottom, dpi)))
    index[0] = -1
    nested = tuple(_with_parents(cells))
    grid = index[labels]
    return CellMap(nested, grid, scale, *_run_over(grid, cells, cuts, dpi))


def _run_over(
    grid: NDArray[np.int32], cells: Sequence[Cell], cuts: Sequence[Line], dpi: float
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """CellMap.over and spans: cells that end on the right at a cut are drawn out over what is no cell."""
    scale, reach = _GRID_DPI / dpi, _REACH * dpi
    over = grid.copy()
    spans = np.array([[c.box.x + 2, c.box.right - 2] for c in cells], np.float64).reshape(-1, 2)
    for k, cell in enumerate(cells):
        box = cell.box
        for x0, y0, x1, y1 in cuts:
            if x0 != x1 or abs(x0 - box.right) > reach or y0 > box.y + reach or y1 < box.bottom - reach:
                continue
            # The wall itself is no cell either.
            inside = over[round(box.y * scale) : round(box.bottom * scale), round(box.right * scale) - 1 :]
            beyond = inside[:, : round(_OVER * _GRID_DPI)]
            beyond[beyond < 0] = k
            spans[k, 1] = box.right + _OVER * dpi
    return over, spans


Line = tuple[float, float, float, float]


def _lines(rules: Sequence[Rule], dpi: float) -> list[Line]:
    """Rules as lines through their middle, drawn out to a crossing rule that they all but reach."""
    level = [r.box for r in rules if not r.vertical]
    upright = [r.box for r in rules if r.vertical]
    reach = _REACH * dpi
    lines: list[Line] = []
    for box in level:
        y = box.center[1]
        near = [u for u in upright if u.y - reach <= y <= u.bottom + reach]
        x0 = _drawn_out(box.x, [u.center[0] for u in near], reach, box.height)
        x1 = _drawn_out(box.right, [u.center[0] for u in near], reach, box.height)
        lines.append((x0, y, x1, y))
    for box in upright:
        x = box.center[0]
        near = [h for h in level if h.x - reach <= x <= h.right + reach]
        y0 = _drawn_out(box.y, [h.center[1] for h in near], reach, box.width)
        y1 = _drawn_out(box.bottom, [h.center[1] for h in near], reach, box.width)
        lines.append((x, y0, x, y1))
    return lines


def _drawn_out(end: float, crossings: list[float], reach: float, thickness: float) -> float:
    close = [c for c in crossings if abs(c - end) <= reach + thickness]
    return min(close, key=lambda c: abs(c - end)) if close else end


def _cuts(lines: list[Line], dpi: float) -> list[tuple[float, float, float, float]]:
    """Where two rules or more end in line with no rule across: the page was cut there, or the closing rule is lost."""
    # Only rules longer than the foot of a bold word tell of a lost wall.
    level = [li for li in lines if li[1] == li[3] and li[2] - li[0] >= _LONG * dpi]
    upright = [li for li in lines if li[0] == li[2]]
    tolerance = _CUT * dpi
    cuts: list[Line] = []
    for end in (1, 3):
        cuts += [(x0, y, x1, y) for y, x0, x1 in _loose_ends(upright, level, end, tolerance, least=2)]
    swapped = [(y0, x0, y1, x1) for x0, y0, x1, y1 in level], [(y0, x0, y1, x1) for x0, y0, x1, y1 in upright]
    for end in (1, 3):
        cuts += [(x, y0, x, y1) for x, y0, y1 in _loose_ends(swapped[0], swapped[1], end, tolerance, least=3)]
    return cuts


def _loose_ends(
    lines: list[Line], across: list[Line], end: int, tolerance: float, least: int
) -> list[tuple[float, float, float]]:
    """(place, from, to) of upright lines whose ends at index `end` agree, some of them touching no line across."""
    ends: list[tuple[float, float, bool]] = []
    for line in lines:
        x, y = line[0], line[end]
        # A wide berth: a fill-in line that stops short of the cell's wall is no cut.
        stopped = any(a[0] - tolerance <= x <= a[2] + tolerance and abs(a[1] - y) <= 5 * tolerance for a in across)
        ends.append((y, x, not stopped))
    groups: list[list[tuple[float, float, bool]]] = []
    for item in sorted(ends):
        if groups and item[0] - groups[-1][-1][0] <= tolerance:
            groups[-1].append(item)
        else:
            groups.append([item])
    found = []
    for group in groups:
        xs = sorted(x for _, x, _ in group)
        loose = any(is_loose for _, _, is_loose in group)
        if loose and len(xs) >= least and xs[-1] - xs[0] > 10 * tolerance:
            found.append((float(np.median([y for y, _, _ in group])), xs[0], xs[-1]))
    return found


def _open(cuts: list[Line], box: Box, y: int, dpi: float) -> bool:
    reach = 0.04 * dpi
    return any(
        c[1] == c[3] and abs(c[1] - y) <= reach and c[0] - reach <= box.x and box.right <= c[2] + reach for c in cuts
    )


def _with_parents(cells: list[Cell]) -> list[Cell]:
    """Each cell with the smallest other that holds it."""
    if not cells:
        return []
    x0, y0, x1, y1 = np.array([[c.box.x, c.box.y, c.box.right, c.box.bottom] for c in cells]).T
    areas = (x1 - x0) * (y1 - y0)
    holds = (x0 <= x0[:, None]) & (y0 <= y0[:, None]) & (x1 >= x1[:, None]) & (y1 >= y1[:, None])
    holds &= areas > areas[:, None]
    around = np.where(holds, areas, np.iinfo(np.int64).max)
    parents = np.where(holds.any(axis=1), around.argmin(axis=1), -1).tolist()
    return [replace(cell, parent=None if p < 0 else p) for cell, p in zip(cells, parents, strict=True)]
