"""The story: what happens to a file, from its bytes to its records.

file -> load -> straighten -> segment -> read      read_page, for each page by itself
     -> find forms -> lay a stack -> extract      draft, for the whole file
     -> tell confidences -> check                 record, for each form; assemble does both
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Layout, Readings
from digitizer.document.lines import group_lines
from digitizer.document.page import PageImage
from digitizer.document.record import Record
from digitizer.fields.describe import describe_page
from digitizer.fields.extract import Drafts, extract
from digitizer.fields.identify import FormPages, find_forms, split
from digitizer.fields.phrases import find_phrases
from digitizer.fields.printed import phrases_of
from digitizer.fields.recording import other_record, record_of
from digitizer.fields.stacked_pages import StackedPages, stack_pages
from digitizer.imaging.codes import find_codes
from digitizer.imaging.load import Document, load_page, probe
from digitizer.imaging.segment import segment
from digitizer.imaging.straighten import straighten
from digitizer.loading import Tools, load_readers
from digitizer.reading.printed import read_printed, spelt_words
from digitizer.reading.read import Readers, read
from digitizer.settings import Settings


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
    return replace(_read(image, readers), codes=codes, complaint=image.complaint)


def _read(image: PageImage, readers: Readers, box: Box | None = None) -> Readings:
    """A page read from the words that its file spells out, or from its picture, there only in a box of the scan."""
    words = spelt_words(image, readers)
    if words:
        return read_printed(image, words, readers)
    straight = straighten(image)
    segments = segment(straight, readers.detector)
    if box is not None:
        inside = tuple(t for t in segments.layout.lines if straight.to_scan.box(t.box).intersection(box))
        segments = replace(segments, layout=replace(segments.layout, lines=inside))
    return read(straight, segments, readers)


def read_region(image: PageImage, box: Box, settings: Settings) -> str:
    """What stands in a part of a page, line by line; of lines that go on beyond, the words inside.

    box: in pixels of the scan.

    Raises:
        DigitizerError: as digitize_page.
    """
    readings = _read(image, load_readers(settings), box)
    to_scan = readings.layout.to_scan
    rows: list[tuple[Box, str]] = []
    for reading in readings.lines:
        words = [w for w in reading.words if box.holds(*to_scan.box(w.box).center)]
        if words:
            rows.append((Box.around([w.box for w in words]), " ".join(w.text for w in words)))
    lines = group_lines(sorted(rows, key=lambda row: row[0].center[1]), lambda row: row[0])
    return "\n".join(" ".join(text for _, text in sorted(line, key=lambda row: row[0].x)) for line in lines)


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
