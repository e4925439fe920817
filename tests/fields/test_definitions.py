from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.errors import DefinitionError
from digitizer.fields.definitions import check_definition, find_definitions, load_definition, load_definitions
from digitizer.fields.yaml_places import YamlError, read_yaml

LOAN_CARD = """form: loan-card
title: Library loan card
fields:
  - {name: dateOfLoan, kind: date, labels: ["Date of loan"]}
  - {name: returnedLate, kind: checkbox, labels: ["returned late"], group: "FOR STAFF", item: "3"}
tables:
  - name: payments
    columns: [{name: date, kind: date, labels: ["Date"]}, {name: amount, kind: money, labels: ["Amount"]}]
rules:
  - {kind: exclusive, fields: [yes, no]}
"""


def write(folder: Path, text: str, name: str = "form.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def told(folder: Path, text: str) -> list[str]:
    """The lines of the error, without the path."""
    path = write(folder, text)
    with pytest.raises(DefinitionError) as caught:
        load_definition(path)
    assert caught.value.remedy
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}:") for line in lines)
    return [line.removeprefix(f"{path}:") for line in lines]


def with_field(field: str) -> str:
    return f"form: f\nfields:\n  - {{{field}}}\n"


def test_loads_the_forms_that_ship() -> None:
    definitions = load_definitions([Path(__file__).parents[2] / "models"])
    form = definitions["sec-form-4"]
    assert form.named("issuerName").kind == "name"
    assert [t.name for t in form.tables] == ["nonDerivative", "derivative", "reportingOwners"]
    assert form.footnotes is not None


def test_loads_the_contracts_example(tmp_path: Path) -> None:
    path = write(tmp_path, LOAN_CARD)
    form, remarks = check_definition(path)
    assert form.named("returnedLate").group == "FOR STAFF"
    assert form.named("returnedLate").item == "3"
    assert form.tables[0].column_names() == ("date", "amount")
    assert form.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert form.rules == ()
    assert remarks == (f"{path}:10:31: the rule names no field of this form (yes, no): ignored",)


def test_scalars_mean_what_they_show(tmp_path: Path) -> None:
    text = with_field(
        "name: no, kind: code, labels: Grade, item: 07, values: [1.50, no, true, 0x1F], optional: true, line: 2"
    )
    field = load_definition(write(tmp_path, text)).named("no")
    assert field.values == ("1.50", "no", "true", "0x1F")
    assert (field.item, field.line, field.optional, field.labels) == ("07", 2, True, ("Grade",))


def test_a_code_needs_no_values(tmp_path: Path) -> None:
    assert load_definition(write(tmp_path, with_field("name: a, kind: code, labels: [A]"))).named("a").values == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: the file is empty"),
        ("- a\n", "1:1: a definition is a mapping that begins with 'form:'"),
        ("form: f\n", "1:1: the form has neither fields nor tables"),
        ("feilds: []\nform: f\n", "1:1: unknown key 'feilds'; did you mean 'fields'?"),
        (with_field("name: a, kind: dat, labels: [A]"), "3:21: unknown kind 'dat'; did you mean 'date'? (known: text"),
        (with_field("name: a, kind: date, lables: [A]"), "3:27: unknown key 'lables'; did you mean 'labels'?"),
        (with_field("name: a, kind: date"), "3:5: the key 'labels' is missing"),
        (with_field("name: a, kind: date, labels: []"), "3:35: 'labels' must not be empty"),
        (with_field("name: a b, kind: date, labels: [A]"), "3:12: 'a b' does not do as name"),
        (with_field("name: a, kind: date, labels: [A], line: -1"), "3:46: 'line' should be greater than or equal to 0"),
        (
            with_field("name: a, kind: date, labels: [A], optional: perhaps"),
            "3:50: 'optional' should be a valid boolean",
        ),
        (with_field("name: a, kind: date, labels: [A], pattern: '('"), "3:49: not a regular expression"),
        (with_field("name: a, kind: date, labels: [A], pattern: 'x+'"), "3:49: the pattern needs a group"),
        (with_field("name: a, name: b"), "3:15: not valid YAML: the key 'name' stands twice"),
        (with_field("name: a, kind: text, labels: [A]") + "form: g\n", "4:1: not valid YAML: the key 'form'"),
        ("form: other\nfields: [{name: a, kind: text, labels: [A]}]\n", "1:7: 'other' is the id of pages"),
        ("form: f\nfields: [\n", "3:1: not valid YAML"),
    ],
)
def test_tells_what_is_wrong_and_where(tmp_path: Path, text: str, expected: str) -> None:
    assert any(line.startswith(expected) for line in told(tmp_path, text)), told(tmp_path, text)


def test_tells_all_mistakes_in_their_order(tmp_path: Path) -> None:
    text = with_field("name: a, kind: dat, labels: [A]") + "  - {name: b, labels: [B]}\ntable: []\n"
    assert [line.split(": ")[0] for line in told(tmp_path, text)] == ["3:21", "4:5", "5:1"]


def test_the_same_name_twice(tmp_path: Path) -> None:
    text = with_field("name: a, kind: text, labels: [A]") + "  - {name: a, kind: date, labels: [B]}\n"
    assert told(tmp_path, text) == ["4:12: the field 'a' is defined twice"]


def test_two_columns_may_feed_one_name(tmp_path: Path) -> None:
    column = "{name: a, kind: text, labels: [A]}"
    text = f"form: f\ntables:\n  - name: t\n    columns: [{column}, {column}]\n"
    assert load_definition(write(tmp_path, text)).tables[0].column_names() == ("a",)
    assert told(tmp_path, text + f"  - name: t\n    columns: [{column}]\n") == ["5:11: the table 't' is defined twice"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("[first, nothing]", "5:38: the rule names 'nothing', which is no field here"),
        ("[frist]", "5:31: the rule names 'frist', which is no field here; did you mean 'first'?"),
    ],
)
def test_a_rule_over_an_unknown_field(tmp_path: Path, names: str, expected: str) -> None:
    text = with_field("name: first, kind: date, labels: [A]") + f"rules:\n  - {{kind: required, fields: {names}}}\n"
    assert told(tmp_path, text) == [expected]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_bytes(b"form: f\ntitle: \xff\xfe\n")
    with pytest.raises(DefinitionError, match=r":2:1: not UTF-8"):
        load_definition(path)
    with pytest.raises(DefinitionError, match=r":1:1: cannot be read"):
        load_definition(tmp_path / "absent.yaml")


def test_aliases_that_unfold_without_end(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    )
    assert "too large" in told(tmp_path, bomb)[0]
    assert "too large or nested too deeply" in told(tmp_path, "a: &a [*a]\n")[0]
    assert "nested too deeply" in told(tmp_path, "[" * 5000)[0]


def test_the_users_own_definition_holds(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, with_field("name: a, kind: text, labels: [A]"), "f/form.yaml")
    write(two, with_field("name: b, kind: text, labels: [B]"), "mine.yaml")
    assert find_definitions(two) == (two / "mine.yaml",)
    assert find_definitions(two / "mine.yaml") == (two / "mine.yaml",)
    assert load_definitions([one, two])["f"].fields[0].name == "b"
    write(two, with_field("name: c, kind: text, labels: [C]"), "f/form.yaml")
    with pytest.raises(DefinitionError, match="already defined"):
        load_definitions([one, two])
    with pytest.raises(DefinitionError, match="no form definition"):
        load_definitions([tmp_path / "nowhere"])


YAML_LIKE = st.text(alphabet="abform: filds[]{}-,\n\t'\"&*#!|>%@0123", max_size=120)


@given(YAML_LIKE)
def test_any_text_is_read_or_told(text: str) -> None:
    try:
        placed = read_yaml(text)
    except YamlError:
        return
    assert set(placed.keys) <= set(placed.places)
    assert all(min(place) >= 1 for place in placed.places.values())


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), st.text("xyz 1.:", max_size=6), min_size=1, max_size=4))
def test_places_point_at_the_values(data: dict[str, str]) -> None:
    text = "".join(f"{key}:   '{value}'\n" for key, value in data.items())
    placed = read_yaml(text)
    assert placed.data == data
    for row, key in enumerate(data, start=1):
        assert placed.keys[(key,)] == (row, 1)
        assert placed.place_of((key, 3, "deeper")) == (row, len(key) + 5)


def test_edgar_takes_three_forms(tmp_path: Path) -> None:
    assert told(tmp_path, with_field("name: a, kind: text, labels: [A]") + "edgar: 144\n") == [
        "4:8: '144' is none of EDGAR's ownership documents (known: 3, 4, 5)"
    ]
    forms = load_definitions([Path(__file__).parents[2] / "models"])
    assert {f.edgar for f in forms.values()} == {"", "3", "4", "5"}
