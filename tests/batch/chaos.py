"""Runs `digitizer batch` with fake steps, for test_chaos.py to kill at random. Arguments: scans, store, options."""

from __future__ import annotations

import os
import sys

from batch.light import LightSteps
from digitizer.cli import batch, main

if __name__ == "__main__":
    slow = float(os.environ.get("SLOW", "0.02"))
    batch.Digitizing = lambda *_, **__: LightSteps(slow=slow)  # type: ignore[assignment, misc]
    batch.require_tesseract = lambda _: "5.3.0"
    sys.argv = ["digitizer", "batch", sys.argv[1], "--store", sys.argv[2], "--workers", "2", *sys.argv[3:]]
    main()
