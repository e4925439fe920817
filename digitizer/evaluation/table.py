"""An evaluation as rows of text; whoever prints them chooses how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from digitizer.evaluation.metrics import Evaluation, Score, Share


@dataclass(frozen=True, slots=True)
class TextTable:
    """A titled table; every cell is text, the first column is a name, the others are numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(evaluation: Evaluation) -> tuple[TextTable, ...]:
    """The evaluation from the whole to the parts; what there is nothing of is left out."""
    parts = [
        TextTable("Result", ("measure", "share", "right", "of"), _summary(evaluation)),
        TextTable("Details", ("measure", "value"), _details(evaluation)),
        _table_scores(evaluation),
        _scores("By form", "form", evaluation.by_form),
        _scores("By kind", "kind", evaluation.by_kind),
        _scores("By hand", "written", evaluation.by_hand),
        _scores("By decade", "received", evaluation.by_decade),
        _scores("By revision", "revision", evaluation.by_revision),
        _scores("By field", "field", evaluation.by_field),
    ]
    return tuple(part for part in parts if part.rows)


def percent(share: float | None, digits: int = 2) -> str:
    """A share as text; never rounded up to 100% as long as anything is wrong."""
    if share is None:
        return "-"
    text = f"{100 * share:.{digits}f}"
    if share < 1 and float(text) == 100:
        text = f"{100 - 10**-digits:.{digits}f}"
    return text + "%"


def _summary(evaluation: Evaluation) -> tuple[tuple[str, ...], ...]:
    links = evaluation.links
    shares = [
        ("values (something is written)", evaluation.whole.values),
        ("checkboxes", evaluation.whole.checkboxes),
        ("checkboxes that are ticked", evaluation.whole.ticked),
        ("blanks", evaluation.whole.blanks),
        ("whole rows", evaluation.rows),
        ("footnote links: cells exact", links.exact),
        ("footnote texts exact", evaluation.notes.exact),
        ("form told right", evaluation.forms),
        ("documents, every value right", evaluation.values_right),
        ("documents without any error", evaluation.flawless),
    ]
    return tuple((name, *_cells(share)) for name, share in shares if share.total)


def _details(evaluation: Evaluation) -> tuple[tuple[str, str], ...]:
    confidence, links = evaluation.confidence, evaluation.links
    missed = sum(score.missed for score in evaluation.tables.values())
    extra = sum(score.extra for score in evaluation.tables.values())
    rows = [
        ("documents", str(evaluation.documents)),
        ("documents with no record", str(evaluation.missing)),
        ("forms found where there is none", str(evaluation.extra_records)),
        ("rows missed, made up", f"{missed}, {extra}"),
        ("character error rate of values", percent(evaluation.whole.character_error_rate)),
        ("median of it over the wrong ones", percent(evaluation.whole.usual_error)),
        ("character error rate of footnotes", percent(evaluation.notes.character_error_rate)),
        (
            "footnote links: precision, recall, F1",
            ", ".join(percent(part) for part in (links.precision, links.recall, links.f1)),
        ),
        ("accepted unseen", percent(confidence.accepted_share)),
        ("wrong in a thousand accepted", _number(confidence.wrong_per_thousand, 2)),
        ("expected calibration error", _number(confidence.error, 4)),
        ("Brier score", _number(confidence.brier, 4)),
    ]
    if evaluation.seconds_a_page is not None:
        rows.append(("seconds a page", _number(evaluation.seconds_a_page, 2)))
    return tuple(rows)


def _table_scores(evaluation: Evaluation) -> TextTable:
    head = ("table", "rows right", "rows", "missed", "made up", "cells", "values", "blanks")
    rows = tuple(
        (
            name,
            percent(score.rows.share),
            f"{score.rows.right}/{score.rows.total}",
            str(score.missed),
            str(score.extra),
            percent(score.cells.share),
            percent(score.values.share),
            percent(score.blanks.share),
        )
        for name, score in evaluation.tables.items()
        if score.rows.total or score.extra
    )
    return TextTable("By table", head, rows)


def _scores(title: str, first: str, scores: Mapping[str, Score]) -> TextTable:
    head = (first, "values", "of", "blanks", "of", "checkboxes", "of", "CER")
    rows = tuple(
        (
            name,
            *_brief(score.values),
            *_brief(score.blanks),
            *_brief(score.checkboxes),
            percent(score.character_error_rate),
        )
        for name, score in scores.items()
        if score.all.total
    )
    return TextTable(title, head, rows)


def _brief(share: Share) -> tuple[str, str]:
    return percent(share.share), str(share.total) if share.total else "-"


def _cells(share: Share) -> tuple[str, str, str]:
    return percent(share.share), str(share.right), str(share.total)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
