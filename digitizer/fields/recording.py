"""From drafts to the record: confidences told, places mapped back to the scan, rules checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

import digitizer
from digitizer.document.form import FieldDefinition, FormDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.document.record import Field, Problem, Record, Status, Value, name_at
from digitizer.fields.acceptance import Acceptance
from digitizer.fields.checks import check_notes, check_rules
from digitizer.fields.confidence import Calibrator
from digitizer.fields.drafts import Draft, Filled, as_read
from digitizer.fields.extract import Drafts
from digitizer.fields.findings import BY_HAND, SURE_MARK, is_covered
from digitizer.fields.footnotes import Note
from digitizer.fields.identify import FormPages
from digitizer.fields.stacked_pages import StackedPages
from digitizer.reading.values import normalise_text, value_of

_ALTERNATIVES = 4
"""Readings kept beside a value for a person to choose from."""
_COVERED = 0.8
"""Share of the values that a stamp stands over that are right, at the most."""
_UNREAD = 0.5
"""Share of the blanks beside unread ink that are blank: 6 of 12 in the FARA filings."""
_ORDER = "put the pages in their order and digitize the file again"
_SPELT = "pdf"
"""The engine of what a file spells out."""
_FEW_LINES = 3
"""Fewer pieces of ink than that may be dirt on an empty page."""
_LEAST_LETTERS = 10
"""Pixels: lines of letters half as high as Tesseract's makers ask for (20 pixels), ascenders and all."""
_NOTE = FieldDefinition("footnote", "text", ())


@dataclass(frozen=True, slots=True)
class Versions:
    """tesseract: its version; models: the classifier's version by form id."""

    tesseract: str
    models: Mapping[str, str]

    def of(self, form: str) -> dict[str, str]:
        """What a record tells of the versions that made it."""
        model = self.models.get(form, "")[:12]
        return {"digitizer": digitizer.__version__, "model": model, "tesseract": self.tesseract}


def other_record(name: str, sha256: str, pages: Sequence[Readings], found: FormPages, versions: Versions) -> Record:
    """The record of pages that are no known form."""
    numbers = tuple(p.layout.ref.page for p in pages)
    problems = _complaints(name, pages)
    if not any(r.text for p in pages for r in p.lines):
        problems = [*problems, _unread(pages, name, numbers[0])]
    elif found.stray:
        told = f"this looks like a further page of a {found.stray}, but it follows none"
        problems = [*problems, Problem("page-order", told, _ORDER, name, numbers[0])]
    return Record(
        name, sha256, numbers, found.form, found.confidence, problems=tuple(problems), versions=versions.of(found.form)
    )


def _unread(pages: Sequence[Readings], name: str, number: int) -> Problem:
    """Why nothing was read: nothing is written there, or what is written cannot be read."""
    heights = [line.box.height for p in pages for line in p.layout.lines if not line.sideways]
    if len(heights) < _FEW_LINES:
        return Problem("blank", "nothing is written on this page", "", name, number)
    letters = round(float(np.median(heights)))
    if letters < _LEAST_LETTERS:
        told = f"nothing can be read: lines are {letters} pixels high, too small"
        return Problem("unreadable", told, "scan it again at twice the resolution", name, number)
    told = "nothing can be read though there is ink in lines: too faint, blurred, or no print"
    return Problem("unreadable", told, "look at the page; scan it again, darker and in focus", name, number)


def record_of(
    name: str,
    sha256: str,
    stack: StackedPages,
    form: FormDefinition,
    drafts: Drafts,
    found: FormPages,
    calibrator: Calibrator,
    versions: Versions,
) -> Record:
    """The record of one form; a field that a broken rule concerns, or a lost footnote, goes to review."""
    notes = [_note_draft(stack, note) for note in drafts.notes]
    flat = [
        *drafts.fields.values(),
        *(d for rows in drafts.tables.values() for row in rows for d in row.values()),
        *notes,
    ]
    chances = {id(d): float(p) for d, p in zip(flat, calibrator.probabilities(flat), strict=True)}

    def field(draft: Draft) -> Field:
        return _field(stack, draft, chances[id(draft)], calibrator.acceptance)

    fields = {n: field(d) for n, d in drafts.fields.items()}
    tables = {n: tuple({c: field(d) for c, d in row.items()} for row in rows) for n, rows in drafts.tables.items()}
    footnotes = {f"F{note.number}": field(draft) for note, draft in zip(drafts.notes, notes, strict=True)}
    problems = [*_complaints(name, stack.pages), *check_rules(form, fields, tables)]
    notes_amiss = check_notes(fields, tables, footnotes) if form.footnotes else []
    numbers = tuple(p.layout.ref.page for p in stack.pages)
    for k in drafts.astray:
        told = f"page {numbers[k]} holds what belongs before what stands on page {numbers[k - 1]} or earlier"
        problems.append(Problem("page-order", told, _ORDER, name, numbers[k]))
    problems += notes_amiss
    concerned = {n for p in notes_amiss for n in p.fields}
    fields = {n: _to_review(f) if n in concerned else f for n, f in fields.items()}
    tables = {
        n: tuple(
            {c: _to_review(f) if name_at(n, k, c) in concerned else f for c, f in row.items()}
            for k, row in enumerate(rows)
        )
        for n, rows in tables.items()
    }
    footnotes = {n: _to_review(f) if f"footnotes.{n}" in concerned else f for n, f in footnotes.items()}
    return Record(
        document=name,
        sha256=sha256,
        pages=numbers,
        form=form.form,
        form_confidence=found.confidence,
        fields=fields,
        tables=tables,
        footnotes=footnotes,
        problems=tuple(problems),
        versions=versions.of(form.form),
        revision=found.revision,
    )


def _complaints(name: str, pages: Sequence[Readings]) -> list[Problem]:
    """What was found wrong with the pages of the file as they were drawn: something on them may be missing."""
    told = "the page may not be whole: {}"
    return [
        Problem("damaged", told.format(p.complaint), "look at it in a viewer", name, p.layout.ref.page)
        for p in pages
        if p.complaint
    ]


def _field(stack: StackedPages, draft: Draft, chance: float, acceptance: Acceptance) -> Field:
    page = box = None
    if draft.page is not None and draft.place is not None:
        layout = stack.pages[draft.page].layout
        page = layout.ref.page
        box = layout.to_scan.box(draft.place).clipped(*layout.scan_size)
    hand = draft.hand >= BY_HAND
    chance = min(chance, _COVERED if draft.covered else 1.0, _UNREAD if draft.unread else 1.0)
    # A box that was scribbled over or whited out is a person's, however seldom such a field is wrong.
    told = (
        not hand
        and not draft.by_rule
        and not draft.covered
        and not draft.unread
        and not (draft.engine == "mark" and draft.reader < SURE_MARK)
    )
    accepted = told and acceptance.accepts(draft.definition.kind, draft.value, chance)
    status: Status = "accepted" if accepted else "review"
    others = _alternatives(draft)
    reader = draft.engine if draft.engine == _SPELT else ""
    return Field(draft.value, draft.text, chance, status, page, box, draft.footnotes, hand, draft.rule, others, reader)


def _alternatives(draft: Draft) -> tuple[str, ...]:
    """What else the value may be, the likeliest first: before all what was read, where a rule or a word list spoke."""
    read: list[Value] = []
    if draft.rule and draft.text:
        read = [value_of(draft.definition, draft.text).value]
    others = dict.fromkeys([*read, *(value for value, _ in draft.alternatives)])
    texts = [value for value in others if isinstance(value, str) and value not in ("", draft.value)]
    return tuple(texts[:_ALTERNATIVES])


def _to_review(field: Field) -> Field:
    return replace(field, status="review")


def _note_draft(stack: StackedPages, note: Note) -> Draft:
    items = [stack.items[k] for k in note.items]
    page = items[0].page
    place = Box.around([i.place for i in items if i.page == page])
    text = normalise_text(note.text)
    reader = min(i.confidence for i in items)
    filled = Filled(_NOTE, text, text, reader, 1.0, 1.0, 1.0, page, place, engine=items[0].reading.engine)
    return Draft(
        **as_read(filled),
        known=0.0,
        clear=1.0,
        covered=is_covered(stack, filled),
        unread=False,
        upheld=False,
        denied=False,
        broken=False,
    )
