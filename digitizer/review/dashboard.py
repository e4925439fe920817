"""How far everything is: batches, what stands how, and who does what."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from digitizer.review.desk import Desk
from digitizer.review.learning import Learning, learnings
from digitizer.store import status
from digitizer.store.passes import Score, scores
from digitizer.store.status import Pace, Progress, batches, progress

STATUSES = ("accepted", "confirmed", "corrected", "review")


@dataclass(frozen=True, slots=True)
class FormShare:
    """How the values of a form stand."""

    form: str
    title: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def share(self, status: str) -> float:
        """Per cent of the values that stand so."""
        return 100 * self.counts.get(status, 0) / self.total if self.total else 0.0

    @property
    def wrong(self) -> float | None:
        """Per cent of what people looked at that was not right; None where nobody has."""
        seen = self.counts.get("confirmed", 0) + self.counts.get("corrected", 0)
        return 100 * self.counts.get("corrected", 0) / seen if seen else None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the dashboard shows. all: over all forms; learned: by form, of those whose models tell."""

    batches: tuple[Progress, ...]
    all: FormShare
    forms: tuple[FormShare, ...]
    paces: tuple[Pace, ...]
    learned: tuple[tuple[FormShare, Learning], ...]
    scores: tuple[Score, ...]


def overview(desk: Desk, connection: Connection) -> Overview:
    """The store as it is now."""
    by_form = status.counts_by_status(connection)
    total = {status: sum(counts.get(status, 0) for counts in by_form.values()) for status in STATUSES}
    shares = {form: FormShare(form, desk.meanings.title(form), counts) for form, counts in sorted(by_form.items())}
    learned = learnings(desk.models, shares)
    return Overview(
        batches=tuple(progress(connection, number) for number, _ in batches(connection)),
        all=FormShare("", "", total),
        forms=tuple(shares.values()),
        paces=tuple(status.paces(connection)),
        scores=tuple(scores(connection)),
        learned=tuple((shares[form], told) for form, told in learned.items()),
    )
