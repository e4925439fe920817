"""Which pages of a document are which form, and which are none that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from digitizer.document.form import FormDefinition
from digitizer.document.layout import Readings
from digitizer.document.record import OTHER
from digitizer.fields.phrases import compact, phrases_of

_LEAST_LETTERS = 8
_FOUND = 82.0
_SHARE = 0.25
"""Of the letters a form prints, the share that must be found on its first page."""


@dataclass(frozen=True, slots=True)
class FormPages:
    """form: an id, or OTHER. pages: indices into the document's pages, in order."""

    form: str
    pages: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Evidence:
    """named: whether what only this form prints is here; share, count: of its phrases found, by letters and number."""

    named: bool
    share: float
    count: int


def find_forms(pages: Sequence[Readings], forms: Mapping[str, FormDefinition]) -> list[FormPages]:
    """Runs of pages, each a form or OTHER; a page that goes on from the last form's page belongs to it."""
    found: list[FormPages] = []
    for number, page in enumerate(pages):
        text = compact("".join(r.text for r in page.lines))
        evidence = {name: _evidence(text, form) for name, form in forms.items()}
        starts = {n: e for n, e in evidence.items() if e.named and e.share >= _SHARE}
        last = found[-1] if found else None
        if starts:
            best = max(starts, key=lambda n: starts[n].share)
            found.append(FormPages(best, (number,), _confidence(starts[best])))
        elif (
            last is not None
            and last.form != OTHER
            and text
            and _goes_on(evidence[last.form], forms[last.form], [pages[k] for k in last.pages], page)
        ):
            found[-1] = FormPages(last.form, (*last.pages, number), last.confidence)
        else:
            found.append(FormPages(OTHER, (number,), 1 - max((e.share for e in evidence.values()), default=0.0)))
    return found


def _evidence(text: str, form: FormDefinition) -> _Evidence:
    phrases = [p for p in phrases_of(form) if len(compact(p)) >= _LEAST_LETTERS]
    if not text or not phrases:
        return _Evidence(False, 0.0, 0)
    compacts = [compact(p) for p in phrases]
    scores = process.cdist([text], compacts, scorer=fuzz.partial_ratio, score_cutoff=_FOUND)[0]
    letters = np.array([len(c) for c in compacts], np.float64)
    there = scores > 0
    named = {compact(p) for p in form.identify}
    is_named = not named or any(t and c in named for t, c in zip(there, compacts, strict=True))
    return _Evidence(bool(is_named), float(letters[there].sum() / letters.sum()), int(there.sum()))


def _confidence(evidence: _Evidence) -> float:
    return float(min(0.999, 0.5 + evidence.share))


def _goes_on(evidence: _Evidence, form: FormDefinition, before: Sequence[Readings], page: Readings) -> bool:
    """Whether a page without a title is a form's next: its print, a cell cut in two, or a form not at its end yet."""
    if any(c.open_top for c in page.layout.cells) and any(c.open_bottom for c in before[-1].layout.cells):
        return True
    return evidence.count >= 1 or not _is_ended(form, before)


def _is_ended(form: FormDefinition, pages: Sequence[Readings]) -> bool:
    """Whether what the form prints after all entries stands on these pages already."""
    closing = [compact(p) for p in (form.footnotes.ends if form.footnotes else ())]
    text = compact("".join(r.text for p in pages for r in p.lines))
    long = [c for c in closing if len(c) >= _LEAST_LETTERS]
    return not long or any(fuzz.partial_ratio(c, text) >= _FOUND for c in long)
