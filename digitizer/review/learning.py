"""By how much forms have improved, as the cards of their models tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitizer.bundle import card_of
from digitizer.errors import ModelMismatchError
from digitizer.fields.classifier import MODEL


@dataclass(frozen=True, slots=True)
class Learning:
    """How a form's model does on documents that it has not learned from; shares per cent, None where untold.

    documents: learned from; values: tested; labels: right by labels alone; now: by the model.
    looked, before, after: values that people looked at, right as first read, right by the model.
    """

    documents: int
    values: int
    labels: float | None
    now: float | None
    looked: int = 0
    before: float | None = None
    after: float | None = None


def learnings(folders: Sequence[Path], forms: Iterable[str]) -> dict[str, Learning]:
    """What the cards of these forms' models tell, by form; of several folders that have one the last holds."""
    found = {form: told for form in forms for folder in folders if (told := _told(folder / form))}
    return dict(sorted(found.items()))


def _told(folder: Path) -> Learning | None:
    try:
        card = card_of(folder, MODEL)
    except (ModelMismatchError, OSError):
        return None
    scores, data = card.get("scores") or {}, card.get("data") or {}
    given, curve = scores.get("form_told"), scores.get("curve")
    if not given or not curve:
        return None
    looked = scores.get("reviewed") or {}
    return Learning(
        documents=int(data.get("documents", 0)),
        values=int(given["values"]["total"]),
        labels=_percent(curve[0]["values"]),
        now=_percent(given["values"]),
        looked=int(looked.get("values", 0)),
        before=_share(looked, "before"),
        after=_share(looked, "after"),
    )


def _percent(share: Mapping[str, Any]) -> float | None:
    return 100 * share["right"] / share["total"] if share.get("total") else None


def _share(looked: Mapping[str, Any], which: str) -> float | None:
    return 100 * looked[which] / looked["values"] if looked.get("values") else None
