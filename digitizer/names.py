"""File names as texts: names may hold bytes and control characters for which texts and screens have no place."""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"\\udc[89a-f][0-9a-f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def in_utf8(name: str) -> str:
    r"""A name without the halves of pairs that stand for bytes of other codings: Latin-1's ä becomes \udce4."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def is_escaped(name: str) -> bool:
    """Whether in_utf8 changed the name, so that no file has it."""
    return _ESCAPED.search(name) is not None


def on_one_line(text: str) -> str:
    r"""A text for a terminal: a file whose name holds a line break or an escape must not steer it."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], in_utf8(text))
