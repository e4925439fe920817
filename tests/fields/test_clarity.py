"""Drafts are told how well their page was read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import at, draft_of, field_def, sheet_of

from digitizer.fields.clarity import clarity
from digitizer.fields.decode import Settled
from digitizer.fields.drafts import Filled
from digitizer.fields.extract import build_drafts
from digitizer.fields.stacked_pages import Item, StackedPages


def stack(*engines: str, confidence: float = 0.8) -> StackedPages:
    plain = sheet_of([(text, at(100, 100 + 60 * k, text)) for k, text in enumerate("abcd" for _ in engines)])
    return replace(plain, items=tuple(_by(i, e, confidence) for i, e in zip(plain.items, engines, strict=True)))


def _by(item: Item, engine: str, confidence: float) -> Item:
    return replace(item, confidence=confidence, reading=replace(item.reading, engine=engine))


def test_known_print_and_sureness_of_the_rest_are_told_apart() -> None:
    ((known, clear),) = clarity(stack("print", "tesseract", "tesseract", "tesseract"))
    assert (known, clear) == (pytest.approx(0.25), pytest.approx(0.8))
    assert clarity(stack("print", confidence=0.4)) == ((1.0, 1.0),)


def test_every_draft_is_told_of_its_page() -> None:
    name = field_def("name")
    read = Settled({"name": draft_of(name, "x")}, {"loans": ({"name": draft_of(name, "y")},)})
    fields, tables = build_drafts(stack("tesseract"), read, ())
    assert fields["name"].clear == tables["loans"][0]["name"].clear == pytest.approx(0.8)


def hands(fields: dict[str, Filled]) -> dict[str, float]:
    """Of a form's fields, how surely each was filled in by hand."""
    drafts, _ = build_drafts(stack("tesseract"), Settled(fields, {}), ())
    return {name: draft.hand for name, draft in drafts.items()}


def test_boxes_of_a_form_filled_in_by_hand_were_ticked_by_hand() -> None:
    name, street, box = field_def("name"), field_def("street"), field_def("late", "checkbox")
    drafts: dict[str, Filled] = {"name": draft_of(name, "Kalyan", hand=0.9), "late": draft_of(box, False)}
    assert hands(drafts) == {"name": 0.9, "late": 1.0}
    typed = {**drafts, "street": draft_of(street, "43 Colden Street, Flushing")}
    assert hands(typed) == {"name": 0.9, "late": 0.0, "street": 0.0}
    assert hands({"late": draft_of(box, True)})["late"] == 0.0
