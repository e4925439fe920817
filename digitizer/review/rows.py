"""What becomes of a table when a person adds, removes, splits or merges a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from digitizer.document.record import Field, Record, Value
from digitizer.review.app_state import AppState
from digitizer.review.meanings import FREE, understand
from digitizer.store.rows import Arrangement, RowChange

Wanted = Literal["above", "below", "remove", "merge", "split"]


def change_of(
    app_state: AppState, record: Record, table: str, rows: Arrangement, number: int, wanted: Wanted, fresh: int
) -> RowChange:
    """The change. number: of the row that is meant; fresh: the number of a row that is added.

    Raises:
        ValueError: there is no such row, none below it to merge with, or nothing in it to split.
    """
    order = list(rows.rows)
    if number not in order:
        if wanted == "below" and not order:
            return RowChange("add", 1, (fresh,), added=fresh, columns=columns_of(app_state, record, table))
        raise ValueError("there is no such row")
    at = order.index(number)
    cells = record.tables[table]
    if wanted == "remove":
        return RowChange("remove", at + 1, tuple(n for n in order if n != number))
    if wanted == "merge":
        if at + 1 == len(order):
            raise ValueError("there is no row below to merge with")
        merged = _merged(app_state, record.form, table, cells[at], cells[at + 1])
        below = order[at + 1]
        kept = tuple(n for n in order if n != below)
        return RowChange("merge", at + 1, kept, {(number, name): value for name, value in merged.items()})
    columns = columns_of(app_state, record, table)
    place = at if wanted == "above" else at + 1
    with_new = (*order[:place], fresh, *order[place:])
    if wanted != "split":
        return RowChange("add", place + 1, with_new, added=fresh, columns=columns)
    values: dict[tuple[int, str], Value] = {}
    for name, (upper, lower) in _split(app_state, record.form, table, cells[at]).items():
        values |= {(number, name): upper, (fresh, name): lower}
    if not values:
        raise ValueError("no value of the row has several lines")
    return RowChange("split", at + 1, with_new, values, fresh, columns)


def columns_of(app_state: AppState, record: Record, table: str) -> dict[str, bool]:
    """The columns of a row of the table, and whether each is a checkbox."""
    found: dict[str, bool] = {}
    for row in record.tables.get(table, ()):
        found |= {name: isinstance(cell.value, bool) for name, cell in row.items() if name not in found}
    definition = app_state.meanings.definitions.get(record.form)
    for one in definition.tables if definition else ():
        if one.name == table and not found:
            for column in one.columns:
                found |= {column.name: column.kind == "checkbox"} | dict.fromkeys(column.implies, False)
    return found


def _merged(
    app_state: AppState, form: str, table: str, upper: Mapping[str, Field], lower: Mapping[str, Field]
) -> dict[str, Value]:
    """The values of both rows in one: texts on lines of their own; of two numbers or dates the upper."""
    values: dict[str, Value] = {}
    for name, cell in upper.items():
        other = lower[name].value if name in lower else ""
        if isinstance(cell.value, bool) or isinstance(other, bool):
            values[name] = bool(cell.value) or bool(other)
        elif not cell.value or not other:
            values[name] = cell.value or other
        elif app_state.meanings.of(form, table, name, "cell", False).kind in FREE:
            values[name] = f"{cell.value}\n{other}"
        else:
            values[name] = cell.value
    return values


def _split(app_state: AppState, form: str, table: str, row: Mapping[str, Field]) -> dict[str, tuple[Value, Value]]:
    """Of each value with several lines the first, and the others for the row below."""
    parts: dict[str, tuple[Value, Value]] = {}
    for name, cell in row.items():
        if isinstance(cell.value, bool):
            continue
        lines = _lines(cell.value) if len(_lines(cell.value)) > 1 else _lines(cell.text)
        if len(lines) > 1:
            meaning = app_state.meanings.of(form, table, name, "cell", False)
            parts[name] = understand(meaning, lines[0]).value, understand(meaning, "\n".join(lines[1:])).value
    return parts


def _lines(text: str) -> Sequence[str]:
    return [line for line in text.split("\n") if line.strip()]
