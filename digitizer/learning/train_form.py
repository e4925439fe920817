"""A form's own classifier, learned from documents and what was keyed from them; no places are told.

The general classifier, which knows labels and not forms, gives the first idea of where values stand. What it and the
truth agree on trains a classifier of the form's own, which settles doubtful places better; then that is trained anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from digitizer.estimators import frozen
from digitizer.fields import layout_prior as prior
from digitizer.fields.assign import prefer_whole
from digitizer.fields.classifier import FieldClassifier, with_opinion
from digitizer.fields.extract import LEAST
from digitizer.fields.features import DIRECTIONS, NAMES, NO_LABEL
from digitizer.fields.layout_prior import Offsets, learn_prior, observe
from digitizer.learning.align import Alignment, align, kept_pairs
from digitizer.learning.examples import Examples
from digitizer.learning.folds import group_key, make_folds
from digitizer.learning.training_examples import TrainingExample

_NEAR = 1.0
"""Inches: pairs with a label of the field this near are all learned from; of the others a sample will do."""
_SAMPLE = 0.15
_LIKELY = 3
"""Places that stand nearest to where a value is expected are all learned from, too."""
_LOST = 0.25
"""Share of fields learned from once more as if their label had not been found, as it often will not be."""
_INNER_FOLDS = 3
_STANDING_FOLDS = 8
_GAPS = [NAMES.index(f"{d}_gap") for d in DIRECTIONS]
_OWN_LABEL = [NAMES.index(f"{d}_{what}") for d in DIRECTIONS for what in ("gap", "score", "rank", "off")]
_NOT_FOUND = np.tile(np.array(NO_LABEL, np.float32), len(DIRECTIONS))
_OFF_RANK = len(NAMES) + prior.NAMES.index("off_rank")

GENERAL, LOGISTIC, BOOSTED = "general", "logistic", "boosted"


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of a document once it is learned.

    group: as folds.group_key tells it. examples: pairs of slots and places. offsets: where each slot's place stands.
    graded: evidence for its values, told by models that were not trained on it, and whether they were right; None
    where it was not tested.
    """

    sha256: str
    group: str
    examples: Examples
    offsets: Mapping[str, Offsets]
    graded: Examples | None = None


@dataclass(frozen=True, slots=True)
class TrainedForm:
    """alignments: by lesson. choice: general (labels alone did best), logistic or boosted. scores: by choice."""

    classifier: FieldClassifier
    choice: str
    scores: dict[str, float]
    alignments: tuple[Alignment, ...]
    kept: tuple[Kept, ...]


def train_form(
    training_examples: Sequence[TrainingExample],
    groups: Sequence[int],
    earlier: Sequence[Kept],
    general: FieldClassifier,
    seed: int,
    drawn: bool = False,
) -> TrainedForm:
    """Learns a form from lessons and from what earlier trainings kept; the model is chosen by cross-validation.

    groups: a number for each lesson; lessons of one group stay on one side of every test. drawn: the lessons are a
    blank filled in by us. Where we write teaches nothing about where people do: places then go by labels alone.
    """
    first = [align(example, example.probabilities(general)) for example in training_examples]
    if drawn:
        nothing = Examples(np.zeros((0, len(NAMES) + len(prior.NAMES)), np.float32), np.zeros(0, bool))
        kept = [Kept(k.keyed.sha256, group_key(k.keyed.group), nothing, {}) for k in training_examples]
        return TrainedForm(_fit(GENERAL, (), general, seed), GENERAL, {}, tuple(first), tuple(kept))
    taught = _teach(training_examples, first, groups, earlier, seed)
    folds = make_folds(groups, _INNER_FOLDS, seed)
    told = {GENERAL: [example.probabilities(general) for example in training_examples]}
    for choice in (LOGISTIC, BOOSTED):
        told[choice] = _held_out(choice, training_examples, taught, earlier, folds, general, seed)
    scores = {choice: _slots_right(training_examples, first, chances) for choice, chances in told.items()}
    # Of equally good ones the simplest.
    best = max(scores, key=lambda choice: scores[choice])
    second = [align(example, p) for example, p in zip(training_examples, told[best], strict=True)]
    taught = _teach(training_examples, second, groups, earlier, seed)
    classifier = _fit(best, [*earlier, *taught], general, seed)
    return TrainedForm(classifier, best, scores, tuple(second), tuple(taught))


def _teach(
    training_examples: Sequence[TrainingExample],
    alignments: Sequence[Alignment],
    groups: Sequence[int],
    earlier: Sequence[Kept],
    seed: int,
) -> list[Kept]:
    """The examples of each lesson; where values stand is told by the others, as it will be for pages not seen yet."""
    offsets = [_offsets(example, alignment) for example, alignment in zip(training_examples, alignments, strict=True)]
    old = [kept.offsets for kept in earlier]
    folds = make_folds(groups, _STANDING_FOLDS, seed)
    known = {
        int(fold): learn_prior([*old, *(o for o, f in zip(offsets, folds, strict=True) if f != fold)])
        for fold in np.unique(folds)
    }
    taught = []
    for example, alignment, own, fold in zip(training_examples, alignments, offsets, folds, strict=True):
        examples = _examples(example, alignment, example.all_features(known[int(fold)]), seed)
        taught.append(Kept(example.keyed.sha256, group_key(example.keyed.group), examples, own))
    return taught


def _offsets(example: TrainingExample, alignment: Alignment) -> dict[str, Offsets]:
    chosen = sorted(alignment.chosen.items())
    return {example.slots[s].leader.name: observe(example.phrases, example.places[c]) for s, c in chosen}


def _examples(example: TrainingExample, alignment: Alignment, features: NDArray[np.float32], seed: int) -> Examples:
    """Pairs of which something is known: all near a label of the field, and a sample of the others."""
    known, answers = kept_pairs(example, alignment)
    gaps = features[:, :, _GAPS].min(axis=2)
    # By the document's bytes, so that the same document gives the same examples in whatever company.
    rng = np.random.default_rng([seed, int(example.keyed.sha256[:8] or "0", 16)])
    near = (gaps <= _NEAR) | (features[:, :, _OFF_RANK] <= _LIKELY) | (rng.random(known.shape) < _SAMPLE)
    taken = known & (answers | near)
    lost = taken & (rng.random(len(example.slots)) < _LOST)[:, None]
    unlabelled = features[lost]
    unlabelled[:, _OWN_LABEL] = _NOT_FOUND
    return Examples(np.concatenate([features[taken], unlabelled]), np.concatenate([answers[taken], answers[lost]]))


def _held_out(
    choice: str,
    training_examples: Sequence[TrainingExample],
    taught: Sequence[Kept],
    earlier: Sequence[Kept],
    folds: NDArray[np.int64],
    general: FieldClassifier,
    seed: int,
) -> list[NDArray[np.float64]]:
    """Each lesson's probabilities from a model that was not trained on its group."""
    models: dict[int, FieldClassifier] = {}
    for fold in np.unique(folds):
        rest = [k for k, f in zip(taught, folds, strict=True) if f != fold]
        models[int(fold)] = _fit(choice, [*earlier, *rest], general, seed)
    return [example.probabilities(models[int(fold)]) for example, fold in zip(training_examples, folds, strict=True)]


def _slots_right(
    training_examples: Sequence[TrainingExample],
    alignments: Sequence[Alignment],
    chances: Sequence[NDArray[np.float64]],
) -> float:
    """The share of slots, of which the truth tells anything, whose likeliest place is the right one or rightly none."""
    right = total = 0
    for example, alignment, probabilities in zip(training_examples, alignments, chances, strict=True):
        if not probabilities.size:
            continue
        preferred = prefer_whole(example.candidates, probabilities)
        for s, state in enumerate(example.states):
            c = int(preferred[s].argmax())
            found = c if preferred[s, c] >= LEAST else None
            if s in alignment.chosen:
                total += 1
                right += found == alignment.chosen[s]
            elif state == "blank":
                total += 1
                right += found is None
    return round(right / total, 5) if total else 0.0


def _fit(choice: str, kept: Sequence[Kept], general: FieldClassifier, seed: int) -> FieldClassifier:
    """The general model's opinion and all it is based on, weighed anew for this form."""
    answers = [k.examples.answers for k in kept]
    y = np.concatenate(answers) if answers else np.zeros(0, bool)
    if choice == GENERAL or len(np.unique(y)) < 2:
        return general
    base = general.pair_model if general.general is None else general.general
    x = with_opinion(base, np.concatenate([k.examples.features for k in kept]))
    model = frozen(_MAKERS[choice](seed).fit(x, y), x)
    return FieldClassifier(model, general.column_model, "", base, learn_prior([k.offsets for k in kept]))


def _logistic(seed: int) -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000, random_state=seed))


def _boosted(seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.1, max_leaf_nodes=12, min_samples_leaf=10, l2_regularization=2.0, random_state=seed
    )


_MAKERS: dict[str, Callable[[int], Any]] = {LOGISTIC: _logistic, BOOSTED: _boosted}
