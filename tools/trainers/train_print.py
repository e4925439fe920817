"""The memory of print, learned from drawn pages: lines that come back on page after page, as scans show them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitizer.bundle import load_model, save_model
from digitizer.reading.prints import DRAWN, MODEL, Picture, PrintMemory, remember

Seen = tuple[str, int, Picture]
"""A line seen on a scan: what it truly says, its width step, its picture."""
_LEAST_SEEN = 2
_PRINT_MISTAKES, _ENTRY_MISTAKES, _FLOOR = 0.01, 0.0005, 0.84
_LEAST_LETTERS = 4


def average_looks(seen: Sequence[Seen]) -> list[Seen]:
    """One picture for each text and width that came often enough: the mean of how scans showed it."""
    groups: dict[tuple[str, int], list[NDArray[np.uint8]]] = {}
    for text, step, picture in seen:
        if sum(c.isalnum() for c in text) >= _LEAST_LETTERS:
            groups.setdefault((text, step), []).append(picture)
    averages = []
    for (text, step), pictures in sorted(groups.items(), key=lambda g: g[0]):
        if len(pictures) >= _LEAST_SEEN:
            mean = np.mean(np.stack(pictures), axis=0)
            averages.append((text, step, np.clip(mean, 0, 255).astype(np.uint8)))
    return averages


def remembered_looks(folders: Sequence[Path]) -> frozenset[tuple[str, int]]:
    """Texts and width steps that the memories in those folders hold.

    Raises:
        MissingComponentError: one has none. ModelMismatchError: one is not what its card says.
    """
    kept = [load_model(folder, MODEL)[0] for folder in folders]
    return frozenset((str(t), int(s)) for k in kept for t, s in zip(k["texts"], k["steps"], strict=True))


def choose_least(averages: Sequence[Seen], printed: Sequence[Seen], entries: Sequence[Seen]) -> float:
    """The likeness from which on a line may be taken for one remembered, by lines that were held back.

    printed lines may seldom be taken for another that differs in a digit, which labels bear; entries hardly ever.
    """
    memory = remember(averages, 0.0)
    by_print = _least_for(_mistakes(memory, printed), len(printed), _PRINT_MISTAKES)
    by_entries = _least_for(_mistakes(memory, entries), len(entries), _ENTRY_MISTAKES)
    return max(_FLOOR, by_print, by_entries)


def _mistakes(memory: PrintMemory, lines: Sequence[Seen]) -> list[float]:
    """The likeness of every line that would be taken for another text."""
    found = ((text, memory.recognise(picture)) for text, _, picture in lines)
    return [known[1] for text, known in found if known is not None and known[0] != text]


def _least_for(mistakes: Sequence[float], total: int, share: float) -> float:
    ranked = sorted(mistakes, reverse=True)
    allowed = int(share * total)
    return ranked[allowed] + 0.002 if allowed < len(ranked) else 0.0


def save_memory(folder: Path, averages: Sequence[Seen], least: float, card: dict[str, Any]) -> None:
    """Writes the memory into a model folder."""
    kept = {
        "texts": [text for text, _, _ in averages],
        "steps": [int(step) for _, step, _ in averages],
        "pixels": np.concatenate([picture.ravel() for _, _, picture in averages]),
    }
    save_model(kept, folder, MODEL, {**card, "least": round(least, 4), "lines": len(averages), "drawn": list(DRAWN)})
