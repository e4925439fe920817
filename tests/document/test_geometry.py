import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digitizer.document.geometry import Box, Transform

PLACES = st.integers(-500, 500)
SIDES = st.integers(1, 400)
BOXES = st.builds(Box, PLACES, PLACES, SIDES, SIDES)


@st.composite
def scans(draw: st.DrawFn) -> Transform:
    """What happens to a page in a scanner or before a camera: turned, enlarged, shifted, a little tilted."""
    angle = math.radians(draw(st.floats(-180, 180)))
    scale = draw(st.floats(0.5, 2.0))
    dx, dy = draw(st.floats(-300, 300)), draw(st.floats(-300, 300))
    tilt = draw(st.floats(-1e-4, 1e-4)), draw(st.floats(-1e-4, 1e-4))
    c, s = scale * math.cos(angle), scale * math.sin(angle)
    return Transform.of(np.array([[c, -s, dx], [s, c, dy], [*tilt, 1.0]]))


def test_edges_are_exclusive() -> None:
    box = Box(10, 20, 30, 40)
    assert (box.right, box.bottom, box.area, box.center) == (40, 60, 1200, (25.0, 40.0))
    assert box.holds(10, 20)
    assert box.holds(39.9, 59.9)
    assert not box.holds(40, 30)
    assert not box.holds(30, 60)


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(-500, 500), st.floats(-500, 500))
def test_spanning_holds_both_corners_and_wastes_no_pixel(x0: float, y0: float, x1: float, y1: float) -> None:
    box = Box.spanning(x0, y0, x1, y1)
    assert box == Box.spanning(x1, y1, x0, y0)
    assert box.x <= min(x0, x1) < box.x + 1
    assert box.y <= min(y0, y1) < box.y + 1
    assert box.right == max(math.ceil(max(x0, x1)), box.x + 1)
    assert box.bottom == max(math.ceil(max(y0, y1)), box.y + 1)


@given(st.lists(BOXES, min_size=1, max_size=6))
def test_around_is_the_smallest_box_that_holds_all(boxes: list[Box]) -> None:
    around = Box.around(boxes)
    assert all(around.contains(b) for b in boxes)
    assert {around.x, around.y, around.right, around.bottom} <= {
        edge for b in boxes for edge in (b.x, b.y, b.right, b.bottom)
    }
    assert Box.around(tuple(reversed(boxes))) == around


def test_no_box_stands_around_nothing() -> None:
    with pytest.raises(ValueError, match="no boxes"):
        Box.around([])


@given(BOXES, BOXES)
def test_intersection_is_what_both_hold(one: Box, other: Box) -> None:
    shared = one.intersection(other)
    assert shared == other.intersection(one)
    if shared is None:
        assert one.overlap_x(other) <= 0 or one.overlap_y(other) <= 0
    else:
        assert one.contains(shared)
        assert other.contains(shared)
        assert (shared.width, shared.height) == (one.overlap_x(other), one.overlap_y(other))


@given(BOXES, PLACES, PLACES)
def test_overlap_of_boxes_apart_is_the_gap_negative(box: Box, dx: int, dy: int) -> None:
    beside = Box(box.right + abs(dx), box.bottom + abs(dy), 5, 5)
    assert (box.overlap_x(beside), box.overlap_y(beside)) == (-abs(dx), -abs(dy))
    assert box.intersection(beside) is None


@given(BOXES, st.integers(0, 50), st.integers(0, 50))
def test_grown_holds_the_box_with_that_margin_and_shrinks_back(box: Box, dx: int, dy: int) -> None:
    grown = box.grown(dx, dy)
    assert grown.contains(box)
    assert (box.x - grown.x, grown.right - box.right) == (dx, dx)
    assert (box.y - grown.y, grown.bottom - box.bottom) == (dy, dy)
    assert grown.grown(-dx, -dy) == box
    assert box.contains(grown, tolerance=max(dx, dy))
    assert box.grown(dx) == box.grown(dx, dx)


@given(BOXES, st.integers(0, 20))
def test_what_juts_out_by_more_than_the_tolerance_is_not_inside(box: Box, by: int) -> None:
    wide, tall = box.width + by, box.height + by
    for other in (
        Box(box.x, box.y, wide, box.height),
        Box(box.x, box.y, box.width, tall),
        Box(box.x - by, box.y, wide, box.height),
        Box(box.x, box.y - by, box.width, tall),
    ):
        assert box.contains(other, tolerance=by)
        assert by == 0 or not box.contains(other, tolerance=by - 1)


@given(BOXES, st.integers(1, 200))
def test_nothing_shrinks_below_a_pixel(box: Box, by: int) -> None:
    small = box.grown(-by)
    assert small.width >= 1
    assert small.height >= 1


@given(BOXES, PLACES, PLACES)
def test_moved_there_and_back(box: Box, dx: int, dy: int) -> None:
    moved = box.moved(dx, dy)
    assert (moved.x - box.x, moved.y - box.y, moved.area) == (dx, dy, box.area)
    assert moved.moved(-dx, -dy) == box


@given(BOXES, SIDES, SIDES)
def test_clipped_is_a_box_on_the_page(box: Box, width: int, height: int) -> None:
    page, clipped = Box(0, 0, width, height), box.clipped(width, height)
    assert page.contains(clipped)
    assert clipped.area >= 1
    shared = box.intersection(page)
    if shared is not None:
        assert clipped == shared
    assert clipped.clipped(width, height) == clipped


@given(BOXES)
def test_list_of_four_builds_the_same_box(box: Box) -> None:
    assert Box(*box.as_list()) == box


@given(BOXES)
def test_a_page_not_moved_leaves_every_box(box: Box) -> None:
    assert Transform().box(box) == box
    assert Transform().inverse().box(box) == box


@given(scans(), PLACES, PLACES)
def test_inverse_brings_every_point_back(scan: Transform, x: int, y: int) -> None:
    assert scan.inverse().point(*scan.point(x, y)) == pytest.approx((x, y), abs=1e-4)


@given(scans(), scans(), PLACES, PLACES)
def test_then_maps_as_one_after_the_other(first: Transform, second: Transform, x: int, y: int) -> None:
    middle = first.point(x, y)
    assume(max(map(abs, middle)) < 2000)
    assert first.then(second).point(x, y) == pytest.approx(second.point(*middle), abs=1e-4)


@given(scans(), BOXES)
def test_mapped_box_holds_the_mapped_corners_and_maps_back_around_the_box(scan: Transform, box: Box) -> None:
    mapped = scan.box(box)
    for x, y in ((box.x, box.y), (box.right, box.y), (box.x, box.bottom), (box.right, box.bottom)):
        px, py = scan.point(x, y)
        assert mapped.x - 0.01 <= px <= mapped.right + 0.01
        assert mapped.y - 0.01 <= py <= mapped.bottom + 0.01
    assert scan.inverse().box(mapped).contains(box, tolerance=1)


@given(BOXES, PLACES, PLACES)
def test_a_shift_adds_no_pixel(box: Box, dx: int, dy: int) -> None:
    shift = Transform.of(np.array([[1.0, 0, dx], [0, 1.0, dy]]))
    assert shift.box(box) == box.moved(dx, dy)


@given(BOXES, st.sampled_from([90, 180, 270]))
def test_the_last_digit_of_a_cosine_adds_no_pixel(box: Box, degrees: int) -> None:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned = Transform.of(np.array([[c, -s, 1000], [s, c, 1000]])).box(box)
    assert turned.area == box.area


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_turned_by_quarters_maps_boxes_to_the_pixel(quarters: int) -> None:
    width, height = 40, 60
    page = np.zeros((height, width), np.uint8)
    box = Box(5, 8, 12, 20)
    page[box.y : box.bottom, box.x : box.right] = 1
    full = np.eye(3)
    turned = page
    for _ in range(quarters):
        full = np.array([[0, -1, turned.shape[0]], [1, 0, 0], [0, 0, 1]]) @ full
        turned = np.rot90(turned, -1)
    rows, columns = np.nonzero(turned)
    expected = Box.spanning(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert Transform.of(full).box(box) == expected


def test_matrix_round_trip_and_two_rows_are_enough() -> None:
    affine = np.array([[1.5, 0.25, 3.0], [-0.25, 1.5, 4.0]])
    transform = Transform.of(affine)
    assert transform.matrix.shape == (3, 3)
    assert np.array_equal(transform.matrix[:2], affine)
    assert Transform.of(transform.matrix) == transform


@given(BOXES, PLACES, PLACES)
def test_a_transposed_box_holds_what_it_held_with_x_and_y_exchanged(box: Box, x: int, y: int) -> None:
    assert box.transposed().transposed() == box
    assert box.transposed().holds(y, x) == box.holds(x, y)
