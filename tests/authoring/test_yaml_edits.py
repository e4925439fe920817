from __future__ import annotations

import pytest

from digitizer.authoring.yaml_edits import EditError, insert_item, move_item, remove_item, set_keys, texts_at
from digitizer.fields.yaml_places import read_yaml

TEXT = """# Proposed; look at it
form: loan-card
fields:
  # page 1
  - {name: borrower, kind: name, labels: ["Zoë's name"]}  # filled in on 3 of 3
  - name: due        # by hand
    kind: date
    labels:
      - Date due
      - Due on
  # page 2
  - {name: fee, kind: money,
     labels: [Fee], item: "3"}
tables:
  - name: payments
    columns: [{name: date, kind: date, labels: ["Date"]}, {name: amount, kind: money, labels: ["Amount"]}]
"""


def test_what_is_not_changed_stays_to_the_letter() -> None:
    new = set_keys(TEXT, ("fields", 0), {"kind": "text", "group": 'A "B"'})
    assert new == TEXT.replace("kind: name, labels", "kind: text, labels").replace(
        """name"]}""", """name"], group: "A \\"B\\""}"""
    )
    assert read_yaml(new).data["fields"][0]["group"] == 'A "B"'


def test_a_field_over_several_lines_keeps_them() -> None:
    new = set_keys(TEXT, ("fields", 1), {"kind": "text", "labels": ["Due"], "line": 2})
    assert texts_at(new, ("fields", 1)) == {"name": "due", "kind": "text", "labels": ["Due"], "line": "2"}
    assert '    kind: text\n    labels: ["Due"]\n    line: 2\n  # page 2\n' in new
    assert texts_at(new, ("fields", 2, "name")) == "fee"


def test_a_key_is_taken_out() -> None:
    new = set_keys(TEXT, ("fields", 2), {"item": None})
    assert texts_at(new, ("fields", 2)) == {"name": "fee", "kind": "money", "labels": ["Fee"]}


@pytest.mark.parametrize(
    "text", ['say "no"', "a: b # c", "- x", "null", "\x85\u2028", "tab\tand\nline", "☃", "yes", ""]
)
def test_any_text_comes_back_as_it_went(text: str) -> None:
    new = set_keys(TEXT, ("fields", 0), {"near": text, "name": text, "values": [text]})
    assert texts_at(new, ("fields", 0, "near")) == text
    assert texts_at(new, ("fields", 0, "name")) == text
    assert texts_at(new, ("fields", 0, "values")) == [text]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_an_item_goes_and_the_comments_between_stay(index: int) -> None:
    new = remove_item(TEXT, ("fields", index))
    left = [f["name"] for k, f in enumerate(read_yaml(TEXT).data["fields"]) if k != index]
    assert [f["name"] for f in read_yaml(new).data["fields"]] == left
    assert "# page 1" in new
    assert "# page 2" in new
    assert ("# filled in" in new) == (index != 0)


def test_the_last_item_leaves_an_empty_list_to_which_one_can_be_added() -> None:
    new = TEXT
    for _ in range(3):
        new = remove_item(new, ("fields", 0))
    assert texts_at(new, ("fields",)) == []
    again = insert_item(new, ("fields",), 0, {"name": "x", "kind": "text"})
    assert texts_at(again, ("fields",)) == [{"name": "x", "kind": "text"}]
    assert "- {name: x, kind: text}\n" in again
    assert texts_at(again, ("tables", 0, "name")) == "payments"


@pytest.mark.parametrize("index", range(4))
def test_an_item_comes_in_anywhere(index: int) -> None:
    new = insert_item(TEXT, ("fields",), index, {"name": "x", "kind": "date", "labels": ["X"]})
    names = ["borrower", "due", "fee"]
    assert [f["name"] for f in read_yaml(new).data["fields"]] == [*names[:index], "x", *names[index:]]
    assert len(new.splitlines()) == len(TEXT.splitlines()) + 1


def test_a_list_that_is_not_there_is_made() -> None:
    new = insert_item("form: a", ("fields",), 0, {"name": "x"})
    assert read_yaml(new).data == {"form": "a", "fields": [{"name": "x"}]}


def test_lists_on_one_line_are_changed_on_it() -> None:
    where = ("tables", 0, "columns")
    new = insert_item(TEXT, where, 1, {"name": "code", "kind": "code", "labels": ["C"]})
    assert [c["name"] for c in texts_at(new, where)] == ["date", "code", "amount"]
    assert [c["name"] for c in texts_at(move_item(new, (*where, 2), 0), where)] == ["amount", "date", "code"]
    new = remove_item(remove_item(remove_item(new, (*where, 2)), (*where, 0)), (*where, 0))
    assert texts_at(new, where) == []
    assert texts_at(insert_item(new, where, 0, {"name": "y"}), where) == [{"name": "y"}]


@pytest.mark.parametrize(("index", "to"), [(a, b) for a in range(3) for b in range(3)])
def test_an_item_moves_with_what_stands_behind_it(index: int, to: int) -> None:
    new = move_item(TEXT, ("fields", index), to)
    names = ["borrower", "due", "fee"]
    names.insert(to, names.pop(index))
    assert [f["name"] for f in read_yaml(new).data["fields"]] == names
    assert 'name"]}  # filled in on 3 of 3' in new
    assert sorted(new.splitlines()) == sorted(TEXT.splitlines())


def test_a_file_need_not_end_with_its_last_line() -> None:
    text = "form: a\nfields:\n- {name: x}\n- {name: y}"
    assert [f["name"] for f in texts_at(insert_item(text, ("fields",), 2, {"name": "z"}), ("fields",))] == [
        "x",
        "y",
        "z",
    ]
    assert [f["name"] for f in texts_at(move_item(text, ("fields", 1), 0), ("fields",))] == ["y", "x"]
    assert [f["name"] for f in texts_at(move_item(text, ("fields", 0), 1), ("fields",))] == ["y", "x"]
    assert texts_at(remove_item(text, ("fields", 1)), ("fields",)) == [{"name": "x"}]


def test_a_lone_name_becomes_a_mapping() -> None:
    text = "form: a\nextends: b\nfields:\n  - x  # the other's\n  - y\n"
    new = set_keys(text, ("fields", 0), {"labels": ["X"]})
    assert new == 'form: a\nextends: b\nfields:\n  - {name: x, labels: ["X"]}  # the other\'s\n  - y\n'


@pytest.mark.parametrize("text", ["fields: [", "", "form: x\n", "fields:\n  - - {a: b}\n"])
def test_what_cannot_be_changed_is_told(text: str) -> None:
    with pytest.raises(EditError):
        set_keys(text, ("fields", 0), {"name": "x"})


def test_what_stands_for_another_part_stays_so() -> None:
    text = "fields:\n  - {name: x, words: &w [a, b]}\n  - {name: y, words: *w}  # as above\n  - {name: z}\n"
    new = set_keys(text, ("fields", 1), {"name": "q"})
    assert new == text.replace("name: y", "name: q")
    assert texts_at(new, ("fields", 1, "words")) == ["a", "b"]
    assert texts_at(insert_item(text, ("fields",), 2, {"name": "n"}), ("fields", 2)) == {"name": "n"}
    assert texts_at(move_item(text, ("fields", 2), 0), ("fields", 2, "words")) == ["a", "b"]
    with pytest.raises(EditError):
        texts_at(remove_item(text, ("fields", 0)), ())
