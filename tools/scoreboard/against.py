"""A scoreboard against an earlier one: what rose, what fell, and whether that is more than noise.

Documents are the unit: which of them a set holds is chance, so they are drawn again and again with replacement, the
same ones before and after, and a difference counts where nearly all such sets show it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.scoreboard.score import Measure, Scored, Sums
from tools.scoreboard.table import COLUMNS, markdown_table

RESAMPLES = 2000
INTERVAL = (2.5, 97.5)
"""Per cent of the resamples that lie below its ends."""
LEAST = 5
"""Documents below which a set tells nothing of noise: with one or two, every resample shows the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure of a set or a row that changed, over the documents that both runs have. low, high: 95% interval."""

    set: str
    row: str
    measure: Measure
    documents: int
    before: float
    after: float
    low: float
    high: float

    @property
    def beyond_noise(self) -> bool:
        return self.documents >= LEAST and (self.low > 0 or self.high < 0)

    @property
    def worse(self) -> bool:
        return (self.after < self.before) == self.measure.higher


def differences(before: Sequence[Scored], after: Sequence[Scored]) -> list[Difference]:
    """What changed, of each set its whole and then its rows."""
    earlier = {(d.set, d.row, d.document): d for d in before}
    common = [d for d in after if (d.set, d.row, d.document) in earlier]
    found = []
    for name in dict.fromkeys(d.set for d in common):
        own = [d for d in common if d.set == name]
        rows = list(dict.fromkeys(d.row for d in own))
        for row in ["", *(r for r in rows if len(rows) > 1)]:
            now = [d for d in own if row in ("", d.row)]
            found += _changed(name, row, [earlier[d.set, d.row, d.document] for d in now], now)
    return found


def _changed(name: str, row: str, before: Sequence[Scored], after: Sequence[Scored]) -> list[Difference]:
    count = len(after)
    rng = np.random.default_rng(0)
    weights = np.vstack([np.ones(count), rng.multinomial(count, np.full(count, 1 / count), RESAMPLES)])
    old, new = Sums.of(before).values(weights), Sums.of(after).values(weights)
    found = []
    for k, measure in enumerate(COLUMNS):
        was, now = float(old[0, k]), float(new[0, k])
        gaps = new[1:, k] - old[1:, k]
        gaps = gaps[~np.isnan(gaps)]
        # What only floating point sees is no change.
        if math.isnan(was) or math.isnan(now) or abs(now - was) < 1e-6 or not len(gaps):
            continue
        low, high = np.percentile(gaps, INTERVAL)
        found.append(Difference(name, row, measure, count, was, now, round(float(low), 6), round(float(high), 6)))
    return found


def as_markdown(found: Sequence[Difference]) -> str:
    """The table of what changed; what is beyond noise says whether it is better or worse."""
    if not found:
        return "Nothing changed.\n"
    cells = [["set", "docs", "measure", "before", "after", "change", "95% interval", "beyond noise"]]
    for d in found:
        name = f"{d.set} · {d.row}" if d.row else f"**{d.set}**"
        change = f"{d.after - d.before:+.2f}"
        told = ("worse" if d.worse else "better") if d.beyond_noise else ""
        interval = f"{d.low:+.2f} to {d.high:+.2f}"
        cells.append(
            [name, str(d.documents), d.measure.head, f"{d.before:.2f}", f"{d.after:.2f}", change, interval, told]
        )
    return "\n".join(markdown_table(cells)) + "\n"


def fell(found: Sequence[Difference]) -> bool:
    """Whether a whole set is worse in anything, beyond noise."""
    return any(d.worse and d.beyond_noise for d in found if not d.row)
