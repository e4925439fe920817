"""Words in which a printed label and what was typed right behind it were read as one."""

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
