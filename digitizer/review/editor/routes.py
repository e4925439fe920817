"""What the editor's screen asks of the server. The text of the definition is the screen's; nothing is kept between."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from digitizer.authoring.yaml_edits import EditError
from digitizer.document.form import KINDS
from digitizer.fields.definitions import check_definition
from digitizer.review import strings
from digitizer.review.access import LOCAL_CSRF, Person
from digitizer.review.editor.bench import Bench, bench_of, digest, write_whole
from digitizer.review.editor.operations import Number, Operation, Text, carry_out
from digitizer.review.editor.outline import Outline, outline
from digitizer.review.editor.preview import Preview, preview
from digitizer.review.rendering import page_picture, render

_KEEP = {"cache-control": "private, max-age=3600"}


def token(request: Request) -> None:
    """Refuses changes without the token, which no other site can send."""
    if request.method not in ("GET", "HEAD") and request.headers.get("x-csrf-token") != LOCAL_CSRF:
        raise HTTPException(403, strings.NO_TOKEN)


router = APIRouter(dependencies=[Depends(token)])
BenchHere = Annotated[Bench, Depends(bench_of)]


class Wanted(BaseModel):
    """A change of a definition's text; none: only look at it."""

    text: Text
    operation: Operation | None = None


class Edited(BaseModel):
    """path: what is chosen now, None: nothing; note: what was done; labels: texts that may be the label as well."""

    outline: Outline
    path: list[str | int] | None = None
    note: str = ""
    labels: list[str] = []


class Tried(BaseModel):
    """A definition to be tried on a scan."""

    text: Text
    scan: Number


class Saved(BaseModel):
    """A definition to be written. before: the digest of what stands in the file, as far as the screen knows."""

    text: Text
    before: str = Field(max_length=64)


class Size(BaseModel):
    """Of a page, pixels of the scan: what boxes are told in."""

    width: int
    height: int


@router.get("/")
def screen(bench: BenchHere) -> HTMLResponse:
    """The editor."""
    text = bench.text()
    scans = [{"name": one.name, "pages": one.pages} for one in bench.scans]
    boot = {"scans": scans, "saved": digest(text), "outline": outline(bench.path, text).model_dump()}
    boot |= {"kinds": KINDS, "ruleKinds": strings.RULES}
    who = Person("", "admin", LOCAL_CSRF)
    html = render("form.html", who, False, strings.EDITOR, path="/", file=str(bench.path), boot=boot)
    return HTMLResponse(html)


@router.post("/api/edit")
def edit(wanted: Wanted, bench: BenchHere) -> Edited:
    """The definition after a change, with what is wrong in it; nothing is written."""
    if wanted.operation is None:
        return Edited(outline=outline(bench.path, wanted.text))
    try:
        done = carry_out(bench, wanted.text, wanted.operation)
    except EditError as error:
        raise HTTPException(422, str(error)) from error
    path = None if done.path is None else list(done.path)
    return Edited(outline=outline(bench.path, done.text), path=path, note=done.note, labels=list(done.labels))


@router.post("/api/preview")
def tried(wanted: Tried, bench: BenchHere) -> Preview:
    """What a scan gives by the definition."""
    return preview(bench, wanted.text, wanted.scan)


@router.put("/api/form")
def save(wanted: Saved, bench: BenchHere) -> dict[str, str]:
    """Writes the file, where the definition holds and nobody else has changed the file."""
    check_definition(bench.path, wanted.text.encode())
    with bench.busy:
        if digest(bench.text()) != wanted.before:
            raise HTTPException(409, strings.CHANGED_ON_DISK)
        write_whole(bench.path, wanted.text)
    return {"saved": digest(wanted.text)}


@router.get("/api/form")
def load(bench: BenchHere) -> dict[str, Any]:
    """The file as it stands now."""
    text = bench.text()
    return {"saved": digest(text), "outline": outline(bench.path, text).model_dump()}


@router.get("/api/documents/{scan}/pages/{page}")
def size(scan: Number, page: Number, bench: BenchHere, response: Response) -> Size:
    """How large a page is."""
    response.headers.update(_KEEP)
    document = bench.document(scan)
    width, height = bench.pictures.page(document.sha256, [str(document.path)], page).size
    return Size(width=width, height=height)


@router.get("/api/documents/{scan}/pages/{page}/picture.jpg", response_class=Response)
def picture(
    scan: Number, page: Number, bench: BenchHere, width: Annotated[int, Query(ge=1, le=10_000)] = 1400
) -> Response:
    """A page as a JPEG."""
    document = bench.document(scan)
    image = bench.pictures.page(document.sha256, [str(document.path)], page)
    return Response(page_picture(image, width), media_type="image/jpeg", headers=_KEEP)
