"""All fields, tables and notes of one form on its stack, as drafts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from digitizer.document.form import FieldDefinition, FormDefinition, TableDefinition
from digitizer.document.geometry import Box
from digitizer.fields.answers import without_crumbs
from digitizer.fields.assign import assign_slots, prefer_whole
from digitizer.fields.blocks import Region, find_regions
from digitizer.fields.candidates import Candidate, propose
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.column_spelling import choose_column_spelling
from digitizer.fields.columns import PrintedColumn
from digitizer.fields.decode import decode_constraints
from digitizer.fields.drafts import (
    NOTHING,
    Draft,
    DraftRow,
    Filled,
    FilledRow,
    blank,
    content_of,
    draft_value,
    ticked,
)
from digitizer.fields.features import pair_features
from digitizer.fields.findings import build_drafts
from digitizer.fields.footnotes import Note, find_footnotes
from digitizer.fields.glued import unglue
from digitizer.fields.phrases import LabelMatch, find_phrases
from digitizer.fields.places import LEFT_OVER, Places, match_left_over
from digitizer.fields.printed import groups_of, lone_labels, phrases_of, wordings_of
from digitizer.fields.shapes import choose_shapes
from digitizer.fields.slots import Slot, box_labels_of, headings_of, slots_of
from digitizer.fields.stacked_pages import StackedPages
from digitizer.fields.stamps import fill_stamp
from digitizer.fields.table_rows import TableRow
from digitizer.fields.tables import MatchedTable, find_tables, match_tables

LEAST = 0.25
"""The least probability at which a place is a field's; a blank field's likeliest place hardly reaches a tenth of it."""
_LEAST_BOX = 0.5
"""The same for a checkbox: a frame elsewhere on the page would tell of a mark that was never made."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """claimed: items of the stack that some field, label, table or note took.

    astray: indices of the stack's pages that hold what belongs before what an earlier page holds.
    """

    fields: Mapping[str, Draft]
    tables: Mapping[str, tuple[DraftRow, ...]]
    notes: tuple[Note, ...]
    claimed: frozenset[int]
    astray: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """A sheet with what is settled before slots are filled: labels, tables, notes, and which lines those took up.

    marked: whether the form has footnotes, so that entries may end in their markers.
    """

    stack: StackedPages
    matches: tuple[LabelMatch, ...]
    tables: tuple[MatchedTable, ...]
    notes: tuple[Note, ...]
    regions: tuple[tuple[TableDefinition, tuple[Region, ...]], ...]
    taken: frozenset[int]
    marked: bool = True


def survey(stack: StackedPages, form: FormDefinition, classifier: FieldClassifier) -> Ground:
    """Labels, tables, notes and repeated blocks of a stack."""
    phrases = phrases_of(form)
    stack = unglue(stack, phrases)
    matches = find_phrases(stack, phrases, groups_of(form), form.identify, lone_labels(form), wordings_of(form))
    tables = match_tables(form, find_tables(stack, form, matches), classifier)
    in_tables = {k for t in tables for k in t.printed.items}
    outside = [h for h in matches if h.covered[0][0] not in in_tables]
    notes = find_footnotes(stack, outside, form.footnotes)
    regions = tuple((t, tuple(find_regions(stack, outside, t))) for t in form.tables if t.block)
    in_notes = {k for n in notes for k in n.items}
    taken = frozenset(in_tables | in_notes)
    return Ground(stack, tuple(outside), tuple(tables), tuple(notes), regions, taken, form.footnotes is not None)


def extract(stack: StackedPages, form: FormDefinition, classifier: FieldClassifier) -> Drafts:
    """Every field of the definition, its tables' rows and its notes, each with the evidence for it."""
    ground = survey(stack, form, classifier)
    repeats = _repeats(ground)
    fields = _fill(head_places(ground, form), form.fields, classifier)
    tables: dict[str, tuple[FilledRow, ...]] = {}
    for definition in form.tables:
        rows: list[FilledRow] = []
        for matched in ground.tables:
            if matched.definition.name == definition.name:
                rows += _rows(ground.stack, matched)
        tables[definition.name] = tuple(rows)
    for definition, regions in ground.regions:
        tables[definition.name] = tuple(_block_rows(ground, definition, regions, classifier))
    claimed = set(ground.taken) | repeats | {item for h in ground.matches for item, _, _ in h.covered}
    fields, tables = choose_shapes(fields, tables)
    decoded = decode_constraints(form, fields, choose_column_spelling(tables))
    drafted, rows_of = build_drafts(ground.stack, decoded, ground.matches, claimed)
    return Drafts(drafted, rows_of, ground.notes, frozenset(claimed), find_astray(stack, form, ground))


def find_astray(stack: StackedPages, form: FormDefinition, ground: Ground) -> tuple[int, ...]:
    """Pages on which a table, the notes or the end begins though an earlier page has a later one of these."""
    order = [t.name for t in form.tables]
    parts = [(t.printed.page, order.index(t.definition.name)) for t in ground.tables]
    parts += [(stack.items[ground.notes[0].items[0]].page, len(order))] if ground.notes else []
    ends = {label for f in form.fields for label in f.labels if form.footnotes and label in form.footnotes.ends}
    parts += [(stack.items[h.covered[0][0]].page, len(order) + 1) for h in ground.matches if h.phrase in ends]
    latest = {page: max(part for p, part in parts if p <= page) for page, _ in parts}
    return tuple(sorted({page for page, part in parts if any(p < page and latest[p] > part for p in latest)}))


def head_places(ground: Ground, form: FormDefinition) -> Places:
    """The places of the form's fields outside of tables, notes and repeated blocks."""
    repeats = _repeats(ground)
    return _places(ground, form.fields, ground.taken | repeats, repeats)


def _repeats(ground: Ground) -> frozenset[int]:
    """Lines of blocks that are printed again, all but the first of each kind."""
    return frozenset(k for _, regions in ground.regions for r in regions[1:] for k in r.items)


def _places(
    ground: Ground,
    fields: Sequence[FieldDefinition],
    taken: Collection[int],
    foreign: Collection[int],
    repeated: bool = False,
) -> Places:
    """Places among the lines that are not taken; labels among the foreign lines do not count."""
    matches = [h for h in ground.matches if h.covered[0][0] not in foreign]
    slots = slots_of([f for f in fields if not f.stamp])
    candidates = propose(ground.stack, matches, taken, headings_of(slots), box_labels_of(slots))
    features = pair_features(ground.stack, matches, slots, candidates)
    return Places(ground.stack, tuple(matches), tuple(slots), tuple(candidates), features, repeated, ground.marked)


def _fill(places: Places, fields: Sequence[FieldDefinition], classifier: FieldClassifier) -> dict[str, Filled]:
    """Fields filled, each from the place that is most probably its own."""
    matches, slots, candidates = places.matches, places.slots, places.candidates
    probabilities = classifier.match(places)
    boxes, possible = np.array([slot.is_checkbox for slot in slots], bool), places.possible()
    probabilities[boxes] *= possible[boxes]
    likely = np.where(boxes[:, None] & (probabilities < _LEAST_BOX), 0.0, probabilities)
    chosen = assign_slots(slots, candidates, prefer_whole(candidates, likely), least=LEAST)
    left_over = match_left_over(places, chosen, possible)
    chosen |= left_over
    filled: dict[str, Filled] = {f.name: fill_stamp(places.stack, f) for f in fields if f.stamp}
    for s, slot in enumerate(slots):
        label = max((h for h in matches if h.phrase in slot.labels), key=lambda h: h.score, default=None)
        asked = label is not None or any(h.phrase == slot.leader.group for h in matches)
        if not asked and s not in chosen and slot.leader.optional:
            continue
        pick = candidates[chosen[s]] if s in chosen else None
        runner_up = float(max(probabilities[s].max(initial=0.0), 0.0))
        match = float(probabilities[s, chosen[s]]) if s in chosen else 1.0 - runner_up
        match = max(match, LEFT_OVER) if s in left_over else match
        filled |= {f.definition.name: f for f in _fill_slot(places, slot, pick, match, label)}
    return {f.name: filled[f.name] for f in fields if f.name in filled}


def _fill_slot(
    places: Places, slot: Slot, candidate: Candidate | None, match: float, label: LabelMatch | None
) -> list[Filled]:
    score = label.score if label else 0.0
    if candidate is None:
        page, place = _label_place(places.stack, label)
        return [blank(f, match, score, page, place) for f in slot.fields]
    content = content_of(places.stack, candidate.entries, places.marked) if candidate.entries else NOTHING
    if slot.is_checkbox:
        return [ticked(f, candidate, content, match, score) for f in slot.fields]
    lines = max(f.line for f in slot.fields)
    return [draft_value(f, content, match, score, lines) for f in slot.fields]


def _label_place(stack: StackedPages, label: LabelMatch | None) -> tuple[int | None, Box | None]:
    """Where a blank's label stands: the place for a person to look at."""
    if label is None:
        return None, None
    page = stack.items[label.covered[0][0]].page
    places = [stack.items[k].place for k, _, _ in label.covered if stack.items[k].page == page]
    return page, Box.around(places)


def _rows(stack: StackedPages, matched: MatchedTable) -> list[FilledRow]:
    """The table's rows that have anything written in them."""
    rows: list[FilledRow] = []
    for row in matched.printed.rows:
        filled: dict[str, Filled] = {}
        for column, printed, match in zip(matched.definition.columns, matched.assigned, matched.matches, strict=True):
            entries = row.cells[printed] if printed is not None else ()
            here = draft_value(column, content_of(stack, without_crumbs(stack, entries)), match, match)
            if not here.text and printed is not None:
                here = replace(here, cell=_cell_of(row, matched.printed.columns[printed]))
            old = filled.get(column.name)
            if old is None or (not old.text and not old.footnotes):
                filled[column.name] = here
            if here.text:
                implied = {c.name: c for c in matched.definition.columns}
                for name, value in column.implies.items():
                    base = implied.get(name, FieldDefinition(name, "code", ()))
                    filled[name] = Filled(base, value, value, here.reader, 1.0, match, match, here.page, here.place)
            else:
                for name in column.implies:
                    none = blank(FieldDefinition(name, "code", ()), match, match, None, None)
                    filled.setdefault(name, replace(none, cell=here.cell))
        if any(f.text or f.footnotes for f in filled.values()):
            rows.append(filled)
    return rows


def _cell_of(row: TableRow, column: PrintedColumn) -> Box:
    """Where a row's entry of a column would stand, on the stack."""
    return Box(column.left, row.top, max(1, column.right - column.left), max(1, row.bottom - row.top))


def _block_rows(
    ground: Ground, definition: TableDefinition, regions: Sequence[Region], classifier: FieldClassifier
) -> list[FilledRow]:
    """A row per block where there are several; a first block that is printed twice counts once."""
    if len(regions) < 2:
        return []
    rows: list[FilledRow] = []
    for region in regions:
        others = frozenset(range(len(ground.stack.items))) - region.items
        row = _fill(_places(ground, definition.columns, others, others, repeated=True), definition.columns, classifier)
        if len(rows) != 1 or not _is_same(row, rows[0]):
            rows.append(row)
    return rows


def _is_same(row: FilledRow, first: FilledRow) -> bool:
    """Whether two blocks say the same, misreadings apart."""
    leading = next(iter(first))
    one, other = (" ".join(str(r[n].value) for n in first if n in r) for r in (row, first))
    return fuzz.ratio(str(row[leading].value), str(first[leading].value)) >= 88 and fuzz.ratio(one, other) >= 85
