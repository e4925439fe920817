"""How well checkboxes ticked by hand are told: drawn, scanned in grey and in black and white, and looked at.

`python -m digitizer.evaluation.ticks --pages 8`
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitizer.document.geometry import Box
from digitizer.document.layout import Layout
from digitizer.document.page import PageImage, PageRef
from digitizer.imaging.segment import segment
from digitizer.imaging.straighten import straighten
from digitizer.synthesis.damage import damage
from digitizer.synthesis.nouns import Level
from digitizer.synthesis.ticks import HANDS, Hand, draw_ticks

LEVELS: tuple[Level, ...] = ("clean", "office", "archive")
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class TickScore:
    """right, wrong, lost: by what the hand did, how many boxes were told right, wrong, or not found at all."""

    right: Counter[Hand]
    wrong: Counter[Hand]
    lost: Counter[Hand]

    def __add__(self, other: TickScore) -> TickScore:
        return TickScore(self.right + other.right, self.wrong + other.wrong, self.lost + other.lost)

    @property
    def f1(self) -> float:
        """Of ticked boxes; one that was not found counts as told to be blank."""
        ticked = [h for h in HANDS if is_ticked(h)]
        hits = sum(self.right[h] for h in ticked)
        missed = sum(self.wrong[h] + self.lost[h] for h in ticked)
        false = sum(self.wrong[h] for h in HANDS if h not in ticked)
        return 2 * hits / max(1, 2 * hits + missed + false)


def is_ticked(hand: Hand) -> bool:
    """Whether a hand meant the box."""
    return hand not in ("blank", "near")


def score_page(seed: int, level: Level) -> TickScore:
    """One page of checkboxes."""
    drawn = draw_ticks(seed)
    scan = damage(drawn.pixels, level, np.random.default_rng([seed, LEVELS.index(level)]), turned=0)
    page = PageImage(PageRef("ticks.png", "0" * 64, 1), scan.pixels, scan.dpi, scan.bilevel)
    layout = segment(straighten(page)).layout
    score = TickScore(Counter(), Counter(), Counter())
    for box, hand in drawn.boxes:
        checked = _state(layout, scan.from_page.box(box))
        told = score.lost if checked is None else score.right if checked == is_ticked(hand) else score.wrong
        told[hand] += 1
    return score


def _state(layout: Layout, place: Box) -> bool | None:
    """Whether the checkbox at that place of the scan is told to be ticked; None where none is told."""
    for mark in layout.marks:
        shared = layout.to_scan.box(mark.box).intersection(place)
        if shared is not None and shared.area >= _OVERLAP * place.area:
            return mark.checked
    return None


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=8, help="pages of 48 checkboxes at each level")
    given = parser.parse_args(arguments)
    for level in LEVELS:
        score = TickScore(Counter(), Counter(), Counter())
        for seed in range(given.pages):
            score += score_page(seed, level)
        sys.stdout.write(f"{level}: F1 {score.f1:.4f}")
        for hand in HANDS:
            count = score.right[hand] + score.wrong[hand] + score.lost[hand]
            sys.stdout.write(f"; {hand} {score.right[hand]} of {count}, {score.lost[hand]} not found")
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
