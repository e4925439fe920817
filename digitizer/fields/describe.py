"""The layout of a page as plain data: grids, checkboxes, label and value pairs, and ink that nothing claims."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.lines import same_line
from digitizer.document.record import SCHEMA
from digitizer.fields.candidates import Candidate, propose
from digitizer.fields.gridparts import rows_of
from digitizer.fields.grids import Grid, find_grids
from digitizer.fields.phrases import Hit
from digitizer.fields.sheet import UNIT, Item, Sheet, SheetMark, lay_sheet


def describe_page(page: Readings, hits: Sequence[Hit] = (), claimed: Collection[Box] = ()) -> dict[str, Any]:
    """One object of layout.jsonl; boxes are pixels of the scan as it came in.

    hits: labels of a known form found on a sheet of this page alone.
    claimed: places (straightened page, pixels) of what a known form's record has taken up.
    """
    sheet = lay_sheet([page])
    layout = page.layout
    tables = [(g, rows) for g in find_grids(sheet) if _is_table(rows := rows_of(sheet, g))]
    pairs = _pairs(sheet, hits)
    in_grids = {
        k for g, _ in tables for b in g.bands for c in b.cells for k, item in enumerate(sheet.items) if item.cell == c
    }
    used = in_grids | {k for pair in pairs for k in pair[2]}
    free = [i for k, i in enumerate(sheet.items) if k not in used and i.text and not _is_claimed(i.place, claimed)]
    free += [i for i in sheet.stamps if i.text and not _is_claimed(i.place, claimed)]
    return {
        "schema": SCHEMA,
        "document": {"name": layout.ref.document, "sha256": layout.ref.sha256},
        "page": layout.ref.page,
        "size": list(layout.scan_size),
        "dpi": round(layout.dpi),
        "skew": round(layout.skew, 2),
        "turned": layout.turned,
        "grids": [{"box": _on_scan(sheet, _grid_place(sheet, g)), "rows": rows} for g, rows in tables],
        "checkboxes": [_checkbox(sheet, mark) for mark in sheet.marks if mark.mark.whole],
        "pairs": [pair for pair, _, _ in pairs],
        "unclaimed": [{"box": _on_scan(sheet, i.place), "text": i.text} for i in free],
    }


def _is_table(rows: Sequence[Sequence[str | None]]) -> bool:
    return len(rows) > 1 and len(rows[0]) > 1


def _is_claimed(place: Box, claimed: Collection[Box]) -> bool:
    return any((shared := place.intersection(c)) is not None and shared.area > 0.5 * place.area for c in claimed)


def _on_scan(sheet: Sheet, place: Box) -> list[int]:
    layout = sheet.pages[0].layout
    return layout.to_scan.box(place).clipped(*layout.scan_size).as_list()


def _on_page(sheet: Sheet, box: Box) -> Box:
    """From sheet units back to pixels of the straightened page."""
    scale = sheet.pages[0].layout.dpi / UNIT
    return Box(round(box.x * scale), round(box.y * scale), round(box.width * scale), round(box.height * scale))


def _grid_place(sheet: Sheet, grid: Grid) -> Box:
    return _on_page(sheet, grid.box)


def _checkbox(sheet: Sheet, mark: SheetMark) -> dict[str, Any]:
    beside = [i for i in sheet.items if i.text and same_line(i.box, mark.box, 0.3) and i.box.x >= mark.box.right]
    label = min(beside, key=lambda i: i.box.x, default=None)
    near = label is not None and label.box.x - mark.box.right < 0.6 * UNIT
    return {
        "box": _on_scan(sheet, mark.place),
        "checked": mark.mark.checked,
        "confidence": round(mark.mark.confidence, 4),
        "label": label.text if label is not None and near else "",
    }


def _pairs(sheet: Sheet, hits: Sequence[Hit]) -> list[tuple[dict[str, Any], Item, tuple[int, ...]]]:
    """Labels with the values under or beside them: known labels where there are hits, else a cell's first line."""
    if hits:
        return _known_pairs(sheet, hits)
    pairs = []
    for cell in range(len(sheet.cells)):
        inside = sorted(
            (k for k, i in enumerate(sheet.items) if i.cell == cell and i.text), key=lambda k: _order(sheet, k)
        )
        if len(inside) < 2:
            continue
        head, rest = sheet.items[inside[0]], [sheet.items[k] for k in inside[1:]]
        value = Box.around([i.place for i in rest])
        text = "\n".join(i.text for i in rest)
        pairs.append((_pair(sheet, head.text, head.place, text, value, 0.5), head, tuple(inside)))
    return pairs


def _order(sheet: Sheet, k: int) -> tuple[int, int]:
    return sheet.items[k].box.y, sheet.items[k].box.x


def _known_pairs(sheet: Sheet, hits: Sequence[Hit]) -> list[tuple[dict[str, Any], Item, tuple[int, ...]]]:
    pairs = []
    values = [c for c in propose(sheet, hits) if c.whole and c.mark is None]
    for hit in hits:
        best = min(values, key=lambda c: _distance(hit, c), default=None)
        if best is None or _distance(hit, best) > 0.5 * UNIT:
            continue
        head = sheet.items[hit.covered[0][0]]
        items = tuple(k for k, _, _ in hit.covered) + tuple(e.item for e in best.entries)
        label = Box.around([sheet.items[k].place for k, _, _ in hit.covered])
        value = Box.around([sheet.items[e.item].place for e in best.entries])
        pairs.append((_pair(sheet, hit.phrase, label, best.text, value, hit.score * 0.9), head, items))
    return pairs


def _distance(hit: Hit, candidate: Candidate) -> float:
    """Sheet units from a label to a value under or right beside it; far for any other place."""
    under = candidate.box.y - hit.box.bottom
    if hit.box.overlap_x(candidate.box) > 0 and under > -0.3 * hit.box.height:
        return max(0.0, float(under))
    beside = candidate.box.x - hit.box.right
    if hit.box.overlap_y(candidate.box) > 0 and beside >= 0:
        return float(beside)
    return 1e6


def _pair(sheet: Sheet, label: str, label_place: Box, value: str, place: Box, confidence: float) -> dict[str, Any]:
    return {
        "label": label,
        "value": value,
        "label_box": _on_scan(sheet, label_place),
        "value_box": _on_scan(sheet, place),
        "confidence": round(confidence, 4),
    }
