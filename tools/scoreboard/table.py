"""The scoreboard as a table for people and as JSON for the next run."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import digitizer
from digitizer.errors import UsageError
from tools.scoreboard.score import CALIBRATION, MEASURES, Measure, Scored, Sums

COLUMNS = (*MEASURES, CALIBRATION)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. row: "" for the whole set. values: by COLUMNS, nan where there is nothing.

    ratio: seconds a page for each second of plain tesseract, of whole sets alone; None where it was not measured.
    """

    set: str
    row: str
    documents: int
    values: tuple[float, ...]
    ratio: float | None = None

    def as_json(self) -> dict[str, Any]:
        values = {m.key: _rounded(v) for m, v in zip(COLUMNS, self.values, strict=True) if not math.isnan(v)}
        told = {"set": self.set, "row": self.row, "documents": self.documents, **values}
        return told | ({} if self.ratio is None else {"seconds": round(self.ratio, 3)})


def lines_of(documents: Sequence[Scored], ratios: Mapping[str, float]) -> list[Line]:
    """Of each set its whole, then its rows where it has several; sets in the order in which they come."""
    lines = []
    for name in dict.fromkeys(d.set for d in documents):
        own = [d for d in documents if d.set == name]
        lines.append(_line(name, "", own, ratios.get(name)))
        rows = list(dict.fromkeys(d.row for d in own))
        lines += [_line(name, row, [d for d in own if d.row == row]) for row in rows if len(rows) > 1]
    return lines


def _line(name: str, row: str, documents: Sequence[Scored], ratio: float | None = None) -> Line:
    values = Sums.of(documents).values(np.ones((1, len(documents))))[0]
    return Line(name, row, len(documents), tuple(float(v) for v in values), ratio)


def told_value(measure: Measure, value: float) -> str:
    """A value as the table has it; never rounded to 100 as long as anything is wrong."""
    if math.isnan(value):
        return ""
    return "99.9" if measure.each == 100 and 99.95 <= value < 100 else f"{value:.1f}"


def as_markdown(lines: Sequence[Line]) -> str:
    """The table with a legend; its columns are padded, so that it reads as plain text too."""
    head = ["set", "docs", *(m.head for m in COLUMNS), "time x"]
    cells = [head]
    for line in lines:
        name = f"· {line.row}" if line.row else f"**{line.set}**"
        told = [told_value(m, v) for m, v in zip(COLUMNS, line.values, strict=True)]
        cells.append([name, str(line.documents), *told, "" if line.ratio is None else f"{line.ratio:.2f}"])
    legend = [f"- {m.head}: {m.told}" for m in COLUMNS]
    legend.append("- time x: seconds a page for each second of plain tesseract, one thread, start-up left out")
    return "\n".join([*markdown_table(cells), "", "Per cent where nothing else is said.", "", *legend]) + "\n"


def markdown_table(cells: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells, the head first; names to the left, numbers to the right."""
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    rows = [
        "| "
        + " | ".join(c.rjust(w) if k else c.ljust(w) for k, (c, w) in enumerate(zip(row, widths, strict=True)))
        + " |"
        for row in cells
    ]
    rule = "|" + "|".join("-" * (w + 1) + (":" if k else "-") for k, w in enumerate(widths)) + "|"
    return [rows[0], rule, *rows[1:]]


def write(
    folder: Path, lines: Sequence[Line], documents: Sequence[Scored], name: str = "scoreboard", sample: int = 0
) -> None:
    """Writes the table as .md and .json of that name; documents: those whose counts may be told; sample: of each row.

    Raises:
        UsageError: it cannot be written there.
    """
    data = {
        "schema": 1,
        "digitizer": digitizer.__version__,
        "sample": sample,
        "lines": [line.as_json() for line in lines],
        "documents": [d.as_json() for d in documents],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_text(as_markdown(lines), encoding="utf-8")
        (folder / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})", "choose another --out") from error


def read_documents(path: Path, sample: int = 0) -> list[Scored]:
    """The documents of an earlier scoreboard.json, which was of that --sample.

    Raises:
        UsageError: it is no such file, or of another sample, of which other models were learned.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        documents, of = [Scored.from_json(d) for d in kept["documents"]], int(kept.get("sample", 0))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not a scoreboard ({error})", "give the scoreboard.json of an earlier run") from error
    if of != sample:
        raise UsageError(f"{path} was measured with --sample {of}", f"run with --sample {of}, or measure it again")
    return documents


def _rounded(value: float) -> float:
    return round(value, 3)
