from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from digitizer.bundle import save_model
from digitizer.document.geometry import Box
from digitizer.document.page import Pixels
from digitizer.errors import ModelMismatchError
from digitizer.reading.prints import HEIGHT, NO_MEMORY, load_memory, picture_of, reading_of, remember

TEXTS = ("Name of Issuer", "Date of Event", "Title of Security", "Relationship to Issuer")


def ink_of(text: str, size: int = 36, margin: int = 5) -> Pixels:
    """A printed line as ink: 255 on 0."""
    font = ImageFont.load_default(size)
    image = Image.new("L", (round(font.getlength(text)) + 2 * margin, 2 * size + 2 * margin), 0)
    ImageDraw.Draw(image).text((margin, margin), text, font=font, fill=255)
    return np.where(np.asarray(image) > 127, 255, 0).astype(np.uint8)


def seen(text: str, size: int = 36) -> tuple[str, int, Pixels]:
    found = picture_of(ink_of(text, size))
    assert found is not None
    return (text, *found)


def test_a_remembered_line_is_known_by_sight() -> None:
    memory = remember([seen(text) for text in TEXTS], least=0.9)
    for text in TEXTS:
        known = memory.recognise(ink_of(text))
        assert known is not None
        assert known[0] == text
        assert known[1] > 0.98


@pytest.mark.parametrize("scale", [0.9, 1.1, 1.25])
@pytest.mark.parametrize("text", TEXTS)
def test_a_line_is_known_at_other_resolutions_and_in_its_white(text: str, scale: float) -> None:
    memory = remember([seen(text) for text in TEXTS], least=0.8)
    line = cv2.resize(ink_of(text, margin=17), None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    known = memory.recognise(np.where(line > 127, 255, 0).astype(np.uint8))
    assert known is not None
    assert known[0] == text


def test_a_line_is_known_under_dirt() -> None:
    memory = remember([seen(text) for text in TEXTS], least=0.8)
    line = ink_of("Date of Event")
    noise = np.random.default_rng(1).random(line.shape)
    rows, columns = np.nonzero(line)
    inside = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    dirty = line.copy()
    dirty[inside][noise[inside] < 0.03] = 255
    dirty[inside][noise[inside] > 0.97] = 0
    known = memory.recognise(dirty)
    assert known is not None
    assert known[0] == "Date of Event"


@pytest.mark.parametrize("text", ["BIXBY TIMOTHY E", "LIVEPERSON INC", "462 Seventh Avenue"])
def test_what_was_filled_in_is_left_to_be_read(text: str) -> None:
    memory = remember([seen(text) for text in TEXTS], least=0.84)
    assert memory.recognise(ink_of(text)) is None


def test_lines_too_short_to_tell_apart_and_empty_crops_are_not_pictures() -> None:
    assert picture_of(ink_of("I")) is None
    assert picture_of(np.zeros((40, 200), np.uint8)) is None
    assert remember([seen(TEXTS[0])], 0.0).recognise(np.zeros((40, 200), np.uint8)) is None


def test_a_picture_has_the_common_height_and_a_width_by_its_step() -> None:
    (_, step, picture), (_, wider, wide) = seen("Date of Event"), seen("Date of Event and more")
    assert picture.shape[0] == wide.shape[0] == HEIGHT
    assert wider > step
    assert wide.shape[1] > picture.shape[1]


def test_who_remembers_nothing_knows_nothing() -> None:
    assert NO_MEMORY.recognise(ink_of(TEXTS[0])) is None


def test_folders_without_a_memory_add_nothing(tmp_path: Path) -> None:
    assert load_memory([tmp_path]) == NO_MEMORY


def test_a_memory_that_is_not_the_cards_is_refused(tmp_path: Path) -> None:
    save_model({"texts": [], "steps": [], "pixels": np.zeros(0, np.uint8)}, tmp_path, "print", {"least": 0.9})
    (tmp_path / "print.npz").write_bytes(b"something else")
    with pytest.raises(ModelMismatchError):
        load_memory([tmp_path])


def test_words_of_a_remembered_line_lie_in_its_box_in_order() -> None:
    box = Box(100, 50, 280, 24)
    reading = reading_of("Name of Issuer", 0.93, box)
    assert (reading.text, reading.confidence, reading.engine) == ("Name of Issuer", 0.93, "print")
    assert [w.text for w in reading.words] == ["Name", "of", "Issuer"]
    assert reading.words[0].box.x == box.x
    assert reading.words[-1].box.right == box.right
    assert all(box.contains(w.box) for w in reading.words)
    assert all(a.box.right < b.box.x for a, b in zip(reading.words, reading.words[1:], strict=False))
