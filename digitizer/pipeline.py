"""The story: what happens to a file, from its bytes to its records.

file -> load -> straighten -> segment -> read      read_page, for each page by itself
     -> find forms -> lay a stack -> extract      draft, for the whole file
     -> tell confidences -> check                 record, for each form; assemble does both
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from digitizer.bundle import LoadedAtNeed
from digitizer.document.form import FormDefinition
from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Layout, Readings
from digitizer.document.lines import group_lines
from digitizer.document.page import PageImage
from digitizer.document.record import Record
from digitizer.errors import UsageError
from digitizer.fields.classifier import FieldClassifier, find_classifier, trained_as
from digitizer.fields.confidence import Calibrator, find_calibrator
from digitizer.fields.definitions import load_definitions
from digitizer.fields.describe import describe_page
from digitizer.fields.extract import Drafts, extract
from digitizer.fields.identify import FormPages, find_forms
from digitizer.fields.phrases import find_phrases
from digitizer.fields.printed import phrases_of
from digitizer.fields.recording import Versions, other_record, record_of
from digitizer.fields.separators import split
from digitizer.fields.stacked_pages import StackedPages, stack_pages
from digitizer.imaging.codes import find_codes
from digitizer.imaging.load import Document, load_page, probe
from digitizer.imaging.segment import segment
from digitizer.imaging.straighten import straighten
from digitizer.reading.checkbox_classifier import load_checkbox_classifier
from digitizer.reading.double import load_second_reader
from digitizer.reading.glyphs import GlyphReader
from digitizer.reading.handwriting import load_handwriting_classifier
from digitizer.reading.linereader import load_line_reader
from digitizer.reading.prints import load_memory
from digitizer.reading.read import Readers, read
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.resources import models_folder
from digitizer.settings import Settings

__all__ = [
    "Document",
    "Drafted",
    "Tools",
    "assemble",
    "describe",
    "digitize_file",
    "digitize_page",
    "draft",
    "load_tools",
    "probe",
    "read_page",
    "read_region",
    "record",
]


@dataclass(frozen=True, slots=True)
class Tools:
    """All that assembling needs, loaded once. forms, classifiers, calibrators: by form id, models when first asked for.

    Asking for a model raises ModelMismatchError where it does not fit.
    """

    forms: Mapping[str, FormDefinition]
    classifiers: Mapping[str, FieldClassifier]
    calibrators: Mapping[str, Calibrator]
    versions: Versions


@dataclass(frozen=True, slots=True)
class Drafted:
    """A form found. drafts: None where it is none that is known."""

    found: FormPages
    stack: StackedPages
    drafts: Drafts | None


def digitize_file(path: Path, settings: Settings, tools: Tools) -> list[Record]:
    """Every form in a file, in this process and without limits of time or memory; `digitizer.batch` has those.

    Raises:
        DigitizerError: the file or a page of it cannot be digitized, or a component is missing.
    """
    document = probe(path, settings)
    pages = [read_page(document, number, settings) for number in range(1, document.pages + 1)]
    return assemble(document, pages, tools)


def read_page(document: Document, page: int, settings: Settings) -> Readings:
    """One page of a document (counted from 1), read."""
    return digitize_page(document, page, settings, load_readers(settings))


def digitize_page(document: Document, page: int, settings: Settings, readers: Readers) -> Readings:
    """The page's image, straightened, segmented and read."""
    image = load_page(document, page, settings)
    codes = find_codes(image) if settings.separators else ()
    if any(code.separates for code in codes):
        # A separator sheet is no form, whatever else is printed on it.
        return Readings(Layout(image.ref, image.size, image.dpi, 0.0, 0, Transform(), image.size), (), (), codes)
    straight = straighten(image)
    segments = segment(straight)
    return replace(read(straight, segments, readers), codes=codes)


def read_region(image: PageImage, box: Box, settings: Settings) -> str:
    """What stands in a part of a page, line by line; of lines that go on beyond, the words inside.

    box: in pixels of the scan.

    Raises:
        DigitizerError: as digitize_page.
    """
    straight = straighten(image)
    segments = segment(straight)
    to_scan = straight.to_scan
    inside = tuple(line for line in segments.layout.lines if to_scan.box(line.box).intersection(box))
    layout = replace(segments.layout, lines=inside)
    readings = read(straight, replace(segments, layout=layout), load_readers(settings))
    rows: list[tuple[Box, str]] = []
    for reading in readings.lines:
        words = [w for w in reading.words if box.holds(*to_scan.box(w.box).center)]
        if words:
            rows.append((Box.around([w.box for w in words]), " ".join(w.text for w in words)))
    return "\n".join(_level(rows))


def _level(rows: Sequence[tuple[Box, str]]) -> list[str]:
    """The texts from top to bottom, those on one level in one line."""
    lines = group_lines(sorted(rows, key=lambda one: one[0].center[1]), lambda one: one[0])
    return [" ".join(text for _, text in sorted(line, key=lambda one: one[0].x)) for line in lines]


def assemble(document: Document, pages: Sequence[Readings], tools: Tools) -> list[Record]:
    """The records of a document from all of its pages' readings, in the order of the pages."""
    return [
        replace(record(document, drafted, tools), metadata=part.metadata)
        for part in split(pages)
        for drafted in draft(part.pages, tools)
    ]


def draft(pages: Sequence[Readings], tools: Tools) -> list[Drafted]:
    """The forms found on a document's pages, with what stands in them."""
    forms: list[Drafted] = []
    for found in find_forms(pages, tools.forms):
        stack = stack_pages([pages[k] for k in found.pages])
        known = tools.forms.get(found.form)
        drafts = extract(stack, known, tools.classifiers[found.form]) if known else None
        forms.append(Drafted(found, stack, drafts))
    return forms


def record(document: Document, drafted: Drafted, tools: Tools) -> Record:
    """The record of one form of a document, its confidences told and its rules checked."""
    found, stack = drafted.found, drafted.stack
    if drafted.drafts is None:
        return other_record(document.name, document.sha256, stack.pages, found, tools.versions)
    form, calibrator = tools.forms[found.form], tools.calibrators[found.form]
    return record_of(document.name, document.sha256, stack, form, drafted.drafts, found, calibrator, tools.versions)


def describe(pages: Sequence[Readings], tools: Tools) -> list[dict[str, Any]]:
    """What stands on each page, of a known form or not: the objects of layout.jsonl."""
    described: list[dict[str, Any]] = []
    for part in split(pages):
        described += [describe_page(page) for page in part.stacks]
        for found in find_forms(part.pages, tools.forms):
            described += [_describe(part.pages[k], found.form, tools) for k in found.pages]
    return described


def _describe(page: Readings, name: str, tools: Tools) -> dict[str, Any]:
    if name not in tools.forms:
        return describe_page(page)
    form = tools.forms[name]
    stack = stack_pages([page])
    matches = find_phrases(stack, phrases_of(form))
    drafts = extract(stack, form, tools.classifiers[name])
    return describe_page(page, matches, [stack.items[i].place for i in drafts.claimed])


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
    return Readers(glyphs, memory, settings.language, settings.page_timeout, second, lines, hand, ticks, every)


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
