import pytest

from digitizer.authoring.naming import kind_of, name_of, number_of, without_number


def test_names_are_the_telling_words_of_labels() -> None:
    assert name_of("2. Registration No.") == "registrationNo"
    assert name_of("3. Residence Address(es)") == "residenceAddress"
    assert name_of("", "") == "field"


def test_yes_and_no_take_the_words_of_their_question() -> None:
    question = "14. Have two copies of this material been filed?"
    assert name_of("Yes", question) == "twoCopiesMaterialYes"
    assert name_of("Yes", question, ["twoCopiesMaterialYes"]) not in ("twoCopiesMaterialYes", "")


def test_a_name_is_given_once() -> None:
    assert name_of("Name", "8. Primary registrant", ["name"]) == "primaryRegistrantName"
    assert name_of("Name", "", ["name"]) == "name2"


@pytest.mark.parametrize(("label", "number"), [("2. Registration No.", "2"), ("2A. Date", "2A"), ("Registration", "")])
def test_the_items_number_is_told(label: str, number: str) -> None:
    assert number_of(label) == number
    assert not without_number(label).startswith("2")


@pytest.mark.parametrize(
    ("label", "entries", "kind"),
    [
        ("Date of loan", [], "date"),
        ("Amount", [], "money"),
        ("Home address", [], "address"),
        ("Name of borrower", [], "name"),
        ("Seen", ["11/17/2009", "10/02/1999"], "date"),
        ("Seen", ["17", "4", "1,200"], "number"),
        ("Quantity", ["see below"], "text"),
    ],
)
def test_kinds_come_from_entries_and_else_from_labels(label: str, entries: list[str], kind: str) -> None:
    assert kind_of(label, entries) == kind
