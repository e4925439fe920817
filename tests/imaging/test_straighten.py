from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_pages import Style, as_page, distort, draw_page, photographed, turning
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitizer.document.geometry import Box
from digitizer.document.page import Pixels, StraightPage
from digitizer.imaging.load import load_page, probe
from digitizer.imaging.paper import find_paper
from digitizer.imaging.straighten import straighten
from digitizer.settings import Settings

SHARED = Path(__file__).parents[3] / "shared"
TABLE, TEXT, CAPITALS = Style(), Style(rules=False, lines=36), Style(rules=False, lines=30, capitals=True)


def leftover(page: StraightPage, drawn_to_scan, size: tuple[int, int]) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """The largest angles in degrees at which level and upright lines of the drawn page still lie."""
    width, height = size
    to_straight = np.linalg.inv(page.to_scan.matrix) @ drawn_to_scan
    ends = np.array([[0.1, 0.9], [0.1, 0.9]])
    worst = []
    for axis in (0, 1):
        angles = []
        for place in np.linspace(0.1, 0.9, 5):
            line = np.full((2, 2), place)
            line[:, axis] = ends[axis]
            a, b = cv2.perspectiveTransform((line * (width, height))[None], to_straight)[0]
            along, aside = (b - a)[axis], (b - a)[1 - axis]
            angles.append(abs(np.degrees(np.arctan2(aside, along))))
        worst.append(max(angles))
    return worst[0], worst[1]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("style", [TABLE, TEXT, CAPITALS], ids=["table", "text", "capitals"])
@pytest.mark.parametrize("angle", [-9.3, 0.8])
def test_turned_and_skewed_pages_come_out_level(style: Style, turned: int, angle: float) -> None:
    drawn = draw_page(3, style)
    size = drawn.shape[1], drawn.shape[0]
    scan, matrix = distort(drawn, turning(angle, *size), turned)
    page = straighten(as_page(scan, 200))
    assert page.turned == turned
    assert page.skew == pytest.approx(angle, abs=0.05)
    assert max(leftover(page, matrix, size)) < 0.05


@pytest.mark.parametrize("lines", [3, 6])
def test_pages_with_little_text_are_levelled(lines: int) -> None:
    drawn = draw_page(5, Style(rules=False, lines=lines))
    scan, _ = distort(drawn, turning(4.2, drawn.shape[1], drawn.shape[0]))
    assert straighten(as_page(scan, 200)).skew == pytest.approx(4.2, abs=0.08)


def test_columns_of_short_lines_are_not_joined_askew() -> None:
    """A line of one column and the next line of another lie on a straight line too: that once turned a level page."""
    column = draw_page(2, Style(rules=False, lines=40))[:, 140:420]
    drawn = np.full((2200, 1700), 255, np.uint8)
    for left in (140, 620, 1100):
        drawn[:, left : left + column.shape[1]] = column
    assert abs(straighten(as_page(drawn, 200)).skew) < 0.05


def test_a_few_typed_underlines_do_not_turn_the_page() -> None:
    """Three underlines near the top, a little askew, once turned the page by what they promised for its middle."""
    drawn = draw_page(4, TEXT)
    for number, (left, slope) in enumerate(((140, -0.0006), (700, -0.0018), (200, -0.005))):
        x, y = left, 150 + 34 * number
        cv2.line(drawn, (x, y), (x + 380, round(y + 380 * slope)), 0, 3)
    assert abs(straighten(as_page(drawn, 200)).skew) < 0.1


@pytest.mark.parametrize(
    ("shear", "tilt"), [(0.012, (0, 0)), (-0.008, (0, 0)), (0, (0.012, 0)), (0, (0, -0.015)), (0.005, (0.015, 0.01))]
)
def test_shear_and_perspective_are_undone(shear: float, tilt: tuple[float, float]) -> None:
    drawn = draw_page(1, Style(lines=4))
    size = drawn.shape[1], drawn.shape[0]
    scan, matrix = distort(drawn, turning(0.9, *size, shear, tilt))
    assert max(leftover(straighten(as_page(scan, 200)), matrix, size)) < 0.12


def test_a_photograph_comes_out_level_and_white() -> None:
    drawn = draw_page(1, Style(dpi=150))
    size = drawn.shape[1], drawn.shape[0]
    scan, matrix = distort(drawn, turning(-2.3, *size, 0, (0.01, 0.01)))
    page = straighten(as_page(photographed(scan), 150, bilevel=False))
    assert max(leftover(page, matrix, size)) < 0.12
    assert not page.bilevel
    assert np.median(page.pixels) == 255
    truth = cv2.warpPerspective(drawn, np.linalg.inv(page.to_scan.matrix) @ matrix, page.size, borderValue=255) < 128
    seen = page.ink > 0
    thick_truth, thick_seen = (cv2.dilate(m.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0 for m in (truth, seen))
    assert (truth & ~thick_seen).sum() < 0.02 * truth.sum()
    assert (seen & ~thick_truth).sum() < 0.02 * truth.sum()


@pytest.mark.parametrize("angle", [-4.0, 6.0])
def test_a_sheet_on_a_table_is_cut_out(angle: float) -> None:
    drawn = draw_page(2, Style(dpi=150))
    width, height = drawn.shape[1], drawn.shape[0]
    on_table = np.array([[1, 0, 150], [0, 1, 120], [0, 0, 1]]) @ turning(angle, width, height, 0, (0.06, 0.04))
    table = np.full((height + 260, width + 320), 70, np.uint8)
    size = table.shape[1], table.shape[0]
    paper = cv2.warpPerspective(
        drawn, on_table, size, flags=cv2.INTER_CUBIC, dst=table, borderMode=cv2.BORDER_TRANSPARENT
    )
    page = straighten(as_page(photographed(paper), 190, bilevel=False))
    assert max(leftover(page, on_table, (width, height))) < 0.15
    assert page.scan_size == size
    assert page.dpi == pytest.approx(150, rel=0.05)
    assert page.size == pytest.approx((width, height), rel=0.05)
    assert page.ink[:, :40].mean() < 8


def test_paper_that_fills_the_picture_is_not_cut() -> None:
    assert find_paper(photographed(draw_page(2, Style(dpi=150)))) is None


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    angle=st.floats(-9.5, 9.5),
    turned=st.sampled_from([0, 90, 180, 270]),
    x=st.integers(300, 1400),
    y=st.integers(300, 1900),
)
def test_points_find_their_way_back_to_the_scan(angle: float, turned: int, x: int, y: int) -> None:
    drawn = draw_page(7, replace(TEXT, lines=20))
    cv2.rectangle(drawn, (x - 40, y - 40), (x + 40, y + 40), 255, cv2.FILLED)
    cv2.rectangle(drawn, (x - 7, y - 7), (x + 7, y + 7), 0, cv2.FILLED)
    scan, matrix = distort(drawn, turning(angle, drawn.shape[1], drawn.shape[0]), turned)
    page = straighten(as_page(scan, 200))
    (expected,) = cv2.perspectiveTransform(np.array([[[x + 0.5, y + 0.5]]]), matrix)[0]
    straight = page.to_scan.inverse().point(*expected)
    left, top = round(straight[0]) - 20, round(straight[1]) - 20
    rows, columns = np.nonzero(page.ink[top : top + 40, left : left + 40])
    found = page.to_scan.point(left + columns.mean() + 0.5, top + rows.mean() + 0.5)
    assert found == pytest.approx(tuple(expected), abs=1.0)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_whole_page_maps_to_the_whole_scan(turned: int) -> None:
    scan = np.ascontiguousarray(np.rot90(draw_page(1, TABLE), -turned // 90))
    page = straighten(as_page(scan, 200))
    assert page.turned == turned
    assert page.to_scan.box(Box(0, 0, *page.size)) == Box(0, 0, scan.shape[1], scan.shape[0])
    assert page.scan_size == (scan.shape[1], scan.shape[0])


def test_level_pages_pass_through_untouched() -> None:
    drawn = draw_page(1, TABLE)
    scan = as_page(drawn, 200)
    page = straighten(scan)
    assert page.size == scan.size
    assert np.array_equal(page.pixels, scan.pixels)
    assert np.array_equal(page.ink, 255 - scan.pixels)
    assert page.to_scan.point(12, 34) == (12, 34)


@pytest.mark.parametrize("bilevel", [True, False])
def test_blank_pages_pass_quietly(bilevel: bool) -> None:
    paper = np.full((2200, 1700), 255, np.uint8)
    if not bilevel:
        paper = photographed(paper)
    page = straighten(as_page(paper, 200, bilevel))
    assert (page.skew, page.turned) == (0.0, 0)
    assert not page.ink.any()


def test_a_page_with_a_line_of_text_keeps_its_ink() -> None:
    assert straighten(as_page(draw_page(1, Style(rules=False, lines=1)), 200)).ink.any()


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (40, 40), (700, 5)])
@pytest.mark.parametrize("value", [0, 255])
def test_odd_sizes_do_no_harm(size: tuple[int, int], value: int) -> None:
    page = straighten(as_page(np.full(size, value, np.uint8), 200))
    assert page.turned == 0


class TestDirt:
    @pytest.mark.parametrize("white", [0, 3])
    def test_dark_edges_go_and_rules_that_touch_them_stay(self, white: int) -> None:
        """Also where the scanner left a few white columns outside the dark one."""
        clean = as_page(draw_page(1, Style(lines=10)), 200).pixels
        dirty = clean.copy()
        dirty[:, white:60] = 0
        dirty[:25] = 0
        dirty[:, -4:] = 0
        cv2.line(dirty, (0, 700), (1700, 700), 0, 3)
        page = straighten(as_page(dirty, 200))
        assert page.ink[:, :60].mean() < 4
        assert page.ink[:20].max() == 0
        assert page.ink[100:600, -4:].max() == 0
        assert page.ink[698:703, 90:1650].max(axis=0).min() == 255
        assert np.array_equal(page.ink[800:, 100:1650], 255 - clean[800:, 100:1650])

    def test_punch_holes_go(self) -> None:
        dirty = draw_page(1, TEXT)
        for x in (400, 1300):
            cv2.circle(dirty, (x, 80), 26, 0, cv2.FILLED)
        page = straighten(as_page(dirty, 200))
        assert page.ink[45:115, 365:435].max() == 0
        assert page.ink[45:115, 1265:1335].max() == 0

    @pytest.mark.parametrize("place", [(120, 900), (850, 1000)])
    def test_black_boxes_and_letters_are_no_holes(self, place: tuple[int, int]) -> None:
        drawn = draw_page(1, Style(rules=False, lines=16))
        x, y = place
        drawn[y : y + 40, x : x + 40] = 0
        cv2.putText(drawn, "OQ", (200, 1500), cv2.FONT_HERSHEY_TRIPLEX, 3, 0, 8)
        scan = as_page(drawn, 200)
        assert np.array_equal(straighten(scan).ink, 255 - scan.pixels)

    def test_specks_go_and_full_stops_stay(self) -> None:
        clean = as_page(draw_page(1, TABLE), 200)
        noise = np.random.default_rng(3)
        dirty = clean.pixels.copy()
        rows, columns = noise.integers(0, 2198, 1500), noise.integers(0, 1698, 1500)
        far = cv2.dilate(255 - clean.pixels, np.ones((61, 61), np.uint8)) == 0
        alone = far[rows, columns]
        for y, x, side in zip(rows[alone], columns[alone], noise.integers(1, 3, alone.sum()), strict=True):
            dirty[y : y + side, x : x + side] = 0
        before, after = self.outside(dirty, far), self.outside(straighten(replace(clean, pixels=dirty)).pixels, far)
        assert before > 150
        assert after <= 0.02 * before
        unharmed = straighten(clean).ink
        assert np.array_equal(unharmed, 255 - clean.pixels)

    def test_specks_in_an_empty_cell_go_and_bits_of_its_rule_stay(self) -> None:
        """A blank cell must stay blank to be left unread, however close its rules are."""
        drawn = draw_page(1, Style(rules=False, lines=10))
        cv2.rectangle(drawn, (300, 1500), (700, 1540), 0, 2)
        drawn[1539:1542, 450:456] = 255
        drawn[1540:1542, 452:454] = 0
        drawn[1518:1520, (340, 400, 520, 640)] = 0
        page = straighten(as_page(drawn, 200))
        assert page.ink[1510:1530, 310:690].max() == 0
        assert page.ink[1540:1542, 452:454].min() == 255

    @pytest.mark.parametrize("gap", [3, 8])
    def test_decimal_points_stay(self, gap: int) -> None:
        drawn = draw_page(1, Style(rules=False, lines=10))
        cv2.line(drawn, (300, 1530), (800, 1530), 0, 2)
        for x in range(320, 780, 60):
            drawn[1505:1531, x : x + 10] = 0  # touches its underline, as on bad copies
            drawn[1522:1525, x + 10 + gap : x + 12 + gap] = 0
        page = straighten(as_page(drawn, 200))
        assert np.array_equal(page.ink[1500:1530], 255 - as_page(drawn, 200).pixels[1500:1530])

    def test_dust_between_letters_goes_where_points_tell_how_large_stops_are(self) -> None:
        """A reader takes it for a stop."""
        clean = as_page(draw_page(1, Style(rules=False, dpi=300, font=2)), 300)
        ink = np.asarray(255 - clean.pixels, np.uint8)
        near = cv2.dilate(ink, np.ones((19, 19), np.uint8)) & ~cv2.dilate(ink, np.ones((5, 5), np.uint8))
        rows, columns = np.nonzero(near)
        chosen = np.random.default_rng(3).integers(0, len(rows), 600)
        dirty = clean.pixels.copy()
        dirty[rows[chosen], columns[chosen]] = 0
        page = straighten(replace(clean, pixels=dirty))
        assert int((dirty < clean.pixels).sum()) > 500
        assert int((page.pixels < clean.pixels).sum()) <= 10
        assert int((page.pixels > clean.pixels).sum()) == 0

    @staticmethod
    def outside(pixels: Pixels, far) -> int:  # type: ignore[no-untyped-def]
        return int(((pixels == 0) & far).sum())

    @pytest.mark.parametrize("spacing", [5, 8])
    @pytest.mark.parametrize("upright", [False, True])
    def test_dotted_rules_stay(self, spacing: int, upright: bool) -> None:
        drawn = draw_page(1, Style(rules=False, lines=10))
        dots = np.zeros_like(drawn, dtype=bool)
        for step in range(0, 900, spacing):
            y, x = (1000 + step, 800) if upright else (1500, 300 + step)
            dots[y : y + 2, x : x + 2] = True
        drawn[dots] = 0
        page = straighten(as_page(drawn, 200))
        assert page.ink[dots].mean() > 250


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the scans in ../shared are not here")
@pytest.mark.parametrize("name", ["sec/scans/archive/sec4-dev-003.pdf", "sec/scans/office/sec4-dev-001.pdf"])
@pytest.mark.parametrize("turned", [0, 90, 180])
def test_real_scans_come_out_upright(name: str, turned: int) -> None:
    scan = load_page(probe(SHARED / name, Settings()), 1, Settings())
    page = straighten(replace(scan, pixels=np.ascontiguousarray(np.rot90(scan.pixels, -turned // 90))))
    assert page.turned == turned
    again = straighten(replace(scan, pixels=page.pixels))
    assert again.turned == 0
    assert abs(again.skew) < 0.05
