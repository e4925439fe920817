"""Lines whose letters stand on a rule or run over one: the rule took a part of them with it.

An 8 without its foot is an R, a 2 without its base a 9. The second reader has learned from underlined text and reads it
best with the rule left where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.layout import Rule, TextLine
from digitizer.document.page import Pixels

_FROM = 0.45
"""Of a line's height, from its top: above it a rule takes little that tells letters apart."""
_TOUCHING = 2
"""Pixels that erasing a rule takes off the letters beside it."""
_ALONG = 0.8
_STOPS = ".,-_"
_TALLEST = 0.3
"""Inches: what is taller is no line of print."""


def with_rule(
    line: TextLine, box: Box, rules: Sequence[Rule], pixels: Pixels, stamps: Pixels | None, dpi: float
) -> Pixels | None:
    """The grey crop of a line with the rule that its letters touch; None where they touch none.

    box: of the crop without it, pixels of the page. pixels: uint8 (height, width) of the page, its rules in place;
    stamps: uint8 alike, ink that is no part of the line.
    """
    here = line.box
    # Print sets its own underlines clear of the letters; what is typed on a rule that was there stands in it.
    if line.sideways or line.stamped or line.underlined or here.height > _TALLEST * dpi:
        return None
    touched = [
        r.box
        for r in rules
        if not r.vertical
        and here.y + _FROM * here.height <= r.box.center[1]
        and r.box.y <= here.bottom + _TOUCHING
        and r.box.overlap_x(here) > _ALONG * here.width
    ]
    if not touched:
        return None
    bottom = min(pixels.shape[0], max(box.bottom, max(r.bottom for r in touched) + _TOUCHING))
    rows, columns = slice(box.y, bottom), slice(box.x, box.right)
    if stamps is not None and stamps[rows, columns].any():
        return None
    return np.ascontiguousarray(pixels[rows, columns])


def without_torn_ends(first: str, second: str) -> str:
    """The reading of a line with its rule, but for the stops that the rule's end is taken for.

    first: what was read of it without the rule.
    """
    return first if first.rstrip(_STOPS) == second.rstrip(_STOPS) else second
