from __future__ import annotations

from dataclasses import replace

from factories import at, page_of

from digitizer.document.codes import Code
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.fields.separators import Part, split


def page(number: int, *codes: str, text: str = "words") -> Readings:
    read = page_of([(text, at(100, 100, text))] if text else [], number=number)
    return replace(read, codes=tuple(Code(c, "code128", Box(0, 0, 9, 9)) for c in codes))


def told(parts: list[Part]) -> list[tuple[list[int], dict[str, str]]]:
    return [([p.layout.ref.page for p in part.pages], dict(part.metadata)) for part in parts]


def test_without_sheets_a_file_is_one_document() -> None:
    assert told(split([page(1), page(2, text="")])) == [([1, 2], {})]


def test_a_sheet_parts_documents_and_what_it_says_holds_for_the_one_behind_it() -> None:
    pages = [page(1, "box=1"), page(2), page(3, "PATCHT", "box=2"), page(4), page(5, "PATCHT"), page(6, "0815")]
    parts = split(pages)
    assert told(parts) == [([1, 2], {"box": "1"}), ([4], {"box": "2"}), ([6], {"barcode": "0815"})]
    assert [len(part.stacks) for part in parts] == [0, 1, 1]


def test_the_blank_back_of_a_sheet_goes_with_it_and_no_other_page() -> None:
    pages = [page(1, "PATCHT"), page(2, text=""), page(3), page(4, text=""), page(5, "PATCHT"), page(6)]
    assert told(split(pages)) == [([3, 4], {}), ([6], {})]


def test_a_page_that_failed_behind_a_sheet_does_not_make_the_next_its_back() -> None:
    assert told(split([page(1, "PATCHT"), page(3, text="")])) == [([3], {})]


def test_sheets_that_follow_each_other_count_as_one() -> None:
    pages = [page(1, "PATCHT", "box=1"), page(2, "PATCHT", "year=1998"), page(3), page(4, "PATCHT", "box=9")]
    assert told(split(pages)) == [([3], {"box": "1", "year": "1998"}), ([], {"box": "9"})]


def test_a_file_of_nothing_but_sheets_is_a_document() -> None:
    assert told(split([page(1, "PATCHT", "box=1"), page(2, "PATCHT")])) == [([1, 2], {"box": "1"})]
