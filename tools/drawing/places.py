"""Finds each keyed text of a printed PDF page: its lines, with the boxes of their ink."""

from __future__ import annotations

from ctypes import byref, c_double, c_float, c_int, c_uint
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

from digitizer.authoring.drawing.nouns import DPI, DrawnItem
from digitizer.document.geometry import Box
from tools.drawing.sheet import KeyedText, key_of

Corners = tuple[float, float, float, float]
"""Left, bottom, right, top in points from the lower left corner of the sheet."""


@dataclass(slots=True)
class _Line:
    """Characters of one key on one baseline."""

    characters: int
    corners: Corners


def find_items(page: Any, texts: list[KeyedText], seen: dict[int, int]) -> tuple[DrawnItem, ...]:
    """Every line of the page and every outline and drawn tick, in the order of printing.

    seen: how many characters of each key earlier pages had; brought up to date.
    """
    height = page.get_height()
    items = []
    for (key, _), line in _text_lines(page).items():
        if key > len(texts):
            continue
        text = texts[key - 1]
        part = _take(text.text, seen.get(key, 0), line.characters)
        seen[key] = seen.get(key, 0) + line.characters
        box = _pixels(line.corners, height)
        items.append(DrawnItem("" if text.role == "box" else part, box, text.role, text.target))
        if text.role == "box" and text.text:
            # A ticked box that is one character: its tick stands where its outline does.
            items.append(DrawnItem(text.text, box, "entry", text.target))
    for key, corners in _paths(page):
        if key <= len(texts) and texts[key - 1].drawn:
            text = texts[key - 1]
            items.append(DrawnItem(text.text, _pixels(corners, height), text.role, text.target))
    return tuple(items)


def _text_lines(page: Any) -> dict[tuple[int, float], _Line]:
    """Lines by key and baseline, in the order of printing."""
    textpage = page.get_textpage()
    raw = textpage.raw
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    left, right, bottom, top, x, y = (c_double() for _ in range(6))
    lines: dict[tuple[int, float], _Line] = {}
    for index in range(pdfium_c.FPDFText_CountChars(raw)):
        if pdfium_c.FPDFText_IsGenerated(raw, index) == 1 or chr(pdfium_c.FPDFText_GetUnicode(raw, index)).isspace():
            continue
        pdfium_c.FPDFText_GetFillColor(raw, index, byref(red), byref(green), byref(blue), byref(alpha))
        key = key_of((red.value, green.value, blue.value))
        if key == 0:
            continue
        pdfium_c.FPDFText_GetCharBox(raw, index, byref(left), byref(right), byref(bottom), byref(top))
        pdfium_c.FPDFText_GetCharOrigin(raw, index, byref(x), byref(y))
        corners = (left.value, bottom.value, right.value, top.value)
        line = lines.get((key, round(y.value, 1)))
        if line is None:
            lines[key, round(y.value, 1)] = _Line(1, corners)
        else:
            line.characters, line.corners = line.characters + 1, _around(line.corners, corners)
    textpage.close()
    return lines


def _paths(page: Any) -> list[tuple[int, Corners]]:
    """Key and corners of every keyed path (outlines of checkboxes, drawn ticks)."""
    found: list[tuple[int, Corners]] = []
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    sides = tuple(c_float() for _ in range(4))
    filled, stroked = c_int(), c_int()
    for item in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_PATH,)):
        pdfium_c.FPDFPath_GetDrawMode(item.raw, byref(filled), byref(stroked))
        of = pdfium_c.FPDFPageObj_GetStrokeColor if stroked.value else pdfium_c.FPDFPageObj_GetFillColor
        if not of(item.raw, byref(red), byref(green), byref(blue), byref(alpha)):
            continue
        key = key_of((red.value, green.value, blue.value))
        if key:
            pdfium_c.FPDFPageObj_GetBounds(item.raw, *(byref(side) for side in sides))
            found.append((key, (sides[0].value, sides[1].value, sides[2].value, sides[3].value)))
    return found


def _take(text: str, start: int, count: int) -> str:
    """So many characters of the text, white space not counted, from the start-th on; it begins anew at its end.

    A heading repeated on every page is printed more often than it was written.
    """
    places = [index for index, character in enumerate(text) if not character.isspace()]
    if not places:
        return text
    first = start % len(places)
    last = min(first + count, len(places)) - 1
    return text[places[first] : places[last] + 1]


def _around(a: Corners, b: Corners) -> Corners:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _pixels(corners: Corners, height: float) -> Box:
    scale = DPI / 72
    left, bottom, right, top = corners
    return Box.spanning(left * scale, (height - top) * scale, right * scale, (height - bottom) * scale)
