"""Changes to a YAML text that leave all else in it as it stands: comments, order, spacing and quotes.

A writer of whole documents would set every line anew; here only the lines that change are touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from digitizer.fields.yaml_places import Path, YamlError, read_yaml

# As in yaml_places.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*|\d{1,9}")
_SPECIAL = re.compile(r"null|true|false|yes|no|on|off|y|n", re.I)
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PLAIN_KEYS = ("name", "kind", "line", "table")
_INDENT = 2
_FRAME = (StreamStartEvent, StreamEndEvent, DocumentStartEvent, DocumentEndEvent)
_NULL = "tag:yaml.org,2002:null"


class EditError(Exception):
    """A change that cannot be made in this text; the message is for the user."""


class BrokenError(EditError):
    """The text is no YAML, or no more."""


def set_keys(text: str, path: Path, changes: Mapping[str, Any]) -> str:
    """The text with these keys of a mapping changed, added at its end or, where the value is None, taken out.

    A lone name in place of a mapping becomes one.

    Raises:
        EditError: nothing of the kind stands at the path.
    """
    node = _at(_compose(text), path)
    if isinstance(node, ScalarNode):
        whole = {"name": node.value, **changes}
        return _replaced(text, node, _flow_mapping(whole))
    if not isinstance(node, MappingNode):
        raise EditError(f"there is nothing to change at {_told(path)}")
    left = dict(changes)
    parts = []
    for key, value in node.value:
        if key.value not in left:
            parts.append(text[key.start_mark.index : _end(value)].rstrip())
        elif (new := left.pop(key.value)) is not None:
            parts.append(f"{key.value}: {_flow(key.value, new)}")
    parts += [f"{key}: {_flow(key, value)}" for key, value in left.items() if value is not None]
    if node.flow_style:
        return _replaced(text, node, "{" + ", ".join(parts) + "}")
    return _replaced(text, node, f"\n{' ' * node.start_mark.column}".join(parts))


def insert_item(text: str, path: Path, index: int, values: Mapping[str, Any]) -> str:
    """The text with a mapping put into the list at the path, before the item of that index; a list is made if need be.

    A mapping that holds a list of mappings, as a table its columns, takes a line for each of them where it can.

    Raises:
        EditError: the path leads nowhere.
    """
    root = _compose(text)
    item = _flow_mapping(values)
    parent, node = _at(root, path[:-1]), _find(root, path)
    if not isinstance(parent, MappingNode):
        raise EditError(f"there is nothing to add to at {_told(path)}")
    if node is None:
        lead = "" if text.endswith("\n") or not text else "\n"
        if parent.flow_style or path[:-1]:
            raise EditError(f"there is no list at {_told(path)}")
        return f"{text}{lead}{path[-1]}:\n{' ' * _INDENT}- {_block(values, _INDENT)}\n"
    if not isinstance(node, SequenceNode) or (node.flow_style and not node.value):
        return _first_item(text, parent, path, node, values)
    if node.flow_style:
        parts = [_source(text, one) for one in node.value]
        return _replaced(text, node, "[" + ", ".join([*parts[:index], item, *parts[index:]]) + "]")
    line = f"{' ' * node.start_mark.column}- {_block(values, node.start_mark.column)}\n"
    if index < len(node.value):
        place = _line_start(text, _dash(text, node.value[index]))
        return text[:place] + line + text[place:]
    place = _line_end(text, _end(node.value[-1]))
    lead = "" if text[:place].endswith("\n") else "\n"
    return text[:place] + lead + line + text[place:]


def remove_item(text: str, path: Path) -> str:
    """The text without that item of a list; what stood behind it on its line goes too.

    Raises:
        EditError: there is no such item.
    """
    root = _compose(text)
    node, gone = _at(root, path[:-1]), _at(root, path)
    if not isinstance(node, SequenceNode):
        raise EditError(f"there is no list at {_told(path[:-1])}")
    if node.flow_style:
        return _replaced(text, node, "[" + ", ".join(_source(text, n) for n in node.value if n is not gone) + "]")
    first, last = _line_start(text, _dash(text, gone)), _line_end(text, _end(gone))
    if text[first : _dash(text, gone)].strip():
        raise EditError(f"{_told(path)} shares its line with other items: change it in the YAML")
    if len(node.value) > 1:
        return text[:first] + text[last:]
    colon = _colon(text, _at(root, path[:-2]), path[-2])
    return text[:colon] + " []" + text[colon:first] + text[last:]


def move_item(text: str, path: Path, index: int) -> str:
    """The text with an item of a list, and what stands behind it on its line, moved to that index.

    Raises:
        EditError: there is no such item.
    """
    root = _compose(text)
    node, gone = _at(root, path[:-1]), _at(root, path)
    assert isinstance(node, SequenceNode)
    index = max(0, min(index, len(node.value) - 1))
    here = node.value.index(gone)
    if index == here:
        return text
    if node.flow_style:
        parts = [_source(text, one) for one in node.value if one is not gone]
        parts.insert(index, _source(text, gone))
        return _replaced(text, node, "[" + ", ".join(parts) + "]")
    target = node.value[index]
    first, last = _line_start(text, _dash(text, gone)), _line_end(text, _end(gone))
    place = _line_start(text, _dash(text, target)) if index < here else _line_end(text, _end(target))
    moved = text[first:last].rstrip("\n") + "\n"
    if place <= first:
        return text[:place] + moved + text[place:first] + text[last:]
    before = text[:first] + text[last:place]
    return before + ("" if before.endswith("\n") else "\n") + moved + text[place:]


def texts_at(text: str, path: Path) -> Any:
    """The data at the path, scalars as they are written; None where the text has none.

    Raises:
        BrokenError: the text is no YAML.
    """
    try:
        data = read_yaml(text).data
    except YamlError as error:
        raise BrokenError(f"not valid YAML: {error}") from error
    for part in path:
        if isinstance(data, dict):
            data = data.get(str(part))
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _first_item(text: str, parent: MappingNode, path: Path, node: Node, values: Mapping[str, Any]) -> str:
    """The text with the first item of a list that was empty."""
    if isinstance(node, SequenceNode) and parent.flow_style:
        return _replaced(text, node, f"[{_flow_mapping(values)}]")
    if not isinstance(node, SequenceNode) and node.tag != _NULL:
        raise EditError(f"there is no list at {_told(path)}")
    colon = _colon(text, parent, path[-1])
    indent = parent.start_mark.column + _INDENT
    return f"{text[:colon]}\n{' ' * indent}- {_block(values, indent)}{text[_end(node) :]}"


def _compose(text: str) -> Node:
    """The text's nodes with the places of their own text; an alias is a scalar and not what it stands for."""
    texts_at(text, ())
    events = (e for e in yaml.parse(text, Loader=_Loader) if not isinstance(e, _FRAME))
    first = next(events, None)
    if first is None:
        raise EditError("the definition is empty")
    return _node(first, events)


def _node(event: Any, events: Iterator[Any]) -> Node:
    if isinstance(event, MappingStartEvent):
        pairs: list[tuple[Node, Node]] = []
        for key in iter(lambda: next(events), None):
            if isinstance(key, MappingEndEvent):
                return MappingNode("", pairs, *_marks(event, key), event.flow_style)
            pairs.append((_node(key, events), _node(next(events), events)))
    if isinstance(event, SequenceStartEvent):
        items: list[Node] = []
        for one in iter(lambda: next(events), None):
            if isinstance(one, SequenceEndEvent):
                return SequenceNode("", items, *_marks(event, one), event.flow_style)
            items.append(_node(one, events))
    told = event.value if isinstance(event, ScalarEvent) else ""
    bare = isinstance(event, ScalarEvent) and event.implicit[0] and told in ("", "~", "null", "Null", "NULL")
    return ScalarNode(_NULL if bare else "", told, *_marks(event, event))


def _marks(first: Any, last: Any) -> tuple[Any, Any]:
    """Where the text of these two events begins and ends."""
    return first.start_mark, last.end_mark


def _find(node: Node, path: Path) -> Node | None:
    current: Node | None = node
    for part in path:
        if isinstance(current, MappingNode):
            current = next((value for key, value in current.value if key.value == part), None)
        elif isinstance(current, SequenceNode) and isinstance(part, int) and 0 <= part < len(current.value):
            current = current.value[part]
        else:
            return None
    return current


def _at(node: Node, path: Path) -> Node:
    found = _find(node, path)
    if found is None:
        raise EditError(f"{_told(path)} is not in this file; what comes from another form is changed there")
    return found


def _told(path: Path) -> str:
    return " ".join(str(part + 1) if isinstance(part, int) else str(part) for part in path) or "the top"


def _end(node: Node) -> int:
    """Where a node's own text ends; the marks of a list over several lines take in what follows it."""
    if not isinstance(node, MappingNode | SequenceNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, MappingNode) else last)


def _source(text: str, node: Node) -> str:
    return text[node.start_mark.index : _end(node)].rstrip()


def _replaced(text: str, node: Node, new: str) -> str:
    end = _end(node)
    kept = text[node.start_mark.index : end]
    # A scalar over several lines ends with the break behind it.
    return text[: node.start_mark.index] + new + kept[len(kept.rstrip()) :] + text[end:]


def _dash(text: str, item: Node) -> int:
    return text.rfind("-", 0, item.start_mark.index)


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _line_end(text: str, place: int) -> int:
    """Behind the line in which this place is."""
    if place and text[place - 1] == "\n":
        return place
    found = text.find("\n", place)
    return len(text) if found < 0 else found + 1


def _colon(text: str, parent: Node, key: str | int) -> int:
    """Behind the colon of a key."""
    node = next(one for one, _ in parent.value if one.value == key)
    return text.index(":", int(node.end_mark.index)) + 1


def _flow_mapping(values: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_flow(key, value)}" for key, value in values.items() if value is not None) + "}"


def _block(values: Mapping[str, Any], column: int) -> str:
    """A mapping as an item whose dash is in that column, on one line unless it holds a list of mappings."""
    if not any(_is_list_of_mappings(v) for v in values.values()):
        return _flow_mapping(values)
    lead = f"\n{' ' * (column + _INDENT)}"
    parts = []
    for key, value in values.items():
        if _is_list_of_mappings(value):
            items = (f"{lead}{' ' * _INDENT}- {_flow_mapping(one)}" for one in value)
            parts.append(f"{key}:{''.join(items)}")
        elif value is not None:
            parts.append(f"{key}: {_flow(key, value)}")
    return lead.join(parts)


def _is_list_of_mappings(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(v, Mapping) for v in value)


def _flow(key: str, value: Any) -> str:
    """A value as it is written on one line; names bare, texts in quotes as JSON has them, which is YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(str(k), True)}: {_scalar(str(v), False)}" for k, v in value.items()) + "}"
    if _is_list_of_mappings(value):
        return "[" + ", ".join(_flow_mapping(one) for one in value) + "]"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_scalar(str(one), key in ("fields", "by")) for one in value) + "]"
    return _scalar(str(value), key in _PLAIN_KEYS)


def _scalar(text: str, plain: bool) -> str:
    if plain and _PLAIN.fullmatch(text) and not _SPECIAL.fullmatch(text):
        return text
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
