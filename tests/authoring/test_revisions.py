from __future__ import annotations

from dataclasses import replace

from factories import LABELS_ALONE, Text, at, field_def, page_of, small_form

from digitizer.authoring.check_scans import look_at
from digitizer.authoring.revisions import Revision, find_revisions
from digitizer.document.form import FormDefinition
from digitizer.document.layout import Readings

FORM = small_form(
    fields=(
        field_def("borrower", "name", "Name of borrower"),
        field_def("branch", label="Branch library"),
        field_def("renewed", label="Renewed until", optional=True),
    ),
    revisions={"LC-1": ("Form LC-1",)},
)
WORDS = (
    *("persons", "leaving", "books", "beyond", "their", "dates", "shall", "pay", "such", "fines"),
    *("reading", "rooms", "close", "early", "every", "evening"),
)


def card(*texts: str, entry: str, left: int = 100) -> Readings:
    """A card: its own texts in a column, then a rubric that all cards of a layout share, then an entry."""
    shown: list[Text] = [(text, at(left, 60 * (k + 1), text)) for k, text in enumerate(texts)]
    shown += [(word, at(left + 300 * (k % 4), 900 + 50 * (k // 4), word)) for k, word in enumerate(WORDS)]
    return page_of([*shown, (entry, at(left + 500, 600, entry))])


def old(entry: str) -> Readings:
    return card("LIBRARY LOAN CARD", "Form LC-1", "Name of borrower", "Branch library", "Renewed until", entry=entry)


def new(entry: str) -> Readings:
    page = card("LIBRARY LOAN CARD", "Form LC-22", "Name of borrower", "Library branch office", entry=entry)
    # Another layout: the rubric is another, too.
    lines = tuple(
        replace(r, text=r.text[::-1], words=tuple(replace(w, text=w.text[::-1]) for w in r.words))
        if r.text in WORDS
        else r
        for r in page.lines
    )
    return replace(page, lines=lines)


def found(form: FormDefinition = FORM) -> list[Revision]:
    pages = [old("ADA"), old("ALAN"), old("GRACE"), new("EMMY"), new("MARY")]
    return find_revisions(form, [look_at(f"{k}.pdf", [p], form, LABELS_ALONE) for k, p in enumerate(pages)])


def test_scans_are_parted_by_their_print() -> None:
    assert [sorted(r.scans) for r in found()] == [["0.pdf", "1.pdf", "2.pdf"], ["3.pdf", "4.pdf"]]


def test_what_the_definition_knows_is_named_and_what_it_does_not_by_its_number() -> None:
    known, unknown = found()
    assert known.known == "LC-1"
    assert unknown.known == ""
    assert unknown.name == "LC-22"
    assert unknown.bears[0] == "Form LC-22"


def test_fields_are_carried_over_and_those_whose_label_is_not_there_are_told() -> None:
    known, unknown = found()
    assert (known.carried, known.fields, known.reworded) == (3, 3, ())
    assert unknown.carried == 1
    told = {r.name: (r.print, r.optional) for r in unknown.reworded}
    assert told == {"branch": ("", False), "renewed": ("", True)}
