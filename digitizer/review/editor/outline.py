"""A definition as the screen shows it: its fields and tables in the file's order, and what is wrong at each."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel

from digitizer.errors import DefinitionError
from digitizer.fields.definitions import check_definition, read_data
from digitizer.fields.yaml_places import Path, Place, PlacedData

TEXTS = ("group", "item", "near", "pattern", "values_file")
LISTS = ("labels", "values", "words")
FLAGS = ("optional", "stamp", "day_first")


class Wrong(BaseModel):
    """What is wrong. key: of the field, "" for all of it; line, column: in the file, from 1."""

    line: int
    column: int
    message: str
    path: list[str | int] = []
    key: str = ""


class Entry(BaseModel):
    """A field or column. line: as it is written."""

    path: list[str | int]
    name: str = ""
    kind: str = ""
    labels: list[str] = []
    group: str = ""
    item: str = ""
    near: str = ""
    pattern: str = ""
    values: list[str] = []
    values_file: str = ""
    words: list[str] = []
    line: str = ""
    optional: bool = False
    day_first: bool = False
    stamp: bool = False


class Grid(BaseModel):
    """A table."""

    path: list[str | int]
    name: str = ""
    titles: list[str] = []
    block: bool = False
    columns: list[Entry] = []


class Rule(BaseModel):
    """A check over fields, or over a table's columns. rule: its kind."""

    path: list[str | int]
    rule: str = ""
    fields: list[str] = []
    table: str = ""
    by: list[str] = []
    minus: list[str] = []
    least: str = ""
    most: str = ""


class Outline(BaseModel):
    """A definition. shown: whether it could be taken apart; where not, only `wrong` tells of it."""

    text: str
    shown: bool = False
    form: str = ""
    title: str = ""
    entries: list[Entry] = []
    grids: list[Grid] = []
    rules: list[Rule] = []
    wrong: list[Wrong] = []


def outline(path: FilePath, text: str) -> Outline:
    """The definition that is to stand in that file; one that is wrong is shown as far as it can be."""
    content = text.encode()
    try:
        placed = read_data(path, content)
    except DefinitionError as error:
        return Outline(text=text, wrong=_told(error, None))
    wrong: list[Wrong] = []
    try:
        check_definition(path, content)
    except DefinitionError as error:
        wrong = _told(error, placed)
    data = placed.data
    return Outline(
        text=text,
        shown=True,
        form=_text(data.get("form")),
        title=_text(data.get("title")),
        entries=[_entry(one, ("fields", k)) for k, one in enumerate(_list(data.get("fields")))],
        grids=[_grid(one, ("tables", k)) for k, one in enumerate(_list(data.get("tables")))],
        rules=[_rule(one, ("rules", k)) for k, one in enumerate(_list(data.get("rules")))],
        wrong=wrong,
    )


def _told(error: DefinitionError, placed: PlacedData | None) -> list[Wrong]:
    told = []
    for place, message in error.wrong or (((1, 1), str(error)),):
        path, key = _whose(place, placed) if placed else ((), "")
        told.append(Wrong(line=place[0], column=place[1], message=message, path=list(path), key=key))
    return told


def _whose(place: Place, placed: PlacedData) -> tuple[Path, str]:
    """The field, column, table or rule that begins at a place or holds it, and which key of it."""
    known = [path for told in (placed.places, placed.keys) for path, at in told.items() if at == place]
    path = max(known, key=len, default=())
    depth = 4 if path[:1] == ("tables",) and len(path) >= 4 and path[2] == "columns" else 2
    if path[:1] not in (("fields",), ("tables",), ("rules",)) or len(path) < depth:
        return (), ""
    return path[:depth], str(path[depth]) if len(path) > depth else ""


def _grid(data: Any, path: Path) -> Grid:
    data = data if isinstance(data, dict) else {"name": data}
    columns = [_entry(one, (*path, "columns", k)) for k, one in enumerate(_list(data.get("columns")))]
    return Grid(
        path=list(path),
        name=_text(data.get("name")),
        titles=_texts(data.get("titles")),
        block=_flag(data.get("block")),
        columns=columns,
    )


def _entry(data: Any, path: Path) -> Entry:
    data = data if isinstance(data, dict) else {"name": data}
    told: dict[str, Any] = {key: _text(data.get(key)) for key in ("name", "kind", "line", *TEXTS)}
    told |= {key: _texts(data.get(key)) for key in LISTS} | {key: _flag(data.get(key)) for key in FLAGS}
    return Entry(path=list(path), **told)


def _rule(data: Any, path: Path) -> Rule:
    data = data if isinstance(data, dict) else {}
    told: dict[str, Any] = {key: _texts(data.get(key)) for key in ("fields", "by", "minus")}
    told |= {key: _text(data.get(key)) for key in ("table", "least", "most")}
    return Rule(path=list(path), rule=_text(data.get("kind")), **told)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [_text(one) for one in _list(value)]


def _flag(value: Any) -> bool:
    return _text(value).lower() in ("true", "yes", "on", "1")
