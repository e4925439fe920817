"""Pages and cut-outs. Files are found through the store alone: nothing that is asked for is ever a path."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field

from digitizer.document.page import PageImage
from digitizer.review import strings
from digitizer.review.access import Anyone, DeskHere
from digitizer.review.desk import Desk
from digitizer.review.guess import likely_place
from digitizer.review.pictures import crop_picture, page_picture
from digitizer.store import asking

router = APIRouter(prefix="/api", tags=["pictures"])
Number = Annotated[int, Field(ge=1, le=2**62)]
_KEEP = {"cache-control": "private, max-age=3600"}


class Size(BaseModel):
    """Of a page, pixels of the scan: what boxes are told in."""

    width: int
    height: int


@router.get("/documents/{document}/pages/{page}")
def size(document: Number, page: Number, desk: DeskHere, who: Anyone, response: Response) -> Size:
    """How large a page is."""
    image = _load(desk, document, page)
    response.headers.update(_KEEP)
    return Size(width=image.size[0], height=image.size[1])


@router.get("/documents/{document}/pages/{page}/picture.jpg", response_class=Response)
def picture(
    document: Number, page: Number, desk: DeskHere, who: Anyone, width: Annotated[int, Query(ge=1, le=10_000)] = 1400
) -> Response:
    """A page as a JPEG."""
    return Response(page_picture(_load(desk, document, page), width), media_type="image/jpeg", headers=_KEEP)


@router.get("/fields/{field}/crop.png", response_class=Response)
def crop(field: Number, desk: DeskHere, who: Anyone, tight: bool = False) -> Response:
    """The place of a value, with some of what stands around it; where it should stand if nothing was found."""
    with desk.store.reading() as connection:
        asked = asking.asked_about(connection, {field}).get(field)
        if asked is None:
            raise HTTPException(404, strings.GONE)
        page, box = asked.doubt.page, asked.doubt.box
        if box is None or page is None:
            place = likely_place(asked, asking.cells_about(connection, asked)) if asked.doubt.part == "cell" else None
            if place is None:
                raise HTTPException(404, strings.NOWHERE)
            page, box = place
    image = _load(desk, asked.document, page)
    return Response(crop_picture(image, box, whole=not tight), media_type="image/png", headers=_KEEP)


def _load(desk: Desk, document: int, page: int) -> PageImage:
    with desk.store.reading() as connection:
        head = asking.document_head(connection, document)
        paths = asking.paths_of(connection, document)
    if head is None:
        raise HTTPException(404, strings.NO_DOCUMENT)
    if page > max(1, head[2]):
        raise HTTPException(404, strings.NO_DOCUMENT)
    return desk.scans.page(head[1], paths, page)
