from pathlib import Path

import numpy as np
import pytest

from digitizer.errors import MissingComponentError
from digitizer.reading.glyphs import CLASSES, GlyphReader
from tools.trainers.glyph_damage import LEVELS, damage
from tools.trainers.glyph_drawing import draw_samples, draw_text, find_faces, load_face
from tools.trainers.train_glyphs import calibrate, fit, score, stack, train_glyphs

FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


@pytest.fixture(scope="module")
def faces() -> list[Path]:
    return find_faces(FACES)


def test_drawing_repeats_from_its_seed(faces: list[Path]) -> None:
    first, again, other = (draw_samples(1, 2, faces, (0, 3), seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(stack(first)[0], stack(again)[0])
    assert (stack(first)[0] != stack(other)[0]).any()
    assert [s.label for s in first][:3] == ["0", "1", "2"]
    assert {s.label for s in first} == set(CLASSES)


def test_damage_grows_with_its_level(faces: list[Path]) -> None:
    ink = draw_text("R", load_face(str(faces[0]), 50))
    clean = 255 * (1 - ink)

    def loss(level: int) -> float:
        rng = np.random.default_rng(7)
        return float(np.mean([((damage(ink, level, 50, rng) < 128) != (clean < 128)).mean() for _ in range(60)]))

    losses = [loss(level) for level in range(len(LEVELS))]
    assert losses[0] < losses[2] < losses[4]


def test_a_font_that_is_not_installed_is_told() -> None:
    with pytest.raises(MissingComponentError, match=r"NoSuchFont") as caught:
        find_faces(("NoSuchFont.ttf",))
    assert "apt-get install" in caught.value.remedy


def test_a_small_training_learns_and_its_confidences_are_tempered(faces: list[Path]) -> None:
    train, test = draw_samples(12, 20, faces, (0, 1), 1), draw_samples(4, 4, faces, (0, 1), 2)
    model = fit(train, seed=3, epochs=25)
    assert score(model, test)["AD"]["0"] >= 0.75
    sure = model.predict_proba(stack(test)[0]).max(axis=1).mean()
    temperature = calibrate(model, test)
    tempered = model.predict_proba(stack(test)[0]).max(axis=1).mean()
    assert (tempered < sure) == (temperature > 1)


def test_the_whole_training_writes_a_model_that_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.trainers.train_glyphs.TRAINING_FACES", FACES)
    monkeypatch.setattr("tools.trainers.train_glyphs.HELD_OUT_FACES", FACES[:1])
    cards = [train_glyphs(tmp_path / name, seed=4, count=2, epochs=1) for name in ("a", "b")]
    assert cards[0] == cards[1]
    assert cards[0]["seed"] == 4
    assert set(cards[0]["scores"]) > {"AD", "DI", "digits", "transaction codes"}
    assert len(GlyphReader.load(tmp_path / "a").model.classes_) == len(CLASSES)
