"""The whole: filings drawn, scanned and saved, all from one seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

import numpy as np

from digitizer.authoring.drawing.damage import damage
from digitizer.authoring.drawing.nouns import DrawnFiling, Family, ScannedPage
from tools.drawing.filings import Filing
from tools.drawing.looks import Look, choose_edgar, choose_loose, choose_paper, choose_software
from tools.drawing.prints import FORMS, FormPrint
from tools.drawing.render import Press
from tools.drawing.writing import write_filing

LAYOUTS: Mapping[str, Callable[[Random, FormPrint], Look]] = {
    "edgar": choose_edgar,
    "paper": choose_paper,
    "software": choose_software,
    "loose": choose_loose,
}


def draw_filing(press: Press, filing: Filing, layout: str, rng: Random) -> DrawnFiling:
    """One filing in one layout."""
    look = LAYOUTS[layout](rng, FORMS[filing.truth["form"]])
    html, sheet = write_filing(filing, look, rng)
    return DrawnFiling(press.draw(html, sheet.texts, look.paper), filing.truth, layout)


def scan_filing(filing: DrawnFiling, family: Family, seed: int, turned: int | None = None) -> list[ScannedPage]:
    """Every page with damage of that family; turned: see damage()."""
    rng = np.random.default_rng(seed)
    scans = []
    for page in filing.pages:
        scan = damage(page.pixels, family, rng, turned)
        height, width = scan.pixels.shape
        items = tuple(replace(i, box=scan.box(i.box).clipped(width, height)) for i in page.items)
        scans.append(ScannedPage(scan.pixels, scan.dpi, scan.bilevel, items, scan.from_page, scan.turned))
    return scans
