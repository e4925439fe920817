from __future__ import annotations

import pytest

from digitizer.document.codes import Code, metadata_of
from digitizer.document.geometry import Box


def code_of(text: str) -> Code:
    return Code(text, "qr", Box(0, 0, 9, 9))


@pytest.mark.parametrize("text", ["PATCHT", "patcht", "PATCH T", "PATCH-2", "PATCHII", " PATCHT\n"])
def test_patch_sheets_separate(text: str) -> None:
    assert code_of(text).separates


@pytest.mark.parametrize("text", ["PATCH", "DISPATCHT", "PATCHT=1", "box=7", "PATCHTY"])
def test_nothing_else_does(text: str) -> None:
    assert not code_of(text).separates


def test_what_codes_say_is_kept_by_name() -> None:
    codes = [code_of(t) for t in ("PATCHT", "box=17\nyear = 1998", "0012345", "box=17", "a=b=c", "empty=", "=x", "")]
    assert metadata_of(codes) == {"box": "17", "year": "1998", "barcode": "0012345; =x", "a": "b=c"}


def test_two_who_say_different_things_are_both_heard() -> None:
    assert metadata_of([code_of("box=17"), code_of("box=18")]) == {"box": "17; 18"}
