"""HTML in which every text carries a colour of its own, so that it is found again, exactly, in the printed PDF."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from digitizer.authoring.drawing.nouns import Role

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
# Four low bits of red, green and blue each hold the key: too little to see, enough for 4095 texts a filing.
MOST_KEYS = 0xFFF


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours of what is typed in, of the form's own print, of footnotes and of their markers."""

    entry: Colour = BLACK
    printed: Colour = BLACK
    note: Colour = BLACK
    marker: Colour = BLACK


@dataclass(frozen=True, slots=True)
class KeyedText:
    """A text of the sheet: as it stands in the source, white space folded; "" for an outline.

    drawn: it is no text but lines (an outline, a tick drawn by hand).
    """

    text: str
    role: Role
    target: str
    drawn: bool = False


def key_of(colour: Colour) -> int:
    """The key hidden in a colour; 0: none."""
    red, green, blue = colour
    return (red & 15) << 8 | (green & 15) << 4 | blue & 15


class Sheet:
    """The texts of one filing in the order in which they were written; key k is texts[k - 1]."""

    def __init__(self, inks: Inks | None = None) -> None:
        self.inks = inks or Inks()
        self.texts: list[KeyedText] = []

    def colour(self, text: str, role: Role, target: str, base: Colour, drawn: bool = False) -> str:
        """Registers a text and gives the CSS colour to print it in.

        Raises:
            OverflowError: the filing has more texts than there are keys.
        """
        key = len(self.texts) + 1
        if key > MOST_KEYS:
            raise OverflowError(f"a filing holds at most {MOST_KEYS} texts")
        self.texts.append(KeyedText(re.sub(r"\s+", " ", text).strip(), role, target, drawn))
        nibbles = (key >> 8, key >> 4 & 15, key & 15)
        return "#" + "".join(f"{value & 0xF0 | nibble:02x}" for value, nibble in zip(base, nibbles, strict=True))

    def entry(self, text: str, target: str = "", css: str = "") -> str:
        """A filled-in text; nothing at all where it is blank."""
        if not text:
            return ""
        return self._span(html.escape(text).replace("\n", "<br>"), text, "entry", target, self.inks.entry, css)

    def note(self, text: str, target: str, css: str = "") -> str:
        """A footnote or remark."""
        return self._span(html.escape(text), text, "entry", target, self.inks.note, css)

    def marker(self, notes: list[str], target: str, css: str = "marker") -> str:
        """Raised footnote numbers such as (1)(2), of F1 and F2."""
        if not notes:
            return ""
        text = "".join(f"({name.removeprefix('F')})" for name in notes)
        return self._span(text, text, "marker", target, self.inks.marker, css)

    def label(self, markup: str, css: str = "", ink: Colour | None = None) -> str:
        """Print of the form itself; may hold <b>, <i>, <br> and entities, but no further keys."""
        plain = html.unescape(re.sub(r"<[^>]+>", "", markup.replace("<br>", " ")))
        return self._span(markup, plain, "print", "", ink or self.inks.printed, css)

    def box(self, target: str, content: str, css: str = "box") -> str:
        """The outline of a checkbox around its content; css: a class that gives its size and a solid border."""
        colour = self.colour("", "box", target, self.inks.printed, drawn=True)
        return f'<span class="{css}" style="border-color:{colour}">{content}</span>'

    def glyph(self, target: str, ticked: bool, css: str = "glyph") -> str:
        """A checkbox that is a character of its own."""
        return self._span(
            "\u2612" if ticked else "\u2610", "X" if ticked else "", "box", target, self.inks.printed, css
        )

    def drawn_box(self, target: str, ticks: str, weight: float, css: str = "drawn") -> str:
        """A checkbox drawn in a 12 x 12 SVG; ticks: the path of the tick, "" for none; weight: its width."""
        outline = self.colour("", "box", target, self.inks.printed, drawn=True)
        tick = self.colour("X", "entry", target, self.inks.entry, drawn=True) if ticks else "none"
        return (
            f'<svg class="{css}" viewBox="0 0 12 12" fill="none">'
            f'<path d="M1 1H11V11H1Z" stroke="{outline}" stroke-width="0.9"/>'
            f'<path d="{ticks}" stroke="{tick}" stroke-width="{weight}"/></svg>'
        )

    def _span(self, markup: str, text: str, role: Role, target: str, base: Colour, css: str) -> str:
        colour = self.colour(text, role, target, base)
        name = f' class="{css}"' if css else ""
        return f'<span{name} style="color:{colour}">{markup}</span>'
