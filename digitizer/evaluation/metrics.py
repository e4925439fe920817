"""Scores of many records against their truths: plain numbers, ready for JSON."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from digitizer.document.form import FormDefinition
from digitizer.document.record import Record
from digitizer.document.truth import Truth
from digitizer.evaluation.calibration import Confidence, score_confidence
from digitizer.evaluation.compare import Comparison, Kinds, Outcome, compare
from digitizer.evaluation.truth import document_stem


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many were right."""

    right: int
    total: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where there was nothing to be right about."""
        return self.right / self.total if self.total else None

    @staticmethod
    def of(results: Iterable[bool]) -> Share:
        results = list(results)
        return Share(sum(results), len(results))

    def as_json(self) -> dict[str, Any]:
        return {"right": self.right, "total": self.total, "share": _rounded(self.share)}


@dataclass(frozen=True, slots=True)
class Score:
    """How a set of values came out.

    values: where something is written; blanks: where nothing is; checkboxes: ticked or not; ticked: of these the
    ticked ones, as most boxes of a form are empty and easily right.
    distance and length: character edits of the values, and their characters in truth; errors: of each wrong value its
    edits for each character.
    """

    values: Share
    blanks: Share
    checkboxes: Share
    ticked: Share
    distance: int
    length: int
    errors: tuple[float, ...] = ()

    @property
    def all(self) -> Share:
        parts = (self.values, self.blanks, self.checkboxes)
        return Share(sum(p.right for p in parts), sum(p.total for p in parts))

    @property
    def character_error_rate(self) -> float | None:
        return self.distance / self.length if self.length else None

    @property
    def usual_error(self) -> float | None:
        """The median character error rate of the values that are wrong."""
        return statistics.median(self.errors) if self.errors else None

    def as_json(self) -> dict[str, Any]:
        return {
            "all": self.all.as_json(),
            "values": self.values.as_json(),
            "blanks": self.blanks.as_json(),
            "checkboxes": self.checkboxes.as_json(),
            "ticked": self.ticked.as_json(),
            "character_error_rate": _rounded(self.character_error_rate),
            "median_error_of_wrong_values": _rounded(self.usual_error),
        }


@dataclass(frozen=True, slots=True)
class TableScore:
    """cells: every scored cell. rows: of the truth, with every cell right. missed, extra: rows not found, made up."""

    cells: Share
    values: Share
    blanks: Share
    rows: Share
    missed: int
    extra: int

    def as_json(self) -> dict[str, Any]:
        return {
            "cells": self.cells.as_json(),
            "values": self.values.as_json(),
            "blanks": self.blanks.as_json(),
            "rows": self.rows.as_json(),
            "rows_missed": self.missed,
            "rows_extra": self.extra,
        }


@dataclass(frozen=True, slots=True)
class LinkScore:
    """Footnote links, each (table, row, column, footnote). exact: cells with any link whose whole set is right."""

    right: int
    found: int
    expected: int
    exact: Share

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.right / self.expected if self.expected else None

    @property
    def f1(self) -> float | None:
        both = self.found + self.expected
        return 2 * self.right / both if both else None

    def as_json(self) -> dict[str, Any]:
        return {
            "right": self.right,
            "found": self.found,
            "expected": self.expected,
            "precision": _rounded(self.precision),
            "recall": _rounded(self.recall),
            "f1": _rounded(self.f1),
            "exact": self.exact.as_json(),
        }


@dataclass(frozen=True, slots=True)
class NoteScore:
    """Texts of footnotes. whole: as in NoteOutcome. extra: footnotes found that are not there."""

    exact: Share
    whole: Share
    distance: int
    length: int
    extra: int

    @property
    def character_error_rate(self) -> float | None:
        return self.distance / self.length if self.length else None

    def as_json(self) -> dict[str, Any]:
        return {
            "exact": self.exact.as_json(),
            "whole": self.whole.as_json(),
            "character_error_rate": _rounded(self.character_error_rate),
            "extra": self.extra,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of a set of documents, against their truth.

    forms: documents told to be the right form. flawless: without any error at all; values_right: with every field
    and row right, whatever the footnotes. missing: documents that gave no record of a known form; extra_records:
    forms found where there is none. whole: all values; the mappings go by field or table.column, kind, form,
    table, hand ("hand", "typed"), decade and revision; hand and decade only where the truth tells.
    """

    documents: int
    forms: Share
    flawless: Share
    values_right: Share
    missing: int
    extra_records: int
    whole: Score
    rows: Share
    links: LinkScore
    notes: NoteScore
    confidence: Confidence
    by_field: Mapping[str, Score]
    by_kind: Mapping[str, Score]
    by_form: Mapping[str, Score]
    by_hand: Mapping[str, Score]
    by_decade: Mapping[str, Score]
    by_revision: Mapping[str, Score]
    tables: Mapping[str, TableScore]
    pages: int | None = None
    seconds: float | None = None
    comparisons: tuple[Comparison, ...] = field(default=(), repr=False)

    @property
    def seconds_a_page(self) -> float | None:
        return self.seconds / self.pages if self.seconds is not None and self.pages else None

    def mistakes(self) -> tuple[Outcome, ...]:
        """Every wrong value, by document."""
        return tuple(o for c in self.comparisons for o in c.outcomes if not o.right)

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers; shares that have nothing under them are null."""
        return {
            "schema": 1,
            "documents": {
                "total": self.documents,
                "form_right": self.forms.as_json(),
                "flawless": self.flawless.as_json(),
                "values_right": self.values_right.as_json(),
                "missing": self.missing,
                "extra_records": self.extra_records,
            },
            **self.whole.as_json(),
            "rows": self.rows.as_json(),
            "tables": {name: score.as_json() for name, score in self.tables.items()},
            "footnote_links": self.links.as_json(),
            "footnotes": self.notes.as_json(),
            "confidence": self.confidence.as_json(),
            "by_kind": {name: score.as_json() for name, score in self.by_kind.items()},
            "by_form": {name: score.as_json() for name, score in self.by_form.items()},
            "by_hand": {name: score.as_json() for name, score in self.by_hand.items()},
            "by_revision": {name: score.as_json() for name, score in self.by_revision.items()},
            "by_decade": {name: score.as_json() for name, score in self.by_decade.items()},
            "by_field": {name: score.as_json() for name, score in self.by_field.items()},
            "pages": self.pages,
            "seconds_a_page": _rounded(self.seconds_a_page),
            "each": [_document_json(c) for c in self.comparisons],
        }


def evaluate_records(
    records: Sequence[Record],
    truths: Mapping[str, Truth],
    definitions: Mapping[str, FormDefinition] | None = None,
    seconds: float | None = None,
    pages: int | None = None,
    documents: Sequence[str] = (),
) -> Evaluation:
    """Scores records against truths, which go by the stem of the document's name; no record: all of it is wrong.

    definitions, by form id, tell the kinds of fields; without them a field is a checkbox or text. Several documents
    of one stem (the same form scanned twice) are each scored. seconds and pages: of the whole run. documents: names
    of all that were digitized, so that one of which nothing came is missed even if another has its stem.
    """
    found: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for name in documents:
        found[document_stem(name)][name] = []
    for record in records:
        found[document_stem(record.document)][record.document].append(record)
    comparisons = []
    for stem, truth in truths.items():
        kinds = _kinds((definitions or {}).get(truth.form))
        for name, group in found.get(stem, {stem: []}).items():
            comparisons.append(compare(name, group, truth, kinds))
    return summarise(comparisons, seconds, pages)


def summarise(comparisons: Sequence[Comparison], seconds: float | None = None, pages: int | None = None) -> Evaluation:
    """Adds comparisons up."""
    outcomes = [o for c in comparisons for o in c.outcomes]
    return Evaluation(
        documents=len(comparisons),
        forms=Share.of(c.form == c.found_form for c in comparisons),
        flawless=Share.of(c.flawless for c in comparisons),
        values_right=Share.of(c.values_right and not c.missing for c in comparisons),
        missing=sum(c.missing for c in comparisons),
        extra_records=sum(c.extra_records for c in comparisons),
        whole=_score(outcomes),
        rows=Share(
            sum(r.right for c in comparisons for r in c.rows), sum(r.expected for c in comparisons for r in c.rows)
        ),
        links=_score_links(comparisons),
        notes=_score_notes(comparisons),
        confidence=score_confidence(outcomes),
        by_field=_scores(outcomes, lambda o: o.name),
        by_kind=_scores(outcomes, lambda o: o.kind),
        by_form=_scores(outcomes, lambda o: o.form),
        by_hand=_scores([o for o in outcomes if o.hand is not None], lambda o: "hand" if o.hand else "typed"),
        by_decade=_scores([o for o in outcomes if o.decade], lambda o: o.decade),
        by_revision=_scores([o for o in outcomes if o.revision], lambda o: o.revision),
        tables=_score_tables(comparisons),
        pages=pages,
        seconds=seconds,
        comparisons=tuple(comparisons),
    )


def _kinds(definition: FormDefinition | None) -> Kinds:
    if definition is None:
        return lambda _: ""
    kinds: dict[str, str] = {f.name: f.kind for f in definition.fields}
    for table in definition.tables:
        kinds |= {f"{table.name}.{column.name}": column.kind for column in table.columns}
    return lambda name: kinds.get(name, "")


def _score(outcomes: Sequence[Outcome]) -> Score:
    values = [o for o in outcomes if o.group == "value"]
    return Score(
        values=Share.of(o.right for o in values),
        blanks=Share.of(o.right for o in outcomes if o.group == "blank"),
        checkboxes=Share.of(o.right for o in outcomes if o.group == "checkbox"),
        ticked=Share.of(o.right for o in outcomes if o.group == "checkbox" and o.truth is True),
        errors=tuple(o.distance / max(1, o.length) for o in values if not o.right),
        distance=sum(o.distance for o in values),
        length=sum(o.length for o in values),
    )


def _scores(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, Score]:
    grouped: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        grouped[key(outcome)].append(outcome)
    return {name: _score(grouped[name]) for name in sorted(grouped)}


def _score_tables(comparisons: Sequence[Comparison]) -> dict[str, TableScore]:
    names = dict.fromkeys(r.table for c in comparisons for r in c.rows)
    cells: dict[str, list[Outcome]] = {name: [] for name in names}
    for outcome in (o for c in comparisons for o in c.outcomes):
        table, dot, _ = outcome.name.partition(".")
        if dot and table in cells:
            cells[table].append(outcome)
    scores = {}
    for name in names:
        rows = [r for c in comparisons for r in c.rows if r.table == name]
        score = _score(cells[name])
        scores[name] = TableScore(
            cells=score.all,
            values=score.values,
            blanks=score.blanks,
            rows=Share(sum(r.right for r in rows), sum(r.expected for r in rows)),
            missed=sum(r.missed for r in rows),
            extra=sum(r.extra for r in rows),
        )
    return scores


def _score_links(comparisons: Sequence[Comparison]) -> LinkScore:
    exact: list[bool] = []
    for c in comparisons:
        wrong = {link[:3] for link in c.true_links ^ c.found_links}
        exact += [cell not in wrong for cell in {link[:3] for link in c.true_links | c.found_links}]
    return LinkScore(
        right=sum(len(c.true_links & c.found_links) for c in comparisons),
        found=sum(len(c.found_links) for c in comparisons),
        expected=sum(len(c.true_links) for c in comparisons),
        exact=Share.of(exact),
    )


def _score_notes(comparisons: Sequence[Comparison]) -> NoteScore:
    notes = [n for c in comparisons for n in c.notes]
    return NoteScore(
        exact=Share.of(n.right for n in notes),
        whole=Share.of(n.whole for n in notes),
        distance=sum(n.distance for n in notes),
        length=sum(n.length for n in notes),
        extra=sum(c.extra_notes for c in comparisons),
    )


def _document_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "document": comparison.document,
        "form": comparison.form,
        "found": comparison.found_form,
        "flawless": comparison.flawless,
        "wrong": [
            {"field": o.name, "row": o.row, "true": o.truth, "read": o.field.value if o.field else None}
            for o in comparison.outcomes
            if not o.right
        ],
        "links_missed": sorted(map(list, comparison.true_links - comparison.found_links)),
        "links_extra": sorted(map(list, comparison.found_links - comparison.true_links)),
        "footnotes_wrong": [n.name for n in comparison.notes if not n.right],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
