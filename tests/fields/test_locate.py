from __future__ import annotations

from factories import LABELS_ALONE, Text, at, field_def, page_of, small_form, table_cells

from digitizer.document.form import TableDefinition
from digitizer.document.geometry import Box
from digitizer.document.layout import Mark
from digitizer.fields.extract import extract
from digitizer.fields.locate import find_labels
from digitizer.fields.stacked_pages import stack_pages

QUESTIONS = ("1. Was it returned late?", "2. Was it lost?")


def test_of_one_label_each_field_has_that_at_its_value_or_below_its_group() -> None:
    names = (("yes", "Yes"), ("no", "No"))
    fields = [field_def(f"{n}{k}", "checkbox", label, group=QUESTIONS[k]) for k in (1, 0) for n, label in names]
    texts: list[Text] = []
    marks = []
    for k, question in enumerate(QUESTIONS):
        y = 200 + 200 * k
        texts += [(question, at(100, y, question)), ("Yes", at(150, y + 60, "Yes")), ("No", at(350, y + 60, "No"))]
        marks += [Mark(Box(x, y + 60, 26, 26), False, 0.99) for x in (115, 315)]
    form = small_form(fields=tuple(fields))
    stack = stack_pages([page_of(texts, (), marks)])
    drafts = extract(stack, form, LABELS_ALONE).fields
    found, _ = find_labels(stack, form, LABELS_ALONE, drafts)
    assert {name: label.box.y for name, label in found.items()} == {n: d.place.y for n, d in drafts.items() if d.place}
    by_group, _ = find_labels(stack, form, LABELS_ALONE, {})
    ys = {name: label.box.y for name, label in by_group.items()}
    assert ys == {"yes0": 260, "no0": 260, "yes1": 460, "no1": 460}


def test_heads_of_columns_are_labels() -> None:
    table = TableDefinition("payments", (field_def("on", "date", "Paid on"), field_def("amount", "money", "Amount")))
    form = small_form((table,))
    texts: list[Text] = [("Paid on", at(110, 215, "Paid on"), 0), ("Amount", at(510, 215, "Amount"), 1)]
    texts += [("12/1/2009", at(110, 275, "12/1/2009"), 2), ("6.50", at(510, 275, "6.50"), 3)]
    stack = stack_pages([page_of(texts, table_cells([100, 500, 900], [200, 260, 320]))])
    fields, heads = find_labels(stack, form, LABELS_ALONE, {})
    assert fields == {}
    assert {key: label.box.as_list()[:2] for key, label in heads.items()} == {
        ("payments", "on"): [110, 215],
        ("payments", "amount"): [510, 215],
    }
