"""What `digitizer forms check` does with a definition and scans: reads the scans and tells what does not fit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from digitizer.authoring.check_scans import Looked, check_against, look_at
from digitizer.authoring.revisions import Revision, find_revisions
from digitizer.cli.console import notices, output
from digitizer.cli.forms.proposing import read_scans
from digitizer.document.form import FormDefinition
from digitizer.fields.classifier import general_classifier
from digitizer.fields.definitions import place_in
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings

_NAMED = 5
"""Scans of a layout named; of more, that there are more is told."""


def check_on_scans(path: Path, form: FormDefinition, scans: Sequence[str], settings: Settings) -> int:
    """Tells what of a definition does not fit the scans; how many such things there are.

    Raises:
        NoInputError: no scan could be read.
    """
    looked = _look(form, scans, settings)
    with notices().status("comparing labels"):
        findings = check_against(form, looked)
    for finding in findings:
        output().print(f"{place_in(path, finding.where)}: {finding.what}", markup=False, soft_wrap=True)
    output().print(_summary(form, looked, len(findings)), markup=False, soft_wrap=True)
    return len(findings)


def tell_revisions(path: Path, form: FormDefinition, scans: Sequence[str], settings: Settings) -> None:
    """Tells of which layouts scans of a form are, and what the definition needs for those it does not know.

    Raises:
        NoInputError: no scan could be read.
    """
    looked = _look(form, scans, settings)
    with notices().status("laying the scans on one another"):
        revisions = find_revisions(form, looked)
    for number, revision in enumerate(revisions, start=1):
        for line in _told(number, revision, path):
            output().print(line, markup=False, soft_wrap=True)


def _look(form: FormDefinition, scans: Sequence[str], settings: Settings) -> list[Looked]:
    """The scans as the definition sees them."""
    require_tesseract(settings.language)
    general = general_classifier(models_folder())
    # One reader does: words of print are read well enough to be told.
    documents = read_scans(scans, settings.model_copy(update={"double": "none"}))
    with notices().status("looking for labels"):
        return [look_at(document.name, pages, form, general) for document, pages in documents]


def _told(number: int, revision: Revision, path: Path) -> list[str]:
    count = len(revision.scans)
    which = f"known as {revision.known}" if revision.known else "no known revision"
    carried = f"{revision.carried} of {revision.fields} fields have their label on it"
    lines = [f"layout {number}: {count} scan{'s' if count != 1 else ''}, {which}; {carried}"]
    lines.append(f"  {', '.join(revision.scans[:_NAMED])}{', …' if count > _NAMED else ''}")
    if not revision.known and revision.bears:
        told = ", ".join(json.dumps(text, ensure_ascii=False) for text in revision.bears[:1])
        lines.append(f"  under revisions: {json.dumps(revision.name, ensure_ascii=False)}: [{told}]")
    for field in revision.reworded:
        place = place_in(path, ("fields", field.where, "labels"))
        if field.print:
            lines.append(f"  {place}: {field.name}: add the label {json.dumps(field.print, ensure_ascii=False)}?")
        elif not field.optional:
            lines.append(f"  {place}: {field.name}: not on it; say optional: true")
    return lines


def _summary(form: FormDefinition, looked: Sequence[Looked], count: int) -> str:
    fields = [f.name for f in form.fields if not f.stamp]
    missing = {f.name for d in looked[:1] for u in d.reached.unreached for f in u.slot.fields}
    for document in looked[1:]:
        missing &= {f.name for u in document.reached.unreached for f in u.slot.fields}
    scans = f"{len(looked)} scan{'s' if len(looked) != 1 else ''}"
    return (
        f"{scans}: {len(fields) - len(missing)} of {len(fields)} fields have a place; {count or 'nothing'} to look at"
    )
