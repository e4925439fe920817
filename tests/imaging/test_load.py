from __future__ import annotations

import hashlib
import os
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pdf_files
import pytest
from PIL import Image

from digitizer.document.page import Pixels
from digitizer.errors import (
    EmptyDocumentError,
    EncryptedError,
    InputError,
    MissingComponentError,
    TooLargeError,
    TruncatedError,
    UnsupportedError,
)
from digitizer.imaging import pdf
from digitizer.imaging.load import load_page, probe
from digitizer.settings import Settings

SETTINGS = Settings()


def load(path: Path, page: int = 1, settings: Settings = SETTINGS):  # type: ignore[no-untyped-def]
    return load_page(probe(path, settings), page, settings)


def test_probe_tells_what_the_file_is(tmp_path: Path, marked: Pixels) -> None:
    path = tmp_path / "scan.png"
    Image.fromarray(marked).save(path)
    document = probe(path, SETTINGS)
    assert (document.path, document.name, document.pages, document.kind) == (path, "scan.png", 1, "png")
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.ref(1).page == 1


@pytest.mark.parametrize("kind", ["png", "tiff", "jpeg", "pdf"])
def test_kind_is_decided_by_content_never_by_name(tmp_path: Path, marked: Pixels, kind: str) -> None:
    path = tmp_path / "misnamed.txt"
    Image.fromarray(marked).save(path, format=kind, **({"resolution": 100} if kind == "pdf" else {}))
    assert probe(path, SETTINGS).kind == kind
    page = load(path)
    assert page.size == (255, 330)
    assert abs(int(page.pixels[50, 40])) < 12
    assert page.pixels[200, 200] > 243


def test_every_page_of_a_tiff(tmp_path: Path) -> None:
    sheets = [Image.new("L", (100 + n, 130), 40 * n) for n in range(4)]
    path = tmp_path / "fax.tif"
    sheets[0].save(path, save_all=True, append_images=sheets[1:], dpi=(200, 200))
    document = probe(path, SETTINGS)
    assert document.pages == 4
    for number in range(1, 5):
        page = load_page(document, number, SETTINGS)
        assert page.size == (99 + number, 130)
        assert page.pixels.max() == 40 * (number - 1)
        assert (page.dpi, page.ref.page) == (200.0, number)


@pytest.mark.parametrize("number", [0, 2])
def test_a_page_that_is_not_there(tmp_path: Path, marked: Pixels, number: int) -> None:
    path = tmp_path / "one.png"
    Image.fromarray(marked).save(path)
    with pytest.raises(InputError, match=r"one\.png: there is no page"):
        load(path, number)


class TestImages:
    @pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
    def test_all_modes_come_out_grey(self, tmp_path: Path, marked: Pixels, mode: str) -> None:
        path = tmp_path / "mode.tif"
        if mode == "I;16":
            Image.fromarray(marked.astype(np.uint16) * 257).save(path)
        else:
            Image.fromarray(marked).convert(mode).save(path)
        page = load(path)
        assert page.pixels.dtype == np.uint8
        assert page.pixels[50, 40] < 5
        assert page.pixels[200, 200] > 250
        if mode != "1":
            assert abs(int(page.pixels[310, 100]) - 120) < 6

    def test_sixteen_bit_png(self, tmp_path: Path, marked: Pixels) -> None:
        path = tmp_path / "deep.png"
        Image.fromarray(marked.astype(np.uint16) * 257).save(path)
        assert np.abs(load(path).pixels.astype(int) - marked).max() <= 1

    def test_transparent_parts_are_paper(self, tmp_path: Path) -> None:
        path = tmp_path / "alpha.png"
        Image.new("RGBA", (50, 60), (0, 0, 0, 0)).save(path)
        assert load(path).pixels.min() == 255

    def test_upright_as_exif_says(self, tmp_path: Path, marked: Pixels) -> None:
        path = tmp_path / "phone.jpg"
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.fromarray(np.rot90(marked)).save(path, exif=exif, quality=95)
        page = load(path)
        assert page.size == (255, 330)
        assert page.pixels[50, 40] < 12

    def test_bilevel_is_known_by_its_values(self, tmp_path: Path, marked: Pixels) -> None:
        Image.fromarray(marked).save(tmp_path / "grey.png")
        Image.fromarray(marked).convert("1", dither=Image.Dither.NONE).save(tmp_path / "fax.tif", compression="group4")
        assert not load(tmp_path / "grey.png").bilevel
        assert load(tmp_path / "fax.tif").bilevel

    @pytest.mark.parametrize(
        ("stated", "size", "expected"),
        [
            ((240, 240), (255, 330), 240),
            ((3, 3), (850, 1100), 100),
            ((72, 72), (1700, 2200), 200),
            (None, (1240, 1754), 150),
            (None, (1654, 2339), 200),
        ],
    )
    def test_resolution(self, tmp_path: Path, stated, size, expected) -> None:  # type: ignore[no-untyped-def]
        path = tmp_path / "page.png"
        Image.new("L", size, 255).save(path, **({"dpi": stated} if stated else {}))
        assert load(path).dpi == pytest.approx(expected, rel=0.001)

    def test_resolution_as_set_where_the_file_is_silent(self, tmp_path: Path) -> None:
        path = tmp_path / "page.png"
        Image.new("L", (850, 1100), 255).save(path)
        assert load(path, settings=Settings(dpi=120)).dpi == 120

    def test_fax_pixels_are_made_square(self, tmp_path: Path) -> None:
        path = tmp_path / "fax.tif"
        Image.new("1", (1728, 1078), 1).save(path, dpi=(204, 98))
        page = load(path)
        assert page.size == (1728, round(1078 * 204 / 98))
        assert page.dpi == pytest.approx(204)


class TestPdf:
    def test_a_scan_is_taken_out_as_it_is(self, tmp_path: Path, marked: Pixels) -> None:
        page = load(pdf_files.scan_pdf(tmp_path / "scan.pdf", marked, (153, 198)))
        assert np.array_equal(page.pixels, marked)
        assert page.dpi == pytest.approx(120)

    def test_fax_scan(self, tmp_path: Path, marked: Pixels) -> None:
        path = tmp_path / "fax.pdf"
        Image.fromarray(marked).convert("1", dither=Image.Dither.NONE).save(path, resolution=100)
        page = load(path)
        assert page.bilevel
        assert page.size == (255, 330)
        assert page.pixels[50, 40] == 0
        assert page.pixels[200, 200] == 255

    @pytest.mark.parametrize("turned", [90, 180, 270])
    def test_page_rotation_is_honoured(self, tmp_path: Path, marked: Pixels, turned: int) -> None:
        path = pdf_files.scan_pdf(tmp_path / "t.pdf", marked, (153, 198), page_entries=b"/Rotate %d" % turned)
        assert np.array_equal(load(path).pixels, np.rot90(marked, -turned // 90))

    @pytest.mark.parametrize(
        ("matrix", "expected"),
        [
            ("153 0 0 -198 0 198", lambda p: p[::-1]),
            ("-153 0 0 198 153 0", lambda p: p[:, ::-1]),
            ("-153 0 0 -198 153 198", lambda p: p[::-1, ::-1]),
        ],
    )
    def test_flipped_images(self, tmp_path: Path, marked: Pixels, matrix: str, expected) -> None:  # type: ignore[no-untyped-def]
        assert np.array_equal(
            load(pdf_files.scan_pdf(tmp_path / "f.pdf", marked, (153, 198), matrix)).pixels, expected(marked)
        )

    def test_image_turned_by_its_matrix(self, tmp_path: Path, marked: Pixels) -> None:
        path = pdf_files.scan_pdf(tmp_path / "m.pdf", marked, (198, 153), "0 153 -198 0 198 0")
        assert np.array_equal(load(path).pixels, np.rot90(marked))

    def test_inverted_decode(self, tmp_path: Path, marked: Pixels) -> None:
        path = pdf_files.scan_pdf(tmp_path / "i.pdf", 255 - marked, (153, 198), image_entries=b"/Decode [1 0]")
        assert np.array_equal(load(path).pixels, marked)

    def test_unseen_text_does_not_hide_the_scan(self, tmp_path: Path, marked: Pixels) -> None:
        layer = b"BT 3 Tr /F1 12 Tf 20 20 Td (text of an OCR layer) Tj ET"
        page = load(pdf_files.scan_pdf(tmp_path / "ocr.pdf", marked, (153, 198), content=layer))
        assert np.array_equal(page.pixels, marked)

    def test_seen_text_over_a_scan_is_rendered_with_it(self, tmp_path: Path, marked: Pixels) -> None:
        stamp = b"BT /F1 24 Tf 20 100 Td (RECEIVED) Tj ET"
        page = load(pdf_files.scan_pdf(tmp_path / "stamp.pdf", marked, (153, 198), content=stamp))
        assert page.dpi == SETTINGS.render_dpi
        assert page.pixels[320:410, 80:600].min() < 60  # where the stamp is; the scan is white there

    def test_a_drawing_is_rendered(self, tmp_path: Path) -> None:
        page = load(pdf_files.drawn_pdf(tmp_path / "d.pdf", (306, 396)))
        assert page.size == (1275, 1650)
        assert page.dpi == 300
        assert page.pixels.min() < 50

    def test_a_small_image_on_a_page_is_no_scan(self, tmp_path: Path, marked: Pixels) -> None:
        page = load(pdf_files.scan_pdf(tmp_path / "logo.pdf", marked, (306, 396), "100 0 0 130 20 20"))
        assert page.size == (1275, 1650)

    def test_missing_poppler_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = pdf_files.page_pdf(tmp_path / "d.pdf", b"20 20 m 200 300 l S", (306, 396))
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(MissingComponentError) as caught:
            load(path)
        assert "poppler-utils" in caught.value.remedy


class TestBadInput:
    """Each in its own kind, with the file's name and what to do, and nothing else let out."""

    def refused(self, path: Path, kind: type[InputError], settings: Settings = SETTINGS) -> InputError:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(kind) as caught:
                load(path, settings=settings)
        assert path.name in str(caught.value)
        assert caught.value.remedy
        return caught.value

    def test_empty_file(self, tmp_path: Path) -> None:
        path = tmp_path / "nothing.pdf"
        path.touch()
        self.refused(path, EmptyDocumentError)

    def test_pdf_without_pages(self, tmp_path: Path) -> None:
        self.refused(pdf_files.empty_pdf(tmp_path / "none.pdf"), EmptyDocumentError)

    @pytest.mark.parametrize("text", [b"Dear Sir, this is a letter", b"about %PDF files", b"\x00\x01\x02" * 100])
    def test_anything_else_named_pdf(self, tmp_path: Path, text: bytes) -> None:
        path = tmp_path / "letter.pdf"
        path.write_bytes(text)
        self.refused(path, UnsupportedError)

    def test_locked_pdf(self, tmp_path: Path) -> None:
        assert "password" in str(self.refused(pdf_files.locked_pdf(tmp_path / "locked.pdf"), EncryptedError))

    def test_the_reason_is_the_files_own_whatever_was_opened_before(self, tmp_path: Path) -> None:
        """pdfium's error code stays that of the last file that it could not open: no pages were "a password" then."""
        self.refused(pdf_files.locked_pdf(tmp_path / "locked.pdf"), EncryptedError)
        self.refused(pdf_files.empty_pdf(tmp_path / "none.pdf"), EmptyDocumentError)

    @pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
    @pytest.mark.parametrize("kind", ["png", "tiff", "jpeg", "pdf"])
    def test_cut_off_files(self, tmp_path: Path, kind: str, share: float) -> None:
        noise = np.random.default_rng(1).integers(0, 255, (200, 300), dtype=np.uint8)
        path = tmp_path / f"cut.{kind}"
        Image.fromarray(noise).save(path, format=kind)
        path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
        self.refused(path, TruncatedError)

    def test_pdf_cut_off_after_an_earlier_end(self, tmp_path: Path, marked: Pixels) -> None:
        path = pdf_files.scan_pdf(tmp_path / "update.pdf", marked, (153, 198))
        path.write_bytes(path.read_bytes() + b"\n7 0 obj\n<< /Length 4000 >>\nstream\nabc")
        self.refused(path, TruncatedError)

    def test_garbage_after_the_signature(self, tmp_path: Path) -> None:
        for name, head in (("a.png", b"\x89PNG\r\n\x1a\n"), ("a.jpg", b"\xff\xd8\xff"), ("a.tif", b"II*\x00")):
            (tmp_path / name).write_bytes(head + b"garbage" * 50)
            self.refused(tmp_path / name, InputError)

    def test_bomb_is_refused_before_decoding(self, tmp_path: Path) -> None:
        def chunk(name: bytes, data: bytes) -> bytes:
            return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

        header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
        path = tmp_path / "bomb.png"
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
        assert "60000 x 60000" in str(self.refused(path, TooLargeError))

    def test_huge_pdf_page_is_not_rendered(self, tmp_path: Path) -> None:
        self.refused(pdf_files.drawn_pdf(tmp_path / "plan.pdf", (14_400, 14_400)), TooLargeError)

    def test_too_many_pages(self, tmp_path: Path) -> None:
        sheets = [Image.new("L", (20, 20), 255)] * 4
        sheets[0].save(tmp_path / "many.tif", save_all=True, append_images=sheets[1:])
        self.refused(tmp_path / "many.tif", TooLargeError, Settings(max_pages=3))

    def test_a_picture_too_large_is_not_unfolded_however_small_it_is_shown(
        self, tmp_path: Path, marked: Pixels
    ) -> None:
        size = b"/Width 80000 /Height 80000"
        path = pdf_files.scan_pdf(tmp_path / "small.pdf", marked, (300, 300), "50 0 0 50 9 9", image_entries=size)
        assert "80000 x 80000" in str(self.refused(path, TooLargeError))

    def test_fax_pixels_are_not_made_square_where_that_is_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "oblong.tif"
        Image.new("1", (1000, 1000), 1).save(path, dpi=(50, 1200), compression="group4")
        assert "24000 x 1000" in str(self.refused(path, TooLargeError, Settings(max_pixels=2_000_000)))

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.pdf")
        self.refused(tmp_path / "pipe.pdf", InputError)

    def test_vanished_file(self, tmp_path: Path, marked: Pixels) -> None:
        self.refused(tmp_path / "gone.pdf", InputError)
        path = tmp_path / "soon-gone.png"
        Image.fromarray(marked).save(path)
        document = probe(path, SETTINGS)
        path.unlink()
        with pytest.raises(InputError, match="soon-gone"):
            load_page(document, 1, SETTINGS)

    def test_folder(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="folder"):
            probe(tmp_path, SETTINGS)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_unreadable_file(self, tmp_path: Path, marked: Pixels) -> None:
        path = tmp_path / "secret.png"
        Image.fromarray(marked).save(path)
        path.chmod(0)
        self.refused(path, InputError)

    def test_whatever_a_decoder_raises_is_wrapped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(path: Path) -> int:
            raise ZeroDivisionError("inside a decoder")

        monkeypatch.setattr(pdf, "count_pages", fail)
        self.refused(pdf_files.drawn_pdf(tmp_path / "odd.pdf", (100, 100)), InputError)
