"""A definition that extends another: what it leaves out is the other's."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digitizer.fields.yaml_places import Path as YamlPath
from digitizer.fields.yaml_places import Place, PlacedData
from digitizer.resources import models_folder

EXTENDS = "extends"
OWN = ("form", "title", "identify", "revisions", "edgar", EXTENDS)
"""Keys that tell a form from all others: they are never taken from another."""
_NAMED = ("fields", "tables", "columns")
_ADDED = ("print",)


class ExtendError(Exception):
    """What is extended is not there. wrong: where, and what."""

    def __init__(self, wrong: list[tuple[YamlPath, str]]) -> None:
        super().__init__(wrong[0][1])
        self.wrong = wrong


def locate_base(path: Path, form: str) -> Path | None:
    """The file of the form that the definition in `path` extends: beside it, or of those that ship with the package."""
    folder = path.parent
    beside = (folder.parent / form / "form.yaml", folder / form / "form.yaml", folder / f"{form}.yaml")
    for base in (*beside, models_folder() / form / "form.yaml"):
        if base.is_file() and base.resolve() != path.resolve():
            return base
    return None


def extend(placed: PlacedData, base: Mapping[str, Any]) -> PlacedData:
    """The definition with what it takes from its base; a part that it takes whole stands where `extends` does.

    A list of named things that is written holds whole, in its order: a lone name is the base's thing of that name, one
    with keys takes those that it lacks from it, the second of a name from the base's second. `print` is added to.
    Of the base's rules those are taken whose fields are all here.

    Raises:
        ExtendError: a lone name that the base has not.
    """
    wrong: list[tuple[YamlPath, str]] = []
    data = _merged(placed.data, base, (), wrong)
    if wrong:
        raise ExtendError(wrong)
    if "rules" in data and "rules" not in placed.data:
        data["rules"] = [rule for rule in data["rules"] if _may_hold(rule, data)]
    places: dict[YamlPath, Place] = dict(placed.places)
    for key in data:
        places.setdefault((key,), placed.place_of((EXTENDS,)))
    return PlacedData(data, places, placed.keys)


def _may_hold(rule: Any, data: Mapping[str, Any]) -> bool:
    """Whether a rule of the base's names nothing that this form has left out."""
    if not isinstance(rule, dict) or not isinstance(rule.get("fields"), list):
        return True
    tables = {t.get("name"): t.get("columns") for t in data.get("tables") or [] if isinstance(t, dict)}
    columns = tables.get(rule["table"], []) if "table" in rule else []
    named = [d.get("name") for d in [*(data.get("fields") or []), *(columns or [])] if isinstance(d, dict)]
    return all(name in named for name in rule["fields"])


def _merged(
    own: Mapping[str, Any], base: Mapping[str, Any], where: YamlPath, wrong: list[tuple[YamlPath, str]]
) -> dict[str, Any]:
    merged = {key: value for key, value in base.items() if where or key not in OWN}
    for key, value in own.items():
        theirs = base.get(key)
        if key in _NAMED and isinstance(value, list):
            merged[key] = _named(value, theirs if isinstance(theirs, list) else [], (*where, key), wrong)
        elif key in _ADDED and isinstance(value, list) and isinstance(theirs, list):
            merged[key] = [*theirs, *value]
        else:
            merged[key] = value
    return merged


def _named(own: list[Any], base: list[Any], where: YamlPath, wrong: list[tuple[YamlPath, str]]) -> list[Any]:
    """The things of an own list, each with what it takes from the base's of its name."""
    theirs: dict[str, list[Mapping[str, Any]]] = {}
    for item in base:
        if isinstance(item, dict):
            theirs.setdefault(str(item.get("name", "")), []).append(item)
    seen: dict[str, int] = {}
    merged: list[Any] = []
    for index, item in enumerate(own):
        name = item if isinstance(item, str) else str(item.get("name", "")) if isinstance(item, dict) else ""
        known, order = theirs.get(name, []), seen.get(name, 0)
        seen[name] = order + 1
        parent = known[min(order, len(known) - 1)] if known else None
        if isinstance(item, dict):
            merged.append(_merged(item, parent or {}, (*where, index), wrong))
        elif isinstance(item, str) and parent is None:
            close = difflib.get_close_matches(item, theirs, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            wrong.append(((*where, index), f"'{item}' is none of the {where[-1]} of the form that this extends{hint}"))
        else:
            merged.append(parent if isinstance(item, str) else item)
    return merged
