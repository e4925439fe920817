"""A trained form as a folder: definition, classifier, calibration, the examples it was learned from, and its card."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from digitizer.bundle import load_model, model_file, save_model
from digitizer.document.form import FormDefinition
from digitizer.errors import MissingComponentError, ModelMismatchError, UsageError
from digitizer.fields import acceptance, classifier, confidence, features
from digitizer.fields import layout_prior as prior
from digitizer.fields.acceptance import Graded
from digitizer.fields.classifier import FieldClassifier, trained_columns
from digitizer.fields.confidence import Calibrator
from digitizer.learning.calibrate import save_confidence
from digitizer.learning.kept import FILE, REMEDY, load_kept, save_kept
from digitizer.learning.train_form import Kept, TrainedForm


def save_form(
    folder: Path,
    definition: Path,
    form: FormDefinition,
    trained: TrainedForm,
    calibrator: Calibrator,
    values: Graded,
    kept: Sequence[Kept],
    scores: Mapping[str, Any],
    seed: int,
    blank: Mapping[str, object] | None = None,
) -> None:
    """Writes the bundle into FOLDER/<form>. definition: its file; it is copied unless it lies in that folder already.

    values: graded values with confidences that were not fitted to them. blank: what is to be told of the blank that the
    documents were drawn from, if they were.

    Raises:
        UsageError: the folder cannot be written.
    """
    place = folder / form.form
    try:
        place.mkdir(parents=True, exist_ok=True)
        if folder.resolve() not in definition.resolve().parents:
            shutil.copyfile(definition, place / "form.yaml")
        data = {
            "documents": len(kept),
            "groups": len({k.group for k in kept}),
            "pairs": sum(len(k.examples.answers) for k in kept),
            "right_pairs": int(sum(k.examples.answers.sum() for k in kept)),
            "training_list": hashlib.sha256("\n".join(sorted(k.sha256 for k in kept)).encode()).hexdigest(),
            "examples": save_kept(place, kept, seed),
            "seed": seed,
            **({"blank": dict(blank)} if blank else {}),
        }
        card = {"data": data, "definition": form.sha256, "form": form.form}
        columns, column_names = trained_columns(trained.classifier)
        entry = {
            **card,
            "choice": trained.choice,
            "choices": trained.scores,
            "scores": dict(scores),
            "pair_features": list(features.NAMES),
            "standing_features": list(prior.NAMES),
            "column_features": column_names,
        }
        save_model({**_pairs(trained.classifier), "columns": columns}, place, classifier.MODEL, entry)
        if calibrator.model is None:
            # An older calibration would speak for a classifier that is no more.
            model_file(place, confidence.MODEL).unlink(missing_ok=True)
            (place / acceptance.FILE).unlink(missing_ok=True)
        else:
            save_confidence(place, calibrator.model, values, {**card, "scores": dict(scores)})
    except OSError as error:
        raise UsageError(f"{place}: cannot be written ({error.strerror})", "choose another --out") from error


def _pairs(own: FieldClassifier) -> dict[str, Any]:
    """The model of places. A form for which labels alone did best has none of its own."""
    if own.general is None:
        return {}
    ways = {slot: [list(astuple(way)) for way in known] for slot, known in own.prior.items()}
    return {"pairs": own.pair_model, "standing": ways}


def load(folder: Path, form: FormDefinition) -> list[Kept]:
    """What an earlier training of the form kept in FOLDER/<form>.

    Raises:
        UsageError: the form was never trained there. ModelMismatchError: the files do not belong together.
    """
    place = folder / form.form
    if not (place / FILE).is_file():
        raise UsageError(f"{place}: no earlier training to resume", "leave --resume out, or name its folder with --out")
    try:
        _, card = load_model(place, classifier.MODEL)
    except MissingComponentError as error:
        raise ModelMismatchError(str(error), REMEDY) from error
    told = card.get("data", {}).get("examples")
    if card.get("form") != form.form or told != hashlib.sha256((place / FILE).read_bytes()).hexdigest():
        raise ModelMismatchError(f"{place / FILE}: not the examples that card.json describes", REMEDY)
    return load_kept(place)
