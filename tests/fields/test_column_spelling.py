from __future__ import annotations

from factories import draft_of, field_def

from digitizer.fields.column_spelling import RULE, choose_column_spelling

TITLE = field_def("title", "text")


def decoded(*said: tuple[str, float]) -> list[tuple[str, str]]:
    """Values and rules of a column whose texts were read with those probabilities."""
    rows = tuple({"title": draft_of(TITLE, text, reader=reader)} for text, reader in said)
    return [(str(row["title"].value), row["title"].rule) for row in choose_column_spelling({"t": rows})["t"]]


def test_a_misread_word_is_told_by_other_rows() -> None:
    read = decoded(("Class B Common Stock", 0.97), ("Class B\nCemmen\nStock", 0.6), ("Class B Common Stock", 0.9))
    assert read[1] == ("Class B\nCommon\nStock", RULE)
    assert [rule for _, rule in (read[0], read[2])] == ["", ""]


def test_dust_between_words_is_too() -> None:
    read = decoded(("Class A Common Stock", 0.97), ("Class.A Common Stock", 0.6), ("Class A Common Stock", 0.9))
    assert read[1] == ("Class A Common Stock", RULE)


def test_strokes_are_the_numeral_that_others_have() -> None:
    read = decoded(("by Fund II, L.P.", 0.97), ("by Fund 11, L.P.", 0.6), ("by Fund II, L.P.", 0.9))
    assert read[1] == ("by Fund II, L.P.", RULE)


def test_what_may_be_so_is_left() -> None:
    often = [("by Fund II, L.P.", 0.97), ("by Fund II, L.P.", 0.9)]
    # Another numeral, another number, another word, a sure reading; and what is said as often as the other.
    for text, reader in [
        ("by Fund I, L.P.", 0.6),
        ("by Fund 2, L.P.", 0.6),
        ("by Trust II, L.P.", 0.6),
        ("by Fumd II, L.P.", 0.96),
    ]:
        assert decoded(*often, (text, reader))[2] == (text, "")
    assert decoded(("Cemmen Stock", 0.6), ("Common Stock", 0.97))[0] == ("Cemmen Stock", "")


def test_numbers_and_dates_are_no_texts() -> None:
    amount = field_def("amount", "number")
    rows = tuple({"amount": draft_of(amount, v, reader=r)} for v, r in (("1000", 0.9), ("1000", 0.9), ("1008", 0.3)))
    assert [row["amount"].value for row in choose_column_spelling({"t": rows})["t"]] == ["1000", "1000", "1008"]


def test_a_word_that_other_texts_of_the_column_have_is_told_by_them() -> None:
    often = [("shares held by trust", 0.97), ("shares held by Reporting spouse", 0.9), ("Reporting child", 0.9)]
    read = decoded(*often, ("IRA of Reponing wife", 0.5))
    assert read[3] == ("IRA of Reporting wife", RULE)


def test_a_numeral_is_told_by_other_texts_of_the_column() -> None:
    often = [("spouse, Fund II, LP", 0.9), ("child, Fund II, LP", 0.9)]
    assert decoded(*often, ("own, Fund Il, LP", 0.5))[2] == ("own, Fund II, LP", RULE)
    assert decoded(*often, ("own, Fund VI, LP", 0.5))[2] == ("own, Fund VI, LP", "")


def test_other_forms_of_a_word_are_its_own() -> None:
    often = [("interests held by trust", 0.9), ("interests of a trust", 0.9)]
    for text in ("interest in a car", "held by Trust", "Trust's own", "Interests sold", "trusts at large"):
        assert decoded(*often, (text, 0.5))[2] == (text, "")
