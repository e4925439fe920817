"""Forms whose print flows with what is typed in, and places that no box or line marks."""

from __future__ import annotations

import pytest
from factories import Text, at, page_of, table_cells

from digitizer.authoring.consensus import find_print
from digitizer.authoring.propose import propose_form
from digitizer.authoring.typed_boxes import PrintedLine, find_typed_boxes
from digitizer.authoring.word_matcher import PlacedWord, PlacedWords, find_drifts, with_print
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings, Word

WORDS = [
    "Harbour",
    "Authority",
    "Declaration",
    "Anchorage",
    "Quarterly",
    "Statement",
    "Tonnage",
    "Customs",
    "Officers",
    "Manifest",
]
OWNERS = ("BIXBY", "LOVELACE", "HOPPER")


def placed(text: str, x: int, y: int, before: str = "", after: str = "", cell: int | None = None) -> PlacedWord:
    return PlacedWord(Word(text, Box(x, y, 14 * len(text), 24), 0.9), before, after, cell)


def test_a_word_is_found_where_it_flowed_to_between_the_same_words() -> None:
    there = PlacedWords([placed("price", 500, 180, "exercise", "of"), placed("price", 420, 100, "stock", "")])
    twin = there.twin(placed("price", 400, 120, "exercise", "of"))
    assert twin is not None
    assert twin.before == "exercise"
    assert there.twin(placed("price", 400, 150, "market", "today")) is None


def test_where_print_does_not_flow_a_word_is_the_same_only_in_its_place() -> None:
    there = PlacedWords([placed("price", 500, 180, "exercise", "of")], flows=False)
    assert there.twin(placed("price", 400, 120, "exercise", "of")) is None
    assert there.twin(placed("price", 505, 176)) is not None


def test_an_entry_goes_where_the_print_of_its_cell_went() -> None:
    reference = PlacedWords([placed("owner", 300, 260, "of", "vessel"), placed("cargo", 900, 200, "the", "held")])
    own = [placed("owner", 240, 200, "of", "vessel", cell=1), placed("cargo", 900, 200, "the", "held", cell=2)]
    drifts = find_drifts(own, reference)
    assert [d.flown for d in drifts] == [True, False]
    assert with_print(Box(250, 230, 80, 24), 1, drifts) == Box(310, 290, 80, 24)
    assert with_print(Box(890, 230, 80, 24), 2, drifts) == Box(890, 230, 80, 24)


def declaration(owner: str, lines: int, ticked: int) -> Readings:
    """A form on which an address of so many lines pushes down all that is printed under it."""
    down = 60 * lines
    cells = table_cells([100, 800, 1500], [300, 500 + down, 800 + down])
    texts: list[Text] = [(w, at(100 + 280 * (k % 5), 60 + 60 * (k // 5), w)) for k, w in enumerate(WORDS)]
    texts += [("1. Name of owner", at(110, 320, "1. Name of owner"), 0), ("2. Port", at(810, 320, "2. Port"), 1)]
    texts += [(f"{owner} {k}", at(130, 370 + 60 * k, f"{owner} {k}"), 0) for k in range(lines)]
    texts += [("3. Kind of vessel", at(110, 520 + down, "3. Kind of vessel"), 2)]
    kinds = ("Sailing boat", "Steam tug")
    texts += [(t, at(250, 590 + 90 * k + down, t), 2) for k, t in enumerate(kinds)]
    texts += [("X", at(200, 590 + 90 * ticked + down, "X"), 2)]
    texts += [("4. Crew aboard", at(810, 520 + down, "4. Crew aboard"), 3)]
    words = ["Signature of master", "Harbour office copy"]
    return page_of([*texts, *((w, at(110 + 700 * k, 900 + down, w)) for k, w in enumerate(words))], cells)


def test_print_that_an_entry_pushed_down_is_print_all_the_same() -> None:
    pages = [declaration(o, n, n % 2) for o, n in zip(OWNERS, (1, 3, 4), strict=True)]
    found = find_print(pages)
    assert found is not None
    texts = {line.text for line in found.lines}
    assert {"3. Kind of vessel", "Sailing boat", "Steam tug", "4. Crew aboard"} <= texts
    assert "X" not in texts
    assert not any(owner in text for text in texts for owner in OWNERS)


def test_checkboxes_are_proposed_where_scans_have_an_x_before_a_label() -> None:
    proposal = propose_form([[declaration(o, n, n % 2)] for o, n in zip(OWNERS, (1, 3, 4), strict=True)])
    ticks = {f.label: f.seen for f in proposal.fields if f.kind == "checkbox"}
    assert ticks == {"Sailing boat": 1, "Steam tug": 2}


def test_labels_beside_and_under_a_ticked_one_have_boxes_too() -> None:
    lines = [
        PrintedLine("5. Check all that apply", Box(100, 100, 300, 20), 1),
        PrintedLine("Director", Box(160, 140, 110, 20), 1),
        PrintedLine("Owner", Box(460, 140, 80, 20), 1),
        PrintedLine("Officer (give", Box(160, 200, 180, 20), 1),
        PrintedLine("title below)", Box(160, 222, 170, 20), 1),
    ]
    ticks = [(0, Box(110, 140, 16, 18)), (1, Box(110, 142, 16, 18))]
    found = find_typed_boxes(lines, ticks, ())
    assert [(b.y, b.x < 160) for b in found] == [(140, True), (140, False), (200, True)]
    assert find_typed_boxes(lines, ticks[:1], ()) == []


def test_captions_over_which_one_entry_runs_are_one_label() -> None:
    cells = table_cells([100, 1500], [300, 600])

    def card(name: str, town: str, state: str) -> Readings:
        texts: list[Text] = [(w, at(100 + 280 * (k % 5), 60 + 60 * (k // 5), w)) for k, w in enumerate(WORDS)]
        texts += [("1. Name of the master", at(110, 310, "1. Name of the master"), 0), (name, at(120, 360, name), 0)]
        texts += [(t, at(x, 400, t), 0) for t, x in (("(Last)", 120), ("(First)", 420), ("(Middle)", 720))]
        texts += [(town, at(120, 480, town), 0), (state, at(420, 480, state), 0)]
        texts += [(t, at(x, 520, t), 0) for t, x in (("(City)", 120), ("(State)", 420))]
        return page_of(texts, cells)

    given = (("BIXBY", "OSLO", "NY"), ("LOVELACE", "BERGEN", "WA"), ("HOPPER", "LEITH", "ME"))
    labels = [f.label for f in propose_form([[card(*g)] for g in given]).fields]
    assert "(Last) (First) (Middle)" in labels
    assert {"(City)", "(State)"} <= set(labels)


@pytest.mark.parametrize("text", ["Subscribed and sworn to before me at:", "My commission expires:"])
def test_what_a_notary_fills_in_is_no_field(text: str) -> None:
    texts: list[Text] = [(w, at(100 + 280 * (k % 5), 60 + 60 * (k // 5), w)) for k, w in enumerate(WORDS)]
    texts += [(text, at(110, 310, text), 0), ("1. Name of vessel:", at(110, 610, "1. Name of vessel:"), 1)]
    proposal = propose_form([[page_of(texts, table_cells([100, 1500], [300, 600, 900]))]])
    assert [f.label for f in proposal.fields] == ["1. Name of vessel:"]


def test_a_table_that_one_scan_left_without_rows_is_known_from_another() -> None:
    heads = ["Date due", "Amount", "Remarks"]

    def ledger(first: bool) -> Readings:
        texts: list[Text] = [(w, at(100 + 280 * (k % 5), 60 + 60 * (k // 5), w)) for k, w in enumerate(WORDS)]
        upper = table_cells([100, 500, 900, 1300], [260, 320, 380] if first else [260, 320])
        lower = table_cells([100, 600, 1000, 1500], [600, 660] if first else [600, 660, 720])
        texts += [(t, at(110 + 400 * k, 275, t), k) for k, t in enumerate(heads)]
        below = (("Vessel", 110), ("Berth", 610), ("Fee", 1010))
        texts += [(t, at(x, 615, t), len(upper) + k) for k, (t, x) in enumerate(below)]
        return page_of(texts, [*upper, *lower])

    tables = propose_form([[ledger(True)], [ledger(False)], [ledger(True)]]).tables
    assert [[c.label for c in t.columns] for t in tables] == [heads, ["Vessel", "Berth", "Fee"]]
