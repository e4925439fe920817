"""Two readings of a line made one."""

from __future__ import annotations

import os

import pytest

from digitizer.document.geometry import Box
from digitizer.document.layout import Reading
from digitizer.reading.double import ENGINE, load_second_reader, merge
from digitizer.reading.placing import place_words

BOX = Box(100, 50, 400, 20)


def read(text: str, confidence: float = 0.8) -> Reading:
    return Reading(text, confidence, "tesseract", place_words(text, confidence, BOX))


def merged(first: str, second: str, sure: float = 0.8, other: float = 0.9) -> Reading:
    return merge(read(first, sure), second, other, BOX)


def test_agreement_is_surer_than_either() -> None:
    found = merged("24,409", "24,409")
    assert (found.text, found.engine) == ("24,409", "tesseract")
    assert found.confidence > 0.9


def test_of_two_that_differ_the_surer_stands_and_the_other_is_an_alternative() -> None:
    found = merged("24,409", "24,400")
    assert (found.text, found.engine) == ("24,400", ENGINE)
    assert found.confidence < 0.9
    assert ("24,409", 0.8) in found.alternatives
    assert merged("24,409", "24,400", sure=0.95).text == "24,409"


def test_where_one_read_nothing_the_other_stands() -> None:
    assert merged("24,409", "").text == "24,409"
    assert merge(Reading("", 0.0, ""), "24,409", 0.9, BOX).text == "24,409"


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ("CLASSA Common", "CLASS A Common", "CLASS A Common"),
        ("Class ACommon", "Class A Common", "Class A Common"),
        ("Class A Common", "ClassA Common", "Class A Common"),
        ("YAMASHIRO RAVIR", "YAMASHIRO RAVI R", "YAMASHIRO RAVI R"),
        ("24,409", "24, 409", "24,409"),
        ("1234", "1 234", "1234"),
        ("U.S.A", "U. S. A", "U.S.A"),
    ],
)
def test_a_space_that_one_of_them_found_between_letters_is_there(first: str, second: str, both: str) -> None:
    found = merged(first, second)
    assert found.text == both == " ".join(w.text for w in found.words)
    assert all(BOX.contains(w.box) for w in found.words)
    assert both not in [text for text, _ in found.alternatives]


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ("BURNETT JOSEPH MICHAFL", "BURNETTJOSEPHMICHAEL", "BURNETT JOSEPH MICHAEL"),
        ("JETRO N YORK 0", "JETRONEWYORK", "JETRO NEW YORK"),
        ("12 50O", "12,500", "12,500"),
        ("S andlor Trade", "Sandler Trade", "Sandler Trade"),
        ("a trustee fon", "atrusteefor", "a trustee for"),
        ("Hadson, I II", "Hudson,III", "Hudson, III"),
        ("aeern , x", "Signature", "Signature"),
    ],
)
def test_the_one_that_stands_takes_the_others_spaces_where_they_are_much_alike(
    first: str, second: str, both: str
) -> None:
    found = merged(first, second)
    assert found.text == both
    assert [w.text for w in found.words] == both.split()


def test_onnxruntime_is_told_to_send_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    if load_second_reader() is None:
        pytest.skip("needs the extra double")
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
