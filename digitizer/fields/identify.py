"""Which pages of a document are which form, and which are none that is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz, process

from digitizer.document.form import FormDefinition
from digitizer.document.layout import Readings
from digitizer.document.record import OTHER
from digitizer.fields.phrases import compact, phrases_of

_LEAST_LETTERS = 8
_MOST_LETTERS = 40
"""A long question tells no more than this many letters of it would."""
_FOUND = 82.0
_SURELY_SAID = 88.0
_SHARE = 0.25
"""Of what a form asks, the share that must be found on its first page."""
_NAMED_TWICE = 2
"""So many texts that only this form prints do for a revision that asks little of what the others ask."""
_GOING_ON = 0.04
"""Of a page's letters, the share that must be the form's print not seen before, for the page to go on with it."""


@dataclass(frozen=True, slots=True)
class FormPages:
    """form: an id, or OTHER. pages: indices into the document's pages, in order. revision: "" where none is told."""

    form: str
    pages: tuple[int, ...]
    confidence: float
    revision: str = ""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """named: how many of the texts that only this form prints are here; share: of what it asks, by letters.

    found: the form's phrases found, compacted.
    """

    named: int
    share: float
    found: frozenset[str]

    def starts(self) -> bool:
        """Whether this is a form's first page."""
        return self.named > 0 and (self.share >= _SHARE or self.named >= _NAMED_TWICE)


def find_forms(pages: Sequence[Readings], forms: Mapping[str, FormDefinition]) -> list[FormPages]:
    """Runs of pages, each a form or OTHER; a page that goes on from the last form's page belongs to it."""
    found: list[FormPages] = []
    seen: set[str] = set()
    for number, page in enumerate(pages):
        text = compact("".join(r.text for r in page.lines))
        evidence = _Weighed(text, forms)
        starts = {n: e for n in forms if (e := evidence.of_start(n)) is not None}
        last = found[-1] if found else None
        if starts:
            best = max(starts, key=lambda n: (starts[n].share, starts[n].named))
            found.append(FormPages(best, (number,), _confidence(starts[best])))
            seen = set(starts[best].found)
        elif (
            last is not None
            and last.form != OTHER
            and text
            and _goes_on(evidence.of(last.form), forms[last.form], seen, text, [pages[k] for k in last.pages], page)
        ):
            found[-1] = FormPages(last.form, (*last.pages, number), last.confidence)
            seen |= evidence.of(last.form).found
        else:
            found.append(FormPages(OTHER, (number,), 1 - max((evidence.of(n).share for n in forms), default=0.0)))
    return [
        replace(f, revision=_revision(forms[f.form], [pages[k] for k in f.pages])) if f.form in forms else f
        for f in found
    ]


def _revision(form: FormDefinition, pages: Sequence[Readings]) -> str:
    """The first of the form's revisions whose text stands on a line of these pages; a letter may be misread."""
    lines = [c for page in pages for r in page.lines if (c := compact(r.text))]
    for name, texts in form.revisions.items():
        wanted = [compact(t) for t in texts]
        if any(w in line or fuzz.ratio(w, line) >= _SURELY_SAID for w in wanted for line in lines):
            return name
    return ""


class _Weighed:
    """What speaks for each form on a page, weighed when it is asked for: of most forms not even a title is there."""

    def __init__(self, text: str, forms: Mapping[str, FormDefinition]) -> None:
        self._text, self._forms = text, forms
        self._known: dict[str, _Evidence] = {}

    def of(self, name: str) -> _Evidence:
        if name not in self._known:
            self._known[name] = _evidence(self._text, self._forms[name])
        return self._known[name]

    def of_start(self, name: str) -> _Evidence | None:
        """The evidence that this is the form's first page; None where it is not."""
        titles = _titles(self._forms[name])
        if titles and not _found(self._text, titles):
            return None
        return evidence if (evidence := self.of(name)).starts() else None


def _evidence(text: str, form: FormDefinition) -> _Evidence:
    phrases = _phrases(form)
    if not text or not phrases:
        return _Evidence(0, 0.0, frozenset())
    found = _found(text, phrases)
    titles = _titles(form)
    asked = _asked(form) or {(c,) for c in phrases}
    letters = np.array([min(_MOST_LETTERS, max(map(len, labels))) for labels in asked], np.float64)
    there = np.array([any(c in found for c in labels) for labels in asked])
    named = len(titles & found) if titles else _NAMED_TWICE - 1
    return _Evidence(named, float(letters[there].sum() / letters.sum()), found)


def _phrases(form: FormDefinition) -> frozenset[str]:
    return frozenset(c for p in phrases_of(form) if len(c := compact(p)) >= _LEAST_LETTERS)


def _titles(form: FormDefinition) -> frozenset[str]:
    """The texts that only this form prints."""
    return _phrases(form).intersection(map(compact, form.identify))


def _found(text: str, phrases: Collection[str]) -> frozenset[str]:
    """Those of the phrases that the text holds, a few letters misread."""
    exact = {c for c in phrases if c in text}
    rest = sorted(set(phrases) - exact)
    if not rest or not text:
        return frozenset(exact)
    scores = process.cdist([text], rest, scorer=fuzz.partial_ratio, score_cutoff=_FOUND)[0]
    return frozenset(exact) | {c for c, score in zip(rest, scores, strict=True) if score > 0}


def _asked(form: FormDefinition) -> set[tuple[str, ...]]:
    """What the form asks: the labels of each field, column and group; the prints' different words for one are one."""
    wanted: list[Iterable[str]] = []
    for definition in (*form.fields, *(c for t in form.tables for c in t.columns)):
        wanted += [definition.labels, (definition.group,)]
    wanted += [t.titles for t in form.tables]
    told = (tuple(c for w in texts if len(c := compact(w)) >= _LEAST_LETTERS) for texts in wanted)
    return {labels for labels in told if labels}


def _confidence(evidence: _Evidence) -> float:
    return float(min(0.999, 0.5 + max(evidence.share, _SHARE * (evidence.named - 1))))


def _goes_on(
    evidence: _Evidence,
    form: FormDefinition,
    seen: set[str],
    text: str,
    before: Sequence[Readings],
    page: Readings,
) -> bool:
    """Whether a page without a title is a form's next: a cell cut in two, its print, or a form not at its end yet.

    seen: the form's phrases on its pages before. A stamp or a head that stands on every page, attached ones too,
    tells nothing; heads of a table do: they are printed again where it goes on.
    """
    if any(c.open_top for c in page.layout.cells) and any(c.open_bottom for c in before[-1].layout.cells):
        return True
    again = {compact(p) for t in form.tables for p in (*t.titles, *(w for c in t.columns for w in c.labels))}
    telling = {c for c in evidence.found if c not in seen or c in again}
    # Of texts that contain one another the longest counts.
    telling = {c for c in telling if not any(c != o and c in o for o in telling)}
    return sum(map(len, telling)) >= _GOING_ON * len(text) or not _is_ended(form, before)


def _is_ended(form: FormDefinition, pages: Sequence[Readings]) -> bool:
    """Whether what the form prints after all entries stands on these pages already."""
    closing = [compact(p) for p in (form.footnotes.ends if form.footnotes else ())]
    text = compact("".join(r.text for p in pages for r in p.lines))
    long = [c for c in closing if len(c) >= _LEAST_LETTERS]
    return not long or any(fuzz.partial_ratio(c, text) >= _FOUND for c in long)
