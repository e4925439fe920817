"""The work of `digitizer forms edit`: finds the definition and the scans, and serves the editor."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from digitizer.batch.reading_cache import open_reading_cache
from digitizer.batch.scans import Scans
from digitizer.batch.sources import discover
from digitizer.cli.console import output, tell_problems
from digitizer.cli.review import listen, run_server
from digitizer.document.record import Problem
from digitizer.errors import InputError, NoInputError, UsageError
from digitizer.fields.definitions import find_definitions
from digitizer.imaging.load import Document, probe
from digitizer.reading.tesseract_probe import require_tesseract
from digitizer.review.editor.app import make_editor
from digitizer.review.editor.bench import Bench
from digitizer.settings import Settings

HOST = "127.0.0.1"


def edit(given: Path, scans: Sequence[str], port: int, settings: Settings) -> None:
    """Serves the editor until interrupted.

    Raises:
        UsageError: there is no such definition, or it cannot be written. NoInputError: no scan can be read.
    """
    require_tesseract(settings.language)
    bench = make_bench(given, scans, settings)
    listening = listen(HOST, port)
    address = f"http://{HOST}:{listening.getsockname()[1]}/"
    output().print(f"{bench.path}: edit it at {address} (Ctrl-C stops)", markup=False, soft_wrap=True)
    run_server(make_editor(bench), listening)


def make_bench(given: Path, scans: Sequence[str], settings: Settings) -> Bench:
    """What the editor works on.

    Raises:
        As edit.
    """
    path = _definition(given)
    # One reader does, as in `forms new`, whose readings are taken up here.
    settings = settings.model_copy(update={"double": "none"})
    documents = _documents(scans, settings)
    bench = Bench(path, tuple(documents), settings, open_reading_cache(None, settings), Scans(settings))
    bench.text()
    return bench


def _definition(given: Path) -> Path:
    paths = [given] if given.is_file() else find_definitions(given) if given.is_dir() else []
    if given.is_dir() and (given / "form.yaml").is_file():
        paths = [given / "form.yaml"]
    if len(paths) != 1:
        told = ", ".join(str(p) for p in paths) or "none is here; digitizer forms new proposes one"
        raise UsageError(f"{given}: which definition?", f"give a form.yaml: {told}")
    if not os.access(paths[0], os.W_OK):
        raise UsageError(f"{paths[0]}: cannot be written", "copy it to a folder of your own, or extend it")
    return paths[0]


def _documents(scans: Sequence[str], settings: Settings) -> list[Document]:
    sources, missing = discover(scans)
    tell_problems(missing)
    documents = []
    for source in sources:
        try:
            documents.append(probe(source.path, settings))
        except InputError as error:
            tell_problems([Problem(error.kind, str(error), error.remedy, source.name)])
    if not documents:
        raise NoInputError("none of the scans could be read", "the lines above say why")
    return documents
