"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from digitizer.document.record import Record


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A file to write to, which takes the place of `out` at the end; where an error ends the block `out` stays."""
    out.parent.mkdir(parents=True, exist_ok=True)
    path = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        yield path
        path.replace(out)
    finally:
        path.unlink(missing_ok=True)


def free_name(out: Path, record: Record, suffix: str, taken: Collection[Path]) -> Path:
    """The document's name; with its first page, and the file's hash, where another record has it already."""
    stem = re.sub(r"[^\w.-]", "_", Path(record.document).stem) or "document"
    page = f"{stem}.{record.pages[0] if record.pages else 0}"
    names = (stem, page, f"{page}.{record.sha256[:12]}")
    fallback = out / f"{page}.{record.sha256[:12]}.{len(taken)}{suffix}"
    return next((p for n in names if (p := out / f"{n}{suffix}") not in taken), fallback)
