"""Examples from drawn filings, whose truth is known place by place: pairs of slots and candidates, columns, values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitizer.document.form import FieldDefinition, FormDefinition, TableDefinition
from digitizer.fields.answers import Entry
from digitizer.fields.assign import best_assignment
from digitizer.fields.blocks import find_regions
from digitizer.fields.candidates import Candidate, is_mark, propose
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.columns import PrintedColumn, column_features
from digitizer.fields.confidence import NAMES as EVIDENCE
from digitizer.fields.confidence import evidence
from digitizer.fields.drafts import Draft, place_of
from digitizer.fields.extract import extract
from digitizer.fields.features import NAMES, pair_features
from digitizer.fields.footnotes import find_footnotes
from digitizer.fields.phrases import LabelMatch, find_phrases
from digitizer.fields.printed import groups_of, lone_labels, phrases_of, wordings_of
from digitizer.fields.slots import Slot, box_labels_of, headings_of, slots_of
from digitizer.fields.stacked_pages import StackedPages, stack_pages
from digitizer.fields.tables import PrintedTable, find_tables
from digitizer.learning.calibrate import grade_rows, same_but_for_space
from digitizer.learning.examples import Examples
from tools.trainers.drawn import ReadFiling, TrueItem

_INDEXED = re.compile(r"^(\w+)\[(\d+)\]\.(\w+)$")
_NEAR = 1.0
"""Inches: pairs with a label of the field this near are all learned from; of the others a sample will do."""


def pair_examples(filing: ReadFiling, form: FormDefinition, rng: np.random.Generator) -> list[Examples]:
    """(slot, candidate) pairs of the header and of every repeated block, with whether they belong together."""
    stack = stack_pages(filing.pages)
    matches = find_phrases(stack, phrases_of(form), groups_of(form), lone=lone_labels(form), wordings=wordings_of(form))
    in_tables = {k for t in find_tables(stack, form) for k in t.items}
    matches = [h for h in matches if h.covered[0][0] not in in_tables]
    notes = {k for n in find_footnotes(stack, matches, form.footnotes) for k in n.items}
    taken = in_tables | notes
    examples = []
    for table in form.tables:
        regions = find_regions(stack, matches, table) if table.block else []
        for region in regions if len(regions) > 1 else []:
            others = frozenset(range(len(stack.items))) - region.items
            examples.append(_pairs(filing, stack, matches, table.columns, others, others, rng))
        taken = taken | {k for r in regions[1:] for k in r.items}
    foreign = taken - in_tables - notes
    examples.append(_pairs(filing, stack, matches, form.fields, taken, foreign, rng))
    return examples


def _pairs(
    filing: ReadFiling,
    stack: StackedPages,
    matches: Sequence[LabelMatch],
    fields: Sequence[FieldDefinition],
    taken: Collection[int],
    foreign: Collection[int],
    rng: np.random.Generator,
) -> Examples:
    matches = [h for h in matches if h.covered[0][0] not in foreign]
    slots = slots_of(fields)
    candidates = propose(stack, matches, taken, headings_of(slots), box_labels_of(slots))
    features = pair_features(stack, matches, slots, candidates)
    answers = _answers(filing, stack, slots, candidates)
    possible = np.array([[_may_be(slot, candidate) for candidate in candidates] for slot in slots], bool)
    gaps = features[:, :, [NAMES.index(f"{d}_gap") for d in ("above", "left", "below", "right")]].min(axis=2)
    kept = possible.reshape(answers.shape) & (answers | (gaps <= _NEAR) | (rng.random(answers.shape) < 0.15))
    return Examples(features[kept], answers[kept])


def _may_be(slot: Slot, candidate: Candidate) -> bool:
    if slot.is_checkbox:
        return candidate.mark is not None or is_mark(candidate.text)
    return candidate.mark is None


def _answers(
    filing: ReadFiling, stack: StackedPages, slots: Sequence[Slot], candidates: Sequence[Candidate]
) -> NDArray[np.bool_]:
    """Which pairs are right: the candidate holds all lines of the slot's entry and no others."""
    owners: dict[tuple[int, int], str] = {}
    for candidate in candidates:
        for entry in candidate.entries:
            key = (entry.item, entry.first)
            if key not in owners:
                owners[key] = _target(filing, stack, entry)
    totals: dict[str, int] = {}
    for target in owners.values():
        totals[target] = totals.get(target, 0) + 1
    answers = np.zeros((len(slots), len(candidates)), bool)
    for c, candidate in enumerate(candidates):
        if candidate.mark is not None:
            place, page = candidate.mark.place, candidate.mark.page
            boxes = [i for i in filing.items[page] if i.role == "box" and i.box.holds(*place.center)]
            targets = {i.target for i in boxes}
            count = 1
        else:
            targets = {owners[(e.item, e.first)] for e in candidate.entries}
            count = sum(totals[t] for t in targets)
        if not targets or "" in targets:
            continue
        names = {_bare(t) for t in targets}
        whole = candidate.mark is not None or count == len(candidate.entries)
        for s, slot in enumerate(slots):
            answers[s, c] = whole and names <= {f.name for f in slot.fields}
    return answers


def _bare(target: str) -> str:
    found = _INDEXED.match(target)
    return found[3] if found else target


def _target(filing: ReadFiling, stack: StackedPages, entry: Entry) -> str:
    """What an entry truly is: the drawn line that covers its middle and most of it; "" for print and dirt."""
    place = place_of(stack, entry)
    best, area = "", 0.0
    for item in filing.items[stack.items[entry.item].page]:
        shared = place.intersection(item.box) if item.role in ("entry", "print") else None
        if shared is not None and shared.area > area and shared.area > 0.4 * place.area:
            best, area = (item.target if item.role == "entry" else ""), float(shared.area)
    return best


def column_examples(filing: ReadFiling, form: FormDefinition) -> list[Examples]:
    """(column, printed column) pairs of every table found, against its own definition and the others."""
    stack = stack_pages(filing.pages)
    examples = []
    for printed in find_tables(stack, form):
        clean = _with_true_heads(filing, stack, printed)
        owner = _owner(form, clean)
        for definition in form.tables:
            if definition.block:
                continue
            features = column_features(definition, printed.columns)
            answers = np.zeros(features.shape[:2], bool)
            if definition is owner:
                for i, j in _true_columns(definition, clean).items():
                    answers[i, j] = True
            examples.append(Examples(features.reshape(-1, features.shape[2]), answers.reshape(-1)))
    return examples


def _with_true_heads(filing: ReadFiling, stack: StackedPages, printed: PrintedTable) -> PrintedTable:
    """The table with its heads as they were printed and not as they were read."""
    items = [i for i in filing.items[printed.page] if i.role == "print"]
    layout = stack.pages[printed.page].layout
    scale = 200.0 / layout.dpi
    bottom = printed.rows[0].top if printed.rows else printed.bottom
    columns: list[PrintedColumn] = []
    for column in printed.columns:
        over = [
            i
            for i in items
            if _stands_over(i, column, scale, printed.top - stack.tops[printed.page], bottom - stack.tops[printed.page])
        ]
        text = " ".join(i.text for i in sorted(over, key=lambda i: (i.box.y, i.box.x)))
        columns.append(replace(column, own=text, parents=""))
    return replace(printed, columns=tuple(columns))


def _stands_over(item: TrueItem, column: PrintedColumn, scale: float, top: int, bottom: int) -> bool:
    x, y = item.box.center
    middle = (column.left + column.right) / 2
    inside = column.left <= x * scale <= column.right or item.box.x * scale <= middle <= item.box.right * scale
    return inside and top - 6 <= y * scale <= bottom + 6


def _true_scores(definition: TableDefinition, printed: PrintedTable) -> NDArray[np.float64]:
    features = column_features(definition, printed.columns)
    full, own, gap = (features[:, :, k].astype(np.float64) for k in (1, 0, 8))
    scores: NDArray[np.float64] = np.maximum(full, own) * (1 - gap)
    return scores


def _true_columns(definition: TableDefinition, printed: PrintedTable) -> Mapping[int, int]:
    return best_assignment(np.clip(_true_scores(definition, printed), 0.0, 0.999), least=0.35)


def _owner(form: FormDefinition, printed: PrintedTable) -> TableDefinition | None:
    """The definition whose columns the true heads fit best; None where they fit none."""
    best, score = None, 0.5
    for definition in form.tables:
        if definition.block:
            continue
        scores = _true_scores(definition, printed)
        pairs = _true_columns(definition, printed)
        fit = sum(scores[i, j] for i, j in pairs.items()) / max(len(definition.columns), len(printed.columns))
        if fit > score:
            best, score = definition, float(fit)
    return best


def graded_drafts(filing: ReadFiling, form: FormDefinition, classifier: FieldClassifier) -> Examples:
    """Evidence and answer (exactly right, white space apart) of every draft that the truth speaks of.

    Without those that rules send to a person, however sure they are.
    """
    drafts = extract(stack_pages(filing.pages), form, classifier)
    graded: list[tuple[Draft, bool]] = []
    for name, draft in drafts.fields.items():
        if name in filing.truth["fields"]:
            graded.append((draft, same_but_for_space(draft.value, filing.truth["fields"][name])))
    for name, rows in drafts.tables.items():
        truth = filing.truth["tables"].get(name)
        graded += grade_rows(rows, truth) if truth is not None else []
    graded = [(d, right) for d, right in graded if not d.by_rule]
    features = np.array([evidence(d) for d, _ in graded], np.float32).reshape(-1, len(EVIDENCE))
    return Examples(features, np.array([right for _, right in graded], bool))
