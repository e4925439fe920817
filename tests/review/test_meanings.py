from __future__ import annotations

import pytest
from factories import field_def, small_form

from digitizer.document.form import Kind
from digitizer.review.meanings import Meanings


@pytest.mark.parametrize(
    ("kind", "label", "told"),
    [
        ("checkbox", "No", "No"),
        ("text", "No", "Some name"),
        ("name", "(Signature of owner)", "Signature of owner"),
        ("text", "(first) and (last)", "Some name"),
        ("date", "Date (Month/Day/Year)", "Date"),
    ],
)
def test_a_value_is_called_by_what_is_printed(kind: Kind, label: str, told: str) -> None:
    form = small_form(fields=(field_def("someName", kind, label),))
    assert Meanings({form.form: form}).of(form.form, "", "someName", "", kind == "checkbox").label == told
