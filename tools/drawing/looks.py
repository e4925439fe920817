"""How a print looks: fonts, sizes, rules, colours, checkboxes and wordings, at random inside each family."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tools.drawing.prints import FORM_4, FormPrint
from tools.drawing.render import Paper
from tools.drawing.sheet import BLACK, Colour, Inks

SANS = "Liberation Sans"
SERIF = "Liberation Serif"
MONO = "Liberation Mono"
NARROW = "Liberation Sans Narrow"
PRINT_FONTS = (SANS, SANS, SERIF, NARROW, "DejaVu Sans Condensed")


@dataclass(frozen=True, slots=True)
class Look:
    """A print to be: template, paper, inks, and the variables that the template's style sheet asks for.

    checkbox: typed, square, drawn, bracket, underscore or glyph. ticker: what stands around the symbol.
    reworded: whether labels may have other than their usual words.
    """

    template: str
    paper: Paper
    inks: Inks
    checkbox: str
    ticker: tuple[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    date: str = "%m/%d/%Y"
    places: int = 0
    dollar: str = ""
    signless: bool = False
    title_ink: Colour = BLACK
    reworded: bool = True


def choose_edgar(rng: Random, form: FormPrint = FORM_4) -> Look:
    """EDGAR's page as browsers print it."""
    margins = rng.choice((0.4, 0.4, 0.4, 0.25, 0.5, 0.75, 0.3))
    blue, green = (0, 0, 240), (0, 128, 0)
    inks = rng.choice((Inks(blue, BLACK, green, blue), Inks(), Inks((16, 16, 16), BLACK, (64, 64, 64), (64, 64, 64))))
    outer, inner = rng.choice((("outset", "inset"), ("outset", "inset"), ("solid", "solid")))
    values = _common(rng, form) | {
        "asks": form.asks,
        "entry_font": rng.choice((SERIF,) * 5 + ("DejaVu Serif Condensed",)),
        "print_font": rng.choice((SANS,) * 7 + ("DejaVu Sans Condensed",)),
        "label": rng.choice((11, 12, 12, 13)),
        "outer": outer,
        "inner": inner,
        "pad": rng.choice((3, 4, 4, 5)),
        # Browsers cut the second table off where it is wider than the sheet.
        "cut_right": rng.random() < 0.5,
        "box_rule": rng.choice((1, 1, 2)),
        "box_pad": rng.choice((1, 3)),
        "labels_below": True,
        "street_place": "late",
        "small": "low",
        "underlying": rng.choice(("", "", "low")),
        "widths_one": rng.choice(form.edgar_one),
        "widths_two": form.edgar_two[0] if len(form.edgar_two) == 1 else rng.choice(form.edgar_two),
        "title_inside": True,
        "title_one": form.titles_one[0],
        "title_two": form.titles_two[0],
        "note_number": "1.",
    }
    paper = Paper(margins=(rng.choice((margins, 0.4)), margins, rng.choice((margins, 0.4)), margins))
    return Look("edgar.html", paper, inks, "typed", ("[ ", " ]"), values, dollar="dollar", reworded=False)


def choose_paper(rng: Random, form: FormPrint = FORM_4) -> Look:
    """A form of printed rules and small labels, filled in by a typewriter or its successor."""
    old = rng.random() < 0.3
    landscape = rng.random() < 0.25
    mono = rng.choice((MONO, MONO, MONO, "DejaVu Sans Mono", SERIF, NARROW))
    entry = rng.choice((10, 11, 12)) + (1 if landscape else 0)
    faint = rng.choice((BLACK, BLACK, (48, 48, 48), (16, 16, 112)))
    values = _common(rng, form) | {
        "asks": form.old if old else form.other,
        "old_items": old,
        "entry_font": mono,
        "print_font": rng.choice(PRINT_FONTS),
        "entry": entry,
        "entry_low": max(8, entry - rng.choice((2, 3))),
        "leading": rng.choice((1.0, 1.15, 1.3)),
        "label": rng.choice((8, 8, 9, 9.5)) + (1 if landscape else 0),
        "name_parts": rng.random() < 0.7,
        "labels_below": rng.random() < 0.75,
        "blank_rows": rng.choice((0, 0, 3, 5, 8)),
        "break_before_two": rng.random() < 0.3,
        "print_or_type": rng.random() < 0.5,
        "title_rule": rng.choice(("none", "1px solid #000", "1px dotted #000")),
    }
    size = Paper(11.0, 8.5, (0.4,) * 4) if landscape else _portrait(rng)
    return Look(
        "paper.html",
        size,
        Inks(faint, BLACK, faint, faint),
        rng.choice(("square", "drawn", "underscore", "underscore", "typed", "bracket")),
        rng.choice((("(", ")"), ("(", ")"), ("[", "]"), ("/ ", ""), ("[ ", " ]"))),
        values,
        date=rng.choice(("%m/%d/%Y", "%m/%d/%Y", "%-m/%-d/%Y", "%m/%d/%y", "%m-%d-%Y")),
        places=rng.choice((0, 2, 2, 4)),
        signless=rng.random() < 0.3,
    )


def choose_software(rng: Random, form: FormPrint = FORM_4) -> Look:
    """As programs for filling in forms print it: bands, thin rules, plain sans-serif."""
    entry = rng.choice((10, 11, 12))
    grey = rng.choice(("#ffffff", "#e8e8e8", "#d8d8d8", "#dfe8f5", "#f5efd8"))
    dark = rng.random() < 0.25
    ink = rng.choice((BLACK, BLACK, (0, 0, 144), (64, 64, 64)))
    values = _common(rng, form) | {
        "asks": form.other,
        "entry_font": rng.choice((SANS, SANS, NARROW, "DejaVu Sans", "DejaVu Sans Condensed", SERIF)),
        "print_font": rng.choice(PRINT_FONTS),
        "entry": entry,
        "entry_low": max(8, entry - rng.choice((1, 2, 3))),
        "entry_weight": rng.choice(("normal", "normal", "bold")),
        "head_weight": rng.choice(("normal", "bold")),
        "label": rng.choice((8, 9, 9, 10)),
        "labels_below": rng.random() < 0.6,
        "head_fill": grey,
        "item_fill": rng.choice(("transparent", "transparent", grey)),
        "band": "#303040" if dark else grey,
        "stripes": rng.random() < 0.2,
        "stacked": rng.random() < 0.6,
        "blank_rows": rng.choice((0, 0, 0, 2)),
    }
    return Look(
        "software.html",
        Paper(11.0, 8.5, (0.4,) * 4) if rng.random() < 0.15 else _portrait(rng),
        Inks(ink, BLACK, ink, ink),
        rng.choice(("square", "drawn", "bracket", "glyph", "glyph", "underscore")),
        rng.choice((("[", "]"), ("[", "]"), ("(", ")"), ("[ ", " ]"))),
        values,
        date=rng.choice(("%m/%d/%Y", "%m/%d/%Y", "%-m/%-d/%Y")),
        places=rng.choice((0, 0, 2, 4)),
        dollar=rng.choice(("", "", "dollar")),
        signless=rng.random() < 0.25,
        title_ink=(240, 240, 240) if dark else BLACK,
    )


def choose_loose(rng: Random, form: FormPrint = FORM_4) -> Look:
    """One of the others with its tables ruled in part: rows only, columns only, or heads only."""
    look = (choose_paper if rng.random() < 0.5 else choose_software)(rng, form)
    look.values["cell_rules"] = rng.choice(("1px 0", "1px 0", "0 1px", "0 1px 1px 1px"))
    look.values["valign"] = "top"
    return look


def _portrait(rng: Random) -> Paper:
    side, top = rng.choice((0.4, 0.5, 0.6)), rng.choice((0.4, 0.5, 0.75))
    if rng.random() < 0.1:
        return Paper(8.27, 11.69, (top, side, top, side))
    return Paper(margins=(top, side, top, side))


def _common(rng: Random, form: FormPrint) -> dict[str, Any]:
    """Variables that every template asks for, with values that suit most."""
    weight, colour = rng.choice((0.5, 0.75, 1, 1, 1.5)), rng.choice(("#000", "#000", "#404040", "#808080"))
    return {
        "rule": f"{weight}pt {rng.choice(('solid', 'solid', 'solid', 'dotted', 'double'))} {colour}",
        "thin": f"0.75pt {rng.choice(('solid', 'solid', 'dotted', 'dashed'))} {colour}",
        "cell_rules": "",
        "pad": rng.choice((1, 2, 3)),
        "gap": rng.choice((0, 3, 8)),
        "valign": rng.choice(("top", "middle", "bottom")),
        "align": rng.choice(("center", "center", "left")),
        "amounts": rng.choice(("center", "right", "right", "left")),
        "head_align": rng.choice(("left", "center")),
        "breaks": rng.choice(("auto", "avoid")),
        "block": rng.choice(((35, 35), (38, 30), (33, 37))),
        "widths_one": tuple(width * rng.uniform(0.85, 1.2) for width in form.widths_one),
        "widths_two": tuple(width * rng.uniform(0.85, 1.2) for width in form.widths_two) if rng.random() < 0.7 else (),
        "title_inside": rng.random() < 0.6,
        "title_one": rng.choice(form.titles_one),
        "title_two": rng.choice(form.titles_two),
        "head_leading": rng.choice((1.0, 1.1, 1.25, 1.5)),
        "header": rng.choice((("form", "title", "omb"),) * 3 + (("omb", "title", "form"), ("title", "form", "omb"))),
        "filed_tick": rng.choice((6, 10, 17)),
        "between": "",
        "break_before_two": False,
        "blank_rows": 0,
        "name_parts": False,
        "street_place": rng.choice(("", "late")),
        "small": "",
        "underlying": "low",
        "top_box": "square",
        "always_explain": rng.random() < 0.3,
        "note_number": rng.choice(("1.", "(1)", "1.", "(1)", "1)")),
        "signature_rule": rng.choice(("", "ruled-above", "ruled-above")),
        "signature_gap": rng.choice((20, 40, 55)),
    }
