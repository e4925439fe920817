"""Values by the kinds of their definitions: what a column of a table of data holds, and what does not fit it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from digitizer.document.form import FieldDefinition, FormDefinition
from digitizer.document.record import Field

DIGITS, DECIMALS = 38, 10
"""Of a decimal column: enough for every amount on a form, exactly."""
_LARGEST = Decimal(10) ** (DIGITS - DECIMALS)
Typed = str | bool | datetime.date | Decimal | None
Type = str
"""text, date, decimal or boolean."""
_TYPES: Mapping[str, Type] = {"date": "date", "number": "decimal", "money": "decimal", "checkbox": "boolean"}


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """A column and what the data dictionary tells of it. labels: as they are printed beside it."""

    name: str
    type: Type
    kind: str
    labels: tuple[str, ...] = ()

    @staticmethod
    def of(definition: FieldDefinition) -> TypedColumn:
        labels = tuple(dict.fromkeys(filter(None, (definition.group, *definition.labels))))
        return TypedColumn(definition.name, _TYPES.get(definition.kind, "text"), definition.kind, labels)


def columns_of(form: FormDefinition | None, table: str, names: Mapping[str, None]) -> list[TypedColumn]:
    """The columns of those names, typed where the definition knows them. table: "" for the form's fields."""
    known: dict[str, FieldDefinition] = {}
    if form is not None:
        of_table = {t.name: t.columns for t in form.tables}
        known = {d.name: d for d in reversed(of_table.get(table, ()) if table else form.fields)}
    return [TypedColumn.of(known[n]) if n in known else TypedColumn(n, "text", "text") for n in names]


def typed(column: TypedColumn, field: Field | None) -> tuple[Typed, bool]:
    """The value, None for a blank, and whether it fits: "See footnote" is no number."""
    if field is None or field.value == "":
        return (False if field is not None and column.type == "boolean" else None), True
    value = field.value
    if column.type == "boolean":
        return (value, True) if isinstance(value, bool) else (None, False)
    if isinstance(value, bool):
        return str(value).lower(), column.type == "text"
    if column.type == "decimal":
        return _decimal(value)
    if column.type == "date":
        try:
            return datetime.date.fromisoformat(value), True
        except ValueError:
            return None, False
    return value, True


def _decimal(value: str) -> tuple[Decimal | None, bool]:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None, False
    fits = amount.is_finite() and abs(amount) < _LARGEST and -int(amount.as_tuple().exponent) <= DECIMALS
    return (amount, True) if fits else (None, False)
