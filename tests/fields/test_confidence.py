from pathlib import Path

import numpy as np
import pytest
from factories import draft_of, field_def
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from digitizer.bundle import save_model
from digitizer.errors import ModelMismatchError
from digitizer.estimators import frozen
from digitizer.fields.confidence import MODEL, NAMES, evidence, find_calibrator, untrained
from digitizer.fields.drafts import Draft


def told(draft: Draft, name: str) -> float:
    return dict(zip(NAMES, evidence(draft), strict=True))[name]


def test_evidence_has_a_number_for_every_name() -> None:
    draft = draft_of(field_def("a", "date"), "2009-11-17", reader=0.7, valid=0.6, match=0.5, label=0.4)
    assert len(evidence(draft)) == len(NAMES) == len(set(NAMES))
    assert [told(draft, n) for n in ("reader", "valid", "match", "label")] == [0.7, 0.6, 0.5, 0.4]
    assert (told(draft, "kind_date"), told(draft, "kind_text"), told(draft, "letters")) == (1, 0, 10)


def test_blanks_doubts_and_notes_are_evidence() -> None:
    definition = field_def("a", "text")
    assert told(draft_of(definition, ""), "blank") == 1
    assert told(draft_of(field_def("b", "checkbox"), False), "blank") == 1
    assert told(draft_of(definition, "x"), "blank") == 0
    assert told(draft_of(definition, "x", certain=False), "certain") == 0
    assert told(draft_of(definition, "x", footnotes=("F1", "F2")), "notes") == 2
    assert told(draft_of(definition, "x\ny"), "lines") == 2
    assert told(draft_of(definition, "x", engine="glyph"), "glyph") == 1
    assert told(draft_of(definition, "x", alternatives=(("y", 0.1), ("z", 0.3))), "other") == 0.3
    assert told(draft_of(definition, "x", hand=0.4), "hand") == 0.4
    assert told(draft_of(definition, "x", known=0.6, clear=0.9), "known") == 0.6


def test_a_point_before_three_last_figures_is_evidence() -> None:
    shares = field_def("shares", "number")
    assert [told(draft_of(shares, t), "thousand") for t in ("962.701", "1.5", "0.1250", "962,701", "1.234 (1)")] == [
        *(1, 0, 0, 0, 1)
    ]


def test_without_training_confidence_is_the_product_of_the_evidence() -> None:
    draft = draft_of(field_def("a"), "x", reader=0.9, valid=0.5, match=0.8)
    assert untrained().probabilities([draft]).tolist() == pytest.approx([0.36])
    assert untrained().probabilities([]).shape == (0,)


def test_of_a_form_without_calibration_nothing_is_accepted(tmp_path: Path) -> None:
    calibrator = find_calibrator(tmp_path, "loan-card")
    assert calibrator.model is None
    assert not calibrator.acceptance.accepts("text", "x", 1.0)


def trained(folder: Path, names: list[str]) -> None:
    rng = np.random.default_rng(3)
    x = rng.random((200, len(NAMES)))
    model = frozen(make_pipeline(StandardScaler(), LogisticRegression()).fit(x, x[:, 0] > 0.5), x)
    save_model(model, folder / "loan-card", MODEL, {"evidence": names})


def test_the_forms_own_calibration_is_used(tmp_path: Path) -> None:
    trained(tmp_path, list(NAMES))
    calibrator = find_calibrator(tmp_path, "loan-card")
    assert calibrator.model is not None
    sure, unsure = draft_of(field_def("a"), "x", reader=1.0), draft_of(field_def("a"), "x", reader=0.0)
    high, low = calibrator.probabilities([sure, unsure])
    assert 0 <= low < high <= 1


def test_a_calibration_on_other_evidence_is_refused(tmp_path: Path) -> None:
    trained(tmp_path, ["weather", *NAMES[1:]])
    with pytest.raises(ModelMismatchError, match="other evidence"):
        find_calibrator(tmp_path, "loan-card")
