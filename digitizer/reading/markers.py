"""Footnote markers at the end of a text as read: '306,250(4)', 'See footnotes(1) (2)'."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RAISED = str.maketrans("⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹", "()0123456789")
_STRICT = re.compile(r"\(\s?([1-9]\d?)\s?\)")
_STRICT_RUN = re.compile(r"\s*\(\s?[1-9]\d?\s?\)(?:\s*,?\s*\(\s?[1-9]\d?\s?\))*$")
# One parenthesis lost or misread, 1 read as a letter; ')(' read as X.
_LOOSE = r"(?:[({\[<]\s?[1-9lI|]\d?\s?[)}\]>]?|(?<![\w.])[1-9lI|]\d?\s?[)}\]>]|(?<=[)}\]>])\s?[1-9lI|]\d?\s?[)}\]>])"
_LOOSE_RUN = re.compile(rf"(?:\s*{_LOOSE})+$")
_GLUED = re.compile(r"^(\$?\s?\d{1,3}(?:,\d{3})+)([1-9]\d?)\s?[)}\]>]$")
_CITATION = re.compile(r"(?:\b\d+[A-Za-z]?(?:-\d+)?|\b(?:rule|section|sec\.?|act|§)\s*)(?:\([A-Za-z]{1,3}\))+$", re.I)
_PLAN = re.compile(r"\b40[1-9]\s?\([a-z]\)$")


@dataclass(frozen=True, slots=True)
class Markers:
    """A text without its footnote markers. numbers: theirs, in order; certain: whether all was read beyond doubt."""

    text: str
    numbers: tuple[int, ...] = ()
    certain: bool = True


def split_markers(text: str) -> Markers:
    """Takes the footnote markers off the end of a text; real parentheses, years and citations stay.

    Where certain is False, something at the end looks like a marker but was not read whole: what could be told of it
    stands in numbers, and it is cut off only where its place is plain.
    """
    plain = re.sub(r"[⁽⁾⁰¹²³⁴-⁹]+\s*$", lambda m: m[0].translate(_RAISED), text).rstrip()
    if run := _STRICT_RUN.search(plain):
        head = plain[: run.start()].rstrip()
        if _is_citation(head):
            return Markers(text.strip(), (), False)
        rest = split_markers(head) if _LOOSE_RUN.search(head) else Markers(head)
        numbers = tuple(int(n) for n in _STRICT.findall(run[0]))
        return Markers(rest.text.strip(), rest.numbers + numbers, rest.certain)
    return _split_misread(text.strip(), plain)


def _split_misread(text: str, plain: str) -> Markers:
    """Markers that were read badly; nothing about them is certain."""
    apart = re.sub(r"(?<=[(\dlI|])\s?[xX]\s?(?=[\dlI|]{1,2}\s?[)}\]>xX])", ")(", plain)
    if apart != plain and (run := _STRICT_RUN.search(apart)):
        return Markers(apart[: run.start()].strip(), tuple(int(n) for n in _STRICT.findall(run[0])), False)
    if glued := _GLUED.match(plain):
        return Markers(glued[1].strip(), (int(glued[2]),), False)
    if re.search(r"\d\s?[®©]$", plain):
        return Markers(plain[:-1].strip(), (), False)
    run = _LOOSE_RUN.search(plain)
    if not run or _is_citation(plain[: run.start()].rstrip()) or _balanced(plain, run.start()):
        return Markers(text)
    tokens = re.findall(r"[1-9lI|]\d?", run[0])
    return Markers(plain[: run.start()].strip(), tuple(int(re.sub(r"[lI|]", "1", t)) for t in tokens), False)


def _balanced(plain: str, start: int) -> bool:
    """Whether the closing parenthesis of a seeming marker belongs to an opening one before it: '(Instr. 3 and 4)'."""
    head, tail = plain[:start], plain[start:]
    return head.count("(") > head.count(")") and tail.count(")") > tail.count("(")


def _is_citation(head: str) -> bool:
    """Whether a parenthesis after this belongs to a provision of law, as in 'Rule 16b-3(d)(1)'."""
    return bool(_CITATION.search(head)) and not _PLAN.search(head)
