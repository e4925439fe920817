from __future__ import annotations

from digitizer.authoring.propose import Proposal, ProposedField
from digitizer.authoring.propose_tables import ProposedColumn, ProposedTable
from digitizer.document.form import FieldDefinition, FormDefinition, TableDefinition
from digitizer.document.geometry import Box
from tools.proposals import score_proposal

BOX = Box(0, 0, 10, 10)
FORM = FormDefinition(
    "loan-card",
    "Loan card",
    (
        FieldDefinition("borrower", "name", ("1. Name of borrower",)),
        FieldDefinition("late", "checkbox", ("Yes",), group="5. Returned late?"),
        FieldDefinition("lost", "checkbox", ("Yes",), group="6. Was it lost?"),
    ),
    (TableDefinition("payments", (FieldDefinition("due", "date", ("Date due",)),)),),
)


def proposal(*fields: ProposedField, columns: tuple[str, ...] = ()) -> Proposal:
    told = tuple(ProposedColumn(label, "text", label, "", BOX) for label in columns)
    tables = (ProposedTable("table1", "", 1, BOX, told),) if told else ()
    return Proposal(fields, tables, (), (), (), ())


def test_fields_are_found_by_label_and_the_rest_is_false() -> None:
    name = ProposedField("nameBorrower", "text", "1. Name of borrovver", "", 1, BOX)
    other = ProposedField("branch", "text", "Branch office", "", 1, BOX)
    score = score_proposal(FORM, proposal(name, other, columns=("Date due", "Signed")))
    assert score.found == (("borrower", "nameBorrower"), ("due", "table1.Date due"))
    assert score.missed == ("late", "lost")
    assert score.false == ("branch", "table1.Signed")
    assert (score.recall, score.wrong) == (0.5, 0.5)


def test_a_checkbox_counts_for_its_own_question() -> None:
    lost = ProposedField("wasLostYes", "checkbox", "Yes", "6. Was it lost?", 1, BOX)
    assert score_proposal(FORM, proposal(lost)).found == (("lost", "wasLostYes"),)
    text = ProposedField("lost", "text", "Yes", "6. Was it lost?", 1, BOX)
    assert score_proposal(FORM, proposal(text)).found == ()
