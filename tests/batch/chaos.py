"""Runs `digitizer batch` with fake steps; killed at random moments by test_chaos.py. Arguments: scans, store."""

from __future__ import annotations

import sys

from batch.fakes import FakeSteps
from digitizer.cli import batching, main

if __name__ == "__main__":
    batching.Digitizing = lambda *_: FakeSteps(slow=0.02)  # type: ignore[assignment, misc]
    batching.require_tesseract = lambda _: "5.3.0"
    sys.argv = ["digitizer", "batch", sys.argv[1], "--store", sys.argv[2], "--workers", "2"]
    main()
