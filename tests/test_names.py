from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from digitizer.errors import InputError
from digitizer.names import in_utf8, is_escaped, on_one_line

LATIN = os.fsdecode(b"b\xe4r.pdf")


@given(st.text(st.characters(exclude_categories=())))
def test_any_name_can_be_written(name: str) -> None:
    assert in_utf8(name).encode("utf-8").decode("utf-8") == in_utf8(name)
    assert "\n" not in on_one_line(name)
    assert "\x1b" not in on_one_line(name)


def test_ordinary_names_stay() -> None:
    assert in_utf8("Müller & Söhne [1].pdf") == "Müller & Söhne [1].pdf"
    assert not is_escaped("Müller.pdf")
    assert is_escaped(in_utf8(LATIN))


def test_a_line_break_in_a_name_is_shown_as_such() -> None:
    assert on_one_line("new\nline\x1b[31m.png") == r"new\nline\x1b[31m.png"


def test_errors_that_name_such_a_file_can_be_written() -> None:
    error = InputError(f"{LATIN}: the file is gone", f"put {LATIN} back")
    assert str(error).encode("utf-8") == rb"b\udce4r.pdf: the file is gone"
    assert error.remedy.encode("utf-8") == rb"put b\udce4r.pdf back"
