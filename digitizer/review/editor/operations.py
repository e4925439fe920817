"""The changes that the screen asks for, each carried out on the definition's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from digitizer.authoring import editing
from digitizer.authoring.pointed import joined_label, point_out
from digitizer.authoring.pointed_tables import point_out_table
from digitizer.authoring.yaml_edits import BrokenError, EditError, texts_at
from digitizer.document.geometry import Box
from digitizer.document.layout import Readings
from digitizer.errors import DefinitionError
from digitizer.fields.definitions import read_data
from digitizer.fields.yaml_places import Path
from digitizer.review import strings
from digitizer.review.editor.bench import Bench, same_pages

_LEAST = 4
"""Pixels that a part of a page is wide and high at least."""


def _list(path: list[str | int]) -> list[str | int]:
    match path:
        case ["fields"] | ["tables", int(), "columns"]:
            return path
    raise ValueError("not the path of a list of fields or columns")


def _item(path: list[str | int]) -> list[str | int]:
    match path:
        case ["fields", int()] | ["tables", int()] | ["tables", int(), "columns", int()]:
            return path
    raise ValueError("not the path of a field, table or column")


def _any(path: list[str | int]) -> list[str | int]:
    match path:
        case ["rules", int()]:
            return path
    return _item(path)


Text = Annotated[str, Field(max_length=500_000)]
Part = Annotated[str, Field(max_length=200)] | Annotated[int, Field(ge=0, le=100_000)]
Parts = Annotated[list[Part], AfterValidator(_item)]
"""The path of a field, table or column."""
Anything = Annotated[list[Part], AfterValidator(_any)]
"""The path of a field, table, column or rule."""
Where = Annotated[list[Part], AfterValidator(_list)]
"""The path of the list of fields, or of a table's columns."""
Number = Annotated[int, Field(ge=1, le=100_000)]
Pixel = Annotated[int, Field(ge=0, le=100_000)]
Words = Annotated[list[Annotated[str, Field(max_length=5000)]], Field(max_length=2000)]


class Rename(BaseModel):
    """Another name, in rules too."""

    do: Literal["rename"]
    path: Parts
    name: str = Field(max_length=200)


class Values(BaseModel):
    """Keys of a field as they are to be; those left out stay."""

    kind: str | None = Field(None, max_length=50)
    labels: Words | None = None
    group: str | None = Field(None, max_length=5000)
    item: str | None = Field(None, max_length=100)
    near: str | None = Field(None, max_length=5000)
    pattern: str | None = Field(None, max_length=2000)
    values: Words | None = None
    words: Words | None = None
    line: str | None = Field(None, max_length=10)
    optional: bool | None = None
    day_first: bool | None = None
    stamp: bool | None = None
    titles: Words | None = None
    fields: Words | None = None
    table: str | None = Field(None, max_length=200)
    by: Words | None = None
    minus: Words | None = None
    least: str | None = Field(None, max_length=100)
    most: str | None = Field(None, max_length=100)


class Change(BaseModel):
    """Other values of keys."""

    do: Literal["change"]
    path: Anything
    values: Values


class Delete(BaseModel):
    """Without a field, column, table or rule."""

    do: Literal["delete"]
    path: Anything


class Merge(BaseModel):
    """Two fields as one. scan: on which their labels are looked at."""

    do: Literal["merge"]
    path: Parts
    other: Parts
    scan: Number


class Split(BaseModel):
    """A field in two. samples: values that were found for it."""

    do: Literal["split"]
    path: Parts
    samples: Words = []


class Move(BaseModel):
    """To another place in its list."""

    do: Literal["move"]
    path: Anything
    index: int = Field(ge=0, le=100_000)


class Point(BaseModel):
    """A new field where one dragged over a page. where: the list that it goes into, before the item of that index."""

    do: Literal["point"]
    where: Where
    index: int = Field(ge=0, le=100_000)
    scan: Number
    page: Number
    box: tuple[Pixel, Pixel, Pixel, Pixel]


class Add(BaseModel):
    """A new field without a place, as a keyboard gives it."""

    do: Literal["add"]
    where: Where
    index: int = Field(ge=0, le=100_000)


class Head(BaseModel):
    """A new table, over whose head one dragged."""

    do: Literal["table"]
    scan: Number
    page: Number
    box: tuple[Pixel, Pixel, Pixel, Pixel]


class Check(BaseModel):
    """A new rule. table: whose columns it is over, "": over fields."""

    do: Literal["rule"]
    kind: str = Field(max_length=50)
    fields: Words
    table: str = Field("", max_length=200)


Operation = Annotated[
    Rename | Change | Delete | Merge | Split | Move | Point | Add | Head | Check, Field(discriminator="do")
]


@dataclass(frozen=True, slots=True)
class Done:
    """A change made. path: what is chosen now, None: nothing; labels: printed texts that may be its label as well."""

    text: str
    path: Path | None
    note: str = ""
    labels: tuple[str, ...] = ()


def carry_out(bench: Bench, text: str, operation: Operation) -> Done:
    """The text after an operation.

    Raises:
        EditError: it cannot be done in this text. InputError: the scan cannot be read.
    """
    texts_at(text, ())
    try:
        done = _carried_out(bench, text, operation)
        texts_at(done.text, ())
    except BrokenError as error:
        # What is gone bore an anchor that is used elsewhere.
        raise EditError(strings.EDIT_BREAKS.format(message=error)) from error
    return done


def _carried_out(bench: Bench, text: str, operation: Operation) -> Done:
    match operation:
        case Rename():
            path = tuple(operation.path)
            return Done(editing.rename(text, path, operation.name, _inherited(bench, text, path)), path)
        case Change():
            path = tuple(operation.path)
            return Done(editing.change(text, path, operation.values.model_dump(exclude_none=True)), path)
        case Delete():
            return Done(editing.delete(text, tuple(operation.path)), None, strings.EDIT_DELETED)
        case Move():
            path = tuple(operation.path)
            return Done(editing.move(text, path, operation.index), (*path[:-1], operation.index))
        case Split():
            path = tuple(operation.path)
            text, how = editing.split(text, path, operation.samples)
            return Done(text, path, strings.EDIT_SPLIT[how])
        case Merge():
            return _merge(bench, text, operation)
        case Point():
            return _point(bench, text, operation)
        case Head():
            return _table(bench, text, operation)
        case Add() | Check():
            return _add(text, operation)


def _add(text: str, operation: Add | Check) -> Done:
    if isinstance(operation, Check):
        index = len(texts_at(text, ("rules",)) or [])
        values = {"kind": operation.kind, "table": operation.table, "fields": operation.fields}
        return Done(editing.add(text, ("rules",), index, values), ("rules", index))
    where = tuple(operation.where)
    name = editing.unused("field", [_name(one) for one in texts_at(text, where) or []])
    new = editing.add(text, where, operation.index, {"name": name, "kind": "text", "labels": []})
    return Done(new, (*where, operation.index))


def _merge(bench: Bench, text: str, operation: Merge) -> Done:
    path, other = sorted((tuple(operation.path), tuple(operation.other)), key=lambda p: [str(p[:-1]), p[-1]])
    one, two = _labels(text, path), _labels(text, other)
    with bench.busy:
        pages = bench.read(operation.scan)
    joined = joined_label(one[0], two[0], pages) if len(one) == len(two) == 1 and one != two else None
    labels = [joined] if joined else list(dict.fromkeys([*one, *two]))
    note = strings.EDIT_JOINED if joined else strings.EDIT_MERGED
    return Done(editing.merge(text, path, other, labels), path, note)


def _point(bench: Bench, text: str, operation: Point) -> Done:
    where = tuple(operation.where)
    page, drawn, others = _drawn(bench, operation)
    taken = [_name(one) for one in texts_at(text, where) or []]
    found = point_out(page, drawn, others, taken)
    for number, field in enumerate(found):
        values: dict[str, Any] = {"name": field.name, "kind": field.kind, "labels": list(field.labels[:1])}
        values |= {"group": field.group, "item": field.item if where == ("fields",) else ""}
        text = editing.add(text, where, operation.index + number, values)
    note = strings.EDIT_ADDED.format(count=len(found)) if len(found) > 1 else ""
    return Done(text, (*where, operation.index), note, found[0].labels)


def _table(bench: Bench, text: str, operation: Head) -> Done:
    page, drawn, others = _drawn(bench, operation)
    tables = texts_at(text, ("tables",)) or []
    found = point_out_table(page, drawn, others, [_name(one) for one in tables])
    if found is None:
        raise EditError(strings.EDIT_NO_HEAD)
    columns = [{"name": c.name, "kind": c.kind, "labels": list(c.labels)} for c in found.columns]
    for values, column in zip(columns, found.columns, strict=True):
        values |= {"group": column.group} if column.group else {}
    new = {"name": found.name, "titles": [found.title] if found.title else None, "columns": columns}
    text = editing.add(text, ("tables",), len(tables), new)
    return Done(text, ("tables", len(tables)), strings.EDIT_TABLE.format(count=len(columns)))


def _drawn(bench: Bench, operation: Point | Head) -> tuple[Readings, Box, list[Readings]]:
    """The page that one dragged over, where on it straightened, and the same page of other scans."""
    with bench.busy:
        pages = bench.read(operation.scan)
        page = next((p for p in pages if p.layout.ref.page == operation.page), None)
        others = same_pages(bench.read_so_far(operation.scan), operation.page)
    if page is None:
        raise EditError(strings.NO_REGION)
    drawn = Box(*operation.box).clipped(*page.layout.scan_size)
    if drawn.width < _LEAST or drawn.height < _LEAST:
        raise EditError(strings.NO_REGION)
    return page, page.layout.to_scan.inverse().box(drawn), others


def _labels(text: str, path: Path) -> list[str]:
    item = texts_at(text, path)
    labels = item.get("labels") if isinstance(item, dict) else None
    return [labels] if isinstance(labels, str) else list(labels or [""])


def _name(item: Any) -> str:
    return item if isinstance(item, str) else str(item.get("name", "")) if isinstance(item, dict) else ""


def _inherited(bench: Bench, text: str, path: Path) -> dict[str, Any] | None:
    """All keys of a field that takes some from the form that this one extends."""
    item = texts_at(text, path)
    if isinstance(item, dict) and "kind" in item:
        return None
    try:
        data: Any = read_data(bench.path, text.encode()).data
        for part in path:
            data = data[part]
    except (DefinitionError, KeyError, IndexError, TypeError):
        return None
    return dict(data) if isinstance(data, dict) else None
