"""What a line network might say of a text, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from digitizer.reading.joint import Table

CHARACTERS = "".join(map(chr, range(32, 127)))
LABELS = {c: k for k, c in enumerate(CHARACTERS, start=1)}


def table_of(seen: Sequence[str | Mapping[str, float]], spaced: bool = True) -> Table:
    """A network that sees those characters one after the other, a blank between two. Of each either the character,
    as good as sure, or what it may be with probabilities.
    """
    rows = []
    for one in seen:
        row = np.full(len(CHARACTERS) + 1, 1e-6, np.float32)
        for character, chance in ({one: 0.98} if isinstance(one, str) else one).items():
            row[LABELS[character]] = chance
        between = np.full(len(CHARACTERS) + 1, 1e-6, np.float32)
        between[0] = 1.0
        rows += [row / row.sum(), between / between.sum()]
    return Table(np.array(rows, np.float32), LABELS, 0, spaced=spaced)
