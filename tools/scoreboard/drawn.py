"""Sets that are drawn: checkboxes ticked by hand, and tables told cell by cell. A page is a document."""

from __future__ import annotations

from typing import cast

import numpy as np

from digitizer.authoring.drawing.nouns import Family
from digitizer.fields.describe import describe_page
from digitizer.reading.checkbox_classifier import load_checkbox_classifier
from digitizer.resources import models_folder
from digitizer.settings import Settings
from tools import grids, ticks
from tools.drawing.tables import MANNERS, Manner, draw_table
from tools.scoreboard.score import Scored
from tools.trainers.drawn_ticks import DAMAGE

PAGES = {"ticks": 8, "grids": 8}
"""Pages of each row: of 48 checkboxes, or one table."""
ROWS: dict[str, tuple[str, ...]] = {"ticks": DAMAGE, "grids": MANNERS}
_GRID_DAMAGE: Family = "archive"


def score_drawn(name: str, row: str, seed: int) -> Scored:
    """One page of ticks (row: the kind of damage) or of a table (row: the manner it is drawn in)."""
    return _score_ticks(row, seed) if name == "ticks" else _score_grid(row, seed)


def _score_ticks(row: str, seed: int) -> Scored:
    score = ticks.score_page(seed, cast(Family, row), load_checkbox_classifier(models_folder()))
    right = score.right.total()
    of = right + score.wrong.total() + score.lost.total()
    return Scored("ticks", row, f"{row}-{seed}", {"boxes": (right, of), "flawless": (int(right == of), 1)})


def _score_grid(row: str, seed: int) -> Scored:
    manner = cast(Manner, row)
    table = draw_table(seed, manner)
    page, box = grids.scan_table(table, _GRID_DAMAGE, np.random.default_rng([seed, MANNERS.index(manner)]))
    found = grids.pick_grid(describe_page(grids.read_table(page, Settings())), box)
    score = grids.score_grid(row, table.rows, found)
    whole = score.shaped and score.cells[0] == score.cells[1] and score.blanks[0] == score.blanks[1]
    counts = {"form": (score.shaped, 1), "values": score.cells, "blanks": score.blanks, "flawless": (int(whole), 1)}
    return Scored("grids", row, f"{row}-{seed}", {key: count for key, count in counts.items() if count[1]})
