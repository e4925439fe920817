"""A printed label read as one with what was typed close to it: a value right behind it, an X right before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from digitizer.document.geometry import Box
from digitizer.document.layout import Word
from digitizer.fields.stacked_pages import Item, StackedPages

_LONG = 7
"""Letters of a label's last word from which it is no beginning of another word."""


def unglue(stack: StackedPages, phrases: Sequence[str]) -> StackedPages:
    """The sheet, such words cut behind the label's end: '(specify)Correct', 'transmissionApril'."""
    endings = {p.split()[-1] for p in phrases}
    known = sorted((e for e in endings if len(e) >= _LONG and not e[0].isdigit()), key=len, reverse=True)
    if not known:
        return stack
    # What is typed close to a bracket hides it.
    ends = [re.escape(e) + ("?" if e.endswith(")") else "") for e in known]
    glued = re.compile(rf"({'|'.join(ends)})([A-Z0-9][^\s]*|[lI][.,][^\s]*)")
    return replace(stack, items=tuple(_cut(item, glued) for item in stack.items))


def _cut(item: Item, glued: re.Pattern[str]) -> Item:
    parts = [part for word in item.words for part in _parts(word, glued)]
    return item if len(parts) == len(item.words) else replace(item, words=tuple(parts))


def _parts(word: Word, glued: re.Pattern[str]) -> list[Word]:
    found = glued.fullmatch(word.text)
    if found is None:
        return [word]
    cut = round(word.box.width * found.end(1) / len(word.text))
    left = replace(word.box, width=max(1, cut))
    right = Box(word.box.x + cut, word.box.y, max(1, word.box.width - cut), word.box.height)
    return [replace(word, text=found[1], box=left), replace(word, text=found[2], box=right)]


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
