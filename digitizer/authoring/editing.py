"""What a person does to a definition, field by field, as changes of its YAML text; rules go along.

Paths are ("fields", 3), ("tables", 0), ("tables", 0, "columns", 2) or ("rules", 1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from digitizer.authoring.yaml_edits import EditError, insert_item, move_item, remove_item, set_keys, texts_at
from digitizer.fields.yaml_places import Path

_ALONE = ("required", "at_least_one", "range")
"""Rules that hold over a single field too."""
_FIXED = ("sum", "running_total")
"""Rules of which no field can be left out."""
_TABLE, _COLUMN = 2, 4
"""Parts of the path of a table, and of a column."""
_PARTED = (
    ("comma", re.compile(r"\s*,\s*")),
    ("dash", re.compile(r"\s+[-\u2013]\s+")),
    ("slash", re.compile(r"\s*/\s*")),
)
_PATTERNS = {
    "comma": (r"^([^,]*)", r"^[^,]*,\s*(.*)$"),
    "dash": (r"^(.*?)(?:\s+[-\u2013]\s|$)", r"\s[-\u2013]\s+(.*)$"),
    "slash": (r"^([^/]*?)\s*(?:/|$)", r"/\s*(.*)$"),
}


def rename(text: str, path: Path, name: str, inherited: Mapping[str, Any] | None = None) -> str:
    """The text with another name of a field, column or table, also where rules and other columns name it.

    inherited: all keys of the field, where the file leaves some to the form that it extends.
    """
    item = texts_at(text, path)
    old = item if isinstance(item, str) else (item or {}).get("name", "")
    whole = {k: v for k, v in (inherited or {}).items() if not isinstance(item, dict) or k not in item}
    text = set_keys(text, path, {**whole, "name": name})
    if len(path) == _TABLE and path[0] == "tables":
        for index, rule in enumerate(_rules(text)):
            if rule.get("table") == old:
                text = set_keys(text, ("rules", index), {"table": name})
        return text
    return text if old in _names(text, path) else _in_rules(text, path, lambda one: name if one == old else one)


def change(text: str, path: Path, values: Mapping[str, Any]) -> str:
    """The text with other values of these keys; empty ones are taken out."""
    return set_keys(
        text, path, {k: v if v not in ("", [], (), False, 0) or k == "labels" else None for k, v in values.items()}
    )


def delete(text: str, path: Path) -> str:
    """The text without that field, column, table or rule, and without what rules say of it."""
    if path[0] == "rules":
        return remove_item(text, path)
    item = texts_at(text, path)
    name = item if isinstance(item, str) else (item or {}).get("name", "")
    text = remove_item(text, path)
    if len(path) == _TABLE and path[0] == "tables":
        return _without_rules(text, [k for k, rule in enumerate(_rules(text)) if rule.get("table") == name])
    return text if name in _names(text, path) else _in_rules(text, path, lambda one: None if one == name else one)


def merge(text: str, path: Path, other: Path, labels: Sequence[str]) -> str:
    """The text with two fields as one: the first, under these labels, in the place of both; rules name it for both."""
    if path[:-1] != other[:-1] or path == other:
        raise EditError("only two fields, or two columns of one table, can be one")
    one, two = texts_at(text, path), texts_at(text, other)
    if not isinstance(one, dict) or not isinstance(two, dict):
        raise EditError("one of the two comes from another form: change it there")
    group = one.get("group") or two.get("group")
    changes = {"labels": list(labels)} | ({"group": group} if group and "group" not in one else {})
    # `line` and `pattern` told the parts of what is now whole.
    changes |= {key: None for key in ("line", "pattern") if key in one}
    text = remove_item(set_keys(text, path, changes), other)
    kept, gone = one.get("name"), two.get("name")
    return text if gone in _names(text, other) else _in_rules(text, path, lambda n: kept if n == gone else n)


def split(text: str, path: Path, samples: Sequence[str]) -> tuple[str, str]:
    """The text with a field in two, and how: "labels", "lines", "comma", "dash" or "slash".

    A field of several labels is parted by them; else each of the two takes its part of the entry: by lines, or at the
    sign that parts most of the samples, which are values as found.
    """
    item = texts_at(text, path)
    if not isinstance(item, dict):
        raise EditError("this field comes from another form: change it there")
    labels = item.get("labels")
    labels = [labels] if isinstance(labels, str) else list(labels or [])
    name = unused(f"{item.get('name')}2", _names(text, path))
    first: dict[str, Any]
    second: dict[str, Any]
    if len(labels) > 1:
        how, first, second = "labels", {"labels": labels[:1]}, {"labels": labels[1:]}
    elif item.get("kind") == "checkbox":
        raise EditError("a checkbox has one label and one mark: there is nothing to split")
    elif item.get("line") or item.get("pattern"):
        raise EditError("this is a part of an entry already; its other parts are fields of the same label")
    else:
        how = _parted(samples)
        one, two = _PATTERNS.get(how, ("", ""))
        first = {"pattern": one} if one else {"line": 1}
        second = {"pattern": two} if two else {"line": 2}
    text = insert_item(text, (*path[:-1],), _index(path) + 1, {**item, "name": name, **second})
    return set_keys(text, path, first), how


def add(text: str, where: Path, index: int, values: Mapping[str, Any]) -> str:
    """The text with a new item in the list ("fields",), ("tables",), ("tables", 0, "columns") or ("rules",)."""
    return insert_item(text, where, index, {k: v for k, v in values.items() if v not in ("", [], ()) or k == "labels"})


def move(text: str, path: Path, index: int) -> str:
    """The text with the field at another place of its list."""
    return move_item(text, path, index)


def unused(name: str, taken: Sequence[str]) -> str:
    """The name, with a number behind it where it is taken."""
    stem = re.sub(r"\d+$", "", name)
    number = int(name[len(stem) :] or 2)
    while name in taken:
        number += 1
        name = f"{stem}{number}"
    return name


def _parted(samples: Sequence[str]) -> str:
    filled = [s.strip() for s in samples if s.strip()]
    if not filled or any("\n" in s for s in filled):
        return "lines"
    for how, sign in _PARTED:
        if 2 * sum(bool(sign.search(s)) for s in filled) >= len(filled):
            return how
    return "lines"


def _index(path: Path) -> int:
    assert isinstance(path[-1], int)
    return path[-1]


def _names(text: str, path: Path) -> list[str]:
    """The names in the list of which the path is an item."""
    items = texts_at(text, path[:-1]) or []
    return [one if isinstance(one, str) else one.get("name", "") for one in items if isinstance(one, str | dict)]


def _rules(text: str) -> list[dict[str, Any]]:
    return [rule if isinstance(rule, dict) else {} for rule in texts_at(text, ("rules",)) or []]


def _in_rules(text: str, path: Path, renamed: Callable[[str], str | None]) -> str:
    """The text with the names in rules, and in `implies` of a table's columns, as the function has them."""
    column = len(path) == _COLUMN
    table = (texts_at(text, path[:2]) or {}).get("name", "") if column else ""
    gone: list[int] = []
    for index, rule in enumerate(_rules(text)):
        changes = {}
        for key in ("fields", "by"):
            old = rule.get(key) or []
            old = [old] if isinstance(old, str) else old
            new = [renamed(n) if _means(rule, key, k, column, table) else n for k, n in enumerate(old)]
            kept = [n for n in new if n is not None]
            # A column and a field of a sum may have one name; elsewhere what is named twice was made one.
            kept = kept if rule.get("kind") in _FIXED else list(dict.fromkeys(kept))
            if kept != old:
                changes[key] = kept or None
        if "fields" in changes and _is_idle(rule, changes["fields"] or []):
            gone.append(index)
        elif changes:
            text = set_keys(text, ("rules", index), changes)
    text = _without_rules(text, gone)
    return _in_implied(text, path, renamed) if column else text


def _means(rule: Mapping[str, Any], key: str, position: int, column: bool, table: str) -> bool:
    """Whether a name in a rule is a column of that table, or where column is false, a field of the form."""
    # The last field of a sum is the form's.
    of_form = not rule.get("table") or (rule.get("kind") == "sum" and key == "fields" and position == 1)
    return (not of_form and rule.get("table") == table) if column else of_form


def _is_idle(rule: Mapping[str, Any], fields: Sequence[str]) -> bool:
    """Whether a rule that lost fields says nothing any more."""
    before = rule.get("fields") or []
    if rule.get("kind") in _FIXED:
        return len(fields) < len(before)
    return len(fields) < (1 if rule.get("kind") in _ALONE else 2)


def _without_rules(text: str, indices: Sequence[int]) -> str:
    for index in sorted(indices, reverse=True):
        text = remove_item(text, ("rules", index))
    return text


def _in_implied(text: str, path: Path, renamed: Callable[[str], str | None]) -> str:
    for index, item in enumerate(texts_at(text, path[:-1]) or []):
        implies = item.get("implies") if isinstance(item, dict) else None
        if not isinstance(implies, dict):
            continue
        new = {name: value for key, value in implies.items() if (name := renamed(key)) is not None}
        if new != implies:
            text = set_keys(text, (*path[:-1], index), {"implies": new or None})
    return text
