"""In and out: exports, uploads, and how far the store is."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask

from digitizer.errors import MissingComponentError
from digitizer.export.items import Item
from digitizer.export.lines import write_jsonl
from digitizer.export.tables import write_csv
from digitizer.export.workbook import write_xlsx
from digitizer.fields.acceptance import error_bound
from digitizer.review import strings
from digitizer.review.access import Anyone, AppStateHere, Reviewer
from digitizer.review.views import overview
from digitizer.store import documents
from digitizer.store.records import all_records
from digitizer.store.status import batches

router = APIRouter(prefix="/api", tags=["exchange"])
_SUFFIXES = ("pdf", "tif", "tiff", "png", "jpg", "jpeg")
_PIECE = 1 << 20


class Batch(BaseModel):
    """A batch. states: documents by state; rate: pages a minute, lately."""

    source: str
    states: dict[str, int]
    pages: int
    rate: float


class Worker(BaseModel):
    """Someone's answers of the last day. seconds: median between two of them."""

    who: str
    answers: int
    corrected: int
    seconds: float | None


class Errors(BaseModel):
    """An operator's answers held against others'. at_most: share of wrong ones, with 95% certainty."""

    who: str
    asked: int
    wrong: int
    at_most: float


class Status(BaseModel):
    """How far everything is. values: by status."""

    batches: list[Batch]
    values: dict[str, int]
    operators: list[Worker]
    errors: list[Errors]


class Uploaded(BaseModel):
    """A file that was taken; sha256 finds it again at /api/uploads/SHA256."""

    name: str
    sha256: str


class Upload(BaseModel):
    """What became of an upload. state: waiting until it is digitized, then done, partly or failed."""

    sha256: str
    state: str
    document: int | None


@router.get("/status")
def status(app_state: AppStateHere, who: Anyone) -> Status:
    """Batches, how values stand, and operators' pace."""
    with app_state.store.reading() as connection:
        told = overview(app_state, connection)
    return Status(
        batches=[Batch(source=b.source, states=b.states, pages=b.pages, rate=round(b.rate, 2)) for b in told.batches],
        values=told.all.counts,
        errors=[
            Errors(who=s.who, asked=s.asked, wrong=s.wrong, at_most=round(error_bound(s.wrong, s.asked), 5))
            for s in told.scores
        ],
        operators=[Worker(who=p.who, answers=p.answers, corrected=p.corrected, seconds=p.seconds) for p in told.paces],
    )


@router.get("/export", response_class=FileResponse)
def export(
    app_state: AppStateHere,
    who: Reviewer,
    format: Literal["jsonl", "csv", "xlsx"] = "jsonl",
    form: Annotated[str, Query(max_length=200)] = "",
    batch: Annotated[str, Query(max_length=4000)] = "",
) -> FileResponse:
    """All records with corrections applied; csv comes as a ZIP of one file per table."""
    folder = Path(tempfile.mkdtemp(prefix="digitizer-export-"))
    try:
        with app_state.store.reading() as connection:
            known = {source: number for number, source in batches(connection)}
            if batch and batch not in known:
                raise HTTPException(404, strings.NO_DOCUMENT)

            def items() -> Iterator[Item]:
                for stored in all_records(connection, known.get(batch), form):
                    yield Item(stored.id, stored.record, stored.metadata)

            out = folder / f"records.{format}"
            {"jsonl": write_jsonl, "csv": write_csv, "xlsx": write_xlsx}[format](items, out)
        if format == "csv":
            out = Path(shutil.make_archive(str(folder / "records"), "zip", out))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    # The name is ours: what a document is called never gets into a header.
    return FileResponse(out, filename=out.name, background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True))


@router.post("/uploads", status_code=202)
def upload(file: UploadFile, app_state: AppStateHere, who: Reviewer) -> Uploaded:
    """Takes a scan into the watched folder. The same bytes sent twice are one upload."""
    if app_state.inbox is None:
        raise MissingComponentError(strings.NO_INBOX, strings.NO_INBOX_REMEDY)
    name = safe_name(file.filename or "")
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=app_state.inbox, prefix=".upload-", delete=False) as part:
        place = Path(part.name)
        while piece := file.file.read(_PIECE):
            digest.update(piece)
            part.write(piece)
    target = app_state.inbox / f"{digest.hexdigest()[:12]}-{name}"
    # Whole or not at all: the watcher must never see half a file.
    place.chmod(0o644)
    place.replace(target)
    return Uploaded(name=target.name, sha256=digest.hexdigest())


@router.get("/uploads/{sha256}")
def uploaded(sha256: str, request: Request, app_state: AppStateHere, who: Anyone) -> Upload:
    """What became of an upload."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise HTTPException(404, strings.NO_DOCUMENT)
    with app_state.store.reading() as connection:
        found = documents.document_of(connection, sha256)
    if found is not None:
        return Upload(sha256=sha256, state=found[1], document=found[0])
    waiting = app_state.inbox is not None and next(app_state.inbox.glob(f"{sha256[:12]}-*"), None) is not None
    if not waiting:
        raise HTTPException(404, strings.NO_DOCUMENT)
    return Upload(sha256=sha256, state="waiting", document=None)


def safe_name(given: str) -> str:
    """A file's name without folders, control characters or anything else but letters, digits, dot, - and _."""
    base = re.split(r"[/\\]", given)[-1]
    stem, _, suffix = base.rpartition(".")
    if suffix.lower() not in _SUFFIXES:
        raise HTTPException(415, strings.NOT_A_SCAN)
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:80] or "scan"
    return f"{plain}.{suffix.lower()}"
