"""Draws the samples of scans/: `python -m tools.drawing.samples scans`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

from digitizer.authoring.drawing.nouns import DrawnFiling, Family
from digitizer.authoring.drawing.saving import save_filing
from tools.drawing.berths import draw_berth, make_berth
from tools.drawing.dataset import draw_filing, scan_filing
from tools.drawing.filings import Filing, make_filing
from tools.drawing.other import draw_other
from tools.drawing.render import Press, open_press

Truth = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: the first made-up filing at or after the seed that `wanted` accepts.

    scan: the seed of its damage. turned: how the sheet lies, degrees clockwise.
    """

    name: str
    layout: str
    family: Family
    seed: int
    wanted: Callable[[Filing], bool]
    scan: int = 1
    turned: int = 0


SAMPLES = (
    Sample("form4-option-grant.pdf", "edgar", "archive", 100, lambda f: _rows(f) == (0, 2) and _notes(f) > 1, scan=3),
    Sample("form4-photo.jpg", "edgar", "photo", 200, lambda f: _rows(f) == (2, 0) and _notes(f) < 3, turned=90),
    Sample("form4-many-rows.tif", "edgar", "archive", 300, lambda f: sum(_rows(f)) > 11 and _notes(f) > 5, scan=6),
    Sample(
        "form4-joint.pdf", "edgar", "archive", 400, lambda f: len(f.truth["owners"]) == 4 and sum(_rows(f)) < 5, scan=5
    ),
    Sample("form4-paper.pdf", "paper", "archive", 710, lambda f: _rows(f) == (2, 1) and not f.truth["owners"], scan=6),
    Sample("form4-software.pdf", "software", "office", 600, lambda f: _rows(f) == (1, 1) and not f.truth["owners"]),
    Sample(
        "form4-copy-of-copy.tif", "edgar", "copier", 740, lambda f: _rows(f) == (3, 0) and not f.truth["owners"], scan=2
    ),
)


BERTHS: tuple[tuple[Family, int], ...] = (
    ("archive", 1),
    ("office", 1),
    ("archive", 2),
    ("archive", 3),
    ("office", 4),
    ("archive", 5),
)
"""Damage of each application for a berth, and its seed."""


def read_seed() -> Filing:
    """The filing with which the project began: LivePerson, November 2009."""
    data = json.loads((files(__package__) / "data" / "liveperson-seed.json").read_text("utf-8"))
    return Filing(data["truth"], tuple((name, day) for name, day in data["signatures"]))


def draw_samples(folder: Path) -> None:
    """Writes every sample to the folder and its truth to the folder's truth/.

    Raises:
        MissingComponentError: Chromium or Playwright is not there.
    """
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    with open_press() as press:
        _save(folder / "form4-seed.pdf", draw_filing(press, read_seed(), "edgar", Random("seed")), "office", 1, 0)
        for sample in SAMPLES:
            _save(folder / sample.name, _draw(press, sample), sample.family, sample.scan, sample.turned)
        _save(folder / "other-form.pdf", draw_other(press, 3), "archive", 8, 0)
        draw_berths(press, folder / "berth")


def draw_berths(press: Press, folder: Path) -> None:
    """Writes the form that nobody knows: a blank, and applications filled in, with their truth."""
    for part in ("filled", "truth"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    save_filing(folder / "blank.pdf", scan_filing(draw_berth(press, None, Random("blank")), "office", 3, 0), quality=55)
    for number, (family, scan) in enumerate(BERTHS, start=1):
        rng = Random(f"berth-{number}")
        filing = draw_berth(press, make_berth(rng), rng)
        save_filing(folder / "filled" / f"berth-{number}.pdf", scan_filing(filing, family, scan, 0), quality=55)
        text = json.dumps(filing.truth, indent=1, ensure_ascii=False)
        (folder / "truth" / f"berth-{number}.json").write_text(text + "\n", "utf-8")


def _draw(press: Press, sample: Sample) -> DrawnFiling:
    seed = sample.seed
    while not sample.wanted(make_filing(Random(f"sample-{seed}"))):
        seed += 1
    rng = Random(f"sample-{seed}")
    return draw_filing(press, make_filing(rng), sample.layout, rng)


def _save(path: Path, filing: DrawnFiling, family: Family, seed: int, turned: int) -> None:
    save_filing(path, scan_filing(filing, family, seed, turned), quality=55)
    text = json.dumps(filing.truth, indent=1, ensure_ascii=False)
    (path.parent / "truth" / f"{path.stem}.json").write_text(text + "\n", "utf-8")


def _rows(filing: Filing) -> tuple[int, int]:
    tables = filing.truth["tables"]
    return len(tables["nonDerivative"]), len(tables["derivative"])


def _notes(filing: Filing) -> int:
    return len(filing.truth["footnotes"])


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    draw_samples(parser.parse_args(arguments).folder)


if __name__ == "__main__":
    main()
