"""Pages and cut-outs. Files are found through the store alone: nothing that is asked for is ever a path."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field

from digitizer.document.geometry import Box
from digitizer.document.page import PageImage
from digitizer.review import strings
from digitizer.review.access import Anyone, AppStateHere
from digitizer.review.app_state import AppState
from digitizer.review.items import likely_place, meaning_of
from digitizer.review.meanings import understand
from digitizer.review.rendering import crop_picture, page_picture
from digitizer.review.routes.values import Meant
from digitizer.store import documents, questions

router = APIRouter(prefix="/api", tags=["pictures"])
Number = Annotated[int, Field(ge=1, le=2**62)]
Pixel = Annotated[int, Field(ge=0, le=100_000)]
_LEAST = 4
"""Pixels that a part of a page is wide and high at least."""
_KEEP = {"cache-control": "private, max-age=3600"}


class Region(BaseModel):
    """A part of a page (counted from 1). box: x, y, width, height in pixels of the scan."""

    page: Number
    box: tuple[Pixel, Pixel, Pixel, Pixel]


class Size(BaseModel):
    """Of a page, pixels of the scan: what boxes are told in."""

    width: int
    height: int


@router.get("/documents/{document}/pages/{page}")
def size(document: Number, page: Number, app_state: AppStateHere, who: Anyone, response: Response) -> Size:
    """How large a page is."""
    image = _load(app_state, document, page)
    response.headers.update(_KEEP)
    return Size(width=image.size[0], height=image.size[1])


@router.get("/documents/{document}/pages/{page}/picture.jpg", response_class=Response)
def picture(
    document: Number,
    page: Number,
    app_state: AppStateHere,
    who: Anyone,
    width: Annotated[int, Query(ge=1, le=10_000)] = 1400,
) -> Response:
    """A page as a JPEG."""
    return Response(page_picture(_load(app_state, document, page), width), media_type="image/jpeg", headers=_KEEP)


@router.get("/fields/{field}/crop.png", response_class=Response)
def crop(field: Number, app_state: AppStateHere, who: Anyone, tight: bool = False) -> Response:
    """The place of a value, with some of what stands around it; where it should stand if nothing was found."""
    with app_state.store.reading() as connection:
        asked = questions.asked_about(connection, {field}).get(field)
        if asked is None:
            raise HTTPException(404, strings.GONE)
        page, box = asked.doubt.page, asked.doubt.box
        if box is None or page is None:
            place = (
                likely_place(asked, questions.cells_about(connection, asked)) if asked.doubt.part == "cell" else None
            )
            if place is None:
                raise HTTPException(404, strings.NOWHERE)
            page, box = place
    image = _load(app_state, asked.document, page)
    return Response(crop_picture(image, box, whole=not tight), media_type="image/png", headers=_KEEP)


@router.post("/fields/{field}/read")
def read_again(field: Number, region: Region, app_state: AppStateHere, who: Anyone) -> Meant:
    """Reads a part of a page for a value, as what it would mean there; nothing is saved."""
    with app_state.store.reading() as connection:
        asked = questions.asked_about(connection, {field}).get(field)
    if asked is None:
        raise HTTPException(404, strings.GONE)
    image = _load(app_state, asked.document, region.page)
    box = Box(*region.box).clipped(*image.size)
    if box.width < _LEAST or box.height < _LEAST:
        raise HTTPException(422, strings.NO_REGION)
    # Here, not above: what reads a page is needed by no other screen, and takes a while to load.
    from digitizer.pipeline import read_region

    with app_state.reading:
        text = read_region(image, box, app_state.settings)
    meant = understand(meaning_of(app_state, asked), text)
    return Meant(value=meant.value, valid=meant.valid, text=text)


def _load(app_state: AppState, document: int, page: int) -> PageImage:
    with app_state.store.reading() as connection:
        head = documents.document_head(connection, document)
        paths = documents.paths_of(connection, document)
    if head is None:
        raise HTTPException(404, strings.NO_DOCUMENT)
    if page > max(1, head[2]):
        raise HTTPException(404, strings.NO_DOCUMENT)
    return app_state.scans.page(head[1], paths, page)
