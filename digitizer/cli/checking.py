"""What `digitizer forms check` does with a definition and scans: reads the scans and tells what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from digitizer.cli.console import notices, output
from digitizer.cli.proposing import read_scans
from digitizer.document.form import FormDefinition
from digitizer.fields.classifier import general_classifier
from digitizer.fields.definitions import place_in
from digitizer.learning.check_scans import Looked, check_against, look_at
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings


def check_on_scans(path: Path, form: FormDefinition, scans: Sequence[str], settings: Settings) -> int:
    """Tells what of a definition does not fit the scans; how many such things there are.

    Raises:
        NoInputError: no scan could be read.
    """
    require_tesseract(settings.language)
    general = general_classifier(models_folder())
    # One reader does: words of print are read well enough to be told.
    documents = read_scans(scans, settings.model_copy(update={"double": "none"}))
    with notices().status("looking for labels"):
        looked = [look_at(document.name, pages, form, general) for document, pages in documents]
        findings = check_against(form, looked)
    for finding in findings:
        output().print(f"{place_in(path, finding.where)}: {finding.what}", markup=False, soft_wrap=True)
    output().print(_summary(form, looked, len(findings)), markup=False, soft_wrap=True)
    return len(findings)


def _summary(form: FormDefinition, looked: Sequence[Looked], count: int) -> str:
    fields = [f.name for f in form.fields if not f.stamp]
    missing = {f.name for d in looked[:1] for u in d.reached.unreached for f in u.slot.fields}
    for document in looked[1:]:
        missing &= {f.name for u in document.reached.unreached for f in u.slot.fields}
    scans = f"{len(looked)} scan{'s' if len(looked) != 1 else ''}"
    return (
        f"{scans}: {len(fields) - len(missing)} of {len(fields)} fields have a place; {count or 'nothing'} to look at"
    )
