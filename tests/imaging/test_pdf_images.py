"""Scans in PDF files: whatever shows them, the page comes out as a viewer shows it."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import cv2
import numpy as np
import pdf_files
import pytest
from PIL import Image

from digitizer.document.page import PageImage, Pixels
from digitizer.errors import InputError
from digitizer.imaging.load import load_page, probe
from digitizer.settings import Settings

SETTINGS = Settings()
POINTS = (153, 198)
"""Of a page that shows `marked` at 120 dots per inch."""


def load(path: Path) -> PageImage:
    return load_page(probe(path, SETTINGS), 1, SETTINGS)


def same(page: PageImage, expected: Pixels) -> bool:
    """Whether the page shows that, at whatever resolution, give or take its edges."""
    small = cv2.resize(page.pixels, expected.shape[::-1], interpolation=cv2.INTER_AREA)
    return int(np.percentile(cv2.absdiff(small, expected), 98)) <= 12


def picture(pixels: Pixels, entries: bytes = b"", bits: int = 8) -> bytes:
    """An image object; of one bit, if told so."""
    data = np.packbits(pixels > 127, axis=1) if bits == 1 else pixels
    height, width = pixels.shape[:2]
    size = b"/Width %d /Height %d /BitsPerComponent %d" % (width, height, bits)
    return pdf_files.stream(
        zlib.compress(data.tobytes()), b"/Type /XObject /Subtype /Image %s /Filter /FlateDecode %s" % (size, entries)
    )


def page_of(path: Path, content: bytes, *images: bytes, page_entries: bytes = b"", resources: bytes = b"") -> Path:
    """A page whose images are /Im0, /Im1, …; objects that they name follow them."""
    names = b" ".join(b"/Im%d %d 0 R" % (k, k + 7) for k in range(len(images)))
    return pdf_files.page_pdf(path, content, POINTS, page_entries, images, b"/XObject << %s >> %s" % (names, resources))


GREY = b"/ColorSpace /DeviceGray"
WHOLE = b"q 153 0 0 198 0 0 cm /Im0 Do Q"


def test_soft_mask(tmp_path: Path, marked: Pixels) -> None:
    """Such scans keep the letters in the mask of a coarse black picture: without it the page is black."""
    coarse = picture(np.zeros((33, 26), np.uint8), GREY + b" /SMask 8 0 R")
    path = page_of(tmp_path / "mrc.pdf", WHOLE, coarse, picture(255 - marked, GREY))
    assert same(load(path), marked)


def test_explicit_mask(tmp_path: Path, marked: Pixels) -> None:
    letters = np.where(marked < 200, 0, 255).astype(np.uint8)
    coarse = picture(np.zeros((33, 26), np.uint8), GREY + b" /Mask 8 0 R")
    path = page_of(tmp_path / "mask.pdf", WHOLE, coarse, picture(letters, b"/ImageMask true", bits=1))
    assert same(load(path), letters)


@pytest.mark.parametrize("decode", [b"", b"/Decode [1 0]"])
def test_stencil(tmp_path: Path, marked: Pixels, decode: bytes) -> None:
    letters = np.where(marked < 200, 0, 255).astype(np.uint8)
    stored = 255 - letters if decode else letters
    path = page_of(tmp_path / "stencil.pdf", WHOLE, picture(stored, b"/ImageMask true " + decode, bits=1))
    assert same(load(path), letters)


def test_clip(tmp_path: Path, marked: Pixels) -> None:
    path = page_of(tmp_path / "clip.pdf", b"q 0 0 153 99 re W n 153 0 0 198 0 0 cm /Im0 Do Q", picture(marked, GREY))
    expected = marked.copy()
    expected[:165] = 255
    assert same(load(path), expected)


def test_faint_as_it_is_blended(tmp_path: Path, marked: Pixels) -> None:
    resources = b"/ExtGState << /G0 << /ca 0.2 >> >>"
    path = page_of(tmp_path / "b.pdf", b"/G0 gs " + WHOLE, picture(marked, GREY), resources=resources)
    assert same(load(path), (255 - (255 - marked.astype(int)) // 5).astype(np.uint8))


def test_strips(tmp_path: Path, marked: Pixels) -> None:
    strips = [picture(np.ascontiguousarray(part), GREY) for part in np.array_split(marked, 5)]
    content = b" ".join(b"q 153 0 0 39.6 0 %g cm /Im%d Do Q" % (198 - 39.6 * (k + 1), k) for k in range(5))
    page = load(page_of(tmp_path / "strips.pdf", content, *strips))
    assert same(page, marked)
    assert page.dpi == SETTINGS.render_dpi


def test_fine_strips_keep_their_resolution(tmp_path: Path) -> None:
    fine = np.full((1650, 1275), 255, np.uint8)
    fine[100:300, 100:700] = 0
    halves = [picture(np.ascontiguousarray(part), GREY) for part in np.array_split(fine, 2)]
    content = b"q 153 0 0 99 0 99 cm /Im0 Do Q q 153 0 0 99 0 0 cm /Im1 Do Q"
    page = load(page_of(tmp_path / "fine.pdf", content, *halves))
    assert page.dpi == pytest.approx(600)
    assert page.size == (1275, 1650)


def test_crop_box(tmp_path: Path, marked: Pixels) -> None:
    path = page_of(tmp_path / "crop.pdf", WHOLE, picture(marked, GREY), page_entries=b"/CropBox [0 99 153 198]")
    assert same(load(path), np.ascontiguousarray(marked[:165]))


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_crop_box_of_a_turned_page(tmp_path: Path, marked: Pixels, turned: int) -> None:
    entries = b"/CropBox [0 99 153 198] /Rotate %d" % turned
    path = page_of(tmp_path / "crop.pdf", WHOLE, picture(marked, GREY), page_entries=entries)
    assert same(load(path), np.ascontiguousarray(np.rot90(marked[:165], -turned // 90)))


def test_scan_laid_askew(tmp_path: Path, marked: Pixels) -> None:
    turned = b"q 1 0.05 -0.05 1 8 0 cm 153 0 0 198 0 0 cm /Im0 Do Q"
    page = load(page_of(tmp_path / "askew.pdf", turned, picture(marked, GREY)))
    assert page.dpi == SETTINGS.render_dpi
    assert page.pixels.min() < 40


def test_palette(tmp_path: Path, marked: Pixels) -> None:
    """Its numbers are colours of a table: light for dark, and dark for light."""
    table = b"/ColorSpace [/Indexed /DeviceGray 255 <%s>]" % bytes(255 - v for v in range(256)).hex().encode()
    assert same(load(page_of(tmp_path / "p.pdf", WHOLE, picture(255 - marked, table))), marked)


def test_sixteen_bits_and_lab(tmp_path: Path, marked: Pixels) -> None:
    deep = (marked.astype(">u2") * 257).tobytes()
    size = b"/Type /XObject /Subtype /Image /Width 255 /Height 330 /Filter /FlateDecode "
    image = pdf_files.stream(zlib.compress(deep), size + GREY + b" /BitsPerComponent 16")
    assert same(load(page_of(tmp_path / "16.pdf", WHOLE, image)), marked)
    bands = np.dstack([marked, np.full_like(marked, 128), np.full_like(marked, 128)])
    lab = b"/ColorSpace [/Lab << /WhitePoint [0.95 1 1.09] /Range [-128 127 -128 127] >>] /BitsPerComponent 8"
    page = load(page_of(tmp_path / "lab.pdf", WHOLE, pdf_files.stream(zlib.compress(bands.tobytes()), size + lab)))
    assert page.pixels[page.size[1] // 6, page.size[0] // 8] < 20
    assert page.pixels[page.size[1] // 2, page.size[0] // 2] > 235


def test_cmyk_jpeg(tmp_path: Path, marked: Pixels) -> None:
    """Adobe's programs store them inverted, and PDF files that hold them say so by Decode."""
    out = io.BytesIO()
    Image.fromarray(marked).convert("CMYK").save(out, "jpeg", quality=95)
    entries = b"/Type /XObject /Subtype /Image /Width 255 /Height 330 /BitsPerComponent 8 /ColorSpace /DeviceCMYK "
    image = pdf_files.stream(out.getvalue(), entries + b"/Filter /DCTDecode /Decode [1 0 1 0 1 0 1 0]")
    page = load(page_of(tmp_path / "cmyk.pdf", WHOLE, image))
    assert page.pixels[page.size[1] // 2, page.size[0] // 2] > 240
    assert page.pixels[page.size[1] // 6, page.size[0] // 8] < 60


class TestScale:
    """A page may state a size that no paper has."""

    def stamped(self, path: Path, points: tuple[float, float]) -> Path:
        pixels = np.full((1650, 1275), 255, np.uint8)
        pixels[100:300, 100:700] = 0
        width, height = points
        content = b"q %g 0 0 %g 0 0 cm /Im0 Do Q 0 0 %g %g re f" % (width, height, width / 10, height / 10)
        return pdf_files.page_pdf(
            path, content, points, objects=(picture(pixels, GREY),), resources=b"/XObject << /Im0 7 0 R >>"
        )

    @pytest.mark.parametrize("points", [(8.5, 11.0), (61.2, 79.2), (612.0, 792.0), (1275.0, 1650.0), (6120.0, 7920.0)])
    def test_a_picture_that_fills_it_tells_its_true_one(self, tmp_path: Path, points: tuple[float, float]) -> None:
        page = load(self.stamped(tmp_path / "page.pdf", points))
        assert page.dpi == SETTINGS.render_dpi
        assert page.size == (pytest.approx(2550, abs=3), pytest.approx(3300, abs=3))

    @pytest.mark.parametrize("unit", [0.1, 1.0, 4.0])
    def test_so_do_its_letters(self, tmp_path: Path, unit: float) -> None:
        content = b"q %g 0 0 %g 0 0 cm BT /F1 12 Tf 30 700 Td (Membership application) Tj ET Q" % (unit, unit)
        page = load(pdf_files.page_pdf(tmp_path / "page.pdf", content, (612 * unit, 792 * unit)))
        assert page.dpi == SETTINGS.render_dpi
        assert 2000 < page.size[0] < 3100


class TestComplaints:
    """What poppler finds wrong with a page is told, and no page is blank in silence."""

    def test_a_picture_that_cannot_be_drawn(self, tmp_path: Path) -> None:
        entries = b"/Type /XObject /Subtype /Image /Width 255 /Height 330 /BitsPerComponent 8 /ColorSpace /DeviceGray "
        broken = pdf_files.stream(b"no such data" * 9, entries + b"/Filter /JPXDecode")
        with pytest.raises(InputError, match=r"page 1 comes out blank \(.+\)") as caught:
            load(page_of(tmp_path / "jpx.pdf", WHOLE, broken))
        assert caught.value.remedy

    def test_beside_what_can_be_drawn(self, tmp_path: Path) -> None:
        page = load(page_of(tmp_path / "part.pdf", b"20 20 80 90 re f /NoSuch Do"))
        assert page.pixels.min() == 0
        assert "NoSuch" in page.complaint

    def test_a_sound_page_has_none(self, tmp_path: Path) -> None:
        assert not load(page_of(tmp_path / "sound.pdf", b"20 20 80 90 re f")).complaint


def test_hidden_layer_is_not_shown(tmp_path: Path, marked: Pixels) -> None:
    """A layer of optional content that is switched off, as a form's print over its filled-in values."""
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [8 0 R] /D << /OFF [8 0 R] >> >> >>"
    resources = b"/Properties << /L0 8 0 R >>"
    group = b"<< /Type /OCG /Name (hidden) >>"
    content = b"/OC /L0 BDC %s EMC 20 20 60 60 re f" % WHOLE
    path = tmp_path / "layers.pdf"
    page_of(path, content, picture(marked, GREY), group, resources=resources)
    path.write_bytes(path.read_bytes().replace(pdf_files.CATALOG, catalog))
    page = load(path)
    scale = page.size[0] / 153
    assert page.pixels[round(60 * scale * 0.5), round(20 * scale)] > 240
    assert page.pixels[round(150 * scale), round(50 * scale)] < 10
