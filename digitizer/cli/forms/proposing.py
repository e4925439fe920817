"""What `digitizer forms new` does: reads the scans, writes the proposed definition and pictures of its pages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from digitizer.authoring.proposal_picture import draw_proposal
from digitizer.authoring.propose import Proposal, propose_form, write_yaml
from digitizer.batch.reading_cache import open_reading_cache, read_cached
from digitizer.batch.sources import discover
from digitizer.cli.console import output, tell_problems
from digitizer.document.layout import Readings
from digitizer.document.record import Problem
from digitizer.errors import DigitizerError, NoInputError, UsageError
from digitizer.fields.definitions import check_definition
from digitizer.imaging.load import Document, load_page, probe
from digitizer.imaging.showing import as_png
from digitizer.imaging.straighten import straighten
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.settings import Settings

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def propose(form: str, scans: Sequence[str], out: Path, settings: Settings) -> None:
    """Writes OUT/FORM/form.yaml and OUT/FORM/page-N.png, and tells what was proposed.

    Raises:
        UsageError: the name does not do, the definition is there already, or the scans share no print.
        NoInputError: no scan could be read.
    """
    folder = out / form
    if not _ID.fullmatch(form):
        raise UsageError(f"'{form}' does not do as a form's id", "letters, digits, '-', '_' and '.', no blanks")
    if (folder / "form.yaml").exists():
        raise UsageError(f"{folder / 'form.yaml'} is there already", "choose another name, or delete it")
    require_tesseract(settings.language)
    # One reader does: words that several scans share are read often enough.
    documents = read_scans(scans, settings.model_copy(update={"double": "none"}))
    try:
        proposal = propose_form([pages for _, pages in documents])
    except ValueError as error:
        told = "give a blank, or filled scans of one and the same print"
        raise UsageError(f"no form was found: {error}", told) from error
    _write(form, folder, documents, proposal, settings)


def read_scans(scans: Sequence[str], settings: Settings) -> list[tuple[Document, list[Readings]]]:
    """The documents that can be read, each with its pages; tells of the others.

    Raises:
        NoInputError: none can be read.
    """
    sources, missing = discover(scans)
    tell_problems(missing)
    documents = []
    # What is read here, `forms edit` need not read again.
    cache = open_reading_cache(None, settings)
    for source in sources:
        try:
            document = probe(source.path, settings)
            pages = read_cached(document, settings, cache)
        except DigitizerError as error:
            tell_problems([Problem(error.kind, str(error), error.remedy, source.name)])
            continue
        documents.append((document, pages))
    if not documents:
        raise NoInputError("none of the scans could be read", "the lines above say why")
    return documents


def _write(
    form: str,
    folder: Path,
    documents: Sequence[tuple[Document, list[Readings]]],
    proposal: Proposal,
    settings: Settings,
) -> None:
    path = folder / "form.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(write_yaml(form, proposal, len(documents)), encoding="utf-8")
        pictures = []
        for page in proposal.pages:
            ref = page.stack.pages[0].layout.ref
            document = next(d for d, _ in documents if d.sha256 == ref.sha256)
            straight = straighten(load_page(document, ref.page, settings))
            picture = draw_proposal(straight.pixels, straight.dpi, proposal, ref.page)
            pictures.append(folder / f"page-{ref.page}.png")
            pictures[-1].write_bytes(as_png(picture, 9))
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})", "choose another --out") from error
    definition, _ = check_definition(path)
    columns = sum(len(t.columns) for t in definition.tables)
    told = f"{len(documents)} scan{'s' if len(documents) != 1 else ''}"
    lines = [f"{path}: {len(definition.fields)} fields, {columns} table columns, from {told}"]
    lines += [f"look at:  {picture}" for picture in pictures]
    alike = max(len(page.scans) for page in proposal.pages)
    if alike < len(documents):
        lines.append(f"{len(documents) - alike} of the scans are another print, perhaps an older revision: left out")
    given = " ".join(shlex.quote(str(document.path)) for document, _ in documents)
    lines.append(f"edit it:  digitizer forms edit {path} {given}")
    lines.append(f"next:     correct {path.name}, then: digitizer forms check {path} SCANS")
    for line in lines:
        output().print(line, markup=False, soft_wrap=True)
