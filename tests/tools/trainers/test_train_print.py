from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.bundle import save_model
from digitizer.document.page import Pixels
from digitizer.errors import ModelMismatchError
from digitizer.reading.prints import load_memory, picture_of
from tools.trainers.train_print import Seen, average_looks, choose_least, save_memory

LABELS = ("Name of Issuer", "Date of Event", "Director of Bonds")


def ink_of(text: str, seed: int = 0) -> Pixels:
    """A printed line as a scan shows it: a little dirt, other dirt for every seed."""
    font = ImageFont.load_default(36)
    image = Image.new("L", (round(font.getlength(text)) + 10, 60), 0)
    ImageDraw.Draw(image).text((5, 5), text, font=font, fill=255)
    ink = np.where(np.asarray(image) > 127, 255, 0).astype(np.uint8)
    rows, columns = np.nonzero(ink)
    noise = np.random.default_rng(seed).random(ink.shape)
    inside = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    ink[inside][noise[inside] < 0.02] = 255
    return ink


def seen(text: str, seed: int = 0) -> Seen:
    found = picture_of(ink_of(text, seed))
    assert found is not None
    return (text, *found)


def looks(text: str, count: int) -> list[Seen]:
    return [seen(text, k) for k in range(count)]


def test_a_line_that_came_back_is_remembered_once_as_it_mostly_looked() -> None:
    (average,) = average_looks(looks("Name of Issuer", 6))
    text, step, picture = average
    assert (text, step) == seen("Name of Issuer")[:2]
    alone = [np.abs(p.astype(int) - picture).mean() for _, _, p in looks("Name of Issuer", 6)]
    apart = np.abs(seen("Name of Issuer", 0)[2].astype(int) - seen("Name of Issuer", 1)[2]).mean()
    assert max(alone) < apart, "the mean is nearer to each than they are to each other"


def test_what_was_seen_once_and_what_is_too_short_is_not_remembered() -> None:
    assert average_looks(looks("Name of Issuer", 1)) == []
    assert average_looks([("(D)", step, picture) for _, step, picture in looks("Name of Issuer", 6)]) == []


def test_lines_known_rightly_leave_the_limit_at_its_floor() -> None:
    averages = average_looks([s for text in LABELS for s in looks(text, 4)])
    held_back = [seen(text, 90) for text in LABELS]
    floor = choose_least(averages, [], [])
    assert 0.5 < floor < 1
    assert choose_least(averages, held_back, []) == floor


def test_an_entry_that_looks_like_print_raises_the_limit_above_itself(tmp_path: Path) -> None:
    averages = average_looks([s for text in ("Remarks", *LABELS) for s in looks(text, 4)])
    twin = ("Bemarks", *seen("Remarks", 50)[1:])
    least = choose_least(averages, [], [twin])
    assert least > choose_least(averages, [], [])
    save_memory(tmp_path, averages, least, {})
    assert load_memory([tmp_path]).recognise(twin[2]) is None


def test_a_memory_that_was_kept_knows_what_it_learned(tmp_path: Path) -> None:
    averages = average_looks([s for text in LABELS for s in looks(text, 4)])
    save_memory(tmp_path, averages, 0.70004, {"seed": 1})
    memory = load_memory([tmp_path / "nothing", tmp_path])
    assert memory.least == pytest.approx(0.7)
    assert set(memory.texts) == set(LABELS)
    for text in LABELS:
        known = memory.recognise(ink_of(text, 77))
        assert known is not None
        assert known[0] == text
    assert memory.recognise(ink_of("BIXBY TIMOTHY", 77)) is None


def test_the_same_lines_are_kept_as_the_same_bytes(tmp_path: Path) -> None:
    averages = average_looks(looks("Name of Issuer", 4))
    for name in ("one", "two"):
        save_memory(tmp_path / name, averages, 0.9, {})
    assert (tmp_path / "one" / "print.npz").read_bytes() == (tmp_path / "two" / "print.npz").read_bytes()


def test_pictures_drawn_in_another_way_are_refused(tmp_path: Path) -> None:
    kept = {"texts": ["a"], "steps": [1], "pixels": np.zeros(8, np.uint8)}
    save_model(kept, tmp_path, "print", {"least": 0.9, "drawn": [8, 1.5]})
    with pytest.raises(ModelMismatchError, match="another way"):
        load_memory([tmp_path])
