"""How long a page takes against plain Tesseract on the same page: in turns, on one thread, start-up left out."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from digitizer.errors import InputError
from digitizer.imaging.load import load_page, probe
from digitizer.settings import Settings
from tools.bench import ONE_THREAD
from tools.processes import run_measured
from tools.scoreboard.sets import ScanSet, pick


def time_set(scans: ScanSet, pages: int, settings: Settings) -> float | None:
    """Seconds of the digitizer for each second of Tesseract, over so many pages of the set; None without any.

    Raises:
        DigitizerError: tesseract fails.
    """
    os.environ.update(ONE_THREAD)
    with multiprocessing.get_context("spawn").Pool(1) as one:
        return one.apply(_time_pages, (pick([item.path for item in scans.items], pages), scans.folders, settings))


def _time_pages(paths: Sequence[Path], folders: tuple[Path, ...], settings: Settings) -> float | None:
    """Of each document one page, the first of one, the second of the next, and so on."""
    import cv2

    from digitizer import loading, pipeline

    cv2.setNumThreads(1)
    tools = loading.load_tools(settings, folders)
    ours = theirs = 0.0
    with tempfile.TemporaryDirectory(prefix="scoreboard-") as place:
        blank = Path(place) / "blank.png"
        Image.new("1", (64, 64), 1).save(blank, dpi=(300, 300))
        start = min(run_measured(["tesseract", str(blank), "-"]).seconds for _ in range(3))
        for index, path in enumerate([paths[0], *paths] if paths else []):
            try:
                document = probe(path, settings)
                number = index % document.pages + 1
                begun = time.perf_counter()
                readings = pipeline.read_page(document, number, settings)
                pipeline.assemble(document, [readings], tools)
                took = time.perf_counter() - begun
            except InputError:
                # Told when it was read.
                continue
            if not index:
                # The first time loads the models.
                continue
            page = load_page(document, number, settings)
            image = Image.fromarray(page.pixels)
            file = Path(place) / f"{index}.png"
            (image.convert("1", dither=Image.Dither.NONE) if page.bilevel else image).save(
                file, dpi=(page.dpi, page.dpi), compress_level=1
            )
            ours += took
            theirs += max(0.0, run_measured(["tesseract", str(file), "-"]).seconds - start)
    return ours / theirs if theirs else None
