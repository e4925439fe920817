"""Look-up lists: values that a field may take, one on each line of a file of their own beside the definition."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from digitizer.fields.yaml_places import Path as YamlPath

VALUES_FILE = "values_file"
MOST_VALUES = 100_000


def fill_in(data: dict[str, Any], folder: Path) -> tuple[list[tuple[YamlPath, str]], bytes]:
    """Puts the lists that a definition's fields name into its data, as `values` of codes and `words` of other kinds.

    folder: where the definition stands; the files are named from there. Returns what is wrong and where, and a digest
    of the files, empty where none is named.
    """
    wrong: list[tuple[YamlPath, str]] = []
    digest = b""
    for where, field in _fields(data):
        name = field.get(VALUES_FILE)
        if not isinstance(name, str) or not name:
            continue
        if "kind" not in field:
            wrong.append(((*where, VALUES_FILE), f"'{VALUES_FILE}' needs the field's 'kind' beside it"))
            continue
        key = "values" if field.get("kind") == "code" else "words"
        place = (*where, VALUES_FILE)
        if key in field:
            wrong.append((place, f"the field has '{key}' and '{VALUES_FILE}': give one of them"))
            continue
        try:
            content = (folder / name).read_bytes()
            values = _values(content.decode("utf-8-sig"))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            wrong.append((place, f"{name} cannot be read: {reason}"))
            continue
        if not 0 < len(values) <= MOST_VALUES:
            wrong.append((place, f"{name} holds {len(values)} values; 1 to {MOST_VALUES} are possible"))
            continue
        field[key] = values
        digest += sha256(content).digest()
    return wrong, digest


def _fields(data: dict[str, Any]) -> Iterator[tuple[YamlPath, dict[str, Any]]]:
    """Every mapping of a field or column, with its path."""
    lists: list[tuple[YamlPath, Any]] = [(("fields",), data.get("fields"))]
    tables = data.get("tables")
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        if isinstance(table, dict):
            lists.append((("tables", index, "columns"), table.get("columns")))
    for where, items in lists:
        for index, item in enumerate(items if isinstance(items, list) else []):
            if isinstance(item, dict):
                yield (*where, index), item


def _values(text: str) -> list[str]:
    """The values of a list, each once; blank lines and those that begin with # are none."""
    lines = (line.strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
