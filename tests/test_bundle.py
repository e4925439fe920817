import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from digitizer.bundle import find_model, load_model, save_model
from digitizer.errors import MissingComponentError, ModelMismatchError
from digitizer.estimators import Estimator, frozen

POINTS = np.random.default_rng(5).random((60, 3))
SIDES = (POINTS[:, 0] > 0.5).astype(int)


def fitted() -> Estimator:
    return frozen(HistGradientBoostingClassifier(max_iter=3, random_state=0).fit(POINTS, SIDES), POINTS)


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    estimator = fitted()
    written = save_model(estimator, tmp_path / "new", "sides", {"seed": 5, "scores": {"right": 0.9}})
    again, card = load_model(tmp_path / "new", "sides")
    np.testing.assert_array_equal(again.predict_proba(POINTS), estimator.predict_proba(POINTS))
    assert card == written
    assert card["seed"] == 5
    assert set(card["versions"]) == {"digitizer", "scikit-learn"}


def test_several_estimators_and_plain_data_in_one_file(tmp_path: Path) -> None:
    kept = {"one": fitted(), "ways": {"name": [["a label", 0.5, 3]]}, "pixels": np.arange(4, dtype=np.uint8)}
    save_model(kept, tmp_path, "all", {})
    again, _ = load_model(tmp_path, "all")
    assert again["ways"] == kept["ways"]
    assert again["pixels"].tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(again["one"].predict_proba(POINTS), kept["one"].predict_proba(POINTS))


def test_the_same_estimator_gives_the_same_bytes(tmp_path: Path) -> None:
    save_model(fitted(), tmp_path / "a", "sides", {})
    save_model(fitted(), tmp_path / "b", "sides", {})
    assert (tmp_path / "a/sides.npz").read_bytes() == (tmp_path / "b/sides.npz").read_bytes()
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
    with (tmp_path / "sides.npz").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelMismatchError, match=r"not the file"):
        load_model(tmp_path, "sides")


def test_a_model_of_the_first_edition_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "sides.skops").write_bytes(b"")
    (tmp_path / "card.json").write_text('{"models": {"sides": {}}}')
    with pytest.raises(ModelMismatchError, match="first edition") as caught:
        find_model(tmp_path, "sides")
    assert "train" in caught.value.remedy


def test_a_card_that_is_none_is_refused(tmp_path: Path) -> None:
    save_model(fitted(), tmp_path, "sides", {})
    for text in ("{", "[]", '{"models": {}}'):
        (tmp_path / "card.json").write_text(text)
        with pytest.raises(ModelMismatchError):
            load_model(tmp_path, "sides")


def test_what_would_run_code_is_neither_saved_nor_loaded(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        save_model({"one": fitted(), "two": json.dumps}, tmp_path, "sides", {})
    assert not (tmp_path / "sides.npz").exists()
    save_model(fitted(), tmp_path, "sides", {})
    np.savez(tmp_path / "sides.npz", kind=np.array(["dict", None], object))
    card = json.loads((tmp_path / "card.json").read_text())
    card["models"]["sides"]["sha256"] = hashlib.sha256((tmp_path / "sides.npz").read_bytes()).hexdigest()
    (tmp_path / "card.json").write_text(json.dumps(card))
    with pytest.raises(ModelMismatchError, match="not a model"):
        load_model(tmp_path, "sides")
