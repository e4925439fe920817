"""The layout of a page as plain data: grids, checkboxes, label and value pairs, and ink that nothing claims."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.record import SCHEMA
from digitizer.fields.candidates import Candidate, propose
from digitizer.fields.choices import Choice, find_questions
from digitizer.fields.gridparts import Part, parts_of, told_rows
from digitizer.fields.grids import Grid, find_grids
from digitizer.fields.pairs import Pair, find_pairs, words_of
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.stacked_pages import UNIT, Item, StackedPages, stack_pages


def describe_page(page: Readings, matches: Sequence[LabelMatch] = (), claimed: Collection[Box] = ()) -> dict[str, Any]:
    """One object of layout.jsonl; boxes are pixels of the scan as it came in.

    matches: labels of a known form found on a stack of this page alone.
    claimed: places (straightened page, pixels) of what a known form's record has taken up.
    """
    stack = stack_pages([page])
    layout = page.layout
    tables = [(g, parts, rows) for g in find_grids(stack) if _is_table(rows := told_rows(parts := parts_of(stack, g)))]
    questions = find_questions(stack, [k for k, mark in enumerate(stack.marks) if mark.mark.likely])
    choices = sorted((c for q in questions for c in q.choices), key=lambda choice: choice.mark)
    order = {choice.mark: n for n, choice in enumerate(choices)}
    in_tables = {k for _, parts, _ in tables for p in parts for k in p.items}
    plain = {k for _, parts, _ in tables if not _is_form(parts) for p in parts for k in p.items}
    pairs = _pairs(stack, matches, plain)
    used = in_tables | {c.item for c in choices if c.item is not None} | {k for _, items in pairs for k in items}
    open_lines = {k: i for k, i in enumerate(stack.items) if i.text and i.words and k not in used}
    lone = {k: i for k, i in open_lines.items() if not _is_claimed(i.place, claimed)}
    pairs += [] if matches else [_open_pair(stack, lone, pair) for pair in find_pairs(lone)]
    used |= {k for _, items in pairs for k in items}
    free = [i for k, i in enumerate(stack.items) if k not in used and i.text and not _is_claimed(i.place, claimed)]
    free += [i for i in stack.stamps if i.text and not _is_claimed(i.place, claimed)]
    return {
        "schema": SCHEMA,
        "document": {"name": layout.ref.document, "sha256": layout.ref.sha256},
        "page": layout.ref.page,
        "size": list(layout.scan_size),
        "dpi": round(layout.dpi),
        "skew": round(layout.skew, 2),
        "turned": layout.turned,
        "grids": [{"box": _on_scan(stack, _grid_place(stack, g)), "rows": rows} for g, _, rows in tables],
        "checkboxes": [_checkbox(stack, choice) for choice in choices],
        "questions": [
            {"text": q.text, "checkboxes": [order[c.mark] for c in q.choices], "exclusive": q.exclusive}
            for q in questions
            if len(q.choices) > 1
        ],
        "pairs": [pair for pair, _ in pairs],
        "unclaimed": [{"box": _on_scan(stack, i.place), "text": i.text} for i in free],
    }


def _is_table(rows: Sequence[Sequence[str | None]]) -> bool:
    return len(rows) > 1 and len(rows[0]) > 1


def _is_form(parts: Sequence[Part]) -> bool:
    """Whether most cells that hold anything hold several lines, a label and what is filled in, and no table's entry."""
    filled = [p for p in parts if p.lines]
    return 2 * sum(len(p.lines) > 1 for p in filled) >= len(filled)


def _is_claimed(place: Box, claimed: Collection[Box]) -> bool:
    return any((shared := place.intersection(c)) is not None and shared.area > 0.5 * place.area for c in claimed)


def _on_scan(stack: StackedPages, place: Box) -> list[int]:
    layout = stack.pages[0].layout
    return layout.to_scan.box(place).clipped(*layout.scan_size).as_list()


def _on_page(stack: StackedPages, box: Box) -> Box:
    """From stack units back to pixels of the straightened page."""
    scale = stack.pages[0].layout.dpi / UNIT
    return Box(round(box.x * scale), round(box.y * scale), round(box.width * scale), round(box.height * scale))


def _grid_place(stack: StackedPages, grid: Grid) -> Box:
    return _on_page(stack, grid.box)


def _checkbox(stack: StackedPages, choice: Choice) -> dict[str, Any]:
    mark = stack.marks[choice.mark]
    return {
        "box": _on_scan(stack, mark.place),
        "checked": mark.mark.checked,
        "confidence": round(mark.mark.confidence, 4),
        "label": choice.label,
    }


_Told = tuple[dict[str, Any], tuple[int, ...]]
"""A pair as told, and the items that it takes up."""


def _pairs(stack: StackedPages, matches: Sequence[LabelMatch], tables: Collection[int]) -> list[_Told]:
    """Labels with the values under or beside them: known labels where there are any, else a cell's first line.

    tables: items that are entries of a table.
    """
    if matches:
        return _known_pairs(stack, matches)
    pairs = []
    for cell in range(len(stack.cells)):
        inside = sorted(
            (k for k, i in enumerate(stack.items) if i.cell == cell and i.text and k not in tables),
            key=lambda k: _order(stack, k),
        )
        if len(inside) < 2:
            continue
        head, rest = stack.items[inside[0]], [stack.items[k] for k in inside[1:]]
        value = Box.around([i.place for i in rest])
        text = "\n".join(i.text for i in rest)
        pairs.append((_pair(stack, head.text, head.place, text, value, 0.5), tuple(inside)))
    return pairs


def _open_pair(stack: StackedPages, lines: Mapping[int, Item], pair: Pair) -> _Told:
    """A pair without cells."""
    (label, label_box), (value, box) = words_of(lines, pair.label), words_of(lines, pair.value)
    told = _pair(stack, label, _on_page(stack, label_box), value, _on_page(stack, box), 0.5)
    return told, tuple({pair.label.item, pair.value.item})


def _order(stack: StackedPages, k: int) -> tuple[int, int]:
    return stack.items[k].box.y, stack.items[k].box.x


def _known_pairs(stack: StackedPages, matches: Sequence[LabelMatch]) -> list[_Told]:
    pairs = []
    values = [c for c in propose(stack, matches) if c.whole and c.mark is None]
    for match in matches:
        best = min(values, key=lambda c: _distance(match, c), default=None)
        if best is None or _distance(match, best) > 0.5 * UNIT:
            continue
        items = tuple(k for k, _, _ in match.covered) + tuple(e.item for e in best.entries)
        label = Box.around([stack.items[k].place for k, _, _ in match.covered])
        value = Box.around([stack.items[e.item].place for e in best.entries])
        pairs.append((_pair(stack, match.phrase, label, best.text, value, match.score * 0.9), items))
    return pairs


def _distance(match: LabelMatch, candidate: Candidate) -> float:
    """Stack units from a label to a value under or right beside it; far for any other place."""
    under = candidate.box.y - match.box.bottom
    if match.box.overlap_x(candidate.box) > 0 and under > -0.3 * match.box.height:
        return max(0.0, float(under))
    beside = candidate.box.x - match.box.right
    if match.box.overlap_y(candidate.box) > 0 and beside >= 0:
        return float(beside)
    return 1e6


def _pair(
    stack: StackedPages, label: str, label_place: Box, value: str, place: Box, confidence: float
) -> dict[str, Any]:
    return {
        "label": label,
        "value": value,
        "label_box": _on_scan(stack, label_place),
        "value_box": _on_scan(stack, place),
        "confidence": round(confidence, 4),
    }
