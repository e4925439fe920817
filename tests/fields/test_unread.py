"""A blank beside ink that nothing claims goes to a person."""

from __future__ import annotations

import pytest
from factories import LABELS_ALONE, Text, at, field_def, page_of, small_form

from digitizer.fields.extract import extract
from digitizer.fields.stacked_pages import stack_pages

FIELDS = (field_def("nationality", "text", "Nationality"), field_def("occupation", "text", "Occupation"))
LABELS: list[Text] = [("Nationality", at(100, 200, "Nationality")), ("Occupation", at(100, 500, "Occupation"))]


def blanks(*more: Text) -> dict[str, bool]:
    """Which blanks stand beside unread ink, by name."""
    drafts = extract(stack_pages([page_of([*LABELS, *more])]), small_form(fields=FIELDS), LABELS_ALONE)
    return {name: draft.unread for name, draft in drafts.fields.items() if draft.value == ""}


def test_blanks_of_a_clean_page_are_blank() -> None:
    assert blanks() == {"nationality": False, "occupation": False}


def test_ink_that_could_not_be_read_is_told_beside_its_label_alone() -> None:
    assert blanks(("", (330, 195, 150, 40))) == {"nationality": True, "occupation": False}
    assert blanks(("", (110, 545, 150, 40))) == {"nationality": False, "occupation": True}


@pytest.mark.parametrize("box", [(330, 200, 8, 8), (1500, 200, 150, 40), (330, 330, 150, 40)])
def test_specks_and_what_stands_far_off_are_not(box: tuple[int, int, int, int]) -> None:
    assert not any(blanks(("", box)).values())


def test_what_another_field_has_is_not_unread() -> None:
    found = blanks(("Consultant", at(330, 500, "Consultant")))
    assert found == {"nationality": False}


@pytest.mark.parametrize(("label", "told"), [("(Signature)", True), ("Signature", False)])
def test_ink_over_a_caption_is_told(label: str, told: bool) -> None:
    texts: list[Text] = [("", (110, 706, 150, 40)), (label, at(100, 800, label))]
    fields = (field_def("signature", "text", label),)
    drafts = extract(stack_pages([page_of(texts)]), small_form(fields=fields), LABELS_ALONE)
    assert drafts.fields["signature"].unread is told
