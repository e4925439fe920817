"""Small PDF files written by hand, for what no image library writes."""

from __future__ import annotations

import zlib
from pathlib import Path

from digitizer.document.page import Pixels

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def write_pdf(path: Path, objects: list[bytes], trailer: bytes = b"") -> Path:
    """Objects 1, 2, … with a cross-reference table; object 1 is the catalogue."""
    path.write_bytes(pdf_of(objects, trailer))
    return path


def pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def scan_pdf(
    path: Path,
    pixels: Pixels,
    points: tuple[int, int],
    matrix: str | None = None,
    page_entries: bytes = b"",
    image_entries: bytes = b"",
    content: bytes = b"",
) -> Path:
    """One page that shows an image under a matrix, and further content after it."""
    width, height = points
    place = (matrix or f"{width} 0 0 {height} 0 0").encode()
    image = stream(
        zlib.compress(pixels.tobytes()),
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray "
        b"/Filter /FlateDecode %s" % (pixels.shape[1], pixels.shape[0], image_entries),
    )
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R "
        b"/Resources << /XObject << /Im0 5 0 R >> /Font << /F1 6 0 R >> >> %s >>" % (width, height, page_entries)
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    show = stream(b"q %s cm /Im0 Do Q %s" % (place, content))
    return write_pdf(path, [CATALOG, pages, page, show, image, font])


def page_pdf(
    path: Path,
    content: bytes,
    points: tuple[float, float],
    page_entries: bytes = b"",
    objects: tuple[bytes, ...] = (),
    resources: bytes = b"",
) -> Path:
    """One page with that content, fonts F1 (Helvetica) and F2 (Courier), and further objects from number 7 on."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R /F2 6 0 R >> %s >> %s >>" % (*points, resources, page_entries)
    )
    fonts = [
        b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name
        for name in (b"Helvetica", b"Courier")
    ]
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return write_pdf(path, [CATALOG, pages, page, stream(content), *fonts, *objects])


def drawn_pdf(path: Path, points: tuple[int, int]) -> Path:
    """One page with text and no image."""
    return page_pdf(path, b"BT /F1 24 Tf 20 %d Td (Form 4) Tj ET" % (points[1] - 60), points)


def locked_pdf(path: Path) -> Path:
    """A PDF that no empty password opens."""
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32)
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"
    return write_pdf(path, [CATALOG, pages, page, lock], b"/Encrypt 4 0 R /ID [<00> <00>]")


def empty_pdf(path: Path) -> Path:
    """A PDF without pages."""
    return write_pdf(path, [CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"])


def form_pdf(path: Path, needed: bytes = b"") -> Path:
    """A page with fields: one shown by an appearance of its own, one by none, and a comment; needed: of the form."""
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /F 4 /DA (/F1 12 Tf 0 g) /P 3 0 R /T (%s) /V (%s) /Rect [%s] %s >>"
    )
    appearance = b"/Type /XObject /Subtype /Form /BBox [0 0 150 20] /Resources << /Font << /F1 5 0 R >> >>"
    form = b"/AcroForm << /Fields [6 0 R 7 0 R] /DR << /Font << /F1 5 0 R >> >> /DA (/F1 12 Tf 0 g) %s >>" % needed
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % form,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Annots [6 0 R 7 0 R 9 0 R] "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        stream(b"BT /F1 12 Tf 20 170 Td (Surname) Tj ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        field % (b"a", b"Hartmann", b"20 140 170 160", b"/AP << /N 8 0 R >>"),
        field % (b"b", b"Marie Claire", b"20 110 170 130", b""),
        stream(b"/Tx BMC q BT /F1 12 Tf 2 4 Td (Hartmann) Tj ET Q EMC", appearance),
        b"<< /Type /Annot /Subtype /FreeText /Contents (By hand) /Rect [180 110 280 130] /F 4 /DA (/F1 12 Tf 0 g) "
        b"/P 3 0 R >>",
    ]
    return write_pdf(path, objects)
