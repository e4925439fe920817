"""Damages one figure in each row of a form's tables, one at a time, and counts what the rules make of it.

    python tools/measure_rules.py scans/form4-seed.pdf

Prints a table for docs/forms.md: how many rows the rules repair, how many they flag, how many pass unnoticed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from digitizer import loading, pipeline
from digitizer.document.layout import Reading, Readings
from digitizer.document.record import Field, Record, name_at
from digitizer.imaging.load import probe
from digitizer.settings import Settings

OUTCOMES = ("repaired", "flagged", "sent to review", "unnoticed")


def main() -> None:
    """Reads the scan once and assembles it once for each damaged figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scan", type=Path)
    parser.add_argument("--max-error", type=float, default=Settings().max_error)
    options = parser.parse_args()
    settings = Settings(max_error=options.max_error)
    tools = loading.load_tools(settings)
    document = probe(options.scan, settings)
    pages = [pipeline.read_page(document, number, settings) for number in range(1, document.pages + 1)]
    (sound,) = pipeline.assemble(document, pages, tools)
    counts: dict[str, Counter[str]] = {}
    for table, row, name, field in figures(sound):
        hurt = damaged(pages, field)
        if hurt is None:
            continue
        records = pipeline.assemble(document, hurt, tools)
        counts.setdefault(name, Counter())[outcome(records, table, row, name, field)] += 1
    tell(counts)


def figures(record: Record) -> Iterator[tuple[str, int, str, Field]]:
    """Table, row, column and field of every number in the tables that is filled in."""
    for table, rows in record.tables.items():
        for number, row in enumerate(rows):
            for name, field in row.items():
                if isinstance(field.value, str) and field.value.replace(".", "").isdigit() and field.box is not None:
                    yield table, number, name, field


def damaged(pages: Sequence[Readings], field: Field) -> list[Readings] | None:
    """The pages, the field's middle figure read as another, surely and without alternative; None if it is nowhere."""
    for number, page in enumerate(pages):
        for k, reading in enumerate(page.lines):
            if number + 1 == field.page and reading.text.startswith(field.text) and field.box is not None:
                place = page.layout.to_scan.box(page.layout.lines[k].box)
                if place.intersection(field.box) is not None:
                    lines = (*page.lines[:k], hurt(reading, field.text), *page.lines[k + 1 :])
                    return [*pages[:number], replace(page, lines=lines), *pages[number + 1 :]]
    return None


def hurt(reading: Reading, text: str) -> Reading:
    """The reading with the middle figure of the text that it begins with replaced by what scans confuse it with."""
    places = [k for k, c in enumerate(text) if c.isdigit()]
    at = places[len(places) // 2]
    other = dict(zip("0123456789", "8783568109", strict=True))[reading.text[at]]
    read = f"{reading.text[:at]}{other}{reading.text[at + 1 :]}"
    words = tuple(replace(w, text=t) for w, t in zip(reading.words, read.split(), strict=False))
    return replace(reading, text=read, words=words, alternatives=())


def outcome(records: Sequence[Record], table: str, row: int, name: str, sound: Field) -> str:
    """What became of one damaged figure."""
    rows = records[0].tables.get(table, ())
    field = rows[row].get(name) if row < len(rows) else None
    if field is not None and field.value == sound.value:
        return "repaired"
    told = {f for problem in records[0].problems if problem.kind == "rule" for f in problem.fields}
    if field is None or name_at(table, row, name) in told or field.rule:
        return "flagged"
    return "unnoticed" if field.status == "accepted" else "sent to review"


def tell(counts: dict[str, Counter[str]]) -> None:
    """The table, a row for each column of the form and one for all."""
    print(f"| column | {' | '.join(OUTCOMES)} | of |")
    print(f"| --- |{' --- |' * (len(OUTCOMES) + 1)}")
    for name, count in {**counts, "all": sum(counts.values(), Counter())}.items():
        print(f"| {name} | {' | '.join(str(count[o]) for o in OUTCOMES)} | {count.total()} |")


if __name__ == "__main__":
    main()
