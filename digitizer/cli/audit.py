"""`digitizer audit`: accepted values drawn at random, and the error that may be left once a person has checked them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from digitizer.cli.console import output
from digitizer.cli.options import StoreOption
from digitizer.errors import UsageError

COLUMNS = ("field", "document", "page", "box", "form", "name", "value", "confidence", "right")
_YES, _NO = frozenset({"y", "yes", "1", "true", "right"}), frozenset({"n", "no", "0", "false", "wrong"})


def audit(
    store: StoreOption,
    sample: Annotated[int, typer.Option(metavar="N", min=1, help="How many accepted values to draw.")] = 300,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The sheet to fill in (CSV).")] = Path(
        "audit.csv"
    ),
    seed: Annotated[int, typer.Option(metavar="N", help="For drawing; the same seed draws the same values.")] = 1,
    checked: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A sheet whose column 'right' is filled in with y or n.")
    ] = None,
) -> None:
    """Draws accepted values for a person to check, or tells from a checked sheet how many more may be wrong."""
    if checked is not None:
        _tell(checked)
        return
    # Here, not above: as in run.py.
    from digitizer.store.database import open_store
    from digitizer.store.quality import sample_accepted

    with open_store(store, create=False) as opened, opened.reading() as connection:
        drawn = sample_accepted(connection, sample, seed)
    if not drawn:
        raise UsageError("no accepted values in the store", "digitize with a larger --max-error, or train the form")
    try:
        with out.open("w", newline="", encoding="utf-8") as file:
            sheet = csv.writer(file)
            sheet.writerow(COLUMNS)
            for s in drawn:
                box = " ".join(map(str, s.box.as_list())) if s.box else ""
                sheet.writerow(
                    [s.field, s.document, s.page or "", box, s.form, s.name, _safe(s.value), f"{s.confidence:.4f}", ""]
                )
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror or error})", "choose another --out") from error
    console = output()
    console.print(f"{len(drawn)} accepted values: {out}", markup=False, soft_wrap=True)
    then = f"digitizer audit --store {store} --checked {out}"
    console.print(f"next: look at each on its scan, put y or n into 'right', then {then}", markup=False, soft_wrap=True)


def _safe(value: str) -> str:
    """The value such that no spreadsheet takes it for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _tell(path: Path) -> None:
    from digitizer.fields.acceptance import error_bound

    wrong, total = _count(path)
    console = output()
    for form in [*sorted(total), ""] if len(total) > 1 else sorted(total):
        right = sum(total.values()) if not form else total[form]
        bad = sum(wrong.values()) if not form else wrong[form]
        bound = error_bound(bad, right)
        told = f"{form or 'all forms'}: {bad} of {right} wrong; with 95% certainty at most {1000 * bound:.2f} in 1,000"
        console.print(told, markup=False, soft_wrap=True)


def _count(path: Path) -> tuple[Counter[str], Counter[str]]:
    """Wrong and all checked values by form.

    Raises:
        UsageError: the sheet cannot be read or is not filled in.
    """
    wrong, total = Counter[str](), Counter[str]()
    try:
        with path.open(newline="", encoding="utf-8") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                said = (row.get("right") or "").strip().lower()
                if said not in _YES | _NO:
                    raise UsageError(f"{path}:{number}: 'right' is '{said}'", "put y or n into every row")
                total[row.get("form") or ""] += 1
                wrong[row.get("form") or ""] += said in _NO
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read ({error})", "give the sheet that digitizer audit wrote") from error
    if not total:
        raise UsageError(f"{path}: no rows", "give the sheet that digitizer audit wrote")
    return wrong, total
