"""Damaged files: sound ones of every kind, mutated at random but repeatably, and bombs that are known to do harm."""

from __future__ import annotations

import io
import random
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import img2pdf
import numpy as np
from imaging.pdf_files import CATALOG, drawn_pdf, empty_pdf, locked_pdf, pdf_of, scan_pdf, stream
from PIL import Image

Mutation = Callable[[bytearray, random.Random, list[bytes]], bytearray]

_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_NUMBERS = (b"0", b"-1", b"1", b"65536", b"99999999", b"2147483648", b"1e9", b"99999999999999999999", b"0.00001")


def write_damaged(folder: Path, scan: Path, count: int, seed: int) -> dict[str, str]:
    """Writes so many mutated files; returns by name what was done to each. scan: an image from which pages are cut."""
    sound = sound_files(folder, scan)
    everything = [data for _, data in sound]
    done = {}
    for number in range(count):
        dice = random.Random(f"{seed}-{number}")
        name, original = sound[number % len(sound)]
        data, told = bytearray(original), []
        while bytes(data) == original:
            for mutation in dice.choices(_fitting(name), k=dice.choice((1, 1, 1, 2, 3))):
                data = mutation(data, dice, everything)
                told.append(mutation.__name__.removeprefix("_"))
        path = folder / f"{number:03}-{name}"
        path.write_bytes(data)
        done[path.name] = ", ".join(told)
    return done


def sound_files(folder: Path, scan: Path) -> list[tuple[str, bytes]]:
    """Small pages in every way of coding that scanners and office programs use, by name; they take little reading."""
    with Image.open(scan) as image:
        grey = Image.fromarray(np.asarray(image.convert("L"))[250:700, 300:1100])
    other, fax, colour = grey.rotate(180), grey.convert("1"), grey.convert("RGB")
    dpi = (200, 200)

    def saved(image: Image.Image, kind: str, **options: object) -> bytes:
        out = io.BytesIO()
        image.save(out, kind, dpi=dpi, **options)
        return out.getvalue()

    jpeg, png = saved(grey, "jpeg", quality=60), saved(grey, "png")
    place = folder / "sound.pdf"
    flate = scan_pdf(place, np.asarray(grey), (288, 162)).read_bytes()
    drawn = drawn_pdf(place, (300, 160)).read_bytes()
    place.unlink()
    return [
        ("jpeg.pdf", img2pdf.convert(jpeg)),
        ("grey.png", png),
        ("group4.tif", saved(fax, "tiff", compression="group4")),
        ("baseline.jpg", jpeg),
        ("flate.pdf", flate),
        ("fax.png", saved(fax, "png")),
        ("two.tif", saved(grey, "tiff", compression="tiff_lzw", save_all=True, append_images=[other])),
        ("progressive.jpg", saved(colour, "jpeg", progressive=True)),
        ("drawn.pdf", drawn),
        ("palette.png", saved(colour.quantize(16), "png")),
        ("raw.tif", saved(grey, "tiff")),
        ("cmyk.jpg", saved(colour.convert("CMYK"), "jpeg")),
        ("group4.pdf", img2pdf.convert(saved(fax, "tiff", compression="group4"))),
        ("deep.png", saved(Image.fromarray(np.asarray(grey).astype(np.uint16) * 257), "png")),
        ("jpeg.tif", saved(colour, "tiff", compression="jpeg")),
        ("exif.jpg", saved(grey, "jpeg", exif=_turned())),
    ]


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _fitting(name: str) -> list[Mutation]:
    return [*_ANYWHERE, _number, _number, _keyword] if name.endswith(".pdf") else [*_ANYWHERE, _field, _field]


def _bits(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    for _ in range(dice.choice((1, 4, 32))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return data


def _noise(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    start, length = _part(data, dice)
    data[start : start + length] = dice.randbytes(length)
    return data


def _zeros(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    start, length = _part(data, dice)
    data[start : start + length] = bytes(length)
    return data


def _cut(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    return data[: dice.randrange(1, len(data))]


def _gap(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    start, length = _part(data, dice)
    del data[start : start + length]
    return data


def _twice(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    start, length = _part(data, dice)
    data[start:start] = data[start : start + length]
    return data


def _splice(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    """Goes on with the end of another file, as after a bad copy."""
    other = dice.choice(others)
    return data[: dice.randrange(1, len(data))] + other[dice.randrange(len(other)) :]


def _field(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    """A number of the header, or of a directory at the end, becomes one at the edge of what it may be."""
    width = dice.choice((1, 2, 4))
    value = dice.choice(_EDGES) & (1 << 8 * width) - 1
    near = min(len(data), 200)
    start = dice.choice((dice.randrange(near), len(data) - 1 - dice.randrange(near)))
    data[start : start + width] = value.to_bytes(width, dice.choice(("little", "big")))
    return data


def _number(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    """A number of a PDF (a size, a length, a reference) becomes another."""
    found = list(re.finditer(rb"(?<=[ \[\n])\d+(?=[ \]\n/])", bytes(data)))
    chosen = dice.choice(found)
    data[chosen.start() : chosen.end()] = dice.choice(_NUMBERS)
    return data


def _keyword(data: bytearray, dice: random.Random, others: list[bytes]) -> bytearray:
    """A name or keyword of a PDF is lost."""
    found = list(re.finditer(rb"/[A-Z]\w+|endobj|endstream|stream|xref|trailer|startxref|%%EOF", bytes(data)))
    chosen = dice.choice(found)
    data[chosen.start() : chosen.end()] = b" " * len(chosen[0])
    return data


def _part(data: bytearray, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(data))
    return start, dice.randint(1, max(1, min(len(data) - start, dice.choice((8, 256, 4096)))))


_ANYWHERE: list[Mutation] = [_bits, _noise, _zeros, _cut, _gap, _twice, _splice]


def write_bombs(folder: Path) -> list[str]:
    """Files that are small and claim, or unfold to, far more than any machine has; returns their names.

    None of them may be read as a page.
    """
    names = []
    for name, data in _bombs():
        (folder / name).write_bytes(data)
        names.append(name)
    empty_pdf(folder / "bomb-no-pages.pdf")
    locked_pdf(folder / "bomb-locked.pdf")
    return [*names, "bomb-no-pages.pdf", "bomb-locked.pdf"]


def _bombs() -> Iterator[tuple[str, bytes]]:
    yield "bomb-empty.pdf", b""
    yield "bomb-zip.pdf", b"PK\x03\x04" + bytes(64)
    yield "bomb-wide.png", _png(100_000, 100_000)
    yield "bomb-signed.png", _png(0x7FFFFFFF, 1)
    yield "bomb-text.png", _png(40, 40, _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200 << 20))))
    yield "bomb-wide.jpg", _jpeg(65_500, 65_500)
    yield "bomb-wide.tif", _tiff([_entries(300_000, 300_000)])
    yield "bomb-oblong.tif", _oblong()
    yield "bomb-loop.tif", _tiff([_entries(40, 40)], loop=True)
    yield "bomb-pages.tif", _tiff([_entries(40, 40)] * 6000)
    yield "bomb-large.pdf", _pdf(b"/MediaBox [0 0 14400 14400]")
    yield "bomb-units.pdf", _pdf(b"/MediaBox [0 0 14400 14400] /UserUnit 100")
    yield "bomb-thin.pdf", _pdf(b"/MediaBox [0 0 0.2 300]")
    yield "bomb-image.pdf", _pdf(b"/MediaBox [0 0 300 200]", image=(80_000, 80_000))
    yield "bomb-count.pdf", pdf_of([CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"])
    yield "bomb-kids.pdf", pdf_of([CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"])
    yield "bomb-nested.pdf", pdf_of([CATALOG, b"<< /Type /Pages /Kids " + b"[" * 100_000])


def _png(width: int, height: int, more: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1 << 16))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + more + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (16, 16)).save(out, "jpeg")
    data = bytearray(out.getvalue())
    start = data.index(b"\xff\xc0")
    data[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _oblong() -> bytes:
    """A page that is allowed as it is, but not once its pixels are square."""
    out = io.BytesIO()
    Image.new("1", (10_000, 10_000), 1).save(out, "tiff", compression="group4", dpi=(50, 1200))
    return out.getvalue()


def _entries(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """A directory of a TIFF without its pixels; tag, type, count and value."""
    size = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 1), (259, 3, 1, 4), (262, 3, 1, 0)]
    return [*size, (273, 4, 1, 8), (278, 4, 1, height), (279, 4, 1, 8)]


def _tiff(pages: list[list[tuple[int, int, int, int]]], loop: bool = False) -> bytes:
    """A TIFF of those directories; loop: the last is followed by the first again."""
    out, first = bytearray(b"II*\0" + bytes(4) + bytes(8)), 0
    before = 4
    for entries in pages:
        struct.pack_into("<I", out, before, len(out))
        first = first or len(out)
        out += struct.pack("<H", len(entries))
        for tag, kind, count, value in entries:
            out += struct.pack("<HHII", tag, kind, count, value)
        before = len(out)
        out += bytes(4)
    if loop:
        struct.pack_into("<I", out, before, first)
    return bytes(out)


def _pdf(entries: bytes, image: tuple[int, int] | None = None) -> bytes:
    """A page, with an image in its middle that unfolds twice to that size."""
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /Im0 5 0 R >> >> %s >>" % entries
    wide, high = image or (1, 1)
    coded = zlib.compress(zlib.compress(bytes(wide * 1000)))
    about = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray " % (
        wide, high,
    )  # fmt: skip
    picture = stream(coded, about + b"/Filter [/FlateDecode /FlateDecode]")
    return pdf_of([CATALOG, pages, page, stream(b"q 100 0 0 50 20 20 cm /Im0 Do Q"), picture])
