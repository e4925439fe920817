"""What stands on a straightened page before anything is read, and what reading it gave."""

from __future__ import annotations

from dataclasses import dataclass

from digitizer.document.codes import Code
from digitizer.document.geometry import Box, Transform
from digitizer.document.page import PageRef


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed line, level or upright. box: in pixels; ink: the share of its length that has ink (0 to 1).

    underline: whether it only runs along the foot of a text.
    """

    box: Box
    vertical: bool
    ink: float = 1.0
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """An area closed in by rules (page edges where the page was cut).

    box: inside of the rules, pixels. parent: index of the cell around it, None at the page.
    open_top, open_bottom: no rule stands there, the page was cut through the cell.
    """

    box: Box
    parent: int | None = None
    open_top: bool = False
    open_bottom: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A checkbox. box: its outline in pixels; confidence: the probability that `checked` is right.

    whole: whether its frame is surely one, and nothing in it is text. likely: whether it is one unless it reads as
    letters; what is neither is a checkbox only where a label says so.
    round: whether it is a ring, as for a radio button.
    """

    box: Box
    checked: bool
    confidence: float
    whole: bool = True
    round: bool = False
    likely: bool = True


@dataclass(frozen=True, slots=True)
class TextLine:
    """A run of ink on one baseline with no wide gap. cell: index into Layout.cells, None outside all of them.

    underlined: a rule ran along its foot and was taken out.
    raised: box of small raised ink at its end (a footnote marker), outside `box`.
    sideways: its text runs up or down the page, as that of many stamps does; tilt: degrees that such a line leans to
    the right on its way down.
    stamped: it is a stamp's, set askew or across cells; tilt: degrees that it goes down to the right.
    slots: left and right of each place of a letter, pixels, where they stand in a comb; none elsewhere.
    struck: a line was drawn through it.
    """

    box: Box
    cell: int | None = None
    underlined: bool = False
    raised: Box | None = None
    sideways: bool = False
    tilt: float = 0.0
    stamped: bool = False
    slots: tuple[tuple[int, int], ...] = ()
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes are pixels of the straightened page; to_scan maps them to the scan as it came in."""

    ref: PageRef
    size: tuple[int, int]
    dpi: float
    skew: float
    turned: int
    to_scan: Transform
    scan_size: tuple[int, int]
    rules: tuple[Rule, ...] = ()
    cells: tuple[Cell, ...] = ()
    marks: tuple[Mark, ...] = ()
    lines: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read; box in pixels of the straightened page, confidence a probability."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one engine read in one place.

    confidence: probability (uncalibrated) that text is exactly right.
    alternatives: other texts with their probabilities, likeliest first, `text` not among them.
    engine: print, glyph, tesseract or pdf; "" where nothing was read.
    hand: probability that the line was written by hand.
    """

    text: str
    confidence: float
    engine: str
    words: tuple[Word, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    hand: float = 0.0


@dataclass(frozen=True, slots=True)
class Readings:
    """A page read: lines[i] is the reading of layout.lines[i], raised[i] that of its raised marker, if it has one.

    codes: its barcodes, where they were looked for. complaint: what was found wrong with the file as it was drawn.
    """

    layout: Layout
    lines: tuple[Reading, ...]
    raised: tuple[Reading | None, ...]
    codes: tuple[Code, ...] = ()
    complaint: str = ""
