"""Ownership XML for many records: a file for each filing, and what stood in the way of the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digitizer.document.record import Problem
from digitizer.export.items import Item, Items
from digitizer.export.ownership import NO_CIK, Exported, ownership_xml
from digitizer.export.place import free_name, replacing

PROBLEMS = "problems.jsonl"


@dataclass(frozen=True, slots=True)
class Written:
    """files: in the order of the records; refused: records that cannot make a valid document; others: other forms."""

    files: tuple[Path, ...]
    refused: int
    others: int


def write_edgar_xml(items: Items, out: Path, kinds: Mapping[str, str]) -> Written:
    """Writes the folder; problems.jsonl in it has a line for each field that stands in the way.

    kinds: EDGAR's document type by form id; records of forms that EDGAR does not take are passed over. EDGAR's numbers
    come from metadata, where it has issuerCik and rptOwnerCik (several set off by blanks).

    Raises:
        OSError: it cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    problems: list[Problem] = []
    refused = others = 0
    for item in items():
        record, kind = item.record, kinds.get(item.record.form)
        if not kind:
            others += 1
            continue
        exported = _exported(item, kind)
        if exported.data is None:
            refused += 1
            page = record.pages[0] if record.pages else None
            for o in exported.obstacles:
                told, remedy = f"{o.field} {o.message}", "correct the field, then export again"
                problems.append(Problem("export", told, remedy, record.document, page, (o.field,)))
            continue
        path = free_name(out, record, ".xml", files)
        with replacing(path) as unfinished:
            unfinished.write_bytes(exported.data)
        files.append(path)
    lines = [json.dumps(p.as_json(), ensure_ascii=False) + "\n" for p in problems]
    with replacing(out / PROBLEMS) as unfinished:
        unfinished.write_text("".join(lines), "utf-8")
    return Written(tuple(files), refused, others)


def _exported(item: Item, kind: str) -> Exported:
    ciks = item.metadata.get("rptOwnerCik", "").split()
    return ownership_xml(item.record, kind, item.metadata.get("issuerCik", "") or NO_CIK, ciks)
