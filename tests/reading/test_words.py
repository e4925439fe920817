from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.reading.words import mend, misreading

WORDS = (
    "stock option",
    "right to buy",
    "restricted stock units",
    "incentive",
    "common stock",
    "no par value",
    "share",
    "shares",
)
SIGNED = ("/s/", "attorney-in-fact", "power of attorney", "pursuant")


@pytest.mark.parametrize(
    ("read", "mended"),
    [
        ("Stock\nOplion\n(right co\nbuy)", "Stock\nOption\n(right to\nbuy)"),
        ("Incenuve", "Incentive"),
        ("RESTRICTED STOCK UNIS", "RESTRICTED STOCK UNITS"),
        ("Common Stock, ho par value", "Common Stock, no par value"),
        ("Common Shares", "Common Shares"),
        ("Common Stocks plc", "Common Stocks plc"),
        ("Rights 2024", "Rights 2024"),
    ],
)
def test_titles(read: str, mended: str) -> None:
    assert mend(read, WORDS) == mended


@pytest.mark.parametrize(
    ("read", "mended"),
    [
        ("/sf Ann Lee, attormey-in-fact", "/s/ Ann Lee, attorney-in-fact"),
        ("és/ Ann Lee as Attomey-in-Fact", "/s/ Ann Lee as Attorney-in-Fact"),
        ("Ann Powers, Bower", "Ann Powers, Bower"),
        ("/s/ Bert Tower", "/s/ Bert Tower"),
    ],
)
def test_signatures(read: str, mended: str) -> None:
    assert mend(read, SIGNED) == mended


@given(st.text(max_size=60))
def test_digits_and_spaces_stay(text: str) -> None:
    mended = mend(text, WORDS)
    assert [c for c in mended if c.isdigit()] == [c for c in text if c.isdigit()]
    assert mended.count("\n") == text.count("\n")


@given(st.lists(st.sampled_from(sorted({part for w in WORDS for part in w.split()})), max_size=6))
def test_known_words_stay(words: list[str]) -> None:
    assert mend(" ".join(words), WORDS) == " ".join(words)


@given(st.text("abcrnmti", max_size=8), st.text("abcrnmti", max_size=8))
def test_misreading_is_an_even_distance(one: str, other: str) -> None:
    assert misreading(one, one) == 0
    assert misreading(one, other) == pytest.approx(misreading(other, one))
