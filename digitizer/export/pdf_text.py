"""The text layer of a searchable PDF: what was read, unseen, in its place beneath the scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Readings

_FONT_SIZE = 200
"""Characters of one font; a simple font has no more than 255."""
_WIDE = 0.5
"""Width of every glyph, in heights of the letters."""
_CMAP = 100
"""Characters that one list of a CMap may hold."""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A word. start, end: of its foot in reading direction, pixels of the scan; height: pixels."""

    text: str
    start: tuple[float, float]
    end: tuple[float, float]
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a page's scan, pixels from its upper left corner, lies on the PDF's page, points from its lower left one.

    crop: x0, y0, x1, y1 of what is shown; turned: degrees clockwise by which it is shown turned; size: the scan's.
    """

    crop: tuple[float, float, float, float]
    turned: int
    size: tuple[int, int]

    def point(self, x: float, y: float) -> tuple[float, float]:
        x0, y0, x1, y1 = self.crop
        across, down = x / self.size[0], y / self.size[1]
        wide, high = x1 - x0, y1 - y0
        match self.turned % 360:
            case 90:
                return x0 + down * wide, y0 + across * high
            case 180:
                return x1 - across * wide, y0 + down * high
            case 270:
                return x1 - down * wide, y1 - across * high
            case _:
                return x0 + across * wide, y1 - down * high


def texts_of(page: Readings) -> Iterator[PlacedText]:
    """The words of a page in reading order, raised markers behind what they stand at."""
    layout = page.layout
    for line, reading, raised in zip(layout.lines, page.lines, page.raised, strict=True):
        words = [(w.text, w.box) for w in reading.words] or [(reading.text, line.box)]
        if line.sideways:
            # Its words have no places of their own; the line reads upward, as most stamps set on end do.
            words = [(reading.text, line.box)]
        if raised is not None and line.raised is not None:
            words.append((raised.text, line.raised))
        for text, box in words:
            if text.strip():
                yield _placed(text, box, layout.to_scan, upward=line.sideways)


def _placed(text: str, box: Box, to_scan: Transform, upward: bool) -> PlacedText:
    corner = to_scan.point(box.right, box.bottom)
    if upward:
        other = to_scan.point(box.x, box.bottom)
        return PlacedText(
            text, corner, to_scan.point(box.right, box.y), hypot(corner[0] - other[0], corner[1] - other[1])
        )
    start, top = to_scan.point(box.x, box.bottom), to_scan.point(box.x, box.y)
    return PlacedText(text, start, corner, hypot(start[0] - top[0], start[1] - top[1]))


class Letters:
    """The fonts that hold the characters of a document, all of them blank."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def runs(self, text: str) -> Iterator[tuple[int, bytes]]:
        """The text as strings of codes, each with the number of its font."""
        font, codes = -1, bytearray()
        for letter in text:
            number = self._codes.setdefault(letter, len(self._codes))
            if number // _FONT_SIZE != font and codes:
                yield font, bytes(codes)
                codes = bytearray()
            font = number // _FONT_SIZE
            codes.append(number % _FONT_SIZE + 1)
        if codes:
            yield font, bytes(codes)

    def fonts(self, pdf: Any) -> list[Any]:
        """The fonts, as objects of a pikepdf document. Type 3: a font whose glyphs are drawn by nothing at all."""
        letters = list(self._codes)
        return [_font(pdf, letters[k : k + _FONT_SIZE]) for k in range(0, len(letters), _FONT_SIZE)]


def _font(pdf: Any, letters: Sequence[str]) -> Any:
    from pikepdf import Array, Dictionary, Name, Stream

    glyph = Stream(pdf, f"{1000 * _WIDE:.0f} 0 0 0 {1000 * _WIDE:.0f} 1000 d1".encode())
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=[0, 0, round(1000 * _WIDE), 1000],
            FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            CharProcs=Dictionary(g=glyph),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([1, *([Name.g] * len(letters))])),
            FirstChar=1,
            LastChar=len(letters),
            Widths=[round(1000 * _WIDE)] * len(letters),
            Resources=Dictionary(),
            ToUnicode=Stream(pdf, _cmap(letters)),
        )
    )


def _cmap(letters: Sequence[str]) -> bytes:
    """What characters the codes stand for, in PostScript: ISO 32000, 9.10.3."""
    pairs = [f"<{k + 1:02X}> <{letter.encode('utf-16-be').hex().upper()}>" for k, letter in enumerate(letters)]
    lists = [pairs[k : k + _CMAP] for k in range(0, len(pairs), _CMAP)]
    told = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in lists)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{told}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()


def text_stream(texts: Iterable[PlacedText], sheet: Sheet, letters: Letters, name: str) -> bytes:
    """The page's text as PDF operators, in rendering mode 3: unseen. name: that of the fonts before their numbers."""
    parts = ["q BT 3 Tr"]
    for text in texts:
        parts += _word(text, sheet, letters, name)
    return "\n".join([*parts, "ET Q", ""]).encode()


def _word(text: PlacedText, sheet: Sheet, letters: Letters, name: str) -> Iterator[str]:
    (x, y), (end_x, end_y) = sheet.point(*text.start), sheet.point(*text.end)
    length = hypot(end_x - x, end_y - y)
    # Points a pixel, of a scan whose pixels may be oblong.
    scale = length / max(1e-6, hypot(text.end[0] - text.start[0], text.end[1] - text.start[1]))
    if length <= 0:
        return
    size = max(1.0, text.height * scale)
    cosine, sine = (end_x - x) / length, (end_y - y) / length
    stretch = length / (len(text.text) * _WIDE * size)
    matrix = (stretch * size * cosine, stretch * size * sine, -size * sine, size * cosine, x, y)
    yield " ".join(f"{v:.3f}" for v in matrix) + " Tm"
    # A blank behind it, or who copies the text gets one long word.
    for font, codes in letters.runs(f"{text.text} "):
        yield f"/{name}{font} 1 Tf <{codes.hex()}> Tj"
