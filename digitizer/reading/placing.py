"""Where the words of a line stand, when its reader tells only what the line says."""

from __future__ import annotations

from digitizer.document.geometry import Box
from digitizer.document.layout import Word


def place_words(text: str, confidence: float, box: Box) -> tuple[Word, ...]:
    """The words of a line, each placed in the line's box (pixels) by its share of the letters."""
    words: list[Word] = []
    position = 0
    for word in text.split():
        start = box.x + round(box.width * position / len(text))
        end = box.x + round(box.width * (position + len(word)) / len(text))
        words.append(Word(word, Box(start, box.y, max(1, end - start), box.height), confidence))
        position += len(word) + 1
    return tuple(words)
