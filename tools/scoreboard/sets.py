"""Which sets of scans with truth there are beside the repository, and what is in them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from digitizer.batch.sources import scans_below
from digitizer.document.record import Record
from digitizer.document.truth import Truth
from digitizer.errors import UsageError
from digitizer.evaluation.truth import document_stem, read_truth

T = TypeVar("T")
SEC_LEVELS = ("office", "archive", "copy")
DRAWN = ("ticks", "grids")
"""Sets that need no scans: each page is drawn when it is scored."""
DRAWN_FILINGS = "families"
"""The set that needs none either, but is scored as scans are: filings drawn and damaged in every way."""
SETS = (*(f"sec-{level}" for level in SEC_LEVELS), "fara", "adbuy", "faults", *DRAWN, DRAWN_FILINGS)


@dataclass(frozen=True, slots=True)
class Item:
    """A scan with its truth. row: the line of its set's part of the table that it is counted in."""

    path: Path
    row: str
    truth: Truth


@dataclass(frozen=True, slots=True)
class ScanSet:
    """Scans with truth. forms: a folder of definitions of its own, or None. scorer: a program whose `fold(name, value)`
    tells what of a value is compared, or None. learned: whether its forms are learned here, in cross-validation.
    """

    name: str
    items: tuple[Item, ...]
    forms: Path | None = None
    scorer: Path | None = None
    learned: bool = False

    @property
    def folders(self) -> tuple[Path, ...]:
        return (self.forms,) if self.forms else ()


def choose_sets(only: str) -> list[str]:
    """The sets that `--only` names, all without it; `sec` stands for all that begin so.

    Raises:
        UsageError: there is no such set.
    """
    chosen: list[str] = []
    for wanted in only.split(",") if only else SETS:
        named = [name for name in SETS if name == wanted or name.startswith(f"{wanted}-")]
        if not named:
            raise UsageError(f"no set {wanted!r}", f"there are {', '.join(SETS)}")
        chosen += named
    return list(dict.fromkeys(chosen))


def load_set(name: str, shared: Path) -> ScanSet:
    """One of the sets of scans.

    Raises:
        UsageError: its scans or its truths are not there.
    """
    if name == "fara":
        items = _items(shared / "fara" / "labelled", shared / "fara" / "truth", lambda truth, _: truth.form[5:])
        return ScanSet(name, items, learned=True)
    if name == "adbuy":
        folder = shared / "adbuy"
        items = _items(folder / "scans", folder / "truth", lambda _, data: f"layout {data['layout']}")
        return ScanSet(name, items, forms=_there(folder), scorer=_there(folder / "score.py"))
    level = name.removeprefix("sec-")
    return ScanSet(
        name, _items(shared / "sec" / "scans" / level, shared / "sec" / "truth", lambda truth, _: truth.form[4:])
    )


def exam_sets(exam: Path) -> list[ScanSet]:
    """Whatever is there, with nothing learned from it: each folder `truth` belongs to all scans beside and below it.

    Raises:
        UsageError: there is nothing to measure.
    """
    sets = []
    for truths in sorted(path for path in _there(exam).rglob("truth") if path.is_dir()):
        home = truths.parent
        forms = home if next(home.glob("**/form.yaml"), None) else None
        scorer = home / "score.py"
        by_folder: dict[Path, list[Item]] = {}
        for item in _items(home, truths, lambda *_: ""):
            by_folder.setdefault(item.path.parent, []).append(item)
        for folder, items in sorted(by_folder.items()):
            name = folder.relative_to(exam).as_posix()
            sets.append(ScanSet(name, tuple(items), forms, scorer if scorer.is_file() else None))
    if not sets:
        raise UsageError(f"{exam}: no folder `truth` with truth files below it", "see docs/scoreboard.md")
    return sets


def pick(things: Sequence[T], count: int) -> list[T]:
    """So many of them, evenly from first to last and the same each time; all where count is 0 or there are fewer."""
    if not count or count >= len(things):
        return list(things)
    return [things[(2 * k + 1) * len(things) // (2 * count)] for k in range(count)]


def sampled(scans: ScanSet, count: int) -> ScanSet:
    """The set with so many documents of each row, see pick."""
    rows: dict[str, list[Item]] = {}
    for item in scans.items:
        rows.setdefault(item.row, []).append(item)
    return replace(scans, items=tuple(item for row in sorted(rows) for item in pick(rows[row], count)))


@cache
def load_script(path: Path) -> Any:
    """A program that lies beside the scans, as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fold_truth(truth: Truth, scorer: Path) -> Truth:
    """The truth with its values as that set compares them."""
    fold = load_script(scorer).fold
    return replace(truth, fields={n: replace(v, value=fold(n, v.value)) for n, v in truth.fields.items()})


def fold_records(records: Iterable[Record], scorer: Path) -> list[Record]:
    """The records of a document as one, of each value the first that is written, as that set compares them."""
    known = list(records)
    if not known:
        return []
    fold = load_script(scorer).fold
    fields = dict(known[0].fields)
    for record in known[1:]:
        fields |= {n: f for n, f in record.fields.items() if n not in fields or not fields[n].value}
    return [replace(known[0], fields={n: replace(f, value=fold(n, f.value)) for n, f in fields.items()})]


def _items(scans: Path, truths: Path, row: Callable[[Truth, Any], str]) -> tuple[Item, ...]:
    """Each scan that has a truth; row: told by the truth and by its file's own data."""
    known = {document_stem(path.name): path for path in sorted(_there(truths).glob("*.json"))}
    items = []
    for path in scans_below(_there(scans)):
        told = known.get(document_stem(path.name))
        if told is not None:
            truth = read_truth(told)
            items.append(Item(path, row(truth, json.loads(told.read_text(encoding="utf-8"))), truth))
    if not items:
        raise UsageError(f"{scans}: no scan that a truth in {truths} belongs to", "see docs/scoreboard.md")
    return tuple(items)


def _there(path: Path) -> Path:
    if not path.exists():
        raise UsageError(f"{path} is missing", "the scoreboard needs the scans beside the repository, or --shared DIR")
    return path
