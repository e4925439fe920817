"""What a scan gives by a definition as it is being edited: every value and label, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from digitizer.document.form import FormDefinition
from digitizer.document.layout import Readings
from digitizer.document.record import Field, Record
from digitizer.fields.definitions import check_definition
from digitizer.fields.drafts import Draft
from digitizer.fields.extract import extract
from digitizer.fields.identify import FormPages
from digitizer.fields.locate import Label, find_labels
from digitizer.fields.stacked_pages import StackedPages, stack_pages
from digitizer.loading import Tools
from digitizer.pipeline import Drafted, draft, record
from digitizer.review import strings
from digitizer.review.editor.bench import Bench


class Spot(BaseModel):
    """A place on a page (from 1); box: pixels of the scan."""

    page: int
    box: list[int]


class Found(BaseModel):
    """A value. spot: where it stands, None for what is blank."""

    value: str | bool
    confidence: float
    spot: Spot | None


class Preview(BaseModel):
    """What a scan gives. values, labels: by path, as fields/3 or tables/0/columns/2, rows of a column in their order.

    known: whether the pages were taken for this form; told: what else is to be said of the scan.
    """

    scan: int
    known: bool
    pages: list[int]
    values: dict[str, list[Found]]
    labels: dict[str, Spot]
    told: list[str]


def preview(bench: Bench, text: str, scan: int) -> Preview:
    """What the scan gives by that text; pages that are not taken for the form are tried nevertheless, and it is told.

    Raises:
        DefinitionError: the text is no definition. InputError: the scan cannot be read.
    """
    form = check_definition(bench.path, text.encode())[0]
    with bench.busy:
        pages = bench.read(scan)
        tools = bench.tools(form)
        found = next((d for d in draft(pages, tools) if d.drafts is not None), None)
        known = found is not None
        drafted = found or _tried(pages, form, tools)
        assert drafted.drafts is not None
        kept = record(bench.document(scan), drafted, tools)
        fields, heads = find_labels(drafted.stack, form, tools.classifiers[form.form], drafted.drafts.fields)
    told = [] if known else [strings.NOT_THE_FORM]
    told += [problem.message for problem in kept.problems]
    return Preview(
        scan=scan,
        known=known,
        pages=list(kept.pages),
        values=_values(form, kept, drafted.drafts.fields),
        labels=_labels(form, drafted.stack, fields, heads),
        told=told,
    )


def _tried(pages: Sequence[Readings], form: FormDefinition, tools: Tools) -> Drafted:
    """All pages as if they were the form's."""
    stack = stack_pages(pages)
    found = FormPages(form.form, tuple(range(len(pages))), 0.0)
    return Drafted(found, stack, extract(stack, form, tools.classifiers[form.form]))


def _values(form: FormDefinition, kept: Record, drafts: Mapping[str, Draft]) -> dict[str, list[Found]]:
    values: dict[str, list[Found]] = {}
    for k, field in enumerate(form.fields):
        if field.name in kept.fields:
            # The place of a blank is its label's, that of a checkbox its frame.
            placed = bool(drafts[field.name].engine)
            values[f"fields/{k}"] = [_found(kept.fields[field.name], placed)]
    for t, table in enumerate(form.tables):
        rows = kept.tables.get(table.name, ())
        for c, column in enumerate(table.columns):
            cells = [row[column.name] for row in rows if column.name in row]
            values[f"tables/{t}/columns/{c}"] = [_found(cell, bool(cell.text)) for cell in cells]
    return values


def _found(field: Field, placed: bool) -> Found:
    spot = Spot(page=field.page, box=field.box.as_list()) if placed and field.page and field.box else None
    return Found(value=field.value, confidence=round(field.confidence, 3), spot=spot)


def _labels(
    form: FormDefinition, stack: StackedPages, fields: Mapping[str, Label], heads: Mapping[tuple[str, str], Label]
) -> dict[str, Spot]:
    spots = {f"fields/{k}": _spot(stack, fields[f.name]) for k, f in enumerate(form.fields) if f.name in fields}
    for t, table in enumerate(form.tables):
        for c, column in enumerate(table.columns):
            head = heads.get((table.name, column.name))
            if head is not None:
                spots[f"tables/{t}/columns/{c}"] = _spot(stack, head)
    return spots


def _spot(stack: StackedPages, label: Label) -> Spot:
    layout = stack.pages[label.page].layout
    box = layout.to_scan.box(label.box).clipped(*layout.scan_size)
    return Spot(page=layout.ref.page, box=box.as_list())
