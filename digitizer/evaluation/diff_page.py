"""The page of a diff: every value that would change, with its piece of the scan on both sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digitizer.document.record import Field
from digitizer.evaluation.diff import Change, Diff
from digitizer.evaluation.mistakes import Part, parts_of, shown_value
from digitizer.evaluation.pages import render, write_page
from digitizer.evaluation.pictures import Scans, crop_uri
from digitizer.evaluation.table import TextTable
from digitizer.settings import Settings

MAX_CHANGES = 1000
MAX_OF_A_FIELD = 100
_ORDER = {"person": 0, "accepted": 1, "review": 2}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a change. crop: its place as a data URI, "" where it has none or it is that of the other side."""

    parts: tuple[Part, ...]
    crop: str
    status: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change as the page shows it. together: both sides stand in one place, which is shown once."""

    document: str
    row: int
    was: str
    before: Side
    after: Side
    together: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """The changes of one field of a form: how many there are, and those that are shown."""

    name: str
    total: int
    shown: tuple[ChangeView, ...]


def tables_of(diff: Diff) -> list[TextTable]:
    """The summary: what changes by form, and which fields change most."""
    by_form: dict[str, Counter[str]] = defaultdict(Counter)
    for change in diff.changes:
        by_form[change.form][change.was] += 1
    rows = []
    for form, tally in diff.tallies.items():
        was = by_form[form]
        said = f"{tally.as_said} of {tally.corrected}" if tally.corrected else "-"
        numbers = (tally.values, was.total(), was["accepted"], was["person"], was["review"])
        rows.append((form, *map(str, numbers), said, str(tally.released), str(tally.withdrawn)))
    head = ("form", "values", "changed", "accepted before", "by a person", "waiting before", "corrections met",
            "newly accepted", "no longer")  # fmt: skip
    counts = Counter((c.form, c.name) for c in diff.changes)
    fields = tuple((form, name, str(count)) for (form, name), count in counts.most_common(15))
    told = [TextTable(f"What would change in {diff.documents} documents", head, tuple(rows))]
    return [*told, TextTable("Fields that change most", ("form", "field", "changed"), fields)] if fields else told


def write_diff_page(diff: Diff, scans: Mapping[str, Path], path: Path, settings: Settings) -> int:
    """Writes the page; returns how many changes it shows. scans: by SHA-256 or name of the document.

    Raises:
        OSError: it cannot be written there.
    """
    shown = _within_bounds(diff)
    source = Scans(scans, settings)
    views: dict[tuple[str, str], list[tuple[int, ChangeView]]] = defaultdict(list)
    for change in sorted(shown, key=_page_order):
        views[change.form, change.name].append((_ORDER[change.was], _view(change, source)))
    counts = Counter((change.form, change.name) for change in diff.changes)
    groups = []
    for (form, name), count in counts.most_common():
        ordered = sorted(views[form, name], key=lambda one: one[0])
        groups.append(GroupView(f"{form}: {name}", count, tuple(view for _, view in ordered)))
    html = render(
        "diff.html.j2",
        title="What another model would change",
        tables=tables_of(diff),
        groups=groups,
        total=len(diff.changes),
        shown=len(shown),
        alone=diff.alone,
    )
    write_page(path, html)
    return len(shown)


def _within_bounds(diff: Diff) -> list[Change]:
    """As many of each field as fit; those that go against a person or against what was accepted first."""
    counts: Counter[tuple[str, str]] = Counter()
    shown: list[Change] = []
    for change in sorted(diff.changes, key=lambda c: _ORDER[c.was]):
        counts[change.form, change.name] += 1
        if counts[change.form, change.name] <= MAX_OF_A_FIELD and len(shown) < MAX_CHANGES:
            shown.append(change)
    return shown


def _page_order(change: Change) -> tuple[str, int]:
    page = (change.before.page if change.before else None) or (change.after.page if change.after else None)
    return change.sha256, page or 0


def _view(change: Change, source: Scans) -> ChangeView:
    before, after = change.before, change.after
    old, new = parts_of(shown_value(before.value if before else ""), shown_value(after.value if after else ""))
    together = before is not None and after is not None and (before.page, before.box) == (after.page, after.box)
    return ChangeView(
        document=change.document,
        row=change.row,
        was=change.was,
        before=_side(change, before, old, source),
        after=_side(change, None if together else after, new, source, after),
        together=together,
    )


def _side(
    change: Change, placed: Field | None, parts: tuple[Part, ...], source: Scans, told: Field | None = None
) -> Side:
    """placed: whose place is shown; told: whose status, where that is another."""
    field, crop = told or placed, ""
    if placed and placed.box and placed.page:
        page = source.page(change.document, change.sha256, placed.page)
        crop = crop_uri(page, placed.box) if page else ""
    return Side(parts, crop, field.status if field else "", field.confidence if field else None)
