"""Checkboxes that are typed, not drawn: [ ], [X], ( ), (X), told from how they read and where that stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark, Reading, TextLine, Word
from digitizer.document.lines import same_line
from digitizer.reading.tesseract import NOTHING

_PAIR = re.compile(r"\[\s*[xX]{0,2}\s*\]|(?<!\w)\(\s*X{0,2}\s*\)")
"""A small x in round brackets numbers a point of a list."""
_OPEN, _CLOSE = frozenset(("(", "[", "L", "C")), re.compile(r"^[)\]]\s*")
"""What is read of an opening bracket far from its other half."""
_APART = 4.0
"""In heights of a line: how far the other half stands."""
_WIDE = 0.8
"""In their height: round brackets with room for a mark are that wide."""
_AGREED, _DENIED = 0.99, 0.6
"""Probability of a state that the reading and the ink agree on; of one that the ink says otherwise of."""
_OVERLAP = 0.4

Told = tuple[tuple[Mark, ...], list[Reading]]


def with_brackets(marks: Sequence[Mark], lines: Sequence[TextLine], readings: Sequence[Reading]) -> Told:
    """The checkboxes with those that are brackets as read, and the readings without them.

    What has a frame's looks but reads as brackets around something else, (2) or [a], is a frame only where a label
    says so.
    """
    found: list[tuple[Box, bool]] = []
    kept = list(readings)
    for k, (line, reading) in enumerate(zip(lines, readings, strict=True)):
        if not (line.sideways or line.stamped or line.slots) and reading.words:
            pairs = _pairs(reading)
            found += [(box, checked) for _, box, checked in pairs]
            kept[k] = _without(reading, [span for span, _, _ in pairs])
    for opening, closing in _halves(lines, kept):
        box = replace(lines[opening].box, width=kept[closing].words[0].box.x - lines[opening].box.x + 1)
        found.append((box, False))
        kept[opening] = NOTHING
        end = _CLOSE.match(kept[closing].text)
        kept[closing] = _without(kept[closing], [end.span()] if end else [])
    told = list(marks)
    for box, checked in found:
        own = [k for k, mark in enumerate(told) if _is_same(mark.box, box)]
        if not own:
            told.append(Mark(box, checked, _DENIED))
        for k in own[:1]:
            agreed = told[k].checked == checked
            told[k] = replace(
                told[k], checked=checked, confidence=_AGREED if agreed else _DENIED, whole=True, likely=True
            )
    held = [
        word.box for reading in kept for word in reading.words if re.fullmatch(r"[(\[]\w{1,2}[)\]][.,;]?", word.text)
    ]
    told = [replace(m, whole=False, likely=False) if any(_is_same(m.box, box) for box in held) else m for m in told]
    return tuple(sorted(told, key=lambda m: (m.box.y, m.box.x))), kept


def _pairs(reading: Reading) -> list[tuple[tuple[int, int], Box, bool]]:
    """Where in the text a pair of brackets stands, where on the page, and whether there is an X in it."""
    pairs = [(m.span(), _place(reading, *m.span()), m[0]) for m in _PAIR.finditer(reading.text)]
    # Narrow round ones are what is left of a footnote's number.
    return [
        (span, box, "x" in text.lower())
        for span, box, text in pairs
        if "x" in text.lower() or text[0] == "[" or box.width >= _WIDE * box.height
    ]


def _place(reading: Reading, start: int, end: int) -> Box:
    parts = []
    at = 0
    for word in reading.words:
        first, last = max(start - at, 0), min(end - at, len(word.text))
        if first < last:
            parts.append(_cut(word, first, last).box)
        at += len(word.text) + 1
    return Box.around(parts)


def _cut(word: Word, first: int, last: int) -> Word:
    """Some letters of a word, each as wide as the others."""
    if (first, last) == (0, len(word.text)):
        return word
    left, right = (round(word.box.width * k / len(word.text)) for k in (first, last))
    return replace(
        word, text=word.text[first:last], box=replace(word.box, x=word.box.x + left, width=max(1, right - left))
    )


def _without(reading: Reading, spans: Sequence[tuple[int, int]]) -> Reading:
    """The reading without those parts of its text."""
    if not spans:
        return reading
    words: list[Word] = []
    at = 0
    for word in reading.words:
        letters = [k for k in range(len(word.text)) if not any(start <= at + k < end for start, end in spans)]
        at += len(word.text) + 1
        if letters:
            words.append(_cut(word, letters[0], letters[-1] + 1))
    return (
        replace(reading, text=" ".join(w.text for w in words), words=tuple(words), alternatives=())
        if words
        else NOTHING
    )


def _halves(lines: Sequence[TextLine], readings: Sequence[Reading]) -> list[tuple[int, int]]:
    """Lines by number of which one is an opening bracket, and the other begins with the closing one."""
    found = []
    for k, reading in enumerate(readings):
        if reading.text not in _OPEN:
            continue
        box = lines[k].box
        behind = [
            (lines[n].box.x, n)
            for n, other in enumerate(readings)
            if _CLOSE.match(other.text)
            and same_line(box, lines[n].box)
            and 0 <= lines[n].box.x - box.right <= _APART * box.height
        ]
        if behind:
            found.append((k, min(behind)[1]))
    return found


def _is_same(one: Box, other: Box) -> bool:
    shared = one.intersection(other)
    return shared is not None and shared.area >= _OVERLAP * min(one.area, other.area)
