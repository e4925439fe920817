"""Documents to learn from: the places on their pages beside the values that people keyed from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from digitizer.document.form import FieldDefinition, FormDefinition
from digitizer.document.layout import Readings
from digitizer.document.record import Value
from digitizer.fields.candidates import Candidate
from digitizer.fields.classifier import FieldClassifier
from digitizer.fields.drafts import content_of, draft_value
from digitizer.fields.extract import head_places, survey
from digitizer.fields.identify import find_forms
from digitizer.fields.layout_prior import LayoutPrior, Point, points_of, points_of_matches, prior_features
from digitizer.fields.places import Places
from digitizer.fields.slots import Slot
from digitizer.fields.stacked_pages import StackedPages, stack_pages
from digitizer.reading.values import value_of

State = Literal["unknown", "blank", "value", "ticked", "clear"]
"""What the truth tells of a slot: nothing, nothing written, something written, box ticked, box not ticked."""
_ONE_DIGIT = 0.89
_EDGES = " \t.,:;'\"|_-~*`"


@dataclass(frozen=True, slots=True)
class Keyed:
    """What people keyed from one document; a field without a key is unknown, "" is blank, `?` any one character.

    group: documents of one group never stand on both sides of a test.
    """

    document: str
    sha256: str
    group: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """A document to learn from.

    features: float16 of shape (slots, candidates, features). phrases, places: where printed texts and candidates
    stand, in inches. possible, alike: of shape (slots, candidates): whether
    the pair may be at all; how like the keyed value the text there is, 0 to 1. states: by slot.
    """

    keyed: Keyed
    slots: tuple[Slot, ...]
    candidates: tuple[Candidate, ...]
    states: tuple[State, ...]
    features: NDArray[np.float16]
    phrases: Mapping[str, Point]
    places: NDArray[np.float64]
    possible: NDArray[np.bool_]
    alike: NDArray[np.float64]

    def probabilities(self, classifier: FieldClassifier) -> NDArray[np.float64]:
        """Of shape (slots, candidates); 0 where a pair cannot be."""
        if classifier.general is None:
            return classifier.pairs(self.features.astype(np.float32)) * self.possible
        return classifier.pairs(self.all_features(classifier.prior)) * self.possible

    def all_features(self, prior: LayoutPrior) -> NDArray[np.float32]:
        """The features with those of where the form's values stand."""
        more = prior_features(prior, self.phrases, self.slots, self.places)
        return np.concatenate([self.features.astype(np.float32), more], axis=2)

    def told(self, slot: int) -> str:
        """What was keyed for a slot, in a line."""
        fields = self.slots[slot].fields
        values = [self.keyed.values.get(f.name, "") for f in fields]
        return " / ".join("ticked" if v is True else str(v) for v in values if v)


def make_training_example(
    keyed: Keyed, pages: Sequence[Readings], form: FormDefinition, classifier: FieldClassifier
) -> TrainingExample | None:
    """The places of a form on its document's pages beside what was keyed; None where nothing was read there.

    classifier: for the heads of tables, whose lines are no places of fields.
    """
    numbers, _ = form_pages(pages, form)
    stack = stack_pages([pages[k] for k in numbers])
    places = head_places(survey(stack, form, classifier), form)
    if not places.candidates:
        return None
    states = tuple(state_of(slot, keyed.values) for slot in places.slots)
    return TrainingExample(
        keyed,
        places.slots,
        places.candidates,
        states,
        places.features.astype(np.float16),
        points_of_matches(places.matches),
        points_of(places.candidates),
        places.possible(),
        _alike(places, states, keyed.values),
    )


def form_pages(pages: Sequence[Readings], form: FormDefinition) -> tuple[list[int], float]:
    """The document's pages (by index) that the form stands on, and how sure that is.

    All of them where the form is not found, as people say that it is it.
    """
    found = [f for f in find_forms(pages, {form.form: form}) if f.form == form.form]
    if not found:
        return list(range(len(pages))), 0.0
    best = max(found, key=lambda f: (len(f.pages), f.confidence))
    return list(best.pages), best.confidence


def state_of(slot: Slot, values: Mapping[str, Value]) -> State:
    """What the truth tells of a slot, whose fields may be parts of one entry."""
    keyed = [values[f.name] for f in slot.fields if f.name in values]
    if slot.is_checkbox:
        told = [v for v in keyed if isinstance(v, bool)]
        return ("ticked" if any(told) else "clear") if told else "unknown"
    texts = [str(v) for v in keyed if not isinstance(v, bool)]
    if any(fold(t) for t in texts):
        return "value"
    return "blank" if texts and len(texts) == len(slot.fields) else "unknown"


def fold(text: str) -> str:
    """A text as it is compared: in lower case, any white space as one blank, without stray marks at its ends."""
    return " ".join(text.lower().split()).strip(_EDGES)


def likeness(read: str, keyed: str) -> float:
    """How like two folded texts are, 0 to 1; `?` of the keyed one is like any one character."""
    if not keyed or not read:
        return float(read == keyed)
    if "?" not in keyed:
        return float(Levenshtein.normalized_similarity(read, keyed))
    edits = Levenshtein.editops(keyed, read)
    wrong = sum(not (e.tag == "replace" and keyed[e.src_pos] == "?") for e in edits)
    return 1 - wrong / max(len(read), len(keyed))


def _alike(places: Places, states: Sequence[State], values: Mapping[str, Value]) -> NDArray[np.float64]:
    result = np.zeros((len(places.slots), len(places.candidates)))
    for s, slot in enumerate(places.slots):
        if states[s] != "value":
            continue
        keyed = [(f, str(values[f.name])) for f in slot.fields if values.get(f.name)]
        whole = len(slot.fields) == 1 and not slot.leader.pattern and not slot.leader.line
        for c, candidate in enumerate(places.candidates):
            if candidate.mark is not None:
                continue
            if whole:
                result[s, c] = _compare(slot.leader, candidate.text, keyed[0][1])
            else:
                result[s, c] = _compare_parts(places.stack, slot, candidate, keyed)
    return result


def _compare(definition: FieldDefinition, read: str, keyed: str) -> float:
    score = likeness(fold(read), fold(keyed))
    if definition.kind in ("date", "number", "money", "code"):
        # Keyed as it is written or as its kind is told: either may be what stands there.
        value = str(value_of(definition, read).value)
        same = likeness(fold(value), fold(keyed))
        # Dates of one year are alike to a few digits and yet others: no more than one digit may be misread.
        score = max(score, same) if definition.kind != "date" or same >= _ONE_DIGIT else min(score, same)
        if definition.kind in ("number", "money"):
            score = max(score, likeness(re.sub(r"[^\d.]", "", read), re.sub(r"[^\d.]", "", keyed)) - 0.01)
    return score


def _compare_parts(
    stack: StackedPages, slot: Slot, candidate: Candidate, keyed: Sequence[tuple[FieldDefinition, str]]
) -> float:
    """Fields that are parts of one entry: how like each part is, by its length."""
    content = content_of(stack, candidate.entries)
    lines = max(f.line for f in slot.fields)
    scores = []
    for definition, value in keyed:
        read = draft_value(definition, content, 1.0, 1.0, lines)
        score = max(likeness(fold(str(read.value)), fold(value)), likeness(fold(read.text), fold(value)))
        scores.append((score, len(value)))
    # A part that is blank in truth and filled in here speaks against the place.
    for definition in slot.fields:
        if all(definition.name != f.name for f, _ in keyed):
            text = draft_value(definition, content, 1.0, 1.0, lines).text
            scores.append((0.0, len(text)))
    total = sum(length for _, length in scores)
    return sum(score * length for score, length in scores) / total if total else 0.0
