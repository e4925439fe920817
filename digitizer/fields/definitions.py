"""Form definitions from YAML files: what is wrong in one is told with file, line and column."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from digitizer.document.form import (
    KINDS,
    RULE_KINDS,
    FieldDefinition,
    FootnoteDefinition,
    FormDefinition,
    Kind,
    RuleDefinition,
    RuleKind,
    TableDefinition,
)
from digitizer.document.record import OTHER
from digitizer.errors import DefinitionError
from digitizer.fields.extending import EXTENDS, ExtendError, extend, locate_base
from digitizer.fields.lookups import VALUES_FILE, fill_in
from digitizer.fields.yaml_places import Path as YamlPath
from digitizer.fields.yaml_places import Place, PlacedData, YamlError, read_yaml

Wrong = tuple[YamlPath, str]
"""Where something is wrong, and what."""

REMEDY = "correct the definition; docs/forms.md lists every key"


def _as_list(value: object) -> object:
    """A lone text where a list belongs is a list of one."""
    return [value] if isinstance(value, str) else value


NonEmpty = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[NonEmpty, ...], BeforeValidator(_as_list)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FieldModel(_Model):
    name: Name
    kind: Kind
    labels: Annotated[Texts, Field(min_length=1)]
    group: str = ""
    item: str = ""
    near: str = ""
    values: Texts = ()
    values_file: str = ""
    pattern: str = ""
    line: int = Field(default=0, ge=0)
    implies: dict[Name, str] = Field(default_factory=dict)
    words: Texts = ()
    optional: bool = False
    stamp: bool = False
    day_first: bool = False


class _TableModel(_Model):
    name: Name
    columns: tuple[_FieldModel, ...] = Field(min_length=1)
    titles: Texts = ()
    block: bool = False


class _FootnoteModel(_Model):
    heading: Texts = ()
    ends: Texts = ()


class _RuleModel(_Model):
    kind: RuleKind
    fields: Annotated[Texts, Field(min_length=1)]
    table: str = ""
    by: Texts = ()
    minus: Texts = ()
    least: str = ""
    most: str = ""


class _FormModel(_Model):
    form: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    extends: str = ""
    title: str = ""
    fields: tuple[_FieldModel, ...] = ()
    tables: tuple[_TableModel, ...] = ()
    footnotes: _FootnoteModel | None = None
    rules: tuple[_RuleModel, ...] = ()
    identify: Texts = ()
    revisions: dict[str, Texts] = Field(default_factory=dict)
    print: Texts = ()
    edgar: str = Field(default="", pattern=r"^[345]?$")


def load_definition(path: Path) -> FormDefinition:
    """The definition in that file.

    Raises:
        DefinitionError: it cannot be read or something in it is wrong; one line `file:line:column: what` for each.
    """
    return check_definition(path)[0]


def check_definition(path: Path, content: bytes | None = None) -> tuple[FormDefinition, tuple[str, ...]]:
    """The definition in that file and remarks (`file:line:column: what`) on what has no effect in it.

    content: what is to stand in the file, where that is not yet written.

    Raises:
        DefinitionError: as load_definition.
    """
    placed, sha256 = _read(path, (), content)
    try:
        model = _FormModel.model_validate(placed.data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        inner = {tuple(d["loc"][:depth]) for d in details for depth in range(len(d["loc"]))}
        # A list whose every item is wrong is also told as empty: only the items help.
        told_once = [d for d in details if not (d["type"] == "too_short" and tuple(d["loc"]) in inner)]
        raise _definition_error(path, [_tell(detail, placed) for detail in told_once]) from error
    wrong = [(_place(where, placed), what) for where, what in _mistakes(model)]
    if wrong:
        raise _definition_error(path, wrong)
    remarks = tuple(f"{path}:{line}:{column}: {what}" for (line, column), what in _remarks(model, placed))
    return _build(model, sha256), remarks


def place_in(path: Path, where: YamlPath) -> str:
    """Where that part of a definition stands: `file:line:column`."""
    line, column = _read(path, ())[0].place_of(where)
    return f"{path}:{line}:{column}"


def read_data(path: Path, content: bytes) -> PlacedData:
    """The data of a definition that is to stand in that file, with all that it extends, as far as it is YAML.

    Raises:
        DefinitionError: it is not, or names a form or a file that is not there.
    """
    return _read(path, (), content)[0]


def _read(path: Path, below: tuple[Path, ...], content: bytes | None = None) -> tuple[PlacedData, str]:
    """The data of a definition with all that it extends, and the SHA-256 of its files; below: what extends it."""
    try:
        content = path.read_bytes() if content is None else content
        placed = read_yaml(content.decode("utf-8-sig"))
    except OSError as error:
        raise DefinitionError(f"{path}:1:1: cannot be read: {error.strerror}", "check the path") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DefinitionError(f"{path}:{line}:1: not UTF-8 text", "save the file as UTF-8") from error
    except YamlError as error:
        raise _definition_error(path, [(error.place, f"not valid YAML: {error}")]) from error
    if not isinstance(placed.data, dict):
        told = "the file is empty" if placed.data is None else "a definition is a mapping that begins with 'form:'"
        raise _definition_error(path, [((1, 1), told)])
    wrong, listed = fill_in(placed.data, path.parent)
    if wrong:
        raise _definition_error(path, [(_place(where, placed), what) for where, what in wrong])
    digest = hashlib.sha256(content + listed)
    if EXTENDS not in placed.data:
        return placed, digest.hexdigest()
    base = _base(path, placed, below)
    data, theirs = _read(base, (*below, path.resolve()))
    digest.update(theirs.encode())
    try:
        return extend(placed, data.data), digest.hexdigest()
    except ExtendError as error:
        raise _definition_error(path, [(_place(where, placed), what) for where, what in error.wrong]) from error


def _base(path: Path, placed: PlacedData, below: tuple[Path, ...]) -> Path:
    """The file of the form that this definition extends."""
    name, place = placed.data[EXTENDS], placed.place_of((EXTENDS,))
    base = locate_base(path, name) if isinstance(name, str) and name else None
    if base is None:
        told = f"'{EXTENDS}' names no form that is known here: '{_short(name)}' (beside this one, or shipped)"
        raise _definition_error(path, [(place, told)])
    if base.resolve() in below:
        raise _definition_error(path, [(place, f"'{EXTENDS}' goes round in a circle: {name}")])
    return base


def find_definitions(folder: Path) -> tuple[Path, ...]:
    """The definition files of a folder in order: form.yaml in it or in a folder of it, and any *.yaml in it."""
    if folder.is_file():
        return (folder,)
    nested = sorted(folder.glob("*/form.yaml"))
    flat = sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".yml")) if folder.is_dir() else []
    return tuple(nested + flat)


def locate_definition(form: str, folders: Iterable[Path]) -> Path | None:
    """The file that load_definitions takes a form from; None where no folder defines it."""
    found = None
    for folder in folders:
        found = next((p for p in find_definitions(folder) if load_definition(p).form == form), found)
    return found


def load_definitions(folders: Iterable[Path]) -> dict[str, FormDefinition]:
    """All definitions by form id; where a later folder defines a form again, the later holds.

    Raises:
        DefinitionError: a folder has no definition, one is wrong, or one folder defines a form twice.
    """
    definitions: dict[str, FormDefinition] = {}
    for folder in folders:
        paths = find_definitions(folder)
        if not paths:
            raise DefinitionError(f"{folder}:1:1: no form definition here", "give a folder that holds <form>/form.yaml")
        here: dict[str, Path] = {}
        for path in paths:
            definition = load_definition(path)
            if definition.form in here:
                raise DefinitionError(
                    f"{path}:1:1: the form '{definition.form}' is already defined in {here[definition.form]}",
                    "give one of them another id",
                )
            here[definition.form] = path
            definitions[definition.form] = definition
    return definitions


def _mistakes(model: _FormModel) -> Iterator[Wrong]:
    """What the types alone cannot tell."""
    if model.form == OTHER:
        yield ("form",), f"'{OTHER}' is the id of pages that are no known form; choose another"
    if not model.fields and not model.tables:
        yield (), "the form has neither fields nor tables"
    yield from _duplicates(model.fields, ("fields",), "field")
    yield from _duplicates(model.tables, ("tables",), "table")
    yield from _wrong_patterns(model.fields, ("fields",))
    for index, table in enumerate(model.tables):
        yield from _wrong_patterns(table.columns, ("tables", index, "columns"))
    yield from _wrong_rules(model)


def _wrong_rules(model: _FormModel) -> Iterator[Wrong]:
    names = [f.name for f in model.fields]
    columns = {t.name: [c.name for c in t.columns] for t in model.tables}
    for index, rule in enumerate(model.rules):
        where: YamlPath = ("rules", index)
        if rule.kind in ("sum", "running_total") and not rule.table:
            yield where, f"a rule of kind {rule.kind} needs the key 'table'"
        elif rule.table and rule.table not in columns:
            yield (*where, "table"), f"the rule names the table '{rule.table}', which this form does not have"
        elif (count := {"sum": 2, "running_total": 3}.get(rule.kind, len(rule.fields))) != len(rule.fields):
            yield (*where, "fields"), f"a rule of kind {rule.kind} names {count} fields"
        elif rule.kind == "range" and not (rule.least or rule.most):
            yield where, "a rule of kind range needs 'least' or 'most'"
        for position, name in enumerate(rule.fields):
            # The last field of a sum is the form's.
            in_table = rule.table in columns and not (rule.kind == "sum" and position == 1)
            known = columns[rule.table] if in_table else names
            close = _closest(name, known)
            # A rule that names none of the fields belongs to parts left out of this definition: a remark, see below.
            if name not in known and (close or rule.table or any(n in known for n in rule.fields)):
                yield (*where, "fields", position), f"the rule names '{name}', which is no field here{close}"


def _remarks(model: _FormModel, placed: PlacedData) -> Iterator[tuple[Place, str]]:
    names = {f.name for f in model.fields}
    for index, rule in enumerate(model.rules):
        if not rule.table and names.isdisjoint(rule.fields):
            where: YamlPath = ("rules", index, "fields")
            yield _place(where, placed), f"the rule names no field of this form ({', '.join(rule.fields)}): ignored"


def _duplicates(items: Sequence[_FieldModel | _TableModel], where: YamlPath, noun: str) -> Iterator[Wrong]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.name in seen:
            yield (*where, index, "name"), f"the {noun} '{item.name}' is defined twice"
        seen.add(item.name)


def _wrong_patterns(fields: Sequence[_FieldModel], where: YamlPath) -> Iterator[Wrong]:
    for index, definition in enumerate(fields):
        if not definition.pattern:
            continue
        place = (*where, index, "pattern")
        try:
            groups = re.compile(definition.pattern).groups
        except re.error as error:
            yield place, f"not a regular expression: {error}"
        else:
            if groups == 0:
                yield place, "the pattern needs a group in parentheses: what it holds is the value"


def _build(model: _FormModel, sha256: str) -> FormDefinition:
    names = {f.name for f in model.fields}
    return FormDefinition(
        form=model.form,
        title=model.title or model.form,
        fields=tuple(map(_field, model.fields)),
        tables=tuple(TableDefinition(t.name, tuple(map(_field, t.columns)), t.titles, t.block) for t in model.tables),
        footnotes=FootnoteDefinition(model.footnotes.heading, model.footnotes.ends) if model.footnotes else None,
        rules=tuple(RuleDefinition(**dict(r)) for r in model.rules if r.table or not names.isdisjoint(r.fields)),
        identify=model.identify,
        revisions=model.revisions,
        print=model.print,
        sha256=sha256,
        edgar=model.edgar,
        extends=model.extends,
    )


def _field(model: _FieldModel) -> FieldDefinition:
    # The list is already among its values or words.
    return FieldDefinition(**{key: value for key, value in dict(model).items() if key != VALUES_FILE})


def _tell(detail: ErrorDetails, placed: PlacedData) -> tuple[Place, str]:
    """One of pydantic's errors in our words, at its place."""
    where: YamlPath = tuple(detail["loc"])
    key, kind, value = str(where[-1]) if where else "", detail["type"], detail["input"]
    if kind == "missing":
        return placed.place_of(where), f"the key '{key}' is missing"
    if kind == "extra_forbidden":
        known = _known_keys(where[:-1])
        hint = _closest(key, known) or _list(known)
        return placed.keys.get(where, placed.place_of(where)), f"unknown key '{key}'{hint}"
    if kind == "literal_error":
        known = list(KINDS) if where[0] != "rules" else list(RULE_KINDS)
        return placed.place_of(where), f"unknown {key} '{_short(value)}'{_closest(str(value), known)}{_list(known)}"
    if kind == "string_pattern_mismatch":
        if key == "edgar":
            return placed.place_of(where), f"'{_short(value)}' is none of EDGAR's ownership documents (known: 3, 4, 5)"
        told = f"'{_short(value)}' does not do as {key}: letters, digits, '-', '_' and '.', no blanks"
        return placed.place_of(where), told
    if kind in ("too_short", "string_too_short"):
        return placed.place_of(where), f"'{key}' must not be empty"
    wanted = detail["msg"].removeprefix("Input should be ").replace("tuple", "list").replace("dictionary", "mapping")
    wanted = re.sub(r" or instance of \w+|, unable to interpret input", "", wanted)
    return placed.place_of(where), f"{_noun(where)} should be {wanted}, not '{_short(value)}'"


def _noun(where: YamlPath) -> str:
    named = [str(part) for part in where if isinstance(part, str)]
    return f"'{named[-1]}'" if named else "the definition"


def _known_keys(where: YamlPath) -> list[str]:
    """The keys of the mapping at that path."""
    model: type[_Model] = _FormModel
    under: dict[str, type[_Model]] = {
        "fields": _FieldModel,
        "columns": _FieldModel,
        "tables": _TableModel,
        "rules": _RuleModel,
        "footnotes": _FootnoteModel,
    }
    for part in where:
        if isinstance(part, str):
            model = under.get(part, model)
    return list(model.model_fields)


def _closest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def _list(known: Sequence[str]) -> str:
    return f" (known: {', '.join(known)})"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _place(where: YamlPath, placed: PlacedData) -> Place:
    return placed.place_of(where)


def _definition_error(path: Path, wrong: Sequence[tuple[Place, str]]) -> DefinitionError:
    lines = [f"{path}:{line}:{column}: {what}" for (line, column), what in sorted(wrong)]
    return DefinitionError("\n".join(lines), REMEDY, tuple(sorted(wrong)))
