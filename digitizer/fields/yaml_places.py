"""YAML as plain data in which every scalar is text as written, with the place (line, column) of every node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

# The parser in C, where PyYAML has it, takes a fiftieth of the time of the one in Python.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]
Place = tuple[int, int]

MOST_NODES = 100_000
"""Aliases can make a small file unfold without end."""
DEEPEST = 12


class YamlError(Exception):
    """The text is no YAML that we take. line and column: counted from 1."""

    def __init__(self, message: str, place: Place = (1, 1)) -> None:
        super().__init__(message)
        self.place = place


@dataclass(frozen=True, slots=True)
class PlacedData:
    """data: dicts, lists, texts and None. places: where each value begins; keys: where each mapping's key stands."""

    data: Any
    places: Mapping[Path, Place]
    keys: Mapping[Path, Place]

    def place_of(self, path: Path) -> Place:
        """The place of the value at this path, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def read_yaml(text: str) -> PlacedData:
    """Reads one YAML document. Scalars stay text, so that `values: [1.50, no]` means what it shows.

    Raises:
        YamlError: not YAML, a key twice in one mapping, or too large once unfolded.
    """
    try:
        _refuse_depth(text)
        node = yaml.compose(text, Loader=_Loader)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError(" ".join(filter(None, (error.context, error.problem))), place) from error
    except YAMLError as error:
        raise YamlError(str(error).splitlines()[0]) from error
    places: dict[Path, Place] = {}
    keys: dict[Path, Place] = {}
    data = None if node is None else _unfold(node, (), places, keys)
    return PlacedData(data, places, keys)


def _refuse_depth(text: str) -> None:
    """Raises YamlError where brackets or indents are nested beyond all use: composing would run out of stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > 2 * DEEPEST:
            mark = event.start_mark
            raise YamlError("nested too deeply", (mark.line + 1, mark.column + 1) if mark else (1, 1))


def _unfold(node: Node, path: Path, places: dict[Path, Place], keys: dict[Path, Place]) -> Any:
    place = (node.start_mark.line + 1, node.start_mark.column + 1)
    places[path] = place
    if len(places) > MOST_NODES or len(path) > DEEPEST:
        raise YamlError("too large or nested too deeply", place)
    if isinstance(node, MappingNode):
        result: dict[str, Any] = {}
        for key, value in node.value:
            where = (key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, ScalarNode):
                raise YamlError("a key must be plain text", where)
            if key.value in result:
                raise YamlError(f"the key '{key.value}' stands twice", where)
            keys[(*path, key.value)] = where
            result[key.value] = _unfold(value, (*path, key.value), places, keys)
        return result
    if isinstance(node, SequenceNode):
        return [_unfold(value, (*path, index), places, keys) for index, value in enumerate(node.value)]
    return None if node.tag == "tag:yaml.org,2002:null" else node.value
