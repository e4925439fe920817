from __future__ import annotations

from pathlib import Path

import pytest

from digitizer.errors import DefinitionError
from digitizer.fields.classifier import trained_as
from digitizer.fields.definitions import load_definition, load_definitions

MODELS = Path(__file__).parents[2] / "models"
CARD = """form: card
title: Card
identify: [LOAN CARD]
fields:
  - {name: reader, kind: name, labels: ["Reader"], item: "1"}
  - {name: due, kind: date, labels: ["Due"], item: "2"}
tables:
  - name: loans
    columns:
      - {name: title, kind: text, labels: ["Title"], words: [volume]}
      - {name: amount, kind: money, labels: ["Fine"], implies: {sort: fine}}
      - {name: amount, kind: money, labels: ["Fee"], implies: {sort: fee}}
rules:
  - {kind: required, fields: [reader]}
print: [Town library]
"""


def write(folder: Path, form: str, text: str) -> Path:
    path = folder / form / "form.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def told(folder: Path, text: str) -> str:
    write(folder, "card", CARD)
    path = write(folder, "child", text)
    with pytest.raises(DefinitionError) as caught:
        load_definition(path)
    return str(caught.value).removeprefix(f"{path}:")


def test_what_is_left_out_is_the_others(tmp_path: Path) -> None:
    write(tmp_path, "card", CARD)
    path = write(tmp_path, "child", "form: child\nextends: card\n")
    child, card = load_definition(path), load_definition(tmp_path / "card" / "form.yaml")
    assert (child.fields, child.tables, child.rules, child.print) == (card.fields, card.tables, card.rules, card.print)
    assert (child.form, child.title, child.identify, child.extends) == ("child", "child", (), "card")


def test_a_list_that_is_written_holds_whole_and_takes_what_its_things_lack(tmp_path: Path) -> None:
    write(tmp_path, "card", CARD)
    text = """form: child
extends: card
fields:
  - {name: due, labels: ["Return by"]}
  - reader
  - {name: branch, kind: text, labels: ["Branch"]}
tables:
  - name: loans
    columns: [amount, {name: amount, labels: ["Charge"]}, title]
print: [Form 7]
"""
    child = load_definition(write(tmp_path, "child", text))
    assert [(f.name, f.kind, f.labels, f.item) for f in child.fields] == [
        ("due", "date", ("Return by",), "2"),
        ("reader", "name", ("Reader",), "1"),
        ("branch", "text", ("Branch",), ""),
    ]
    columns = child.tables[0].columns
    assert [(c.name, c.labels, dict(c.implies)) for c in columns] == [
        ("amount", ("Fine",), {"sort": "fine"}),
        ("amount", ("Charge",), {"sort": "fee"}),
        ("title", ("Title",), {}),
    ]
    assert columns[2].words == ("volume",)
    assert child.print == ("Town library", "Form 7")


def test_until_it_is_trained_a_form_uses_the_models_of_the_other(tmp_path: Path) -> None:
    write(tmp_path, "card", CARD)
    write(tmp_path, "child", "form: child\nextends: card\n")
    write(tmp_path, "grandchild", "form: grandchild\nextends: child\n")
    forms = load_definitions([tmp_path])
    assert [trained_as(name, forms, [tmp_path]) for name in ("child", "grandchild")] == ["child", "grandchild"]
    (tmp_path / "card" / "classifier.npz").touch()
    assert [trained_as(name, forms, [tmp_path]) for name in ("child", "grandchild")] == ["card", "card"]
    (tmp_path / "child" / "classifier.npz").touch()
    assert [trained_as(name, forms, [tmp_path]) for name in ("child", "grandchild")] == ["child", "child"]


def test_a_change_of_the_other_is_a_change_of_this(tmp_path: Path) -> None:
    write(tmp_path, "card", CARD)
    path = write(tmp_path, "child", "form: child\nextends: card\n")
    before = load_definition(path).sha256
    write(tmp_path, "card", CARD + "# changed\n")
    assert load_definition(path).sha256 != before


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("form: child\nextends: cart\n", "2:10:", "'extends' names no form that is known here: 'cart'"),
        (
            "form: child\nextends: card\nfields:\n  - raeder\n",
            "4:5:",
            "'raeder' is none of the fields of the form that this extends; did you mean 'reader'?",
        ),
        (
            "form: child\nextends: card\nfields:\n  - {name: due, knid: date}\n",
            "4:17:",
            "unknown key 'knid'; did you mean 'kind'?",
        ),
        ("form: child\nextends: card\nfields: [{name: new, kind: date}]\n", "3:10:", "the key 'labels' is missing"),
    ],
)
def test_mistakes_are_told_in_the_own_file(tmp_path: Path, text: str, place: str, what: str) -> None:
    message = told(tmp_path, text)
    assert message.startswith(place)
    assert what in message


def test_a_circle_is_told(tmp_path: Path) -> None:
    write(tmp_path, "one", "form: one\nextends: two\n")
    path = write(tmp_path, "two", "form: two\nextends: one\n")
    with pytest.raises(DefinitionError, match="goes round in a circle"):
        load_definition(path)


def test_an_own_form_may_extend_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    path = write(tmp_path, "sec-form-4", "form: sec-form-4\nextends: sec-form-4\nfields: [issuerName, rptOwnerName]\n")
    form = load_definition(path)
    # Rules over what was left out are left out with it.
    assert all(rule.table for rule in form.rules)
    assert [f.name for f in load_definition(path).fields] == ["issuerName", "rptOwnerName"]


def test_the_three_ownership_forms_share_their_fields() -> None:
    forms = load_definitions([MODELS])
    three, four, five = (forms[f"sec-form-{k}"] for k in (3, 4, 5))
    for form in (three, five):
        assert form.named("rptOwnerCity") == four.named("rptOwnerCity")
        assert form.footnotes == four.footnotes
        assert [t.name for t in form.tables] == ["nonDerivative", "derivative", "reportingOwners"]
    assert "transactionDate" not in three.tables[1].column_names()
    assert "transactionTimeliness" not in five.tables[0].column_names()
    assert five.tables[1].column_names().count("transactionShares") == 1
    assert three.named("issuerName").pattern == four.named("issuerName").pattern
