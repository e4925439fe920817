"""Scans of a form parted by their print: layouts that the definition knows, and revisions that it does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from digitizer.authoring.check_scans import Looked
from digitizer.authoring.consensus import PagePrint, find_print, group_pages
from digitizer.document.form import FormDefinition
from digitizer.document.layout import Readings
from digitizer.fields.identify import find_revision
from digitizer.fields.phrases import compact
from digitizer.fields.slots import Slot, slots_of

_LIKE = 62.0
"""Likeness (0 to 100) from which a printed text may be a label in other words."""
_NUMBER = re.compile(r"\bForm\s+(?:No\.?\s*)?([A-Z]{1,4}[- ]?\d{1,4}[A-Z]?)\b|\b([A-Z]{2,4}-\d{1,4})\b", re.I)
_DATED = re.compile(r"\bRev(?:ised|\.)?[\s:.]*\d", re.I)
_LONGEST = 60
_ENOUGH = 4
"""Scans of a layout whose print is laid together; more would take long and tell no more."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """A field whose labels are not on a layout. where: its number in the definition; optional: it may be missing.

    print: what is printed there that may be its label in other words, "" where nothing is like it.
    """

    where: int
    name: str
    optional: bool
    print: str


@dataclass(frozen=True, slots=True)
class Revision:
    """Scans of one layout. known: the definition's revision whose text they bear, "" where they bear none.

    bears: what is printed there alone that may name it. carried: how many of `fields` have their label on it.
    """

    scans: tuple[str, ...]
    known: str
    bears: tuple[str, ...]
    carried: int
    fields: int
    reworded: tuple[Reworded, ...]

    @property
    def name(self) -> str:
        """What it may be called: its form's number as printed, or the first of what it bears."""
        for text in self.bears:
            number = _NUMBER.search(text)
            if number:
                return (number[1] or number[2]).upper().replace(" ", "-")
        return self.bears[0] if self.bears else ""


def find_revisions(form: FormDefinition, looked: Sequence[Looked]) -> list[Revision]:
    """The layouts that the scans are of, the most frequent first.

    looked: the scans; each is laid on the others by its first page that is the form's.
    """
    own = [d.reached.stack.pages for d in looked]
    groups = group_pages([pages[0] for pages in own])
    prints = [find_print([own[k][0] for k in group[:_ENOUGH]]) for group in groups]
    texts = [_texts(page) for page in prints]
    revisions = []
    for number, group in enumerate(groups):
        others = {compact(t) for k, told in enumerate(texts) if k != number for t in told}
        revisions.append(_revision(form, [looked[k] for k in group], [own[k] for k in group], texts[number], others))
    return revisions


def _texts(page: PagePrint | None) -> list[str]:
    return [line.text for line in page.lines] if page is not None else []


def _revision(
    form: FormDefinition,
    looked: Sequence[Looked],
    pages: Sequence[Sequence[Readings]],
    texts: Sequence[str],
    others: set[str],
) -> Revision:
    names = Counter(name for page in pages if (name := find_revision(form, page)))
    slots = slots_of([f for f in form.fields if not f.stamp])
    found = {h.phrase for d in looked for h in d.reached.matches}
    missing = [s for s in slots if not found & set(s.labels)]
    every = [*texts, *(i.text for i in looked[0].reached.stack.items)]
    numbers = {f.name: k for k, f in enumerate(form.fields)}
    reworded = tuple(
        Reworded(numbers[s.leader.name], s.leader.name, s.leader.optional, _nearest(s, every)) for s in missing
    )
    alone = [t for t in texts if compact(t) not in others and len(t) <= _LONGEST]
    bears = [t for t in alone if _NUMBER.search(t)] + [t for t in alone if _DATED.search(t) and not _NUMBER.search(t)]
    known = names.most_common(1)[0][0] if names else ""
    return Revision(
        tuple(d.name for d in looked), known, tuple(bears[:3]), len(slots) - len(missing), len(slots), reworded
    )


def _nearest(slot: Slot, texts: Sequence[str]) -> str:
    """The printed text most like one of a slot's labels."""
    scored = [
        (fuzz.ratio(compact(label), compact(t)), t) for label in slot.labels for t in texts if len(compact(t)) > 3
    ]
    score, text = max(scored, default=(0.0, ""))
    return text if score >= _LIKE else ""
