"""How well marked checkboxes are told: drawn, scanned in grey and in black and white, and looked at.

A box that somebody scribbled over or whited out is right where it is left to a person.

`python -m tools.ticks --pages 8`
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from digitizer.authoring.drawing.nouns import Family
from digitizer.authoring.drawing.ticks import HANDS, MARKED, SPOILED, Hand
from digitizer.document.layout import Mark
from digitizer.fields.findings import SURE_MARK
from digitizer.reading.checkbox_classifier import CheckboxClassifier, load_checkbox_classifier
from digitizer.resources import models_folder
from tools.trainers.drawn_ticks import DAMAGE, scan_ticks


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
        hits = sum(self.right[h] for h in MARKED)
        missed = sum(self.wrong[h] + self.lost[h] for h in MARKED)
        false = sum(self.wrong[h] for h in HANDS if h not in MARKED | SPOILED)
        return 2 * hits / max(1, 2 * hits + missed + false)


def score_page(seed: int, family: Family, teller: CheckboxClassifier) -> TickScore:
    """One page of checkboxes."""
    scanned = scan_ticks(seed, family)
    page = scanned.page
    marks = teller.tell(page.ink, page.pixels, scanned.marks, page.dpi)
    score = TickScore(Counter(), Counter(), Counter())
    for k, hand in scanned.hands:
        told = score.lost if k is None else score.right if _is_right(marks[k], hand) else score.wrong
        told[hand] += 1
    return score


def _is_right(mark: Mark, hand: Hand) -> bool:
    return mark.confidence < SURE_MARK if hand in SPOILED else mark.checked == (hand in MARKED)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=8, help="pages of 48 checkboxes for each kind of damage")
    given = parser.parse_args(arguments)
    teller = load_checkbox_classifier(models_folder())
    for family in DAMAGE:
        score = TickScore(Counter(), Counter(), Counter())
        for seed in range(given.pages):
            score += score_page(seed, family, teller)
        sys.stdout.write(f"{family}: F1 {score.f1:.4f}")
        for hand in HANDS:
            count = score.right[hand] + score.wrong[hand] + score.lost[hand]
            sys.stdout.write(f"; {hand} {score.right[hand]} of {count}, {score.lost[hand]} not found")
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
