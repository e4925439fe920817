"""An X typed so close before a label that both were read as one line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digitizer.document.geometry import Box
from digitizer.fields.stacked_pages import StackedPages

Part = tuple[int, int, int]
"""An item of the stack, its first word and one past its last."""


def words_without_mark(stack: StackedPages, phrase: str, covered: tuple[Part, ...]) -> tuple[Part, ...]:
    """What a label takes up, without an X before it that was read as the first word of its line."""
    item, first, last = covered[0]
    lone = last - first > 1 and re.fullmatch(r"[\W_]*[xX][\W_]*", stack.items[item].words[first].text) is not None
    return ((item, first + 1, last), *covered[1:]) if lone and phrase[0] not in "xX" else covered


def mark_before(phrase: str, word: str) -> float:
    """The share of a label's first word as read that is an X typed close before it, as of 'x_Form'; 0 without one."""
    start = phrase.split()[0]
    typed = len(start) > 1 and re.fullmatch(rf"[\W_]*[xX][\W_]*{re.escape(start)}", word) is not None
    return 1 - len(start) / len(word) if typed else 0.0


def box_without_mark(stack: StackedPages, phrase: str, covered: Sequence[Part], box: Box) -> Box:
    """A label's box without the X that its first word holds."""
    item, first, last = covered[0]
    word = stack.items[item].words[first] if first < last else None
    share = mark_before(phrase, word.text) if word else 0.0
    if word is None or not share:
        return box
    start = word.box.x + round(share * word.box.width)
    rest = [w.box for i, begin, end in covered for w in stack.items[i].words[begin:end] if w is not word]
    return Box.around([Box(start, word.box.y, max(1, word.box.right - start), word.box.height), *rest])
