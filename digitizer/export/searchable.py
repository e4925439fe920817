"""Searchable PDF: each scan as it came in, what was read as text beneath it, the values of its records as bookmarks."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from digitizer.document.layout import Readings
from digitizer.document.record import Field, Problem, Record
from digitizer.errors import DigitizerError, MissingComponentError
from digitizer.export.items import Item, Items, tell
from digitizer.export.pdf_text import Letters, Sheet, text_stream, texts_of
from digitizer.export.place import free_name, replacing
from digitizer.imaging.load import Document

PROBLEMS = "problems.jsonl"
_LONGEST = 120
"""Characters of a bookmark."""
_FONT = "DigitizerText"
_DEEPEST = 64
"""Nodes of a page tree that are looked at: damaged ones go in circles."""

Find = Callable[[Item], Document]
"""The scan of a record; raises InputError where it is gone."""
Read = Callable[[Document, int], Readings]
"""A page of it, counted from 1, read."""


@dataclass(frozen=True, slots=True)
class SearchableFiles:
    """files: in the order of the records; problems: scans that are gone or cannot be written, pages without text."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def write_searchable(items: Items, out: Path, find: Find, read: Read) -> SearchableFiles:
    """Writes the folder, a file for each document; problems.jsonl in it tells what could not be done.

    Raises:
        MissingComponentError: the extra `pdf` is not installed. OSError: it cannot be written.
    """
    _require()
    out.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    problems: list[Problem] = []
    for _, group in groupby(items(), key=lambda item: item.record.sha256):
        of_document = list(group)
        record = of_document[0].record
        try:
            document = find(of_document[0])
            data, amiss = _searchable(document, [item.record for item in of_document], read)
        except DigitizerError as error:
            problems.append(Problem("export", str(error), error.remedy, record.document))
            continue
        problems += amiss
        path = free_name(out, record, ".pdf", files)
        with replacing(path) as unfinished:
            unfinished.write_bytes(data)
        files.append(path)
    lines = [json.dumps(p.as_json(), ensure_ascii=False) + "\n" for p in problems]
    with replacing(out / PROBLEMS) as unfinished:
        unfinished.write_text("".join(lines), "utf-8")
    return SearchableFiles(tuple(files), tuple(problems))


def _require() -> None:
    try:
        import img2pdf  # noqa: F401
        import pikepdf  # noqa: F401
    except ImportError as error:
        raise MissingComponentError(
            "searchable PDF needs pikepdf and img2pdf", "pip install 'digitizer[pdf]'"
        ) from error


def _searchable(document: Document, records: Sequence[Record], read: Read) -> tuple[bytes, list[Problem]]:
    """The file's bytes, and the pages that bear no text. The scan's own data stay as they are, bit by bit."""
    import pikepdf

    problems: list[Problem] = []
    letters = Letters()
    with pikepdf.open(_as_pdf(document)) as pdf:
        sheets: dict[int, Sheet] = {}
        layers: dict[int, bytes] = {}
        for number in range(1, document.pages + 1):
            try:
                page = read(document, number)
            except MissingComponentError:
                raise
            except DigitizerError as error:
                problems.append(Problem("export", str(error), error.remedy, document.name, number))
                continue
            sheets[number] = _sheet(pdf.pages[number - 1], page.layout.scan_size)
            layers[number] = text_stream(texts_of(page), sheets[number], letters, _FONT)
        fonts = letters.fonts(pdf)
        for number, layer in layers.items():
            _lay_under(pdf.pages[number - 1], layer, fonts, pdf)
        _add_bookmarks(pdf, records, sheets)
        if document.kind != "pdf" and "/ID" in pdf.trailer:
            # Told by the clock where an image was put into a PDF; what is saved gets one told by its content.
            del pdf.trailer["/ID"]
        saved = io.BytesIO()
        pdf.save(saved, deterministic_id=True)
    return saved.getvalue(), problems


def _as_pdf(document: Document) -> io.BytesIO:
    """The document as PDF; images are put into one as they are, not encoded anew where PDF has their encoding."""
    import img2pdf

    data = document.path.read_bytes()
    if document.kind != "pdf":
        try:
            data = img2pdf.convert(data, nodate=True, rotation=img2pdf.Rotation.ifvalid)
        except Exception as error:
            # img2pdf and Pillow raise whatever they please on images that they do not take.
            raise DigitizerError(f"{document.name}: cannot be put into a PDF ({error})", "convert it to PDF") from error
    return io.BytesIO(data)


def _sheet(page: Any, size: tuple[int, int]) -> Sheet:
    x0, y0, x1, y1 = (float(v) for v in page.cropbox)
    turned = int(_own_or_inherited(page.obj, "/Rotate", 0))
    return Sheet((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), turned, size)


def _own_or_inherited(page: Any, key: str, default: Any) -> Any:
    """An attribute of a page, which it may have from the nodes of the page tree above it."""
    node, left = page, _DEEPEST
    while node is not None and left:
        if key in node:
            return node[key]
        node, left = node.get("/Parent"), left - 1
    return default


def _lay_under(page: Any, layer: bytes, fonts: Sequence[Any], pdf: Any) -> None:
    import pikepdf

    if "/Resources" not in page.obj:
        page.obj["/Resources"] = pikepdf.Dictionary(_own_or_inherited(page.obj, "/Resources", pikepdf.Dictionary()))
    # Resources may be shared by pages: all of them get the same names for the same fonts.
    for k, font in enumerate(fonts):
        page.add_resource(font, pikepdf.Name.Font, pikepdf.Name(f"/{_FONT}{k}"))
    page.contents_add(pikepdf.Stream(pdf, layer), prepend=True)


def _add_bookmarks(pdf: Any, records: Sequence[Record], sheets: Mapping[int, Sheet]) -> None:
    """A bookmark for each record, below it one for each value that is written or ticked; those there before stay."""
    from pikepdf import OutlineItem

    with pdf.open_outline() as outline:
        for record in records:
            pages = " ".join(map(str, record.pages))
            whole = OutlineItem(f"{record.form}, page {pages}", record.pages[0] - 1)
            whole.is_closed = True
            _add(whole, record.fields.items(), sheets)
            for name, rows in record.tables.items():
                for k, row in enumerate(rows, 1):
                    first = next((f.page for f in row.values() if f.page), record.pages[0])
                    part = OutlineItem(f"{name} {k}", first - 1)
                    part.is_closed = True
                    _add(part, row.items(), sheets)
                    whole.children.append(part)
            _add(whole, record.footnotes.items(), sheets)
            outline.root.append(whole)


def _add(parent: Any, fields: Iterable[tuple[str, Field]], sheets: Mapping[int, Sheet]) -> None:
    from pikepdf import OutlineItem

    for name, field in fields:
        if field.value in ("", False) or field.page is None:
            continue
        told = " ".join(tell(field).split())
        title = f"{name}: {told if len(told) <= _LONGEST else told[: _LONGEST - 1] + '…'}"
        sheet = sheets.get(field.page)
        if sheet is None or field.box is None:
            parent.children.append(OutlineItem(title, field.page - 1))
            continue
        corners = [sheet.point(x, y) for x in (field.box.x, field.box.right) for y in (field.box.y, field.box.bottom)]
        left, top = min(x for x, _ in corners), max(y for _, y in corners)
        parent.children.append(OutlineItem(title, field.page - 1, "XYZ", left=left, top=top))
