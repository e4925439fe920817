"""What is measured of a document: counts, which add up over documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitizer.document.form import FormDefinition
from digitizer.document.layout import Readings
from digitizer.document.record import Record
from digitizer.document.truth import Truth, TruthValue
from digitizer.evaluation.calibration import BINS
from digitizer.evaluation.compare import Comparison, Outcome
from digitizer.evaluation.metrics import Share, evaluate_records, summarise
from digitizer.evaluation.truth import document_stem
from digitizer.settings import Settings
from tools.scoreboard.page_text import PageText
from tools.scoreboard.reading import Cache, pages_of
from tools.scoreboard.sets import Item, ScanSet, fold_records, fold_truth

Counts = Mapping[str, tuple[int, int]]
"""By measure: so many of so many."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of the table. higher: whether more is better. each: what its share is told of (100: per cent)."""

    key: str
    head: str
    told: str
    higher: bool = True
    each: int = 100


MEASURES = (
    Measure("form", "form", "form told right; drawn grids: tables of the right shape"),
    Measure("read", "read", "typed values that stand somewhere in what was read of the page, wherever they were put"),
    Measure("values", "values", "values right where something is written; drawn grids: cells"),
    Measure("boxes", "boxes", "checkboxes right"),
    Measure("blanks", "blanks", "blanks left blank"),
    Measure("rows", "rows", "table rows with every cell right"),
    Measure("links", "links", "cells with footnote markers whose footnotes are all right"),
    Measure("notes", "notes", "footnote texts whole: nothing missing, nothing added"),
    Measure("hand", "hand", "values written by hand that are right"),
    Measure("flawless", "no error", "documents without any error"),
    Measure("accepted", "accepted", "share of values accepted, to be used unseen"),
    Measure("wrong", "wrong ‰", "wrong values of 1,000 accepted", higher=False, each=1000),
)
CALIBRATION = Measure(
    "calibration", "calibr.", "calibration error: mean gap between confidence and share right", higher=False
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A document's counts. bins: of its confidences, rows of (values, sum of confidences, right), BINS of them."""

    set: str
    row: str
    document: str
    counts: Counts
    bins: tuple[tuple[float, float, float], ...] = field(default=((0.0, 0.0, 0.0),) * BINS)

    def as_json(self) -> dict[str, Any]:
        counts = {key: list(count) for key, count in self.counts.items()}
        bins = {k: list(told) for k, told in enumerate(self.bins) if told[0]}
        return {"set": self.set, "row": self.row, "document": self.document, "counts": counts, "bins": bins}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Scored:
        bins = [(0.0, 0.0, 0.0)] * BINS
        for k, (values, sure, right) in data["bins"].items():
            bins[int(k)] = (values, sure, right)
        counts = {key: (int(right), int(of)) for key, (right, of) in data["counts"].items()}
        return Scored(data["set"], data["row"], data["document"], counts, tuple(bins))


def score_item(item: Item, scans: ScanSet, cache: Cache, settings: Settings) -> Scored:
    """A document assembled from its kept pages and scored; what could not be read is wrong in all."""
    from digitizer import loading, pipeline

    tools = loading.load_tools(settings, scans.folders)
    read = pages_of(item.path, settings, cache)
    records = pipeline.assemble(*read, tools) if read and read[1] else []
    comparison = compare_document(item, records, tools.forms, scans.scorer)
    return score_comparison(scans.name, item, comparison, read[1] if read else [])


def compare_document(
    item: Item, records: Sequence[Record], forms: Mapping[str, FormDefinition], scorer: Path | None
) -> Comparison:
    """The records of one document against its truth, the values as its set compares them."""
    truth = item.truth
    if scorer is not None:
        truth, records = fold_truth(truth, scorer), fold_records(records, scorer)
    truths = {document_stem(item.path.name): truth}
    return evaluate_records(records, truths, forms, documents=[item.path.name]).comparisons[0]


def score_comparison(name: str, item: Item, comparison: Comparison, pages: Sequence[Readings]) -> Scored:
    """The counts of a document that was compared with its truth. pages: as they were read."""
    evaluation = summarise([comparison])
    confidence, hand = evaluation.confidence, evaluation.by_hand.get("hand")
    shares = {
        "form": evaluation.forms,
        "read": count_read(item.truth, comparison.outcomes, PageText(pages)),
        "values": evaluation.whole.values,
        "boxes": evaluation.whole.checkboxes,
        "blanks": evaluation.whole.blanks,
        "rows": evaluation.rows,
        "links": evaluation.links.exact,
        "notes": evaluation.notes.whole,
        "hand": hand.values if hand else Share(0, 0),
        "flawless": evaluation.flawless,
        "accepted": Share(confidence.accepted, confidence.total),
        "wrong": Share(confidence.wrong, confidence.accepted),
    }
    bins = [(0.0, 0.0, 0.0)] * BINS
    for told in confidence.bins:
        bins[round(told.low * BINS)] = (told.total, round(told.confidence * told.total, 6), told.right)
    counts = {key: (share.right, share.total) for key, share in shares.items() if share.total}
    return Scored(name, item.row, item.path.name, counts, tuple(bins))


def count_read(truth: Truth, outcomes: Iterable[Outcome], text: PageText) -> Share:
    """Typed values that were read at all. One that is right was, whatever print the page has it in."""
    typed = [o for o in outcomes if o.group == "value" and not o.hand]
    return Share.of(o.right or text.has(_true_value(truth, o), o.kind) for o in typed)


def _true_value(truth: Truth, outcome: Outcome) -> TruthValue:
    """As it was keyed: the outcome may have it folded."""
    if outcome.row is None:
        return truth.fields[outcome.name]
    table, _, column = outcome.name.partition(".")
    return truth.tables[table][outcome.row][column]


@dataclass(frozen=True, slots=True)
class Sums:
    """Documents as numbers. counts: (documents, MEASURES, 2), bins: (documents, BINS, 3)."""

    counts: NDArray[np.float64]
    bins: NDArray[np.float64]

    @staticmethod
    def of(documents: Sequence[Scored]) -> Sums:
        counts = [[d.counts.get(m.key, (0, 0)) for m in MEASURES] for d in documents]
        return Sums(
            np.array(counts, np.float64).reshape(-1, len(MEASURES), 2),
            np.array([d.bins for d in documents], np.float64).reshape(-1, BINS, 3),
        )

    def values(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Every measure and the calibration error, of documents that count so many times.

        weights: (resamples, documents). Gives (resamples, MEASURES + 1), nan where there is nothing.
        """
        counts, bins = np.tensordot(weights, self.counts, 1), np.tensordot(weights, self.bins, 1)
        each = np.array([m.each for m in MEASURES])
        gaps, told = np.abs(bins[:, :, 1] - bins[:, :, 2]).sum(axis=1), bins[:, :, 0].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = each * counts[:, :, 0] / counts[:, :, 1]
            error = 100 * gaps / told
        values: NDArray[np.float64] = np.concatenate([shares, error[:, None]], axis=1)
        return values
