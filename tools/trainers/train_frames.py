"""Trains what tells frames of checkboxes from letters, on drawn forms of many prints and drawn filings.

`python -m tools.trainers.train_frames`; pages are drawn, scanned and straightened, so that it learns from candidates as
they are found. The card tells how it does on each family of damage when that is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, get_args

import cv2
import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from digitizer.authoring.drawing.damage import damage
from digitizer.authoring.drawing.nouns import FAMILIES, Damaged, Family
from digitizer.bundle import save_model
from digitizer.document.geometry import Box, Transform
from digitizer.document.page import PageImage, PageRef
from digitizer.estimators import Estimator, frozen
from digitizer.imaging import frames
from digitizer.imaging.frame_candidates import candidates, coarse, in_line, with_pale_strokes
from digitizer.imaging.frame_evidence import NAMES, Sums, describe_frames
from digitizer.imaging.letters import components, letter_height
from digitizer.imaging.load import load_page, probe
from digitizer.imaging.straighten import straighten
from digitizer.resources import models_folder
from digitizer.settings import Settings
from tools.drawing.dataset import draw_filing, scan_filing
from tools.drawing.filings import make_filing
from tools.drawing.prints import FORMS
from tools.drawing.render import open_press
from tools.drawing.tables import Manner, draw_table
from tools.drawing.tick_forms import draw_tick_form
from tools.drawing.tick_pages import draw_ticks

SEED = 5
FORMS_DRAWN, FILINGS_DRAWN = 26, 3
"""Pages of checkboxes, and filings, for each family of damage."""
_FIRST = 20_000
"""Pages numbered from here on; those that are scored have lower numbers."""
_LIKE, _UNLIKE = 0.65, 0.4
"""Shared area by whole area: of what stands for a true frame; of what stands for none. What is between is left out."""
_SCALES = (0.5, 1.4)
"""Of the resolution that a family scans at, that what is learned holds at others."""
_SOME = 0.3
"""Of the candidates that are no frames, how many are learned from."""
_MOST_PAGES = 3
_MANNERS: tuple[Manner, ...] = get_args(Manner)
_LAYOUTS = ("edgar", "paper", "software", "loose")


@dataclass(frozen=True, slots=True)
class Page:
    """What one page teaches.

    family: its damage, or the folder it comes from. x: features of its candidates; y: 1 a frame, 0 none, -1 neither;
    true: per candidate the number of the true frame that it stands for, -1 none; count: true frames; boxes: candidates.
    """

    family: str
    x: NDArray[np.float32]
    y: NDArray[np.int64]
    true: NDArray[np.int64]
    count: int
    boxes: NDArray[np.int64]


def main(arguments: Sequence[str] | None = None) -> None:
    """Draws, learns, tests by families of damage and writes models/frames."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=FORMS_DRAWN, help="drawn pages for each family of damage")
    parser.add_argument("--filings", type=int, default=FILINGS_DRAWN, help="drawn filings, likewise")
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="folders of scans on which there is no box")
    options = parser.parse_args(arguments)
    print(train_frames(draw_pages(options.forms, options.filings, options.without)))


def draw_pages(forms: int, filings: int, without: Sequence[Path] = ()) -> list[Page]:
    """The pages to learn from: forms of checkboxes, tables and filings of each family, and scans without any box."""
    # Each page is drawn once: one learned in another family's damage would be no page that nobody has seen.
    seeds = count(_FIRST)
    jobs = [delayed(_form_page)(next(seeds), family) for family in FAMILIES for _ in range(forms)]
    jobs += [delayed(_table_page)(next(seeds), family) for family in FAMILIES for _ in range(max(1, forms // 4))]
    jobs += [delayed(_filing_pages)(family, filings) for family in FAMILIES if filings]
    jobs += [delayed(_without_boxes)(path, folder.name) for folder in without for path in sorted(folder.iterdir())]
    return [page for pages in Parallel(n_jobs=-1)(jobs) for page in pages]


def train_frames(pages: Sequence[Page]) -> dict[str, Any]:
    """Learns from pages, writes the model and returns its card with the scores on families left out."""
    families = list(dict.fromkeys(page.family for page in pages))
    told = {f: _score_without(f, pages) for f in families if len(families) > 1}
    card = {"title": "Frames of checkboxes", "data": {"pages": len(pages)}, "features": list(NAMES)}
    return save_model(_fit(pages), models_folder() / frames.MODEL, frames.MODEL, {**card, "scores": told})


def _score_without(family: str, pages: Sequence[Page]) -> dict[str, float]:
    model = _fit([page for page in pages if page.family != family])
    return score(model, [page for page in pages if page.family == family])


def score(model: Estimator, pages: Sequence[Page]) -> dict[str, float]:
    """Of true frames the share that is found, and how many are told that are none, a page."""
    found = false = true = 0
    for page in pages:
        true += page.count
        if not len(page.x):
            continue
        kept = frames.choose(page.boxes, np.asarray(model.predict_proba(page.x)[:, 1], np.float64))
        sure = [k for k, chance in kept if chance >= frames.LIKELY]
        found += len(set(page.true[sure].tolist()) - {-1})
        false += int(np.count_nonzero(page.true[sure] < 0))
    return {"found": round(found / max(1, true), 4), "false_a_page": round(false / max(1, len(pages)), 3)}


def _form_page(seed: int, family: Family) -> list[Page]:
    rng = np.random.default_rng([seed, FAMILIES.index(family)])
    drawn = draw_ticks(seed, worn=True) if seed % 5 == 0 else draw_tick_form(seed)
    scan = damage(drawn.pixels, family, rng, turned=0)
    return _learned_from(family, scan, [scan.box(box) for box, _ in drawn.boxes], rng)


def _table_page(seed: int, family: Family) -> list[Page]:
    rng = np.random.default_rng([seed, FAMILIES.index(family)])
    table = draw_table(seed, _MANNERS[seed % len(_MANNERS)])
    return _learned_from(family, damage(table.pixels, family, rng, turned=0), [], rng)


def _without_boxes(path: Path, name: str) -> list[Page]:
    settings = Settings()
    document = probe(path, settings)
    pages = []
    for number in range(1, min(document.pages, _MOST_PAGES) + 1):
        page = load_page(document, number, settings)
        rng = np.random.default_rng([SEED, number])
        pages += _learned_from(name, Damaged(page.pixels, page.dpi, page.bilevel, Transform()), [], rng)
    return pages


def _filing_pages(family: Family, many: int) -> list[Page]:
    cv2.setNumThreads(1)
    pages = []
    names = sorted(FORMS)
    with open_press() as press:
        for k in range(many):
            chance = Random(f"{SEED}-{family}-{k}")
            filing = draw_filing(press, make_filing(chance, names[k % len(names)]), _LAYOUTS[k % len(_LAYOUTS)], chance)
            rng = np.random.default_rng([SEED, k, FAMILIES.index(family)])
            for scan in scan_filing(filing, family, k, turned=0):
                whole = Damaged(scan.pixels, scan.dpi, scan.bilevel, scan.from_page)
                pages += _learned_from(family, whole, [i.box for i in scan.items if i.role == "box"], rng)
    return pages


def _learned_from(family: str, scan: Damaged, true: Sequence[Box], rng: np.random.Generator) -> list[Page]:
    scale = float(rng.uniform(*_SCALES)) if rng.random() < 0.5 else 1.0
    scale = max(scale, 100 / scan.dpi)
    pixels = scan.pixels
    if scale != 1.0:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        pixels = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=how), np.uint8)
        if scan.bilevel:
            pixels = np.where(pixels < 128, np.uint8(0), np.uint8(255))
    page = straighten(PageImage(PageRef("ticks.png", "0" * 64, 1), pixels, scan.dpi * scale, scan.bilevel))
    inked = page.ink if page.bilevel else with_pale_strokes(page.pixels, page.ink, page.dpi)
    ink, smaller = coarse(inked, page.dpi)
    dpi = page.dpi * smaller
    letter = letter_height(components(page.ink)[1], page.dpi) * smaller
    back = page.to_scan.inverse()
    on_page = [back.box(Box.spanning(b.x * scale, b.y * scale, b.right * scale, b.bottom * scale)) for b in true]
    places = np.rint(np.array([b.as_list() for b in on_page]).reshape(-1, 4) * smaller).astype(np.int64)
    sums = Sums.of(ink, dpi)
    boxes = candidates(ink, sums, dpi)
    likest = _shared(boxes, places)
    known = likest.argmax(axis=0)[likest.max(axis=0, initial=0.0) >= _LIKE] if len(boxes) and len(places) else []
    boxes = np.vstack([boxes, in_line(sums, boxes[known])]) if len(known) else boxes
    x = describe_frames(sums, boxes, letter, dpi)
    shared = _shared(boxes, places)
    best = shared.max(axis=1, initial=0.0)
    nearest = shared.argmax(axis=1) if len(places) else np.zeros(len(boxes), np.int64)
    y = np.where(best >= _LIKE, 1, np.where(best < _UNLIKE, 0, -1))
    return [Page(family, x, y, np.where(best >= 0.5, nearest, -1), len(places), boxes)]


def _shared(boxes: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shared area by whole area, of every candidate with every true frame."""
    a, b = boxes[:, None, :], places[None, :, :]
    across = np.minimum(a[..., 0] + a[..., 2], b[..., 0] + b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    down = np.minimum(a[..., 1] + a[..., 3], b[..., 1] + b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    shared = np.maximum(0, across) * np.maximum(0, down)
    whole = a[..., 2] * a[..., 3] + b[..., 2] * b[..., 3] - shared
    return np.asarray(shared / np.maximum(1, whole), np.float64)


def _fit(pages: Sequence[Page]) -> Estimator:
    x = np.concatenate([page.x for page in pages])
    y = np.concatenate([page.y for page in pages])
    # Letters are many and much alike; some of them, each counted for several, tell as much.
    some = np.random.default_rng(SEED).random(len(y)) < _SOME
    used = (y == 1) | ((y == 0) & some)
    weights = np.where(y[used] == 1, 1.0, 1 / _SOME)
    model = HistGradientBoostingClassifier(
        max_iter=250, max_leaf_nodes=16, min_samples_leaf=20, l2_regularization=2.0, random_state=SEED
    )
    return frozen(model.fit(x[used], y[used], sample_weight=weights), x[used])


if __name__ == "__main__":
    main()
