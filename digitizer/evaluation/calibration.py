"""Whether confidences hold what they promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digitizer.evaluation.compare import Outcome

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Values whose confidence lies from low up to high: how many, how sure on average, how many of them right."""

    low: float
    high: float
    total: int
    right: int
    confidence: float

    def as_json(self) -> dict[str, Any]:
        return {
            "low": self.low,
            "high": self.high,
            "total": self.total,
            "right": self.right,
            "confidence": round(self.confidence, 6),
        }


@dataclass(frozen=True, slots=True)
class Confidence:
    """total: values that came out with a confidence, filled cells of made-up rows (always wrong) among them.

    accepted: of these, to be used unseen; wrong: how many of the accepted are wrong.
    error: expected calibration error, the mean gap between confidence and share right over ten equal bins.
    brier: mean square of (confidence - right). Both None where there is nothing.
    """

    total: int
    accepted: int
    wrong: int
    error: float | None
    brier: float | None
    bins: tuple[Bin, ...]

    @property
    def accepted_share(self) -> float | None:
        return self.accepted / self.total if self.total else None

    @property
    def wrong_per_thousand(self) -> float | None:
        """Wrong values among a thousand accepted ones."""
        return 1000 * self.wrong / self.accepted if self.accepted else None

    def as_json(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "accepted": self.accepted,
            "accepted_share": _rounded(self.accepted_share),
            "accepted_wrong": self.wrong,
            "wrong_per_thousand_accepted": _rounded(self.wrong_per_thousand),
            "expected_calibration_error": _rounded(self.error),
            "brier": _rounded(self.brier),
            "bins": [b.as_json() for b in self.bins],
        }


def score_confidence(outcomes: Sequence[Outcome]) -> Confidence:
    """Scores the confidences of all values that came out at all; a value that is missing promised nothing."""
    told = [(o.field, o.right) for o in outcomes if o.field is not None]
    accepted = [right for field, right in told if field.status == "accepted"]
    pairs = [(field.confidence, right) for field, right in told]
    bins = _bins(pairs)
    count = len(pairs)
    return Confidence(
        total=count,
        accepted=len(accepted),
        wrong=accepted.count(False),
        error=sum(abs(b.confidence * b.total - b.right) for b in bins) / count if count else None,
        brier=sum((confidence - right) ** 2 for confidence, right in pairs) / count if count else None,
        bins=bins,
    )


def _bins(pairs: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    """The bins that hold anything, lowest first; a confidence of exactly 1 belongs to the last."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        held.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
    return tuple(
        Bin(
            low=index / BINS,
            high=(index + 1) / BINS,
            total=len(held[index]),
            right=sum(right for _, right in held[index]),
            confidence=sum(confidence for confidence, _ in held[index]) / len(held[index]),
        )
        for index in sorted(held)
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
