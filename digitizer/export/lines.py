"""JSON lines: the record as the contract has it, corrections applied, with a manifest's columns as `metadata`."""

from __future__ import annotations

import json
from pathlib import Path

from digitizer.export.items import Items
from digitizer.export.place import replacing


def write_jsonl(items: Items, out: Path) -> int:
    """Writes one line for each record; returns how many.

    Raises:
        OSError: it cannot be written.
    """
    count = 0
    with replacing(out) as path, path.open("w", encoding="utf-8") as file:
        for item in items():
            data = item.record.as_json() | ({"metadata": dict(item.metadata)} if item.metadata else {})
            file.write(json.dumps(data, ensure_ascii=False, separators=(", ", ": ")) + "\n")
            count += 1
    return count
