"""A blank filled in many times and saved as scans, with what stands on each: to learn a form that nobody filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digitizer.authoring.blank import Blank, look_at_blank
from digitizer.authoring.drawing.nouns import Damaged, ScannedPage
from digitizer.authoring.drawing.saving import save_filing
from digitizer.authoring.fill_blank import fill_blank
from digitizer.document.form import FormDefinition
from digitizer.document.record import Value
from digitizer.document.truth import Truth, TruthValue
from digitizer.errors import UsageError
from digitizer.fields.classifier import general_classifier
from digitizer.imaging.load import probe
from digitizer.pipeline import read_page
from digitizer.resources import models_folder
from digitizer.settings import Settings

_LEAST_PLACES = 0.25
"""Share of a form's fields that have a place on its blank; other forms share a label or two, such as Name and Date."""
_IS_IT = "is it a blank of this form? `digitizer forms check` tells what was found"


@dataclass(frozen=True, slots=True)
class ReadBlank:
    """A blank with its places. sha256: of its file."""

    blank: Blank
    sha256: str

    @property
    def fields(self) -> int:
        """How many are filled in on it."""
        return len(self.blank.answers)

    @property
    def cells(self) -> int:
        """How many cells of tables are filled in on it."""
        return sum(len(t.rows) * sum(p is not None for p in t.rows[0]) for t in self.blank.tables)

    @property
    def unreached(self) -> list[str]:
        """Fields without a place on it, of which nothing can be learned."""
        return [f.name for u in self.blank.unreached for f in u.slot.fields]

    def as_json(self, drawn: int) -> dict[str, object]:
        """For the card of a model learned from so many drawn documents."""
        return {"sha256": self.sha256, "drawn": drawn, "fields": self.fields, "cells": self.cells}


def read_blank(path: Path, form: FormDefinition, settings: Settings) -> ReadBlank:
    """Reads a form's blank.

    Raises:
        UsageError: none of the form's fields is found on it, or next to none. DigitizerError: it cannot be read.
    """
    document = probe(path, settings)
    pages = [read_page(document, number, settings) for number in range(1, document.pages + 1)]
    blank = look_at_blank(document, pages, form, general_classifier(models_folder()), settings)
    if not blank.answers:
        told = f"{path}: no field of '{form.form}' has a place on it: {blank.label_count} of its labels were found"
        raise UsageError(told, _IS_IT)
    missing = sum(len(u.slot.fields) for u in blank.unreached)
    if not blank.tables and len(blank.answers) < _LEAST_PLACES * (len(blank.answers) + missing):
        told = f"{path}: of the fields of '{form.form}' {len(blank.answers)} have a place on it, {missing} none"
        raise UsageError(told, _IS_IT)
    return ReadBlank(blank, document.sha256)


def draw_documents(blank: Blank, form: str, count: int, folder: Path, seed: int) -> dict[str, Truth]:
    """Fills the blank in so many times and saves the scans in a folder; what stands on each, by the file's name."""
    truths = {}
    for number in range(count):
        filled = fill_blank(blank, number, seed)
        name = f"drawn-{number + 1:03}.tif"
        save_filing(folder / name, [_scan(damaged) for damaged in filled.scans])
        rows = {table: tuple(_keyed(row) for row in rows) for table, rows in filled.rows.items()}
        truths[name] = Truth(form, _keyed(filled.values), rows)
    return truths


def _scan(damaged: Damaged) -> ScannedPage:
    return ScannedPage(damaged.pixels, damaged.dpi, damaged.bilevel, (), damaged.from_page, damaged.turned)


def _keyed(values: Mapping[str, Value]) -> dict[str, TruthValue]:
    return {name: TruthValue(value) for name, value in values.items()}
