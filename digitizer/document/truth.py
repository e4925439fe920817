"""What careful people keyed from a document, and whether a value found is the one keyed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from digitizer.document.record import Value


@dataclass(frozen=True, slots=True)
class TruthValue:
    """One true value. footnotes: the notes its markers name; None where the truth does not tell.

    hand: written by hand; None where the truth does not tell.
    unreadable: whether a `?` stands for any one character, which nobody could read.
    """

    value: Value
    footnotes: tuple[str, ...] | None = None
    hand: bool | None = None
    unreadable: bool = False


TruthRow = Mapping[str, TruthValue]


@dataclass(frozen=True, slots=True)
class Truth:
    """All that is known of one document. What has no key here is not scored.

    footnotes: None where the truth does not tell. decade: "1960s", from the date the form was received; "" unknown.
    more: what else a table of truths tells of the document, by column.
    """

    form: str
    fields: Mapping[str, TruthValue] = field(default_factory=dict)
    tables: Mapping[str, tuple[TruthRow, ...]] = field(default_factory=dict)
    footnotes: Mapping[str, str] | None = None
    decade: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


def same(found: Value | None, truth: TruthValue) -> bool:
    """Whether a value is exactly right; any run of white space counts as one space, `?` as any one character."""
    if isinstance(truth.value, bool) or isinstance(found, bool) or found is None:
        return isinstance(found, bool) and isinstance(truth.value, bool) and found == truth.value
    return edits(found, truth.value, truth.unreadable) == 0


def edits(found: str, truth: str, unreadable: bool = False) -> int:
    """Character edits between two texts, white space evened; with `unreadable` a `?` of the truth fits any one."""
    found, truth = even(found), even(truth)
    if not (unreadable and "?" in truth):
        return Levenshtein.distance(found, truth)
    # A substitution that lands on `?` is free. Dropping the `?` is not: something stands on the paper there.
    row = list(range(len(found) + 1))
    for i, wanted in enumerate(truth, start=1):
        above, row = row, [i]
        for j, got in enumerate(found, start=1):
            swap = above[j - 1] + (got != wanted and wanted != "?")
            row.append(min(above[j] + 1, row[j - 1] + 1, swap))
    return row[-1]


def even(text: str) -> str:
    """Any run of white space, line breaks among it, as one space; none at the ends."""
    return " ".join(text.split())
