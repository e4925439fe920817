"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
