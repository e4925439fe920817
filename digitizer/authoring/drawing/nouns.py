"""What drawing and scanning give: pages with every printed and entered line in its place, and the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from digitizer.authoring.drawing.warping import Bend
from digitizer.document.geometry import Box, Transform
from digitizer.document.page import Pixels

Role = Literal["entry", "print", "marker", "box"]
"""entry: filled in; print: the form's own text; marker: a raised footnote number; box: the outline of a checkbox."""

Taken = Literal["clean", "office", "bilevel", "archive", "copier", "fax", "photo", "jpeg"]
"""What takes the picture. archive: bilevel, of a sheet that may be punched and stamped."""
Befallen = Literal["thermal", "ribbon", "toner", "fold", "show-through", "dirt", "stamps", "pen"]
"""How a sheet was printed or what befell it; it is then scanned as in an office, in grey or in black and white."""
Family = Literal[Taken, Befallen]
"""Scan damage."""
FAMILIES: tuple[Family, ...] = tuple(f for f in get_args(Family) if f != "archive")
"""Kinds of damage whose causes differ, so that each can be left out of what is learned from; archive is a mixture."""

DPI = 300
"""Resolution of drawn pages."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A scan. from_page: maps the printed page (300 dpi), bent by bend where it was, to it.

    turned: degrees clockwise by which the stack lay.
    """

    pixels: Pixels
    dpi: float
    bilevel: bool
    from_page: Transform
    turned: int = 0
    bend: Bend | None = None

    def box(self, box: Box) -> Box:
        """Where on the scan a box of the page stands."""
        return self.from_page.box(self.bend.box(box) if self.bend is not None else box)


@dataclass(frozen=True, slots=True)
class DrawnItem:
    """One line of one printed text, or the outline of one checkbox.

    text: what stands there; "" for an outline. box: around its ink, pixels of the page.
    target: the truth it shows ("issuerName", "nonDerivative[2].transactionShares", "owners[1].rptOwnerCity",
    "footnotes.F1"), for a marker and an outline that of the value it belongs to; "" where the truth has none.
    """

    text: str
    box: Box
    role: Role
    target: str = ""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as it leaves the printer. pixels: uint8 (height, width), 0 black to 255 white, at 300 dpi."""

    pixels: Pixels
    items: tuple[DrawnItem, ...]


@dataclass(frozen=True, slots=True)
class DrawnFiling:
    """A form of one or several pages; truth: form, fields, tables, footnotes, owners; layout: its family of prints."""

    pages: tuple[DrawnPage, ...]
    truth: Mapping[str, Any]
    layout: str


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page as it comes from the scanner.

    pixels: uint8 (height, width), 0 black to 255 white; only 0 and 255 where bilevel.
    items: as drawn, their boxes in pixels of this scan. from_page: maps the drawn page to this scan, bends apart.
    turned: 0, 90, 180 or 270 degrees clockwise by which the stack lay.
    """

    pixels: Pixels
    dpi: float
    bilevel: bool
    items: tuple[DrawnItem, ...]
    from_page: Transform
    turned: int = 0
