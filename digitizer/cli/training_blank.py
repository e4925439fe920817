"""What `digitizer train --blank` learns from: the blank, filled in with made-up entries many times, and scanned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digitizer.authoring.blank import Blank, look_at_blank
from digitizer.authoring.drawing.damage import Damaged
from digitizer.authoring.drawing.nouns import ScannedPage
from digitizer.authoring.drawing.saving import save_filing
from digitizer.authoring.fill_blank import Filled, fill_blank
from digitizer.batch.sources import Source
from digitizer.cli.console import notices, output, tell_problems
from digitizer.cli.training_input import Keyed, group_of
from digitizer.document.form import FormDefinition
from digitizer.document.record import Problem, Value
from digitizer.errors import UsageError
from digitizer.evaluation.truth import Truth, TruthValue
from digitizer.fields.classifier import general_classifier
from digitizer.imaging.load import probe
from digitizer.pipeline import read_page
from digitizer.resources import models_folder
from digitizer.settings import Settings

_LEAST_PLACES = 0.25
"""Share of a form's fields that have a place on its blank; other forms share a label or two, such as Name and Date."""
_IS_IT = "is it a blank of this form? `digitizer forms check` tells what was found"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Filled copies of a blank. sha256: of the blank's file; fields, cells: how many are filled in on it."""

    keyed: tuple[Keyed, ...]
    sha256: str
    fields: int
    cells: int

    def told(self) -> dict[str, object]:
        """For the model's card."""
        return {"sha256": self.sha256, "drawn": len(self.keyed), "fields": self.fields, "cells": self.cells}


def draw_from_blank(path: Path, form: FormDefinition, count: int, folder: Path, settings: Settings, seed: int) -> Drawn:
    """Fills the blank so many times and saves the scans in a folder, which must stay until they are read.

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
    _tell_unreached(path, blank)
    keyed = []
    with notices().status("filling in the blank"):
        for number in range(count):
            filled = fill_blank(blank, number, seed)
            name = f"drawn-{number + 1:03}.tif"
            save_filing(folder / name, [_scan(d) for d in filled.scans])
            truth = _truth(form, filled)
            keyed.append(Keyed(Source(folder / name, name), truth, group_of(truth, name, "")))
    cells = sum(len(t.rows) * sum(p is not None for p in t.rows[0]) for t in blank.tables)
    output().print(
        f"blank:     {len(blank.answers)} places and {cells} cells of tables, filled in {count} times",
        markup=False,
        soft_wrap=True,
    )
    return Drawn(tuple(keyed), document.sha256, len(blank.answers), cells)


def _tell_unreached(path: Path, blank: Blank) -> None:
    names = [f.name for u in blank.unreached for f in u.slot.fields]
    if names:
        told = f"{path.name}: no place for {', '.join(names)}: not learned"
        tell_problems([Problem("no-place", told, "digitizer forms check NAME SCAN tells why")])


def _scan(damaged: Damaged) -> ScannedPage:
    return ScannedPage(damaged.pixels, damaged.dpi, damaged.bilevel, (), damaged.from_page, damaged.turned)


def _truth(form: FormDefinition, filled: Filled) -> Truth:
    rows = {name: tuple(_keyed(row) for row in table) for name, table in filled.rows.items()}
    return Truth(form.form, _keyed(filled.values), rows)


def _keyed(values: Mapping[str, Value]) -> dict[str, TruthValue]:
    return {name: TruthValue(value) for name, value in values.items()}
