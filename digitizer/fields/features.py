"""Features of a (slot, candidate) pair: how well the printed labels around a place fit what a field asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitizer.document.form import KINDS
from digitizer.document.geometry import Box
from digitizer.fields.candidates import Candidate, is_mark
from digitizer.fields.phrases import LabelMatch, last_line
from digitizer.fields.slots import Slot
from digitizer.fields.stacked_pages import UNIT, StackedPages
from digitizer.reading.values import value_of

DIRECTIONS = ("above", "left", "below", "right")
_FAR = 4.0
_TINY, _QUESTION_REACH, _NEXT_LINE = 4, 2.0, 0.35
"""Letters of a label; inches under its question, and under its other label, within which such a one stands."""
_PITCH = 1.6
"""Heights of its tallest line that a line of an entry takes up at the most: a page's break is no part of it."""
NO_LABEL = (_FAR, 0.0, 6.0, _FAR)
"""Gap, score, rank and offset where no label of the field was found in a direction."""

NAMES: tuple[str, ...] = (
    *(f"{d}_{what}" for d in DIRECTIONS for what in ("gap", "score", "rank", "off")),
    "shares_cell",
    "cell_hits",
    "group_score",
    "has_group",
    "near_gap",
    "has_near",
    *(f"kind_{k}" for k in KINDS),
    "fits",
    "lines",
    "entries",
    "letters",
    "whole",
    "is_mark",
    "looks_marked",
    "digit_share",
    "alpha_share",
    "underlined",
    "height",
    "slot_fields",
    "by_line",
    "by_pattern",
    "page",
    "in_cell",
    "answers",
    "answers_other",
    "complete",
)
"""One name per column of the feature matrix."""


@dataclass(frozen=True, slots=True)
class _Around:
    """For each direction, of every match: its gap in inches (inf where it is not there), rank among all, and offset."""

    gaps: NDArray[np.float64]
    ranks: NDArray[np.float64]
    offs: NDArray[np.float64]


def pair_features(
    stack: StackedPages, matches: Sequence[LabelMatch], slots: Sequence[Slot], candidates: Sequence[Candidate]
) -> NDArray[np.float32]:
    """float32 of shape (slots, candidates, len(NAMES)); distances in inches."""
    result = np.zeros((len(slots), len(candidates), len(NAMES)), np.float32)
    if not candidates:
        return result
    boxes = np.array([[h.box.x, h.box.y, h.box.right, h.box.bottom] for h in matches], np.float64).reshape(-1, 4)
    firsts = np.array([_first_line(stack, h) for h in matches], np.float64).reshape(-1, 4)
    ends = [last_line(stack, h) for h in matches]
    lasts = np.array([[b.x, b.y, b.right, b.bottom] for b in ends], np.float64).reshape(-1, 4)
    cells = [stack.items[h.covered[0][0]].cell for h in matches]
    scores = np.array([h.score for h in matches])
    own = own_labels(matches, slots)
    groups = [_indices(matches, (slot.leader.group,)) for slot in slots]
    nears = [_indices(matches, (slot.leader.near,)) for slot in slots]
    for c, candidate in enumerate(candidates):
        around = _around(candidate, _beside_end(candidate, _beside_mark(candidate, boxes, firsts), lasts))
        plain = _plain_features(stack, candidate)
        for s, slot in enumerate(slots):
            labels = _label_features(around, own[s], scores)
            place = _place_features(candidate, slot, cells, own[s], groups[s], nears[s], scores, boxes)
            kinds = [float(slot.leader.kind == k) for k in KINDS]
            wants = [
                len(slot.fields),
                float(any(f.line for f in slot.fields)),
                float(any(f.pattern for f in slot.fields)),
            ]
            answer = _answer_features(candidate, own[s], scores)
            result[s, c] = [*labels, *place, *kinds, _fit(slot, candidate), *plain[:-2], *wants, *plain[-2:], *answer]
    return result


def own_labels(matches: Sequence[LabelMatch], slots: Sequence[Slot]) -> list[NDArray[np.int64]]:
    """Which matches are each slot's label; of labels of several questions, as Yes, those next to its question."""
    own = []
    for slot in slots:
        found = _indices(matches, slot.labels)
        rivals = {s.leader.group for s in slots if s.labels == slot.labels and s.is_checkbox == slot.is_checkbox}
        questions = [h for h in matches if h.phrase in rivals]
        if len({h.phrase for h in questions}) > 1:
            found = np.array([k for k in found if _question(matches[k], questions) == slot.leader.group], np.int64)
        elif slot.leader.group and not slot.is_checkbox:
            found = _near_question(matches, found, [h for h in matches if h.phrase == slot.leader.group])
        own.append(found)
    return own


def _near_question(
    matches: Sequence[LabelMatch], found: NDArray[np.int64], questions: Sequence[LabelMatch]
) -> NDArray[np.int64]:
    """Without those labels of a few letters, as 'for', that stand in running text far from the question."""
    longer = [matches[k].box for k in found if len(matches[k].phrase) >= _TINY]
    kept = [
        k
        for k in found
        if len(matches[k].phrase) >= _TINY
        or (any(_goes_on(b, matches[k].box) for b in longer) if longer else _is_under(matches[k].box, questions))
    ]
    return np.array(kept, np.int64)


def _goes_on(label: Box, tiny: Box) -> bool:
    """Whether a label of a few letters stands in the line under another of the same field."""
    return 0 <= tiny.y - label.y < _NEXT_LINE * UNIT and label.x - 10 <= tiny.x < label.right


def _is_under(label: Box, questions: Sequence[LabelMatch]) -> bool:
    return not questions or any(0 <= label.y - q.box.y < _QUESTION_REACH * UNIT for q in questions)


def _question(label: LabelMatch, questions: Sequence[LabelMatch]) -> str:
    """The question that a label stands beside or under: the last one that begins no lower."""
    middle = label.box.center[1]
    above = [q for q in questions if q.box.y <= middle]
    return max(above, key=lambda q: (q.box.y, q.box.x)).phrase if above else ""


def _indices(matches: Sequence[LabelMatch], phrases: Sequence[str]) -> NDArray[np.int64]:
    return np.array([k for k, h in enumerate(matches) if h.phrase and h.phrase in phrases], np.int64)


def _first_line(stack: StackedPages, match: LabelMatch) -> tuple[int, int, int, int]:
    """Where the first line of a label stands."""
    item, first, last = match.covered[0]
    words = stack.items[item].words[first:last]
    box = Box.around([w.box for w in words]) if words and len(match.covered) > 1 else match.box
    return box.x, box.y, box.right, box.bottom


def _beside_mark(
    candidate: Candidate, matches: NDArray[np.float64], firsts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The places of the label matches; of one whose line took the checkbox or the X in, what is left beside it.

    firsts: of the first line of each label match, beside which the checkbox of a label of several lines stands.
    """
    if not len(matches) or (candidate.mark is None and not is_mark(candidate.text)):
        return matches
    box = candidate.box
    x0, y0, x1, y1 = firsts.T
    inside = (x0 < box.right) & (x1 > box.x) & (y0 < box.center[1]) & (y1 > box.center[1])
    # The place of a label of several lines has room for much that is no part of it.
    inside &= y1 - y0 < 1.8 * box.height
    after = inside & (box.center[0] > (x0 + x1) / 2)
    before = inside & ~after
    trimmed = np.stack([np.where(before, box.right, x0), y0, np.where(after, box.x, x1), y1], axis=1)
    return np.where(inside[:, None], trimmed, matches)


def _beside_end(candidate: Candidate, matches: NDArray[np.float64], lasts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The places of the label matches; of one in whose box an entry stands behind its last line, that line.

    lasts: of the last line of each label match.
    """
    if not len(matches) or candidate.mark is not None:
        return matches
    box = candidate.entries[0].box
    x0, y0, x1, y1 = matches.T
    inside = (x0 < box.x) & (x1 > box.x + 6) & (y0 < box.center[1]) & (y1 > box.center[1])
    inside &= lasts[:, 2] <= box.x + 6
    return np.where(inside[:, None], lasts, matches)


def _around(candidate: Candidate, matches: NDArray[np.float64]) -> _Around:
    box = candidate.box
    height = candidate.entries[0].box.height if candidate.entries else box.height
    x0, y0, x1, y1 = matches.T if len(matches) else np.zeros((4, 0))
    over_x = np.minimum(x1, box.right) - np.maximum(x0, box.x)
    over_y = np.minimum(y1, box.bottom) - np.maximum(y0, box.y)
    beside = over_y > 0.4 * np.minimum(y1 - y0, height)
    stacked = (over_x > 0) | (np.abs(x0 - box.x) < 0.2 * UNIT)
    slack = 0.35 * height
    gaps = np.stack(
        [
            np.where(stacked & (y1 <= box.y + slack), box.y - y1, np.inf),
            np.where(beside & (x1 <= box.x + 6), box.x - x1, np.inf),
            np.where(stacked & (y0 >= box.bottom - slack), y0 - box.bottom, np.inf),
            np.where(beside & (x0 >= box.right - 6), x0 - box.right, np.inf),
        ]
    )
    gaps = np.where(np.isfinite(gaps), np.maximum(gaps, 0) / UNIT, np.inf)
    left = np.abs(x0 - box.x) / UNIT
    level = np.abs((y0 + y1) / 2 - box.center[1]) / UNIT
    ranks = np.argsort(np.argsort(gaps, axis=1, kind="stable"), axis=1).astype(np.float64)
    return _Around(gaps, ranks, np.stack([left, level, left, level]))


def _label_features(around: _Around, own: NDArray[np.int64], scores: NDArray[np.float64]) -> list[float]:
    values: list[float] = []
    for d in range(len(DIRECTIONS)):
        gaps = around.gaps[d, own] if len(own) else np.array([])
        if not len(gaps) or not np.isfinite(gaps).any():
            values += NO_LABEL
            continue
        k = int(own[int(np.argmin(gaps))])
        off = min(_FAR, float(around.offs[d, k]))
        values += [min(_FAR, float(around.gaps[d, k])), float(scores[k]), min(5.0, float(around.ranks[d, k])), off]
    return values


def _place_features(
    candidate: Candidate,
    slot: Slot,
    cells: Sequence[int | None],
    own: NDArray[np.int64],
    groups: NDArray[np.int64],
    nears: NDArray[np.int64],
    scores: NDArray[np.float64],
    boxes: NDArray[np.float64],
) -> list[float]:
    shares = any(cells[k] == candidate.cell for k in own) if candidate.cell is not None else False
    cell_hits = sum(1 for c in cells if c == candidate.cell) if candidate.cell is not None else 0
    near_group = [float(scores[k]) for k in groups if _distance(candidate.box, boxes[k]) < 2.0]
    near = [_distance(candidate.box, boxes[k]) for k in nears]
    return [
        float(shares),
        min(6.0, float(cell_hits)),
        max(near_group, default=0.0),
        float(bool(slot.leader.group)),
        min([_FAR, *near]),
        float(bool(slot.leader.near)),
    ]


def _answer_features(candidate: Candidate, own: NDArray[np.int64], scores: NDArray[np.float64]) -> list[float]:
    """Whether the entries are the answer to the slot's label, to another label, and all of that answer."""
    if candidate.label is None:
        return [0.0, 0.0, 0.0]
    is_own = candidate.label in own
    return [float(scores[candidate.label]) if is_own else 0.0, float(not is_own), float(candidate.complete)]


def _distance(box: Box, match: NDArray[np.float64]) -> float:
    """Inches of white between two boxes."""
    dx = max(0.0, match[0] - box.right, box.x - match[2])
    dy = max(0.0, match[1] - box.bottom, box.y - match[3])
    return float(np.hypot(dx, dy)) / UNIT


def _fit(slot: Slot, candidate: Candidate) -> float:
    """How far the text could be a value of the slot's kind, 0 to 1; 0.5 where every text could."""
    if candidate.mark is not None:
        return 1.0 if slot.is_checkbox else 0.0
    text = candidate.text
    if slot.is_checkbox:
        return 1.0 if is_mark(text) else 0.0
    fits = []
    for field in slot.fields:
        if field.kind in ("date", "number", "money") or (field.kind == "code" and field.values):
            fits.append(float(value_of(field, text).valid))
    return min(fits) if fits else 0.5


def _plain_features(stack: StackedPages, candidate: Candidate) -> list[float]:
    text = candidate.text
    letters = sum(not c.isspace() for c in text)
    lines = text.count("\n") + 1 if text else 0
    return [
        float(lines),
        float(len(candidate.entries)),
        float(min(200, letters)),
        float(candidate.whole),
        float(candidate.mark is not None),
        float(candidate.mark.mark.checked if candidate.mark else is_mark(text)),
        sum(c.isdigit() for c in text) / max(1, letters),
        sum(c.isalpha() for c in text) / max(1, letters),
        float(any(stack.items[e.item].underlined for e in candidate.entries)),
        _line_height(candidate, lines) / UNIT,
        # How far on it stands depends on how much others wrote.
        float(candidate.page > 0),
        float(candidate.cell is not None),
    ]


def _line_height(candidate: Candidate, lines: int) -> float:
    """Stack units that each of a candidate's lines takes up."""
    each = candidate.box.height / max(1, lines)
    return min(each, _PITCH * max(e.box.height for e in candidate.entries)) if lines > 1 else each
