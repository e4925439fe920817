from __future__ import annotations

import numpy as np

from digitizer.authoring.drawing.warping import Bend, bend_points, tilt, warp
from digitizer.document.geometry import Box, Transform

SHAPE = (800, 600)
BOX = Box(400, 500, 30, 20)


def bend() -> Bend:
    """To the right the more so the lower, by up to 40 pixels, and 10 down."""
    _, ys = bend_points(SHAPE)
    return Bend(np.stack([40 * ys / 800, np.full_like(ys, 10.0)], axis=-1).astype(np.float32))


def test_a_bend_tells_where_a_box_goes() -> None:
    assert bend().box(BOX) == Box(425, 510, 31, 20)


def test_what_is_warped_stands_where_bend_and_mapping_tell() -> None:
    page = np.full(SHAPE, 255, np.uint8)
    page[BOX.y : BOX.bottom, BOX.x : BOX.right] = 0
    matrix = tilt(SHAPE, 0.5, 2.0, 0.0, np.ones(2))
    ys, xs = np.nonzero(warp(page, matrix, (400, 300), 255, bend()) < 128)
    told = Transform.of(matrix).box(bend().box(BOX))
    assert abs(xs.mean() + 0.5 - told.center[0]) < 1
    assert abs(ys.mean() + 0.5 - told.center[1]) < 1


def test_a_bend_of_nothing_changes_nothing() -> None:
    page = np.random.default_rng(0).integers(0, 256, SHAPE, dtype=np.uint8)
    xs, _ = bend_points(SHAPE)
    flat = Bend(np.zeros((*xs.shape, 2), np.float32))
    matrix = tilt(SHAPE, 1.0, 1.0, 0.0, np.ones(2))
    plain, bent = (warp(page, matrix, SHAPE, 255, b).astype(int) for b in (None, flat))
    # OpenCV counts in 32nds of a pixel; noise is the hardest to move.
    assert np.abs(plain - bent).mean() < 8
