from __future__ import annotations

import pytest
from factories import page_of, with_raised

from digitizer.document.geometry import Box
from digitizer.document.layout import Cell, Mark
from digitizer.document.packing import pack, unpack


def test_a_page_comes_back_as_it_was_read() -> None:
    texts = [("Zoë \u2028 Müller", (10, 20, 300, 40), 0), ("", (10, 90, 5, 5))]
    page = page_of(texts, [Cell(Box(0, 0, 400, 80), None, True)], [Mark(Box(1, 2, 3, 4), True, 0.1 + 0.2)])
    page = with_raised(page, 0, "(1)")
    assert unpack(pack(page)) == page
    assert pack(unpack(pack(page))) == pack(page)


@pytest.mark.parametrize("data", [b"", b"no", pack(page_of([]))[:-9]])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not the readings"):
        unpack(data)
