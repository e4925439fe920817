"""Where a definition's printed labels stand on a form's pages, for a person to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from digitizer.document.form import FieldDefinition, FormDefinition
from digitizer.document.geometry import Box
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.drafts import Draft
from digitizer.fields.extract import survey
from digitizer.fields.phrases import LabelMatch
from digitizer.fields.stacked_pages import StackedPages
from digitizer.fields.tables import MatchedTable

_FAR = 1e6


@dataclass(frozen=True, slots=True)
class Label:
    """Where a label stands. page: index into the stack's pages; box: pixels of that straightened page.

    score: how well it was read there, 0 to 1.
    """

    page: int
    box: Box
    score: float


def find_labels(
    stack: StackedPages, form: FormDefinition, classifier: FieldClassifier, drafts: Mapping[str, Draft]
) -> tuple[dict[str, Label], dict[tuple[str, str], Label]]:
    """The labels of the form's fields by name, and heads of columns by table and name, as far as they are found.

    drafts: the fields' values; where several fields have one label, each takes the one that stands nearest to its own.
    """
    ground = survey(stack, form, classifier)
    sharing: dict[tuple[str, ...], list[FieldDefinition]] = {}
    for field in form.fields:
        sharing.setdefault(field.labels, []).append(field)
    found: dict[str, Label] = {}
    for labels, fields in sharing.items():
        matches = [h for h in ground.matches if h.phrase in labels]
        parted = [f for f in fields if f.line or f.pattern]
        # Parts of one entry stand under one label.
        found |= _nearest(ground.stack, matches, [f for f in fields if f not in parted], ground.matches, drafts)
        found |= {
            name: label
            for f in parted
            for name, label in _nearest(ground.stack, matches, [f], ground.matches, drafts).items()
        }
    heads: dict[tuple[str, str], Label] = {}
    for table in ground.tables:
        for name, label in _heads(ground.stack, table):
            heads.setdefault((table.definition.name, name), label)
    return found, heads


def _nearest(
    stack: StackedPages,
    matches: Sequence[LabelMatch],
    fields: Sequence[FieldDefinition],
    every: Sequence[LabelMatch],
    drafts: Mapping[str, Draft],
) -> dict[str, Label]:
    """Of fields with one label, which of the places where it is printed is whose: none is two's."""
    if not matches or not fields:
        return {}
    costs = np.array(
        [[_cost(stack, match, field, every, drafts.get(field.name)) for match in matches] for field in fields]
    )
    rows, columns = linear_sum_assignment(costs)
    return {fields[i].name: _label(stack, matches[j]) for i, j in zip(rows, columns, strict=True)}


def _cost(
    stack: StackedPages, match: LabelMatch, field: FieldDefinition, every: Sequence[LabelMatch], draft: Draft | None
) -> float:
    """How far a label is from the field's value, or of a blank from its group; the worse it was read the farther."""
    label = _label(stack, match)
    apart = 100.0 * (1 - match.score)
    if draft is not None and draft.engine and draft.place is not None:
        if draft.page != label.page:
            return _FAR
        return apart + _distance(label.box, draft.place)
    groups = [h for h in every if field.group and h.phrase == field.group and h.box.y <= match.box.bottom]
    return apart + min((_distance(h.box, match.box) for h in groups), default=_FAR / 2 if field.group else 0.0)


def _distance(one: Box, other: Box) -> float:
    across = max(0, one.x - other.right, other.x - one.right)
    down = max(0, one.y - other.bottom, other.y - one.bottom)
    return float(np.hypot(across, down))


def _label(stack: StackedPages, match: LabelMatch) -> Label:
    page = stack.items[match.covered[0][0]].page
    items = [stack.items[k] for k, _, _ in match.covered if stack.items[k].page == page]
    if len(match.covered) == 1:
        # Words are told on the stack; the line's own box tells how the page lies there.
        (item,) = items
        scale = item.place.width / max(1, item.box.width)
        x, y = item.place.x + (match.box.x - item.box.x) * scale, item.place.y + (match.box.y - item.box.y) * scale
        width, height = max(1, round(match.box.width * scale)), max(1, round(match.box.height * scale))
        return Label(page, Box(round(x), round(y), width, height), match.score)
    return Label(page, Box.around([i.place for i in items]), match.score)


def _heads(stack: StackedPages, table: MatchedTable) -> list[tuple[str, Label]]:
    """The heads of a table's columns."""
    printed = table.printed
    foot = min([printed.top + printed.head, *(row.top for row in printed.rows)])
    head = [
        stack.items[k]
        for k in printed.items
        if stack.items[k].page == printed.page and stack.items[k].box.center[1] < foot
    ]
    found = []
    for column, number, match in zip(table.definition.columns, table.assigned, table.matches, strict=True):
        if number is None:
            continue
        left, right = printed.columns[number].left, printed.columns[number].right
        places = [item.place for item in head if left <= item.box.center[0] <= right]
        if places:
            found.append((column.name, Label(printed.page, Box.around(places), match)))
    return found
