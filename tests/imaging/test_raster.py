from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiff_files import write_tiff

from digitizer.document.page import PageImage, Pixels
from digitizer.imaging.load import load_page, probe
from digitizer.settings import Settings

SETTINGS = Settings()
_TURNS = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.T,
    6: lambda p: np.rot90(p),
    7: lambda p: p[::-1, ::-1].T,
    8: lambda p: np.rot90(p, -1),
}
"""How the page is to be stored that a reader shows upright by that orientation tag."""


def load(path: Path, page: int = 1) -> PageImage:
    return load_page(probe(path, SETTINGS), page, SETTINGS)


class TestOrientation:
    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("compression", ["raw", "tiff_deflate", "tiff_lzw", "packbits"])
    def test_upright_as_the_tag_says(self, tmp_path: Path, marked: Pixels, orientation: int, compression: str) -> None:
        """Uncompressed pages came out torn: the decoder mapped them into memory with rows for columns."""
        path = tmp_path / "turned.tif"
        stored = Image.fromarray(np.ascontiguousarray(_TURNS[orientation](marked)))
        stored.save(path, compression=compression, tiffinfo={274: orientation})
        assert np.array_equal(load(path).pixels, marked)

    @pytest.mark.parametrize("compression", ["raw", "group3", "group4"])
    def test_fax_resolution_turns_with_the_page(self, tmp_path: Path, compression: str) -> None:
        pixels = np.full((539, 864), 255, np.uint8)
        pixels[50:100, 60:200] = 0
        path = tmp_path / "fax.tif"
        stored = Image.fromarray(np.ascontiguousarray(np.rot90(pixels))).convert("1")
        stored.save(path, compression=compression, dpi=(98, 204), tiffinfo={274: 6})
        page = load(path)
        assert page.size == (864, round(539 * 204 / 98))
        assert page.dpi == 204
        assert page.pixels[150, 100] == 0
        assert page.pixels[300, 100] == 255


class TestPagesOfTiff:
    def test_reduced_copies_and_masks_are_no_pages(self, tmp_path: Path, marked: Pixels) -> None:
        small = np.ascontiguousarray(marked[::2, ::2])
        other = np.ascontiguousarray(marked[::-1])
        pages = [
            (marked, {}),
            (small, {254: 1}),
            (small, {255: 2}),
            (marked, {254: 4}),
            (other, {254: 2}),
            (small, {254: 1}),
        ]
        path = write_tiff(tmp_path / "pyramid.tif", pages)
        assert probe(path, SETTINGS).pages == 2
        assert np.array_equal(load(path, 1).pixels, marked)
        assert np.array_equal(load(path, 2).pixels, other)

    def test_a_file_of_reduced_pictures_alone_has_pages(self, tmp_path: Path, marked: Pixels) -> None:
        path = write_tiff(tmp_path / "small.tif", [(marked, {254: 1})] * 2)
        assert probe(path, SETTINGS).pages == 2


class TestDepth:
    @pytest.mark.parametrize("white_is_zero", [False, True])
    def test_sixteen_bits(self, tmp_path: Path, marked: Pixels, white_is_zero: bool) -> None:
        stored = (255 - marked if white_is_zero else marked).astype(np.uint16) * 257
        path = write_tiff(tmp_path / "deep.tif", [(stored, {262: 0 if white_is_zero else 1})])
        assert np.abs(load(path).pixels.astype(int) - marked).max() <= 1

    def test_twelve_bits_in_sixteen(self, tmp_path: Path, marked: Pixels) -> None:
        path = write_tiff(tmp_path / "scanner.tif", [(marked.astype(np.uint16) * 16, {})])
        assert np.abs(load(path).pixels.astype(int) - marked).max() <= 2

    @pytest.mark.parametrize("top", [1.0, 255.0])
    def test_fractions(self, tmp_path: Path, marked: Pixels, top: float) -> None:
        stored = (marked * (top / 255)).astype(np.float32)
        path = write_tiff(tmp_path / "float.tif", [(stored, {339: 3})])
        assert np.abs(load(path).pixels.astype(int) - marked).max() <= 1

    def test_white_is_zero_at_eight_bits_and_one(self, tmp_path: Path, marked: Pixels) -> None:
        path = write_tiff(tmp_path / "grey.tif", [(255 - marked, {262: 0})])
        assert np.array_equal(load(path).pixels, marked)
        negative = Image.fromarray(marked).convert("1", dither=Image.Dither.NONE)
        negative.save(tmp_path / "fax.tif", compression="group4", tiffinfo={262: 0})
        assert load(tmp_path / "fax.tif").pixels[50, 40] == 0


class TestColours:
    def test_lightness_of_lab(self, tmp_path: Path, marked: Pixels) -> None:
        stored = np.dstack([marked, np.zeros_like(marked), np.zeros_like(marked)])
        path = write_tiff(tmp_path / "lab.tif", [(stored, {262: 8})])
        assert np.array_equal(load(path).pixels, marked)

    @pytest.mark.parametrize("kind", [1, 2])
    def test_alpha(self, tmp_path: Path, marked: Pixels, kind: int) -> None:
        stored = np.dstack([np.zeros_like(marked)] * 3 + [255 - marked])
        path = write_tiff(tmp_path / "alpha.tif", [(stored, {262: 2, 338: kind})])
        assert np.abs(load(path).pixels.astype(int) - marked).max() <= 1

    @pytest.mark.parametrize("shown", ["colours", "shape"])
    def test_what_paper_would_hide_is_told(self, tmp_path: Path, marked: Pixels, shown: str) -> None:
        """Alpha that a program left at 0, and white letters cut out: on white paper both were a blank page."""
        white, nothing = np.full_like(marked, 255), np.zeros_like(marked)
        bands = [marked] * 3 + [nothing] if shown == "colours" else [white] * 3 + [255 - marked]
        Image.fromarray(np.dstack(bands)).save(tmp_path / "cut.png")
        assert np.abs(load(tmp_path / "cut.png").pixels.astype(int) - marked).max() <= 1


class TestResolution:
    @pytest.mark.parametrize(("unit", "stated", "expected"), [(2, 240, 240), (3, 80, 203.2), (1, 240, 100)])
    def test_units(self, tmp_path: Path, unit: int, stated: int, expected: float) -> None:
        tags = {282: (stated, 1), 283: (stated, 1), 296: unit}
        path = write_tiff(tmp_path / "page.tif", [(np.full((1100, 850), 255, np.uint8), tags)])
        assert load(path).dpi == pytest.approx(expected)

    @pytest.mark.parametrize("ratio", [(2, 1), (204, 98)])
    def test_only_the_ratio_is_told(self, tmp_path: Path, ratio: tuple[int, int]) -> None:
        tags = {282: (ratio[0], 1), 283: (ratio[1], 1), 296: 1}
        path = write_tiff(tmp_path / "fax.tif", [(np.full((1100, 1728), 255, np.uint8), tags)])
        page = load(path)
        assert page.size == (1728, round(1100 * ratio[0] / ratio[1]))
        assert page.dpi == pytest.approx(204, abs=4)
