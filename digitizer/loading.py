"""What digitizing needs, loaded once in a process: readers for a page, definitions and models for a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digitizer.bundle import LoadedAtNeed
from digitizer.document.form import FormDefinition
from digitizer.errors import UsageError
from digitizer.fields.classifier import FieldClassifier, find_classifier, trained_as
from digitizer.fields.confidence import Calibrator, find_calibrator
from digitizer.fields.definitions import load_definitions
from digitizer.fields.recording import Versions
from digitizer.imaging.text_detector import load_text_detector
from digitizer.reading.checkbox_classifier import load_checkbox_classifier
from digitizer.reading.double import load_quick_reader, load_second_reader
from digitizer.reading.glyphs import GlyphReader
from digitizer.reading.handwriting import load_handwriting_classifier
from digitizer.reading.linereader import load_line_reader
from digitizer.reading.prints import load_memory
from digitizer.reading.read import Readers
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    """All that assembling needs, loaded once. forms, classifiers, calibrators: by form id, models when first asked for.

    Asking for a model raises ModelMismatchError where it does not fit.
    """

    forms: Mapping[str, FormDefinition]
    classifiers: Mapping[str, FieldClassifier]
    calibrators: Mapping[str, Calibrator]
    versions: Versions


@cache
def load_readers(settings: Settings) -> Readers:
    """What reads a page, loaded once in a process."""
    models = models_folder()
    memory = load_memory(sorted(p.parent for p in models.glob("*/form.yaml")))
    glyphs = GlyphReader.load(models / "glyphs")
    second = load_second_reader() if settings.double != "none" else None
    lines = load_line_reader(settings.language)
    hand = load_handwriting_classifier(models)
    every = settings.double == "all"
    ticks = load_checkbox_classifier(models)
    return Readers(
        glyphs,
        memory,
        settings.language,
        settings.page_timeout,
        second,
        lines,
        hand,
        ticks,
        every,
        load_quick_reader() if second is not None else None,
        load_text_detector(),
    )


@cache
def load_tools(settings: Settings, forms: tuple[Path, ...] = (), form: str = "") -> Tools:
    """Definitions and models, loaded once in a process; forms: folders of the user's own, form: the only one to find.

    Raises:
        DefinitionError: a definition is wrong. UsageError: no such form.
    """
    models = models_folder()
    definitions = load_definitions((models, *forms))
    if form and form not in definitions:
        raise UsageError(f"no form {form}", f"known forms: {', '.join(sorted(definitions))}")
    trained = {name: trained_as(name, definitions, (models, *forms)) for name in definitions}
    if form:
        definitions = {form: definitions[form]}
    classifiers = LoadedAtNeed(definitions, lambda name: find_classifier(models, trained[name], forms))
    calibrators = LoadedAtNeed(
        definitions, lambda name: find_calibrator(models, trained[name], forms, settings.max_error)
    )
    model_versions = LoadedAtNeed(definitions, lambda name: classifiers[name].version)
    versions = Versions(require_tesseract(settings.language), model_versions)
    return Tools(definitions, classifiers, calibrators, versions)
