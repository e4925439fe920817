"""Checkboxes drawn, scanned and found again, each with what was done to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitizer.authoring.drawing.damage import damage
from digitizer.authoring.drawing.nouns import FAMILIES, Family
from digitizer.authoring.drawing.ticks import Hand
from digitizer.document.geometry import Box
from digitizer.document.layout import Layout, Mark
from digitizer.document.page import PageImage, PageRef, StraightPage
from digitizer.imaging.segment import segment
from digitizer.imaging.straighten import straighten
from digitizer.imaging.text_detector import InkDetector
from tools.drawing.tick_forms import draw_tick_form
from tools.drawing.tick_pages import draw_ticks

DAMAGE: tuple[Family, ...] = ("clean", "office", "archive", "copier")
_ORDER: tuple[Family, ...] = (*DAMAGE, *(f for f in FAMILIES if f not in DAMAGE))
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Scanned:
    """marks: the checkboxes found on the page; hands: each drawn one's number among them and what was done to it."""

    page: StraightPage
    marks: tuple[Mark, ...]
    hands: tuple[tuple[int | None, Hand], ...]


def scan_ticks(seed: int, family: Family, worn: bool = False, form: bool = False) -> Scanned:
    """A page of checkboxes, drawn, scanned and segmented. form: as forms are printed, not one size in three columns."""
    drawn = draw_tick_form(seed) if form else draw_ticks(seed, worn)
    scan = damage(drawn.pixels, family, np.random.default_rng([seed, _ORDER.index(family)]), turned=0)
    straight = straighten(PageImage(PageRef("ticks.png", "0" * 64, 1), scan.pixels, scan.dpi, scan.bilevel))
    layout = segment(straight, InkDetector()).layout
    places = [(scan.box(box), hand) for box, hand in drawn.boxes]
    return Scanned(straight, layout.marks, tuple((_found(layout, place), hand) for place, hand in places))


def _found(layout: Layout, place: Box) -> int | None:
    """The number of the checkbox found at that place of the scan; None where none was."""
    shared = [layout.to_scan.box(mark.box).intersection(place) for mark in layout.marks if mark.likely]
    numbers = [k for k, mark in enumerate(layout.marks) if mark.likely]
    likest = max(zip(numbers, shared, strict=True), key=lambda m: m[1].area if m[1] else 0, default=(0, None))
    return likest[0] if likest[1] is not None and likest[1].area >= _OVERLAP * place.area else None
