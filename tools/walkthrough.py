"""python -m tools.walkthrough SCAN OUT: the first page stage by stage, drawn; pictures for docs/how-it-works.md."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.geometry import Box
from digitizer.document.layout import Layout, Readings
from digitizer.document.page import PageImage, StraightPage
from digitizer.document.record import Record
from digitizer.fields.drafts import Draft
from digitizer.fields.locate import Label, find_labels
from digitizer.imaging.load import load_page, probe
from digitizer.imaging.straighten import straighten
from digitizer.loading import load_tools
from digitizer.pipeline import draft, read_page, record
from digitizer.settings import Settings

WIDTH = 1100  # Pixels: as wide as a page of documentation shows.
_PART = (0.08, 0.03, 0.97, 0.53)
"""Left, top, right and bottom of what is shown of a straightened page, in shares of it: a form's head and a table."""
BLUE, GREEN, RED, AMBER, PURPLE = "#1565c0", "#2e7d32", "#c62828", "#d98200", "#7b1fa2"
TINTS = ("#dcebfa", "#e6f4e4", "#fdf0d8", "#f3e6f6")


def main(scan: str, out: str) -> None:
    """Writes how-scan, how-segment, how-read, how-fields and how-record, all .png, into a folder that is there."""
    for name, picture in walk(Path(scan), Settings()).items():
        few = picture.quantize(64, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(Path(out) / f"how-{name}.png", optimize=True)


def walk(path: Path, settings: Settings) -> dict[str, Image.Image]:
    """The pictures by stage, in the order of the pipeline; `fields` and `record` only where a known form is found."""
    document, tools = probe(path, settings), load_tools(settings)
    page = load_page(document, 1, settings)
    straight = straighten(page)
    readings = [read_page(document, number, settings) for number in range(1, document.pages + 1)]
    pictures = {
        "scan": draw_scan(page, straight),
        "segment": draw_layout(straight, readings[0].layout),
        "read": draw_readings(straight, readings[0]),
    }
    drafted = draft(readings, tools)[0]
    if drafted.drafts is not None:
        form, fields = tools.forms[drafted.found.form], drafted.drafts.fields
        labels, heads = find_labels(drafted.stack, form, tools.classifiers[form.form], fields)
        linked = [(value, labels.get(name)) for name, value in fields.items()]
        linked += [(cell, None) for rows in drafted.drafts.tables.values() for row in rows for cell in row.values()]
        pictures["fields"] = draw_fields(straight, linked, [*labels.values(), *heads.values()])
        pictures["record"] = draw_record(page, record(document, drafted, tools))
    return pictures


def draw_scan(page: PageImage, straight: StraightPage) -> Image.Image:
    """The page as it came in, and straightened."""
    before, after = (_fitted(Image.fromarray(pixels), WIDTH // 2 - 10) for pixels in (page.pixels, straight.pixels))
    canvas = Image.new("RGB", (WIDTH, max(before.height, after.height)), "#bbbbbb")
    canvas.paste(before, (0, 0))
    canvas.paste(after, (WIDTH // 2 + 10, 0))
    return canvas


def draw_layout(page: StraightPage, layout: Layout) -> Image.Image:
    """Cells tinted, rules blue, lines of ink amber; whole checkboxes green where marked, else red, others purple."""
    tint = Image.new("RGB", page.size, "white")
    for k, cell in enumerate(layout.cells):
        _outline(tint, cell.box, TINTS[k % len(TINTS)], 0, fill=True)
    picture = Image.fromarray(np.minimum(page.pixels[:, :, None], np.asarray(tint)))
    for rule in layout.rules:
        _outline(picture, rule.box, BLUE, 0, fill=True)
    for line in layout.lines:
        _outline(picture, line.box.grown(2), AMBER, 2)
    for mark in layout.marks:
        _outline(picture, mark.box.grown(4), (GREEN if mark.checked else RED) if mark.whole else PURPLE, 4)
    return _part(picture)


def draw_readings(page: StraightPage, readings: Readings) -> Image.Image:
    """Each line's text in its place: known print green, lone glyphs purple, other lines blue, raised markers red."""
    picture = Image.new("RGB", page.size, "white")
    for line, reading, raised in zip(readings.layout.lines, readings.lines, readings.raised, strict=True):
        _write(picture, line.box, reading.text, {"print": GREEN, "glyph": PURPLE}.get(reading.engine, BLUE))
        if raised is not None and line.raised is not None:
            _write(picture, line.raised, raised.text, RED)
    return _part(picture)


def draw_fields(page: StraightPage, linked: list[tuple[Draft, Label | None]], labels: list[Label]) -> Image.Image:
    """Labels and heads blue, the places of values green, and a red stroke from a field's label to its value."""
    picture = Image.fromarray(page.pixels // 2 + 127).convert("RGB")
    for label in labels:
        if label.page == 0:
            _outline(picture, label.box.grown(3), BLUE, 3)
    for value, own in linked:
        if value.page == 0 and value.place is not None and value.engine:
            _outline(picture, value.place.grown(4), GREEN, 4)
            if own is not None and own.page == 0:
                (x, y), (box, place) = value.place.center, (own.box, value.place)
                start = min(max(x, box.x), box.right), min(max(y, box.y), box.bottom)
                end = min(max(start[0], place.x), place.right), min(max(start[1], place.y), place.bottom)
                ImageDraw.Draw(picture).line([start, end], fill=RED, width=6)
    return _part(picture)


def draw_record(page: PageImage, found: Record) -> Image.Image:
    """The scan as it came in with the values' places, and a line for each field: accepted green, for review amber."""
    scan, step = Image.fromarray(page.pixels).convert("RGB"), 22
    colours = {name: GREEN if field.status == "accepted" else AMBER for name, field in found.fields.items()}
    for name, field in found.fields.items():
        if field.box is not None and field.page == page.ref.page:
            _outline(scan, field.box.grown(5), colours[name], 7)
    scan = _fitted(scan, WIDTH * 6 // 10)
    canvas = Image.new("RGB", (WIDTH, max(scan.height, step * len(colours) + 8)), "white")
    canvas.paste(scan, (0, 0))
    for k, (name, field) in enumerate(found.fields.items()):
        text = f"{field.confidence:.3f}  {name}: {' / '.join(str(field.value).split(chr(10)))[:28]}"
        _write(canvas, Box(scan.width + 12, 4 + step * k, WIDTH - scan.width - 16, 15), text, colours[name])
    return canvas


def _outline(picture: Image.Image, box: Box, colour: str, width: int, fill: bool = False) -> None:
    corners = (box.x, box.y, box.right - 1, box.bottom - 1)
    ImageDraw.Draw(picture).rectangle(corners, colour if fill else None, colour, width)


def _write(picture: Image.Image, box: Box, text: str, colour: str) -> None:
    """A text as large as fits into a box."""
    wide = ImageFont.load_default(box.height).getlength(text)
    font = ImageFont.load_default(max(8.0, box.height * min(1.0, box.width / max(1.0, wide))))
    ImageDraw.Draw(picture).text((box.x, box.center[1]), text, fill=colour, font=font, anchor="lm")


def _part(page: Image.Image) -> Image.Image:
    left, top, right, bottom = (round(s * side) for s, side in zip(_PART, page.size * 2, strict=True))
    return _fitted(page.crop((left, top, right, bottom)), WIDTH)


def _fitted(picture: Image.Image, width: int) -> Image.Image:
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main(*sys.argv[1:])
