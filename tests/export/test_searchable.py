"""Searchable PDF: what a reader of PDFs finds in it, and that the scans are as they were."""

from __future__ import annotations

import hashlib
import io
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from factories import at, field_of, page_of, with_raised
from PIL import Image

from digitizer.document.layout import Readings
from digitizer.document.record import Record
from digitizer.errors import InputError, TruncatedError
from digitizer.export.items import Item, Items
from digitizer.export.searchable import PROBLEMS, SearchableFiles, write_searchable
from digitizer.imaging.load import Document, load_page, probe
from digitizer.settings import Settings

pikepdf = pytest.importorskip("pikepdf")
pytest.importorskip("img2pdf")

SETTINGS = Settings()


def picture(mode: str = "1") -> Image.Image:
    pixels = np.full((2200, 1700), 255, np.uint8)
    pixels[300:340, 200:900] = 0
    return Image.fromarray(pixels).convert(mode)


def scan(path: Path, pages: int = 1, mode: str = "1") -> Path:
    first = picture(mode)
    options = {"compression": "group4"} if path.suffix == ".tif" and mode == "1" else {}
    many = {"save_all": True, "append_images": [first] * (pages - 1)} if path.suffix in (".pdf", ".tif") else {}
    dpi = {"resolution": 200.0} if path.suffix == ".pdf" else {"dpi": (200, 200)}
    first.save(path, **many, **options, **dpi)
    return path


def record_of(path: Path, *pages: int) -> Record:
    fields = {"borrower": field_of("BIXBY"), "late": field_of(True), "again": field_of(False), "note": field_of("")}
    rows = ({"amount": replace(field_of("24409"), page=pages[-1])},)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Record(path.name, digest, pages, "loan-card", 0.9, fields, {"payments": rows}, {"F1": field_of("A note.")})


def readings(number: int) -> Readings:
    texts = [("BIXBY TIMOTHY", at(200, 300, "BIXBY TIMOTHY")), ("24,409 €", at(200, 900, "24,409 €"))]
    return with_raised(page_of(texts, number=number), 1, "(1)")


def written(tmp_path: Path, *records: Record, scans: dict[str, Path]) -> SearchableFiles:
    def items() -> Items:
        return lambda: iter([Item(k, record) for k, record in enumerate(records, 1)])

    def find(item: Item) -> Document:
        if item.record.document not in scans:
            raise InputError(f"{item.record.document}: the scan is gone", "put it back")
        return probe(scans[item.record.document], SETTINGS)

    def read(document: Document, page: int) -> Readings:
        if page == 3:
            raise TruncatedError("page 3 is damaged", "copy it again")
        return readings(page)

    return write_searchable(items(), tmp_path / "out", find, read)


def images(data: bytes | Path) -> list[bytes]:
    with pikepdf.open(io.BytesIO(data) if isinstance(data, bytes) else data) as pdf:
        return [image.read_raw_bytes() for page in pdf.pages for image in page.obj.Resources.XObject.as_dict().values()]


def text_at(path: Path, page: int, box: tuple[float, float, float, float]) -> str:
    """The text within left, bottom, right, top, points."""
    with pypdfium2.PdfDocument(path) as pdf:
        return str(pdf[page].get_textpage().get_text_bounded(*box))


def test_words_stand_where_they_were_read(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", 2)
    (file,) = written(tmp_path, record_of(path, 1, 2), scans={"a.pdf": path}).files
    # 200, 300 pixels at 200 dpi: 72 points from the left, 108 from the top of 792.
    assert text_at(file, 1, (70, 792 - 120, 200, 792 - 105)).split() == ["BIXBY", "TIMOTHY"]
    assert text_at(file, 1, (70, 792 - 340, 200, 792 - 320)).split() == ["24,409", "€", "(1)"]


def test_the_scan_is_as_it_was(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", 2)
    (file,) = written(tmp_path, record_of(path, 1, 2), scans={"a.pdf": path}).files
    assert images(file) == images(path)
    # And is digitized again as it was: its text does not show.
    one, other = (load_page(probe(p, SETTINGS), 2, SETTINGS) for p in (path, file))
    assert np.array_equal(one.pixels, other.pixels)
    assert one.dpi == other.dpi


@pytest.mark.parametrize("name", ["a.tif", "a.png", "a.jpg"])
def test_images_come_as_pdf_without_loss(tmp_path: Path, name: str) -> None:
    path = scan(tmp_path / name, 2 if name == "a.tif" else 1, "L" if name == "a.jpg" else "1")
    (file,) = written(tmp_path, record_of(path, 1), scans={name: path}).files
    assert file.name == "a.pdf"
    one, other = (load_page(probe(p, SETTINGS), 1, SETTINGS) for p in (path, file))
    assert np.array_equal(one.pixels, other.pixels)
    if name == "a.jpg":
        assert images(file) == [path.read_bytes()]


@pytest.mark.parametrize(("turned", "box"), [(90, (105, 70, 120, 200)), (180, (412, 105, 542, 120))])
def test_pages_that_are_shown_turned(tmp_path: Path, turned: int, box: tuple[float, float, float, float]) -> None:
    path = scan(tmp_path / "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        if turned == 90:
            # The same page, on its side, shown upright.
            pdf.pages[0].mediabox = [0, 0, 792, 612]
        pdf.pages[0].obj.Rotate = turned
        pdf.save(path)
    (file,) = written(tmp_path, record_of(path, 1), scans={"a.pdf": path}).files
    with pikepdf.open(file) as pdf:
        content = pdf.pages[0].Contents[0].read_bytes().decode()
    x, y = map(float, content.split(" Tm")[0].split()[-2:])
    assert box[0] <= x <= box[2]
    assert box[1] <= y <= box[3]


def test_values_are_bookmarks(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf", 2)
    (file,) = written(tmp_path, record_of(path, 1), record_of(path, 2), scans={"a.pdf": path}).files
    with pikepdf.open(file) as pdf, pdf.open_outline() as outline:
        first, second = outline.root
        assert (first.title, second.title) == ("loan-card, page 1", "loan-card, page 2")
        assert [c.title for c in first.children] == ["borrower: BIXBY", "late: true", "payments 1", "F1: A note."]
        assert [c.title for c in first.children[2].children] == ["amount: 24409"]
        page, kind, left, top, _ = first.children[0].destination
        assert page.objgen == pdf.pages[0].obj.objgen
        assert (kind, round(float(left), 1), round(float(top), 1)) == (pikepdf.Name.XYZ, 3.6, 784.8)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.tif")
    one = written(tmp_path / "1", record_of(path, 1), scans={"a.tif": path}).files[0].read_bytes()
    # The clock is on no page: what is written a second later is the same.
    time.sleep(1.1)
    assert one == written(tmp_path / "2", record_of(path, 1), scans={"a.tif": path}).files[0].read_bytes()


def test_what_cannot_be_done_is_told(tmp_path: Path) -> None:
    path, gone = scan(tmp_path / "a.pdf", 3), scan(tmp_path / "b.tif")
    done = written(tmp_path, record_of(path, 1), record_of(gone, 1), scans={"a.pdf": path})
    assert [f.name for f in done.files] == ["a.pdf"]
    told = [json.loads(line) for line in (tmp_path / "out" / PROBLEMS).read_text().splitlines()]
    assert [(p["document"], p["page"], p["remedy"]) for p in told] == [
        ("a.pdf", 3, "copy it again"),
        ("b.tif", None, "put it back"),
    ]
