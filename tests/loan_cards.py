"""Library cards as read, each with what was keyed from it: the least that a form can be learned from."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from random import Random

from factories import LABELS_ALONE, Text, at, field_def, page_of, small_form

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark, Readings
from digitizer.document.record import Value
from digitizer.learning.training_examples import Keyed, TrainingExample, make_training_example

FIELDS = (
    *small_form().fields,
    field_def("title", "text", "Title of book"),
    field_def("renewed", "checkbox", "Renewed"),
)
FORM = small_form(fields=FIELDS)
NAMES = ("BIXBY TIMOTHY", "ADA LOVELACE", "GRACE HOPPER", "ALAN TURING", "EMMY NOETHER", "KURT GOEDEL", "MARY SHELLEY")
TITLES = ("The Moonstone", "Middlemarch", "Bleak House", "Emma", "Dracula", "Walden", "Hard Times")


def values_of(number: int) -> dict[str, Value]:
    """What stands on that card; the same number, the same card."""
    rng = Random(number)
    return {
        "borrower": NAMES[number % len(NAMES)],
        "dateOfLoan": f"20{rng.randint(10, 19)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}",
        "title": TITLES[rng.randrange(len(TITLES))] if number % 4 else "",
        "returnedLate": bool(number % 2),
        "renewed": not number % 3,
    }


def card_page(values: Mapping[str, Value], *more: Text, behind: bool = False) -> Readings:
    """A card as read; behind: the boxes are printed behind their labels and not before them."""
    year, month, day = str(values["dateOfLoan"]).split("-")
    texts = [
        ("LIBRARY LOAN CARD", 600, 40),
        ("Name of borrower", 100, 100),
        (str(values["borrower"]), 110, 135),
        ("Date of loan", 100, 200),
        (f"{int(month)}/{int(day)}/{year}", 110, 235),
        ("Title of book", 100, 300),
        (str(values["title"]), 110, 335),
        ("Returned late", 145, 403),
        ("Renewed", 645, 403),
    ]
    shown: list[Text] = [(text, at(x, y, text)) for text, x, y in texts if text]
    late, renewed = (345, 765) if behind else (100, 600)
    marks = [
        Mark(Box(late, 400, 30, 30), bool(values["returnedLate"]), 0.99),
        Mark(Box(renewed, 400, 30, 30), bool(values["renewed"]), 0.99),
    ]
    return page_of([*shown, *more], (), marks)


def lesson_of(number: int, page: Readings | None = None, **keyed: Value | None) -> TrainingExample:
    """The lesson of a card; keyed: what was keyed otherwise than it stands there, None: not at all."""
    values = values_of(number) | keyed
    told = {name: value for name, value in values.items() if value is not None}
    digest = sha256(str(number).encode()).hexdigest()
    key = Keyed(f"card-{number}.png", digest, f"card-{number}", told)
    example = make_training_example(key, [page or card_page(values_of(number))], FORM, LABELS_ALONE)
    assert example is not None
    return example
