from factories import Text, at, field_def, hits_of, sheet_of, small_form

from digitizer.fields.candidates import entries_of

LABEL = "12. List names and addresses of persons or organizations"
FORM = small_form(fields=(field_def("large", "text", LABEL),))


def entries(*texts: Text) -> list[str]:
    stack = sheet_of(list(texts))
    return [e.text for e in entries_of(stack, hits_of(stack, FORM))]


def test_a_piece_that_a_stamp_tore_off_its_label_is_no_entry() -> None:
    label: Text = ("12. List names and addresses of persons", at(100, 100, LABEL[:38]))
    assert entries(label, ("or orqanizations", at(680, 100, "or organizations"))) == []


def test_what_is_typed_beside_or_under_a_label_is_an_entry() -> None:
    label: Text = (LABEL, at(100, 100, LABEL))
    assert entries(label, ("None whatsoever", at(900, 100, "None whatsoever"))) == ["None whatsoever"]
    assert entries(label, ("organizations", at(100, 160, "organizations"))) == ["organizations"]
