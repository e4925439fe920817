"""Words of born-digital pages put into lines, and pages laid upright."""

from __future__ import annotations

import numpy as np
import pytest

from digitizer.document.geometry import Box, Transform
from digitizer.document.layout import Cell, Layout, Mark, Rule
from digitizer.document.page import PageImage, PageRef, PrintedText, PrintedWord
from digitizer.imaging.printed import enlarged, lay_upright, printed_lines, turned_upright

REF = PageRef("form.pdf", "5" * 64, 1)


def word(text: str, x: int, base: int, size: int = 40, turned: int = 0) -> PrintedWord:
    """A word of letters half as wide as high, that stands at x on a baseline."""
    width = size * len(text) // 2
    box = Box(x, base - 7 * size // 10, width, 7 * size // 10)
    return PrintedWord(text, box, Box(x, base - size, width, size), turned, 0)


def layout(**parts: object) -> Layout:
    return Layout(REF, (1200, 900), 300.0, 0.0, 0, Transform(), (1200, 900), **parts)  # type: ignore[arg-type]


def texts(words: list[PrintedWord], on: Layout | None = None) -> list[str]:
    lines = printed_lines(words, on or layout())
    return [
        " ".join(w.text for w in line.words) + "".join(f"^{w.text}" for w in line.raised)
        for line in sorted(lines, key=lambda line: (line.line.box.y, line.line.box.x))
    ]


def test_words_of_one_baseline_are_a_line_up_to_a_wide_gap() -> None:
    words = [word("Date", 50, 100), word("of", 150, 100), word("birth", 205, 102), word("1968", 400, 100)]
    assert texts(words) == ["Date of birth", "1968"]


def test_lines_set_close_are_apart_whatever_their_size() -> None:
    words = [word("STATEMENT", 50, 100, 60), word("Check", 340, 85, 24), word("this", 410, 85, 24)]
    words += [word("box", 340, 109, 24), word("now", 390, 109, 24), word("Form", 50, 150)]
    assert "STATEMENT Check this" not in texts(words)
    assert {"box now", "Form"} <= set(texts(words))


def test_walls_of_cells_part_words() -> None:
    cells = (Cell(Box(0, 0, 600, 300)), Cell(Box(140, 50, 460, 100), parent=0))
    lines = printed_lines([word("Date", 50, 100), word("1968", 150, 100)], layout(cells=cells))
    assert [(line.words[0].text, line.line.cell) for line in lines] == [("Date", 0), ("1968", 1)]


def test_a_marker_raised_at_the_end_stands_apart() -> None:
    words = [word("Common", 50, 100), word("Stock", 190, 100), word("(1)", 292, 86, 24), word("(2)", 330, 86, 24)]
    assert texts(words) == ["Common Stock^(1)^(2)"]
    (line,) = printed_lines(words, layout())
    assert line.line.raised == Box.around([w.box for w in words[2:]])
    assert line.line.box == Box.around([w.box for w in words[:2]])


def test_what_is_raised_or_lowered_within_a_line_is_part_of_it() -> None:
    assert texts([word("21", 50, 100), word("st", 92, 88, 24), word("May", 120, 100)]) == ["21 st May"]
    assert texts([word("CO", 50, 100), word("2", 92, 110, 24), word("kept", 120, 100)]) == ["CO 2 kept"]
    assert texts([word("[X]", 50, 100, 50), word("Director", 135, 86)]) == ["[X] Director"]


@pytest.mark.parametrize("turned", [90, 270])
def test_text_on_end(turned: int) -> None:
    words = [word("one", 50, 100), word("two", 122, 100)]
    way = [Transform((0, -1, 900, 1, 0, 0, 0, 0, 1)), Transform((0, 1, 0, -1, 0, 1200, 0, 0, 1))][turned == 270]
    on_end = [PrintedWord(w.text, way.box(w.box), way.box(w.body), turned, 0) for w in words]
    (line,) = printed_lines(on_end, layout())
    assert [w.text for w in line.words] == ["one", "two"]
    assert line.line.sideways


def test_underlined() -> None:
    rule = Rule(Box(50, 106, 80, 3), vertical=False, underline=True)
    assert [line.line.underlined for line in printed_lines([word("Date", 50, 100)], layout(rules=(rule,)))] == [True]
    assert [line.line.underlined for line in printed_lines([word("Date", 50, 100)], layout())] == [False]


def test_what_stands_in_a_checkbox_is_no_line() -> None:
    marks = (Mark(Box(45, 60, 45, 45), True, 0.99),)
    assert texts([word("X", 55, 100), word("employee", 100, 100)], layout(marks=marks)) == ["employee"]


class TestUpright:
    def page(self, turned: int) -> tuple[PageImage, tuple[PrintedWord, ...]]:
        """A page with a word, a hairline and an X, that lies so turned."""
        pixels = np.full((300, 200), 255, np.uint8)
        pixels[100] = 0
        bare = pixels.copy()
        pixels[50:64, 40:100] = 10
        pixels[150:160, 40:50] = 10
        words = (word("Hartmann", 40, 64, 20), word("x", 40, 160, 14))
        way = {
            0: Transform(),
            90: Transform((0, -1, 300, 1, 0, 0, 0, 0, 1)),
            180: Transform((-1, 0, 200, 0, -1, 300, 0, 0, 1)),
            270: Transform((0, 1, 0, -1, 0, 200, 0, 0, 1)),
        }[turned]
        moved = tuple(PrintedWord(w.text, way.box(w.box), way.box(w.body), turned, 0) for w in words)
        lies = [np.ascontiguousarray(np.rot90(p, -turned // 90)) for p in (pixels, bare)]
        printed = PrintedText(moved, lies[0], lies[1])
        return PageImage(REF, lies[0], 300.0, False, printed), words

    @pytest.mark.parametrize("turned", [0, 90, 180, 270])
    def test_words_and_picture_are_turned_back(self, turned: int) -> None:
        page, words = self.page(turned)
        found, upright = turned_upright(page, page.printed.words if page.printed else ())
        assert found == turned
        assert upright == words
        straight = lay_upright(page, page.printed.words if page.printed else (), found, page.dpi)
        assert straight.size == (200, 300)
        assert straight.pixels[57, 60] == 255
        assert straight.pixels[155, 45] < 40, "what may stand in a checkbox stays in the picture"
        assert straight.to_scan.box(words[0].box) == (page.printed.words[0].box if page.printed else None)

    def test_hairlines_outlive_the_coarse_look(self) -> None:
        page, _ = self.page(90)
        straight = lay_upright(page, page.printed.words if page.printed else (), 90, 150.0)
        assert (straight.size, straight.dpi) == ((100, 150), 150.0)
        assert straight.ink[50].all()
        part = layout(lines=(), cells=(Cell(Box(10, 20, 30, 40)),))
        coarse = Layout(REF, (100, 150), 150.0, 0.0, 90, straight.to_scan, page.size, (), part.cells)
        full = enlarged(coarse, page)
        assert (full.size, full.dpi, full.cells[0].box) == ((200, 300), 300.0, Box(20, 40, 60, 80))
        assert full.to_scan.box(full.cells[0].box) == coarse.to_scan.box(coarse.cells[0].box)

    def test_of_black_areas_the_edges_are_left(self) -> None:
        # The words of a black head row are known, and its edges close its cells.
        pixels = np.full((600, 900), 255, np.uint8)
        pixels[100:200, 100:800] = 0
        page = PageImage(REF, pixels, 300.0, False, PrintedText((), pixels, pixels))
        ink = lay_upright(page, (), 0, page.dpi).ink
        assert ink[101, 110:790].all()
        assert ink[198, 110:790].all()
        assert not ink[110:190, 110:790].any()
