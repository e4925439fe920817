"""What a run over scans without truth came to: per form and revision, and against a catalogue where there is one.

`python -m tools.survey RESULTS/records.jsonl --catalogue unlabelled.csv --log batch.log`
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, utils

from digitizer.document.record import OTHER, Field, Record

_ALIKE = 80.0
NAMES = ("registrantName", "primaryRegistrantName")
"""Fields held against the catalogue's registrant, the first that a record has."""
COLUMNS = (
    "form",
    "documents",
    "filled",
    "confidence",
    "accepted",
    "by hand",
    "seconds",
    "form as filed",
    "registrant as filed",
)


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one form and revision.

    filled: values written in a record, on the average; confidence: their mean; accepted: share of them. by_hand: share
    told to be handwriting. seconds: of work a document took, the median, where the run's log tells.
    form_agrees, registrant_agrees: how many, of how many the catalogue tells of.
    """

    name: str
    documents: int
    filled: float
    confidence: float
    accepted: float
    by_hand: float
    seconds: float | None
    form_agrees: tuple[int, int]
    registrant_agrees: tuple[int, int]

    def row(self) -> tuple[str, ...]:
        """As COLUMNS."""
        counts = [f"{right} of {of}" for right, of in (self.form_agrees, self.registrant_agrees)]
        took = "" if self.seconds is None else f"{self.seconds:.1f}"
        shares = [f"{self.confidence:.3f}", f"{self.accepted:.1%}", f"{self.by_hand:.1%}", took]
        return (self.name, str(self.documents), f"{self.filled:.1f}", *shares, *counts)


def survey(
    records: Iterable[Record], catalogue: Mapping[str, Mapping[str, str]], seconds: Mapping[str, float] | None = None
) -> list[Group]:
    """Groups by form and revision; a document of which all pages are no form counts as `other` once.

    catalogue: by document, the columns form and registrant. seconds: of work, by document.
    """
    groups: dict[str, list[Record]] = {}
    known: dict[str, list[Record]] = {}
    for record in records:
        known.setdefault(record.document, []).append(record)
    for own in known.values():
        forms = [r for r in own if r.form != OTHER]
        for record in forms or own[:1]:
            groups.setdefault(f"{record.form} {record.revision}".strip(), []).append(record)
    return [_group(name, groups[name], catalogue, seconds or {}) for name in sorted(groups)]


def work_of(log: Iterable[str]) -> dict[str, float]:
    """Seconds of work by document, from the lines of JSON that `digitizer batch --log` writes."""
    work: dict[str, float] = {}
    for line in log:
        event = json.loads(line)
        if "document" in event:
            work[event["document"]] = work.get(event["document"], 0.0) + float(event.get("seconds", 0.0))
    return work


def _group(
    name: str,
    records: Sequence[Record],
    catalogue: Mapping[str, Mapping[str, str]],
    seconds: Mapping[str, float],
) -> Group:
    filled = [f for r in records for f in r.fields.values() if f.value not in ("", False)]
    told = [(r, catalogue[r.document]) for r in records if r.document in catalogue]
    took = [seconds[r.document] for r in records if r.document in seconds]
    named = [(field, entry["registrant"]) for r, entry in told if (field := _named(r)) and entry.get("registrant")]
    return Group(
        name,
        len(records),
        len(filled) / len(records),
        float(np.mean([f.confidence for f in filled])) if filled else 0.0,
        float(np.mean([f.status == "accepted" for f in filled])) if filled else 0.0,
        float(np.mean([f.hand for f in filled])) if filled else 0.0,
        float(np.median(took)) if took else None,
        (sum(r.form == entry["form"] for r, entry in told), len(told)),
        (sum(_alike(str(f.value), registrant) for f, registrant in named), len(named)),
    )


def _named(record: Record) -> Field | None:
    return next((record.fields[n] for n in NAMES if n in record.fields), None)


def _alike(read: str, filed: str) -> bool:
    return fuzz.token_set_ratio(read, filed, processor=utils.default_process) >= _ALIKE


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the table, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=Path)
    parser.add_argument("--catalogue", type=Path, help="CSV with the columns file, form and registrant")
    parser.add_argument("--log", type=Path, help="what the batch wrote with --log, for the column seconds")
    options = parser.parse_args(arguments)
    catalogue: dict[str, Mapping[str, str]] = {}
    if options.catalogue:
        with options.catalogue.open(encoding="utf-8", newline="") as lines:
            catalogue = {row["file"]: row for row in csv.DictReader(lines)}
    with options.records.open(encoding="utf-8") as lines:
        records = [Record.from_json(json.loads(line)) for line in lines]
    seconds: dict[str, float] = {}
    if options.log:
        with options.log.open(encoding="utf-8") as lines:
            seconds = work_of(lines)
    print("| " + " | ".join(COLUMNS) + " |\n|" + " --- |" * len(COLUMNS))
    for group in survey(records, catalogue, seconds):
        print("| " + " | ".join(group.row()) + " |")


if __name__ == "__main__":
    main()
