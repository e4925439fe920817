import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from digitizer.bundle import find_model, load_model, save_model
from digitizer.errors import MissingComponentError, ModelMismatchError

POINTS = np.random.default_rng(5).random((60, 3))
SIDES = (POINTS[:, 0] > 0.5).astype(int)


def fitted() -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(POINTS, SIDES)


@pytest.mark.parametrize(
    "estimator",
    [
        make_pipeline(StandardScaler(), LogisticRegression()),
        CalibratedClassifierCV(HistGradientBoostingClassifier(max_iter=3, random_state=0), cv=2),
    ],
)
def test_what_is_saved_comes_back(tmp_path: Path, estimator: Any) -> None:
    estimator.fit(POINTS, SIDES)
    written = save_model(estimator, tmp_path / "new", "sides", {"seed": 5, "scores": {"right": 0.9}})
    again, card = load_model(tmp_path / "new", "sides")
    np.testing.assert_array_equal(again.predict_proba(POINTS), estimator.predict_proba(POINTS))
    assert card == written
    assert card["seed"] == 5
    assert set(card["versions"]) == {"digitizer", "scikit-learn", "skops"}


def test_the_same_estimator_gives_the_same_bytes(tmp_path: Path) -> None:
    save_model(fitted(), tmp_path / "a", "sides", {})
    save_model(fitted(), tmp_path / "b", "sides", {})
    assert (tmp_path / "a/sides.skops").read_bytes() == (tmp_path / "b/sides.skops").read_bytes()
    assert (tmp_path / "a/card.json").read_bytes() == (tmp_path / "b/card.json").read_bytes()


def test_two_models_share_a_folder(tmp_path: Path) -> None:
    save_model(fitted(), tmp_path, "one", {"seed": 1})
    save_model(fitted(), tmp_path, "two", {"seed": 2})
    assert load_model(tmp_path, "one")[1]["seed"] == 1
    assert load_model(tmp_path, "two")[1]["seed"] == 2


def test_a_model_is_found_or_not(tmp_path: Path) -> None:
    assert find_model(tmp_path, "sides") is None
    save_model(fitted(), tmp_path, "sides", {"seed": 3})
    found = find_model(tmp_path, "sides")
    assert found is not None
    assert found[1]["seed"] == 3


def test_a_missing_model_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(MissingComponentError) as caught:
        load_model(tmp_path, "sides")
    assert "make models" in caught.value.remedy


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    save_model(fitted(), tmp_path, "sides", {})
    with (tmp_path / "sides.skops").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelMismatchError, match=r"not the file"):
        load_model(tmp_path, "sides")


def test_another_scikit_learn_is_refused(tmp_path: Path) -> None:
    save_model(fitted(), tmp_path, "sides", {})
    card = json.loads((tmp_path / "card.json").read_text())
    card["models"]["sides"]["versions"]["scikit-learn"] = "0.1.0"
    (tmp_path / "card.json").write_text(json.dumps(card))
    with pytest.raises(ModelMismatchError, match=r"made by scikit-learn 0\.1\.0"):
        load_model(tmp_path, "sides")


def test_a_card_that_is_none_is_refused(tmp_path: Path) -> None:
    save_model(fitted(), tmp_path, "sides", {})
    for text in ("{", "[]", '{"models": {}}'):
        (tmp_path / "card.json").write_text(text)
        with pytest.raises(ModelMismatchError):
            load_model(tmp_path, "sides")


def test_types_that_were_not_reviewed_are_neither_saved_nor_loaded(tmp_path: Path) -> None:
    strange = make_pipeline(FunctionTransformer(json.dumps), LogisticRegression())
    with pytest.raises(ModelMismatchError, match=r"json\.dumps"):
        save_model(strange, tmp_path, "sides", {})
    assert not (tmp_path / "sides.skops").exists()
    save_model(fitted(), tmp_path, "sides", {})
    _swap_type(tmp_path, "sklearn.preprocessing._data", "os")
    with pytest.raises(ModelMismatchError, match=r"not reviewed|not a skops file"):
        load_model(tmp_path, "sides")


def _swap_type(folder: Path, module: str, other: str) -> None:
    """Rewrites the file so that it names another module, and the card so that the sum fits."""
    import hashlib

    path = folder / "sides.skops"
    with ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    members["schema.json"] = members["schema.json"].replace(f'"{module}"'.encode(), f'"{other}"'.encode())
    with ZipFile(path, "w") as target:
        for name, data in members.items():
            target.writestr(name, data)
    card = json.loads((folder / "card.json").read_text())
    card["models"]["sides"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "card.json").write_text(json.dumps(card))
